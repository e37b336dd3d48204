"""XMP packets: parsed within limits, and read as texts with the names of their properties.

Source: Adobe, XMP Specification Part 1 (ISO 16684-1), section 7: the three ways to write a
property in RDF.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from xml.etree import ElementTree
from xml.parsers import expat

_PADDING = b"\x00 \t\r\n"
MOST_XMP_BYTES = 1 << 20
"""Longer packets are cut off."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_LONG_NAMESPACE = re.compile(rb"xmlns[^=]{0,99}=\s{0,9}[\"'][^\"']{1000}")
"""The parser repeats the namespace in every name, so a long one costs memory without bounds."""
_MOST_CHARACTERS = 4 << 20
_MOST_PATH_CHARACTERS = 4096
"""Without a limit, nested names would cost the square of the size of the packet."""
_WRAPPER = "xpacket"
_TOOLKIT = "{adobe:ns:meta/}xmptk"
"""Name of the library that wrote a packet."""

Leaf = tuple[str, str]
"""Names of properties, the outermost first, with ">" between them; and a text."""


def parse_packet(packet: bytes) -> ElementTree.Element | None:
    """Parse a packet or a sidecar.

    Args:
        packet: The XML; entities of its own count as damage.

    Returns:
        None where it is damaged.
    """
    packet = packet[:MOST_XMP_BYTES].strip(_PADDING)
    plain = packet.replace(b"\0", b"")  # of UTF-16 as well
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain or _LONG_NAMESPACE.search(plain):
        return None
    try:
        return ElementTree.fromstring(packet)
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError):
        return None


def xmp_leaves(packet: bytes) -> tuple[Leaf, ...] | None:
    """Read the texts of a packet with the names of their properties.

    Args:
        packet: See `parse_packet`.

    Returns:
        None where it is damaged.
    """
    return _read(packet)[0]


def xmp_remarks(packet: bytes) -> tuple[str, ...]:
    """Read what a packet holds beside its properties: comments, instructions, other texts.

    Args:
        packet: See `parse_packet`; nothing is read of a damaged one.
    """
    return _read(packet)[1]


def _remarks(packet: bytes, root: ElementTree.Element) -> Iterator[str]:
    if b"<!" in packet or b"<?" in packet:
        found: list[str] = []
        parser = expat.ParserCreate()
        parser.CommentHandler = found.append
        parser.ProcessingInstructionHandler = lambda target, data: (
            None if target == _WRAPPER else found.append(f"{target} {data}")
        )
        parser.Parse(packet[:MOST_XMP_BYTES].strip(_PADDING), True)
        yield from found
    within: set[ElementTree.Element] = set()
    for rdf in root.iter(f"{{{RDF}}}RDF"):
        within.update(rdf.iter())
    for element in root.iter():
        # Texts between elements, and all that stands outside of the properties.
        yield element.tail or ""
        if element not in within or len(element):
            yield element.text or ""
        if element not in within:
            yield from (value for key, value in element.attrib.items() if key != _TOOLKIT)


@lru_cache(maxsize=2)
def _read(packet: bytes) -> tuple[tuple[Leaf, ...] | None, tuple[str, ...]]:
    root = parse_packet(packet)
    if root is None:
        return None, ()
    remarks = (remark.strip() for remark in _remarks(packet, root))
    return _leaves_of(root), tuple(filter(None, remarks))


def _leaves_of(root: ElementTree.Element) -> tuple[Leaf, ...] | None:
    found: list[Leaf] = []
    left = _MOST_CHARACTERS
    nodes = chain.from_iterable(root.iter(f"{{{RDF}}}RDF"))
    try:
        for path, text in chain.from_iterable(_leaves("", node) for node in nodes):
            left -= len(path) + len(text)
            if left < 0:
                return None
            found.append((path, text))
    except (ValueError, RecursionError):
        return None
    return tuple(found)


def _leaves(path: str, element: ElementTree.Element) -> Iterator[Leaf]:
    for key, value in element.attrib.items():
        if key == f"{{{RDF}}}resource":
            yield path, value
        elif not key.startswith((f"{{{RDF}}}", "{http://www.w3.org/XML/")):
            yield _below(path, key), value
    for child in element:
        if child.tag == f"{{{RDF}}}Description":
            yield from _leaves(path, child)
        elif child.tag in (f"{{{RDF}}}Bag", f"{{{RDF}}}Seq", f"{{{RDF}}}Alt"):
            for item in child:
                yield path, _canonical(item)
        else:
            yield from _leaves(_below(path, child.tag), child)
    if not len(element) and element.text and element.text.strip():
        yield path, element.text


def _canonical(item: ElementTree.Element) -> str:
    return "\n".join(sorted(f"{path}={text}" if path else text for path, text in _leaves("", item)))


def _below(path: str, name: str) -> str:
    if len(path) + len(name) > _MOST_PATH_CHARACTERS:
        raise ValueError("names within names without end")
    return f"{path}>{name}" if path else name

"""XMP packets as XML: what is too long, or made to keep a parser busy, counts as damaged."""

import re
from xml.etree import ElementTree

MOST_XMP_BYTES = 1 << 20
"""Packets are read as far as that."""

_LONG_NAMESPACE = re.compile(rb"xmlns[^=]{0,99}=\s{0,9}[\"'][^\"']{1000}")
"""The parser gives every name its namespace in full: a long one costs memory without bounds."""


def parse_packet(packet: bytes) -> ElementTree.Element | None:
    """Parse a packet or a sidecar.

    Args:
        packet: The XML; entities of its own count as damage.

    Returns:
        None where it is damaged.
    """
    packet = packet[:MOST_XMP_BYTES].strip(b"\x00 \t\r\n")
    plain = packet.replace(b"\0", b"")  # of UTF-16 as well
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain or _LONG_NAMESPACE.search(plain):
        return None
    try:
        return ElementTree.fromstring(packet)
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError):
        return None

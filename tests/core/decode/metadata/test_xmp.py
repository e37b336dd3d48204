import pytest

from dupefinder.core.decode.metadata.text_digests import digest_xmp_texts
from dupefinder.core.decode.metadata.text_metadata import TextMetadata, read_xmp_text
from dupefinder.core.decode.metadata.xmp import MOST_XMP_BYTES, parse_packet, xmp_leaves

MADE_TO_KEEP_BUSY = [
    b'<!DOCTYPE x [<!ENTITY a "b">]><x/>',
    b'<x xmlns:a="' + b"n" * 2000 + b'"/>',
    ('<x xmlns:a="' + "n" * 2000 + '"/>').encode("utf-16"),
]


@pytest.mark.parametrize("packet", [*MADE_TO_KEEP_BUSY, b"<x", b"", b"\0\0"])
def test_damaged_and_hostile_packets_are_not_parsed(packet: bytes) -> None:
    assert parse_packet(packet) is None
    assert xmp_leaves(packet) is None
    assert read_xmp_text(packet) == TextMetadata()


def test_padding_does_not_matter() -> None:
    root = parse_packet(b"\0 \n<x a='1'/>\n \0")
    assert root is not None
    assert root.attrib == {"a": "1"}


def test_packets_that_differ_where_none_is_read_say_different_things() -> None:
    long = b"<x>" + b" " * MOST_XMP_BYTES
    assert digest_xmp_texts(long + b"one</x>") != digest_xmp_texts(long + b"two</x>")

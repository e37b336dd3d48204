"""All fingerprints of a photo, and how far two photos are apart in each."""

import imagehash
import pytest
from PIL import Image

from dupefinder.core.decode import DecodeLimits, decode_bytes
from dupefinder.core.fingerprint import FINGERPRINTS
from dupefinder.core.fingerprint.photo_hashes import (
    COLOUR,
    SEGMENTS,
    PhotoHashes,
    distances_between,
    hashes_of,
    segments_between,
)
from dupefinder.core.records import Orientation
from tests.core.pictures import jpeg, textured


def hashes(picture: Image.Image) -> PhotoHashes:
    return hashes_of(decode_bytes(jpeg(picture), "photo.jpg", DecodeLimits()))


@pytest.fixture(scope="module")
def original() -> PhotoHashes:
    return hashes(textured(seed=1))


def test_every_kind_is_there(original: PhotoHashes) -> None:
    texts = original.texts()
    assert set(texts) == {*FINGERPRINTS, COLOUR, SEGMENTS}
    assert len(texts["phash-64"]) == 16
    assert imagehash.hex_to_hash(texts["phash-64"]).hash.size == 64


def test_a_copy_is_near_in_every_kind(original: PhotoHashes) -> None:
    found = distances_between(original, hashes(textured(seed=1).resize((200, 150))))
    assert {one.kind for one in found} == {*FINGERPRINTS, COLOUR}
    assert all(one.distance_bits <= one.bits // 8 for one in found)
    matching, segments, _ = segments_between(original, original)
    assert matching == segments


def test_a_turned_copy_is_near_once_it_is_turned(original: PhotoHashes) -> None:
    turned = hashes(textured(seed=1).transpose(Image.Transpose.ROTATE_90))
    by_kind = {one.kind: one for one in distances_between(original, turned)}
    # Pillow turned it to the left; clockwise it comes back.
    assert by_kind["phash-64"].turn is Orientation.ROTATE_90
    assert by_kind["phash-64"].least_bits <= 2 < by_kind["phash-64"].distance_bits
    assert by_kind["dhash-64"].turn is None
    assert by_kind["dhash-64"].least_bits == by_kind["dhash-64"].distance_bits


def test_another_photo_is_far(original: PhotoHashes) -> None:
    found = distances_between(original, hashes(textured(seed=2)))
    assert all(one.least_bits > one.bits // 8 for one in found if one.kind.startswith("phash"))

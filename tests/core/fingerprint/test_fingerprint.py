from collections.abc import Callable

import imagehash
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from PIL import Image

from dupefinder.core.fingerprint import (
    FINGERPRINTS,
    PICTURE_KIND,
    STORED_KINDS,
    Words,
    hamming_bits,
    orient_frequencies,
    orient_greys,
    pack_bits,
    picture_words,
    resampling_matrix,
)
from dupefinder.core.records import Orientation
from tests.core.pictures import textured

SIDE_PX = 96
Grey = NDArray[np.uint8]


def grey(seed: int) -> Grey:
    picture = textured(400, 300, seed).convert("L")
    return np.asarray(picture.resize((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS))


GREYS = np.stack([grey(seed) for seed in range(40)])
ORACLES: dict[str, Callable[[Image.Image, int], imagehash.ImageHash]] = {
    "ahash": imagehash.average_hash,
    "phash": imagehash.phash,
    "dhash": imagehash.dhash,
    "dhash-vertical": imagehash.dhash_vertical,
    "whash": imagehash.whash,
}
TRANSPOSITIONS = {
    Orientation.ROTATE_90: Image.Transpose.ROTATE_270,
    Orientation.ROTATE_180: Image.Transpose.ROTATE_180,
    Orientation.ROTATE_270: Image.Transpose.ROTATE_90,
    Orientation.MIRROR: Image.Transpose.FLIP_LEFT_RIGHT,
    Orientation.FLIP: Image.Transpose.FLIP_TOP_BOTTOM,
    Orientation.TRANSPOSE: Image.Transpose.TRANSPOSE,
    Orientation.TRANSVERSE: Image.Transpose.TRANSVERSE,
}
"""Pillow turns counter-clockwise, `Orientation` clockwise."""

any_grey = arrays.arrays(
    np.uint8, (SIDE_PX, SIDE_PX), elements=st.integers(0, 255), fill=st.just(7)
)
seeds = st.integers(0, 2**32 - 1)
words = st.integers(0, 2**64 - 1)
kinds = pytest.mark.parametrize("kind", sorted(FINGERPRINTS))
orientations = st.sampled_from(list(Orientation))


def noise(seed: int) -> Grey:
    return np.random.default_rng(seed).integers(0, 256, (SIDE_PX, SIDE_PX), dtype=np.uint8)


def oracle(kind: str, picture: Grey) -> imagehash.ImageHash:
    name, _, bits = kind.rpartition("-")
    return ORACLES[name](Image.fromarray(picture), int(int(bits) ** 0.5))


def oracle_words(kind: str, pictures: Grey) -> Words:
    return pack_bits(np.stack([oracle(kind, picture).hash.ravel() for picture in pictures]))


@kinds
def test_fingerprints_are_those_of_imagehash(kind: str) -> None:
    ours = FINGERPRINTS[kind].of_greys(GREYS)
    distances = hamming_bits(ours[:, 0], oracle_words(kind, GREYS))
    # imagehash rounds between its steps; a bit on the edge may fall to the other side.
    assert distances.max() <= FINGERPRINTS[kind].bits // 32
    assert np.median(distances) <= FINGERPRINTS[kind].bits // 64


@kinds
def test_fingerprints_of_noise_are_those_of_imagehash(kind: str) -> None:
    pictures = np.stack([noise(seed) for seed in range(10)])
    ours = FINGERPRINTS[kind].of_greys(pictures)
    distances = hamming_bits(ours[:, 0], oracle_words(kind, pictures))
    assert np.median(distances) <= FINGERPRINTS[kind].bits // 16


@kinds
def test_hexadecimal_reads_as_imagehash_writes_it(kind: str) -> None:
    ours = FINGERPRINTS[kind].of_greys(GREYS)[:, 0]
    theirs = oracle_words(kind, GREYS)
    equal = [index for index in range(len(GREYS)) if np.array_equal(ours[index], theirs[index])]
    assert equal
    for index in equal:
        hexadecimal = "".join(f"{int(word):016x}" for word in ours[index])
        assert hexadecimal == str(oracle(kind, GREYS[index]))


@kinds
def test_shapes_are_as_described(kind: str) -> None:
    fingerprint = FINGERPRINTS[kind]
    for count in (0, 1, 3):
        result = fingerprint.of_greys(GREYS[:count])
        assert result.shape == (count, fingerprint.variants, fingerprint.words)
        assert result.dtype == np.uint64
    assert fingerprint.kind == kind
    assert fingerprint.words * 64 == fingerprint.bits


def test_stored_kinds_exist() -> None:
    assert set(STORED_KINDS) <= set(FINGERPRINTS)
    assert PICTURE_KIND not in FINGERPRINTS


@kinds
def test_a_batch_equals_one_by_one(kind: str) -> None:
    of_greys = FINGERPRINTS[kind].of_greys
    batch = of_greys(GREYS)
    singly = np.concatenate([of_greys(GREYS[index : index + 1]) for index in range(len(GREYS))])
    assert np.array_equal(batch, singly)


@kinds
@pytest.mark.parametrize("level", [0, 1, 128, 255])
def test_constant_pictures_have_fingerprints(kind: str, level: int) -> None:
    flat = np.full((2, SIDE_PX, SIDE_PX), level, dtype=np.uint8)
    result = FINGERPRINTS[kind].of_greys(flat)
    assert np.array_equal(result[0], result[1])


@kinds
@settings(max_examples=20)
@given(any_grey)
def test_any_grey_has_a_fingerprint(kind: str, picture: Grey) -> None:
    assert FINGERPRINTS[kind].of_greys(picture[None]).dtype == np.uint64


@pytest.mark.parametrize("kind", ["phash-64", "phash-256"])
@given(seeds, orientations)
def test_a_turned_fingerprint_is_that_of_the_turned_picture(
    kind: str, seed: int, orientation: Orientation
) -> None:
    picture = noise(seed)[None]
    turned = np.ascontiguousarray(orient_greys(picture, orientation))
    of_greys = FINGERPRINTS[kind].of_greys
    distance = hamming_bits(of_greys(turned)[:, 0], of_greys(picture)[:, orientation])
    assert distance.max() <= 2  # sums taken the other way round


@pytest.mark.parametrize("orientation", Orientation)
def test_turned_fingerprints_of_photos_agree_with_the_oracle(orientation: Orientation) -> None:
    turned = np.ascontiguousarray(orient_greys(GREYS, orientation))
    for kind in ("phash-64", "phash-256"):
        ours = FINGERPRINTS[kind].of_greys(GREYS)[:, orientation]
        distances = hamming_bits(ours, oracle_words(kind, turned))
        assert distances.max() <= FINGERPRINTS[kind].bits // 32


@pytest.mark.parametrize("orientation", Orientation)
def test_greys_are_turned_as_pillow_turns_them(orientation: Orientation) -> None:
    turned = orient_greys(GREYS[:1], orientation)[0]
    picture = Image.fromarray(GREYS[0])
    if orientation in TRANSPOSITIONS:
        picture = picture.transpose(TRANSPOSITIONS[orientation])
    assert np.array_equal(turned, np.asarray(picture))


@given(seeds, orientations)
def test_turning_frequencies_four_times_or_twice_gives_them_back(
    seed: int, orientation: Orientation
) -> None:
    before = np.random.default_rng(seed).normal(size=(2, 8, 8)).astype(np.float32)
    after = before
    for _ in range(4 if orientation in (Orientation.ROTATE_90, Orientation.ROTATE_270) else 2):
        after = orient_frequencies(after, orientation)
    assert np.array_equal(before, after)


@given(arrays.arrays(np.bool_, st.tuples(st.integers(1, 4), st.sampled_from([64, 128, 256]))))
def test_packing_keeps_every_bit_in_its_place(bits: NDArray[np.bool_]) -> None:
    packed = pack_bits(bits)
    assert packed.dtype == np.uint64
    assert packed.shape == (len(bits), bits.shape[1] // 64)
    for row, expected in zip(packed, bits, strict=True):
        text = "".join(f"{int(word):064b}" for word in row)
        assert text == "".join("1" if bit else "0" for bit in expected)


@given(st.lists(words, min_size=1, max_size=4), st.data())
def test_hamming_distance_is_a_metric(a: list[int], data: st.DataObject) -> None:
    same_length = st.lists(words, min_size=len(a), max_size=len(a))
    b, c = data.draw(same_length), data.draw(same_length)
    x, y, z = (np.array(value, dtype=np.uint64) for value in (a, b, c))
    expected = sum((left ^ right).bit_count() for left, right in zip(a, b, strict=True))
    assert hamming_bits(x, y) == expected == hamming_bits(y, x)
    assert hamming_bits(x, x) == 0
    assert (hamming_bits(x, y) == 0) == (a == b)
    assert hamming_bits(x, z) <= hamming_bits(x, y) + hamming_bits(y, z)
    assert hamming_bits(x, ~x) == 64 * len(a)


def test_hamming_distance_broadcasts() -> None:
    many = FINGERPRINTS["phash-256"].of_greys(GREYS)[:, 0]
    table = hamming_bits(many[:, None], many[None, :])
    assert table.shape == (len(GREYS), len(GREYS))
    assert (np.diag(table) == 0).all()
    assert np.array_equal(table, table.T)
    # Different pictures lie about half their bits apart.
    assert 100 < table[np.triu_indices(len(GREYS), 1)].mean() < 156


@pytest.mark.parametrize(("size_px", "samples"), [(96, 8), (96, 9), (96, 64), (96, 96), (100, 33)])
def test_resampling_is_pillows(size_px: int, samples: int) -> None:
    matrix = resampling_matrix(size_px, samples)
    assert matrix.shape == (samples, size_px)
    assert np.allclose(matrix.sum(axis=1), 1, atol=1e-5)
    line = np.random.default_rng(samples).random((1, size_px)).astype(np.float32)
    theirs = Image.fromarray(line).resize((samples, 1), Image.Resampling.LANCZOS)
    assert np.allclose(matrix @ line[0], np.asarray(theirs)[0], atol=1e-4)


@given(seeds)
def test_equal_small_pictures_and_no_others_have_equal_words(seed: int) -> None:
    random = np.random.default_rng(seed)
    greys = np.stack([noise(seed), noise(seed), noise(seed + 1)])
    chromas = np.repeat(random.integers(0, 256, (1, 2, 16, 16), dtype=np.uint8), 3, axis=0)
    first, same, other = picture_words(greys, chromas)[:, 0, 0]
    assert first == same != other
    chromas[1, 1, 15, 15] ^= 1
    assert picture_words(greys, chromas)[1, 0, 0] != first
    assert picture_words(greys[:0], chromas[:0]).shape == (0, 1, 1)

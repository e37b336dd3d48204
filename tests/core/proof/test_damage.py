import random
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from dupefinder.core.decode import DecodeLimits
from dupefinder.core.proof.damage import damaged_of, differ_by_few_bytes
from dupefinder.core.proof.full_picture import FullPicture, decode_full
from dupefinder.core.proof.pair import prove_pair
from dupefinder.core.records import ProblemCode, ProofVerdict
from tests.core.pictures import encode
from tests.core.proof.full import full, photo

SOUND = encode(photo(), "JPEG", quality=88)


def decoded_anyway(data: bytes) -> FullPicture:
    """As one decodes it that does not notice."""
    return decode_full(data, full(SOUND).facts, DecodeLimits(), keep_profile=True)


def damaged(seed: int, data: bytes = SOUND, count: int = 1) -> bytes:
    """Some bytes of the picture changed."""
    chance = random.Random(seed)
    changed = bytearray(data)
    first = data.index(b"\xff\xda") + 40
    for _ in range(count):
        changed[chance.randrange(first, len(data) - 200)] ^= 1 << chance.randrange(7)
    return bytes(changed)


def test_the_damaged_one_is_told_where_it_can_be_seen() -> None:
    seen = 0
    for seed in range(40):
        sound, torn = decoded_anyway(SOUND), decoded_anyway(damaged(seed))
        if np.array_equal(sound.levels, torn.levels):
            continue
        assert differ_by_few_bytes(sound, torn)
        found = damaged_of(sound, torn)
        assert damaged_of(torn, sound) is found
        gaps = np.abs(sound.levels.astype(int) - torn.levels)
        if (gaps > 8).mean() > 0.1:
            assert found is torn
            seen += 1
        else:
            assert found is not sound
    assert seen >= 3


def test_nothing_is_proved_of_two_that_differ_by_few_bytes() -> None:
    sound, torn = decoded_anyway(SOUND), decoded_anyway(damaged(1))
    for pair in ((sound, torn), (torn, sound)):
        proof, back = prove_pair(*pair)
        assert (proof.verdict, proof.cause) == (ProofVerdict.UNDECIDED, ProblemCode.PARTLY_DAMAGED)
        assert back is None


def test_bytes_that_change_no_pixel_are_no_damage() -> None:
    exif = Image.Exif()
    exif[0x0132] = "2010:01:01 10:00:00"
    one = encode(photo(), "JPEG", quality=88, exif=exif)
    other = one.replace(b"2010:01:01", b"2012:03:04")
    assert one != other
    assert not differ_by_few_bytes(full(one), full(other))
    assert damaged_of(full(one), full(other)) is None


def test_another_saving_is_no_damage() -> None:
    other = full(encode(photo(), "JPEG", quality=87))
    assert not differ_by_few_bytes(full(SOUND), other)
    assert damaged_of(full(SOUND), other) is None


def test_of_formats_without_compression_a_changed_pixel_is_no_damage() -> None:
    shown = photo().copy()
    one = full(encode(shown, "BMP"))
    shown.paste((255, 0, 0), (40, 40, 48, 48))
    assert not differ_by_few_bytes(one, full(encode(shown, "BMP")))


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_photo_that_ends_in_grey_has_lost_its_end(mode: str) -> None:
    shown = photo().convert(mode)
    cut = shown.copy()
    nothing = 128 if mode == "L" else (128, 128, 128)
    cut.paste(nothing, (0, 208, 480, 360))
    cut.paste(nothing, (160, 192, 480, 208))
    sound = full(encode(shown, "JPEG", quality=90))
    small = full(encode(cut.resize((240, 180)), "JPEG", quality=70))
    assert damaged_of(sound, small) is small
    assert damaged_of(small, sound) is small


def test_two_that_end_in_grey_are_alike() -> None:
    shown = photo().copy()
    shown.paste((128, 128, 128), (0, 200, 480, 360))
    one, other = (full(encode(shown, "JPEG", quality=quality)) for quality in (90, 70))
    assert damaged_of(one, other) is None


def test_a_grey_border_or_another_tone_tells_nothing() -> None:
    for tone, top in (((128, 128, 128), 355), ((128, 128, 128), 200), ((90, 90, 90), 200)):
        shown = photo().copy()
        shown.paste(tone, (0, top, 480, 360))
        edited = full(encode(shown, "JPEG", quality=90))
        assert damaged_of(full(SOUND), edited) is None


def test_a_picture_of_few_pixels_tells_nothing() -> None:
    tiny = full(encode(photo(3, 2), "PNG"))
    other = replace(tiny, channels=tuple(255 - channel for channel in tiny.channels))
    assert damaged_of(tiny, other) is None


@pytest.mark.parametrize("size", [(200, 15), (15, 200), (200, 8), (8, 200), (2000, 7), (1, 300)])
def test_narrow_strips_tell_nothing(size: tuple[int, int]) -> None:
    strip = full(encode(photo(*size), "PNG"))
    facts = replace(strip.facts, format="JPEG")
    one = replace(strip, facts=facts, content=bytes(1000))
    other = replace(
        one,
        channels=tuple(255 - channel for channel in one.channels),
        content=bytes(999) + b"x",
    )
    assert differ_by_few_bytes(one, other)
    assert damaged_of(one, other) is None


def test_other_profiles_are_no_damage() -> None:
    sound = full(SOUND)
    other = decoded_anyway(damaged(0))
    assert differ_by_few_bytes(sound, other)
    tagged = replace(other, facts=replace(other.facts, icc_digest=b"p" * 32))
    assert not differ_by_few_bytes(sound, tagged)


def test_a_photo_beside_another_that_ends_in_grey() -> None:
    shown = photo(seed=9).copy()
    shown.paste((128, 128, 128), (0, 208, 480, 360))
    shown.paste((128, 128, 128), (160, 192, 480, 208))
    assert damaged_of(full(SOUND), full(encode(shown, "JPEG", quality=90))) is None

"""Pairs are proved with each file read and decoded once, and nothing is taken for granted."""

from dataclasses import replace
from pathlib import Path

import pytest

from dupefinder.actions.checks import full_decode, pair_process
from dupefinder.actions.checks.pair_process import PairReader
from dupefinder.actions.records import Step
from dupefinder.core.decode import DecodeLimits
from dupefinder.core.proof import full_picture
from dupefinder.core.records import Evidence
from tests.actions.removals import add, planned
from tests.core.pictures import encode, jpeg, textured


def reader(*, with_pixels: bool = False) -> PairReader:
    return PairReader(DecodeLimits(), lambda _: None, with_pixels=with_pixels)


def pair(folder: Path, goes: bytes, stays: bytes, name: str = "x.jpg") -> Step:
    gone, kept = add(folder / "gone" / name, goes), add(folder / "kept" / name, stays)
    return Step(planned(gone), planned(kept), Evidence.RE_ENCODED)


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Files by the way they were decoded: small, in full for a digest, in full to be compared."""
    seen: list[str] = []

    def watch(module: object, name: str) -> None:
        really = getattr(module, name)

        def watched(*arguments: object, **more: object) -> object:
            seen.append(name)
            return really(*arguments, **more)

        monkeypatch.setattr(module, name, watched)

    watch(full_decode, "decode_bytes")
    watch(full_decode, "_decode_all")
    watch(full_picture, "decode_full")
    return seen


def test_each_file_is_decoded_once_and_a_survivor_for_all(
    tmp_path: Path, decoded: list[str]
) -> None:
    picture = textured()
    first = pair(tmp_path, jpeg(picture, quality=80), jpeg(picture, quality=95))
    second = replace(first, victim=planned(add(tmp_path / "y.jpg", jpeg(picture, quality=70))))
    pairs = reader()
    assert pairs.prove(first)
    assert sorted(decoded) == ["decode_bytes", "decode_bytes", "decode_full", "decode_full"]
    decoded.clear()
    proved = pairs.prove(second)
    assert sorted(decoded) == ["decode_bytes", "decode_full"]
    assert proved is not None
    assert set(proved[0]) == {second.victim.path, second.survivor.path}


def test_a_survivor_that_changed_meanwhile_proves_nothing(tmp_path: Path) -> None:
    picture = textured()
    step = pair(tmp_path, jpeg(picture, quality=80), jpeg(picture, quality=95))
    pairs = reader()
    assert pairs.prove(step)
    kept = Path(step.survivor.path)
    kept.write_bytes(kept.read_bytes()[::-1])
    assert pairs.prove(step) is None


def test_a_decoded_survivor_is_not_used_for_another(tmp_path: Path) -> None:
    one, other = textured(seed=1), textured(seed=2)
    step = pair(tmp_path, jpeg(one, quality=80), jpeg(one, quality=95))
    pairs = reader()
    assert pairs.prove(step)
    kept = planned(add(tmp_path / "other.jpg", jpeg(other, quality=95)))
    assert pairs.prove(replace(step, survivor=kept)) is None
    assert pairs.prove(step)


@pytest.mark.parametrize("cut_bytes", [200, 4000])
def test_a_survivor_that_breaks_off_proves_nothing(tmp_path: Path, cut_bytes: int) -> None:
    picture = textured(640, 480)
    whole = jpeg(picture, quality=95)
    step = pair(tmp_path, jpeg(picture, quality=80), whole[:-cut_bytes])
    for with_pixels in (False, True):
        assert reader(with_pixels=with_pixels).prove(step) is None


def test_without_a_comparison_nothing_is_proved(tmp_path: Path) -> None:
    """The same compressed picture needs no comparison, so its pixels were not decoded."""
    picture = textured()
    step = pair(tmp_path, jpeg(picture, comment=b"one"), jpeg(picture, comment=b"other"))
    assert reader().prove(step) is None
    assert reader(with_pixels=True).prove(step)


def test_a_survivor_of_compared_photos_is_decoded_in_full_for_one_that_is_not(
    tmp_path: Path, decoded: list[str]
) -> None:
    picture = textured()
    first = pair(tmp_path, jpeg(picture, quality=80), jpeg(picture, comment=b"one"))
    same = planned(add(tmp_path / "same.jpg", jpeg(picture, comment=b"other")))
    pairs = reader()
    assert pairs.prove(first)
    assert "_decode_all" not in decoded
    assert pairs.prove(replace(first, victim=same, evidence=Evidence.SAME_PIXELS))
    assert decoded.count("_decode_all") == 2


@pytest.mark.parametrize("with_pixels", [False, True])
def test_pixels_are_digested_where_they_are_asked_for(tmp_path: Path, with_pixels: bool) -> None:
    picture = textured()
    lossy = pair(tmp_path, jpeg(picture, quality=80), jpeg(picture, quality=95))
    proved = reader(with_pixels=with_pixels).prove(lossy)
    assert proved is not None
    assert [photo.pixel_digest is not None for photo in proved[1]] == [with_pixels] * 2


def test_other_formats_are_decoded_in_full_all_the_same(tmp_path: Path, decoded: list[str]) -> None:
    picture = textured()
    step = pair(tmp_path, jpeg(picture, quality=90), encode(picture, "PNG"), "x")
    assert reader().prove(step)
    assert decoded.count("_decode_all") == 1


def test_large_pictures_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair_process, "LARGE_PX", 0)
    picture = textured()
    step = pair(tmp_path, jpeg(picture, quality=80), jpeg(picture, quality=95))
    pairs = reader()
    assert pairs.prove(step)
    assert not pairs._prover._decoded

"""Two exposures of one camera are told apart by what both photos say, and by nothing else."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.exposures import (
    Shot,
    are_different_exposures,
    is_other_exposure,
    shot_of,
)
from dupefinder.core.photo_facts import PhotoFacts

PLAIN = PhotoFacts("JPEG", 4000, 3000)
NOON = "2011-02-03T12:00:00"


def shot(taken: str | None = NOON, *ids: str, camera: str | None = "Canon", **changed: Any) -> Any:
    return replace(PLAIN, taken=taken, camera=camera, exposure_ids=ids, **changed)


OTHERS = {
    "seconds": (shot(), shot("2011-02-03T12:00:01")),
    "minutes": (shot(), shot("2011-02-03T12:30:00")),
    "sub-seconds": (shot(NOON + ".10"), shot(NOON + ".20")),
    "scans": (shot(NOON, "taken-as:digitized"), shot("2011-02-04T12:00:00", "taken-as:digitized")),
    "image number": (shot(NOON, "image-number:41"), shot(NOON, "image-number:42")),
    "without a time": (shot(None, "image-number:41"), shot(NOON, "image-number:42")),
    "image id": (shot(NOON, "image-id:a1"), shot(NOON, "image-id:a2")),
    "maker's id": (shot(NOON, "maker-id:A-1"), shot(NOON, "maker-id:A-2")),
    "burst": (shot(NOON, "burst:a"), shot(NOON, "burst:b")),
    "frame of a burst": (shot(NOON, "burst:a", "sequence:1"), shot(NOON, "burst:a", "sequence:2")),
    "shutter": (shot(NOON, "shutter-count:7"), shot(NOON, "shutter-count:8")),
    "body": (shot(NOON, "body:7"), shot(NOON, "body:8")),
    "exposure time": (shot(NOON, "exposure-time:0.01"), shot(NOON, "exposure-time:0.0125")),
    "aperture": (shot(NOON, "f-number:8"), shot(NOON, "f-number:9")),
    "sensitivity": (shot(NOON, "iso:100"), shot(NOON, "iso:125")),
    "bias": (shot(NOON, "exposure-bias:0"), shot(NOON, "exposure-bias:-0.333333")),
}


@pytest.mark.parametrize("name", OTHERS)
def test_contradicting_facts_make_other_exposures(name: str) -> None:
    assert is_other_exposure(*OTHERS[name])


AGREEING = {
    "nothing": (PLAIN, PLAIN),
    "the same": (shot(NOON, "burst:a", "iso:100"), shot(NOON, "burst:a", "iso:100")),
    "a time without sub-seconds": (shot(NOON), shot(NOON + ".20")),
    "shorter sub-seconds": (shot(NOON + ".2"), shot(NOON + ".20")),
    "no time": (shot(), shot(None)),
    "another camera": (shot(), shot("2019-01-01T00:00:00", "image-id:b", camera="Epson")),
    "no camera": (shot(), shot("2019-01-01T00:00:00", camera=None)),
    "neither camera": (shot(camera=None), shot("2019-01-01T00:00:00", camera=None)),
    "a time of the file": (shot(), shot("2019-01-01T00:00:00", "taken-as:file")),
    "two times of files": (
        shot(NOON, "taken-as:file"),
        shot("2019-01-01T00:00:00", "taken-as:file"),
    ),
    "the time of a scan": (shot(), shot("2019-01-01T00:00:00", "taken-as:digitized")),
    "kinds that differ": (shot(NOON, "image-id:a"), shot(NOON, "image-number:4")),
    "a time that was rounded": (
        shot(NOON, "exposure-time:0.0169492"),
        shot(NOON, "exposure-time:0.0166667"),
    ),
    "an aperture that was rounded": (shot(NOON, "f-number:1.78"), shot(NOON, "f-number:1.8")),
    "a bias that was rounded": (
        shot(NOON, "exposure-bias:0.333333"),
        shot(NOON, "exposure-bias:0.3"),
    ),
    "a raw file": (
        shot(NOON, "iso:100", is_raw=True),
        shot(NOON, "iso:400"),
    ),
}


@pytest.mark.parametrize("name", AGREEING)
def test_files_of_other_names_are_no_companions(name: str) -> None:
    assert not is_other_exposure(*AGREEING[name])


def test_a_raw_file_is_another_exposure_by_its_number() -> None:
    raw = shot(NOON, "image-number:1", is_raw=True)
    assert is_other_exposure(raw, shot(NOON, "image-number:2"))


VALUES = {
    "body": ["1", "2"],
    "burst": ["a", "b"],
    "exposure-bias": ["0", "0.33", "-1"],
    "exposure-time": ["0.01", "0.0101", "0.02"],
    "f-number": ["2.8", "2.81", "4"],
    "image-id": ["x", "y"],
    "iso": ["100", "101", "200"],
    "taken-as": ["file", "digitized"],
}


@st.composite
def any_facts(draw: st.DrawFn) -> PhotoFacts:
    kinds = draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True))
    ids = tuple(f"{kind}:{draw(st.sampled_from(VALUES[kind]))}" for kind in sorted(kinds))
    return replace(
        PLAIN,
        taken=draw(st.sampled_from([None, NOON, NOON + ".1", NOON + ".2", "2012-02-03T12:00:00"])),
        camera=draw(st.sampled_from([None, "Canon", "Nikon"])),
        is_raw=draw(st.booleans()),
        exposure_ids=ids,
    )


@given(any_facts(), any_facts())
def test_it_does_not_matter_which_is_named_first(one: PhotoFacts, other: PhotoFacts) -> None:
    assert is_other_exposure(one, other) == is_other_exposure(other, one)


@given(any_facts())
def test_no_photo_contradicts_itself(one: PhotoFacts) -> None:
    assert not is_other_exposure(one, one)


@given(any_facts(), any_facts(), st.data())
def test_missing_facts_never_contradict(
    one: PhotoFacts, other: PhotoFacts, data: st.DataObject
) -> None:
    """Two photos that agree still agree after an editor dropped any of their facts."""
    # A time without its mark would be another statement, not none.
    droppable = [token for token in one.exposure_ids if not token.startswith("taken-as")]
    dropped = data.draw(st.sets(st.sampled_from(droppable))) if droppable else set()
    less = replace(
        one,
        camera=data.draw(st.sampled_from([None, one.camera])),
        taken=data.draw(st.sampled_from([None, one.taken])),
        exposure_ids=tuple(token for token in one.exposure_ids if token not in dropped),
    )
    if not is_other_exposure(one, other):
        assert not is_other_exposure(less, other)
    bare = replace(one, camera=None)
    assert not is_other_exposure(bare, other)
    assert not is_other_exposure(replace(one, taken=None, exposure_ids=()), other)


def shots(*facts: PhotoFacts) -> set[Shot]:
    return {found for one in facts if (found := shot_of(one)) is not None}


def test_one_agreeing_copy_is_enough() -> None:
    late = shot("2019-01-01T00:00:00")
    assert are_different_exposures(shots(shot()), shots(late))
    assert not are_different_exposures(shots(shot()), shots(late, shot()))
    assert not are_different_exposures(shots(shot()), shots())
    nikon = shot("2019-01-01T00:00:00", camera="Nikon")
    assert not are_different_exposures(shots(shot()), shots(nikon))
    assert are_different_exposures(shots(shot()), shots(nikon, late))
    silent = shot(None, "iso:100")
    assert are_different_exposures(shots(shot()), shots(silent, late))

from dataclasses import fields, replace

import pytest

from dupefinder.core.kept_groups import GroupColumns, KeptGroups, Lines, Texts
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import (
    Alteration,
    AlterationCode,
    DifferenceBox,
    DifferencePlace,
    Evidence,
    FoundFile,
    Group,
    GroupMember,
    Orientation,
    Reason,
    ReasonCode,
)

FULL = PhotoFacts(
    "HEIF",
    4000,
    3000,
    exif_orientation=6,
    mode="RGBA",
    bits_per_channel=10,
    frames=2,
    has_alpha=True,
    is_raw=True,
    is_lossless=True,
    quality=91,
    sharpness=0.1 + 0.2,
    contrast=1 / 3,
    taken="2020-05-02T14:12:00.25",
    camera="Müller α",
    has_gps=True,
    has_caption=True,
    rating=5,
    decodes_in_full=None,
    extras=("depth", "video"),
    extras_digest=b"\x01" * 32,
    icc_digest=b"\x02" * 32,
    picture_digest=b"\x03" * 32,
    word_digests=("a", "b"),
    exposure_ids=("serial:7",),
    parts=b"\x00\xff",
)


def photo(path: str, number: int) -> GroupMember:
    return GroupMember(
        FoundFile(path, "uuid:1", path[1:], 7, -1, (1 << 64) - 1, 1 << 63, protected=number == 1),
        number,
        bytes([number]) * 32,
        FULL if number % 2 else PhotoFacts("JPEG", 8, 6),
        keep=True,
        is_keeper=True,
        reason=Reason(ReasonCode.MORE_DETAIL),
    )


FIRST = photo("/p/a.jpg", 1)
ODD = "/p/odd \udcff ünïcode 写真.jpg"
SECOND = replace(
    photo(ODD, 2),
    keep=False,
    is_keeper=False,
    reason=Reason(ReasonCode.KEEPER_LACKS_METADATA, ("gps", "date")),
    evidence=Evidence.EDITED,
    against=FIRST.file.path,
    distance_bits=9,
    orientation=Orientation.TRANSVERSE,
    alterations=(
        Alteration(AlterationCode.CROPPED, 61.5, DifferencePlace.LOWER_LEFT),
        Alteration(AlterationCode.FRAMED),
    ),
    placement=(0.1, 0.2, 0.3, 1 / 3, 0.5, 0.6),
    differences=(DifferenceBox(1, 2, 3, 4), DifferenceBox(5, 6, 7, 8)),
)
GROUPS = [
    Group("ab" * 8, (FIRST, SECOND)),
    Group("cd" * 8, (photo("/q/c.jpg", 3), replace(photo("/q/d.jpg", 4), against="/gone.jpg"))),
]


def kept(groups: list[Group]) -> KeptGroups:
    return KeptGroups(GroupColumns.from_parts(GroupColumns.of(groups).as_parts()))


def test_groups_are_what_they_were() -> None:
    found = kept(GROUPS)
    assert list(found) == GROUPS
    assert [found[0], found[-1]] == GROUPS
    assert found[:] == GROUPS
    # It does not count when groups are compared.
    assert found[0].members[1].placement == SECOND.placement
    assert len(found) == 2


def test_no_field_would_be_lost_unnoticed() -> None:
    """None has the value here that it has by itself where it is not kept."""
    for one in fields(GroupMember):
        assert getattr(SECOND, one.name) != one.default, one.name
    for one in fields(PhotoFacts):
        assert getattr(FULL, one.name) != one.default, one.name


def test_a_group_that_is_asked_for_again_is_the_same_one() -> None:
    found = kept(GROUPS)
    assert found[1] is found[1]


def test_beyond_the_last_group_there_is_none() -> None:
    with pytest.raises(IndexError):
        kept(GROUPS)[2]
    with pytest.raises(IndexError):
        Texts.of(["a"])[1]


def test_no_groups_at_all() -> None:
    assert list(kept([])) == []


def test_texts_are_cut_where_they_were_joined() -> None:
    texts = ["", ODD, "b", ""]
    found = Texts.of(texts)
    assert list(found) == texts
    assert found[1:3] == texts[1:3]
    for sample in ("", "b".join(texts)):
        assert list(Lines.of(texts, sample)) == texts

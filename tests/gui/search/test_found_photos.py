"""Photos that were found, as words, and as a pair to be compared."""

from dataclasses import replace

from dupefinder.core.records import Alteration, AlterationCode, Evidence, Orientation
from dupefinder.gui.compare.geometry import turns_of
from dupefinder.gui.search.found_photos import (
    can_compare,
    distance_text,
    drive_text,
    evidence_text,
    folder_text,
    name_text,
    pair_of,
    spoken_text,
)
from tests.gui.search.answers import ROOT, asked, row

CROPPED = Alteration(AlterationCode.CROPPED, 84.0)
FRAMED = Alteration(AlterationCode.FRAMED)


def test_the_evidence_and_the_alterations() -> None:
    assert evidence_text(row("a/b.jpg", Evidence.SAME_BYTES)) == "Same file"
    turned = row("a/b.jpg", Evidence.ROTATED, orientation=Orientation.ROTATE_90)
    assert evidence_text(turned) == "Rotated · turned left"
    mirrored = row("a/b.jpg", Evidence.MIRRORED, orientation=Orientation.MIRROR)
    assert evidence_text(mirrored) == "Mirrored"
    cut = row("a/b.jpg", Evidence.EDITED, alterations=(FRAMED,), query_alterations=(CROPPED,))
    assert evidence_text(cut) == "Edited · in a frame · yours is cropped to 84 %"


def test_a_distance_is_shown_unless_the_pixels_are_equal() -> None:
    assert distance_text(row("a.jpg", distance_bits=1)) == "1 bit"
    assert distance_text(row("a.jpg", distance_bits=4)) == "4 bits"
    assert distance_text(row("a.jpg", Evidence.SAME_PIXELS, distance_bits=0)) == ""


def test_the_place_of_a_copy() -> None:
    here = row("photos/2010/a.jpg")
    assert (name_text(here), drive_text(here)) == ("a.jpg", "")
    assert folder_text(here) == f"{ROOT}photos/2010"
    away = row(None)
    assert (name_text(away), folder_text(away)) == ("far.jpg", "DCIM")
    assert drive_text(away) == "On a drive that is not connected"
    assert drive_text(row(None, volume_id="net:nas/photos")) == "On nas/photos, not connected"
    assert "not connected" in spoken_text(away)
    red = replace(away.place, drive="RED")
    assert drive_text(replace(away, place=red)) == "On RED, not connected"
    seen = replace(red, seen_ns=1_747_000_000_000_000_000)
    assert drive_text(replace(away, place=seen)).startswith("On RED, not connected, last seen in ")
    assert "2025" in drive_text(replace(away, place=seen))


def test_only_files_on_connected_drives_are_compared() -> None:
    assert can_compare(asked(), row("a.jpg"))
    assert not can_compare(asked(), row(None))
    assert not can_compare(asked(""), row("a.jpg"))
    assert not can_compare(asked(is_away=True), row("a.jpg"))


def test_a_pair_is_turned_alike_and_proposes_nothing() -> None:
    turned = row("a.jpg", Evidence.ROTATED, orientation=Orientation.ROTATE_270)
    pair = pair_of(asked(), turned)
    assert turns_of(pair.members) == [Orientation.IDENTITY, Orientation.ROTATE_270]
    assert all(member.keep for member in pair.members)
    assert pair.group_id != pair_of(asked(), row("b.jpg")).group_id

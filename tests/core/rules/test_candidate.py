from dataclasses import replace

import pytest

from dupefinder.core.companions.records import CompanionKind
from dupefinder.core.file_parts import PartKind, packed
from dupefinder.core.rules.candidate import Belonging, FileBeside, lacking_companions, metadata_of
from tests.core.rules.candidates import CAMERA, FACTS, candidate, facts_with

NOTED = packed([(PartKind.NOTE, "user.xdg.comment", b"grandma")])
SAID = frozenset(("star=yes",))
FILM = FileBeside("live-photo", "/q/1.mov", 4_000)
NOTES = FileBeside("folder-file", "/q/.picasa.ini", 50, is_left=True, says=SAID)


def test_metadata_that_a_person_would_mourn() -> None:
    assert metadata_of(FACTS) == frozenset()
    assert metadata_of(facts_with(rating=0)) == frozenset()
    everything = replace(CAMERA, has_gps=True, has_caption=True, rating=1)
    assert metadata_of(everything) == {"date", "camera", "gps", "caption", "rating"}


@pytest.mark.parametrize(
    ("ours", "theirs", "lacking"),
    [
        ((), (), ()),
        ((), (FILM,), ("live-photo",)),
        ((FILM,), (), ()),
        ((replace(FILM, path="/p/1.mov"),), (FILM,), ()),
        ((replace(FILM, path="/p/1.mov", size_bytes=5),), (FILM,), ("live-photo",)),
        ((replace(FILM, path="/p/1.mov", kind="sidecar"),), (FILM,), ("live-photo",)),
        ((replace(FILM, path="/p/1.mov", digest=b"a"),), (FILM,), ()),
        (
            (replace(FILM, path="/p/1.mov", digest=b"a"),),
            (replace(FILM, digest=b"b"),),
            ("live-photo",),
        ),
        ((replace(FILM, path="/p/1.mov", digest=b"a"),), (replace(FILM, digest=b"a"),), ()),
        ((replace(FILM, path="/p/1.mov"),), (replace(FILM, attributes=NOTED),), ("live-photo",)),
        ((replace(FILM, path="/p/1.mov", attributes=NOTED),), (FILM,), ()),
        ((replace(FILM, size_bytes=None),), (replace(FILM, size_bytes=None),), ("live-photo",)),
        ((replace(FILM, is_left=True),), (replace(FILM, is_left=True),), ()),
        ((), (FileBeside("original", "/p/photo.jpg", 9),), ()),
        ((NOTES,), (NOTES,), ()),
        ((replace(NOTES, says=frozenset()),), (NOTES,), ("folder-file",)),
        ((replace(NOTES, says=SAID | {"caption"}, path="/p/.picasa.ini"),), (NOTES,), ()),
        ((replace(NOTES, says=None),), (replace(NOTES, says=None),), ("folder-file",)),
        ((), (FileBeside("xmp", "/q/1.xmp", 1), FILM), ("live-photo", "xmp")),
    ],
)
def test_files_beside_a_copy_without_an_equal(
    ours: tuple[FileBeside, ...], theirs: tuple[FileBeside, ...], lacking: tuple[str, ...]
) -> None:
    keeper = candidate(belonging=Belonging(ours))
    other = candidate("/q/1.jpg", belonging=Belonging(theirs))
    assert lacking_companions(keeper, other) == lacking
    assert {one.kind for one in (*ours, *theirs)} <= {kind.value for kind in CompanionKind}

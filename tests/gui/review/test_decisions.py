import pytest

from dupefinder.core.decisions.marks import Mark
from dupefinder.core.records import Evidence
from dupefinder.gui.results import mark_key
from dupefinder.gui.review.decisions import decided_text
from tests.gui.groups import group, photo

K, R, N = Mark.KEEP, Mark.REMOVE, Mark.NONE
FAMILY = group(
    photo("a/zoo.jpg"),
    photo("b/copy.jpg", evidence=Evidence.RE_ENCODED),
    photo("c/edit.jpg", evidence=Evidence.EDITED),
    photo("d/edit small.jpg", evidence=Evidence.RE_ENCODED, against="c/edit.jpg"),
    photo("e/turned.jpg", evidence=Evidence.ROTATED),
)


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        ((K, R, K, K, K), "Kept zoo and 3 more, 1 to remove"),
        ((K, R, K, R, K), "Kept zoo and 2 more, 2 to remove"),
        ((K, K, K, K, K), "Kept all 5 photos"),
        ((N, N, N, N, N), "zoo: undecided again"),
        # Edited and turned copies that go with them are named; equal ones once.
        (
            (K, R, R, R, R),
            "Kept zoo, 4 to remove; no equal copy is kept of edit (edited) and turned (rotated)",
        ),
        ((K, R, R, K, K), "Kept zoo and 2 more, 2 to remove"),
        # That goes for the original, too, when only an edited copy is kept.
        (
            (R, R, K, K, R),
            "Kept edit and 1 more, 3 to remove; no equal copy is kept of zoo and turned (rotated)",
        ),
    ],
)
def test_a_decision_in_a_line(marks: tuple[Mark, ...], told: str) -> None:
    given = {mark_key(one): mark for one, mark in zip(FAMILY.members, marks, strict=True)}
    assert decided_text(FAMILY, given) == told


def test_of_many_that_go_alone_two_are_named() -> None:
    shots = group(
        photo("1.jpg"), *(photo(f"{n}.jpg", evidence=Evidence.EDITED) for n in range(2, 7))
    )
    given = {mark_key(one): R for one in shots.members} | {mark_key(shots.members[0]): K}
    assert decided_text(shots, given) == (
        "Kept 1, 5 to remove; no equal copy is kept of 2 (edited), 3 (edited) and 3 more"
    )

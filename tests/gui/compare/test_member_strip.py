import pytest

from dupefinder.core.records import DifferenceBox, Evidence, GroupMember
from dupefinder.gui.compare.member_strip import ComparedPhotos
from tests.gui.groups import group, photo


def members(count: int) -> tuple[GroupMember, ...]:
    copies = (photo(f"b/{n}.jpg", evidence=Evidence.SAME_BYTES) for n in range(1, count))
    return group(photo("a.jpg"), *copies).members


@pytest.mark.parametrize(
    ("count", "index", "most", "shown"),
    [
        (2, 0, 2, (0, 1)),
        (2, 1, 4, (0, 1)),
        (3, 2, 2, (0, 2)),
        (3, 2, 3, (0, 1, 2)),
        (9, 0, 4, (0, 1, 2, 3)),
        (9, 4, 4, (0, 4, 5, 6)),
        (9, 8, 4, (0, 6, 7, 8)),
        (9, 7, 3, (0, 7, 8)),
    ],
)
def test_the_photos_beside_the_best_copy(
    count: int, index: int, most: int, shown: tuple[int, ...]
) -> None:
    compared = ComparedPhotos(members(count), index, most)
    assert compared.shown == shown
    assert compared.left == 0
    assert compared.right in shown


def test_going_on_moves_the_photos_along() -> None:
    compared = ComparedPhotos(members(6), 1, 3)
    seen = [compared.shown]
    for _ in range(5):
        compared.look_at(compared.after(1))
        seen.append(compared.shown)
    assert seen == [(0, 1, 2), (0, 2, 3), (0, 3, 4), (0, 4, 5), (0, 4, 5), (0, 4, 5)]
    assert (compared.right, compared.after(1)) == (5, 5)
    compared.look_at(0)
    assert compared.shown == (0, 4, 5)


def test_a_copy_that_differs_in_places_stands_beside_what_it_differs_from() -> None:
    differing = photo(
        "c.jpg",
        evidence=Evidence.EDITED,
        against="b.jpg",
        differences=[DifferenceBox(1, 1, 5, 5)],
    )
    three = group(photo("a.jpg"), photo("b.jpg", evidence=Evidence.SAME_PIXELS), differing)
    compared = ComparedPhotos(three.members, 2)
    assert compared.shown == (1, 2)
    compared.look_at(0)
    assert compared.shown == (0, 2)

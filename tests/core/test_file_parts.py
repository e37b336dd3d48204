from operator import ne

from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.file_parts import MOST_PARTS, Part, PartKind, count_of, lacking_parts, packed

PARTS = st.lists(st.tuples(st.sampled_from(PartKind), st.text(max_size=3), st.binary(max_size=3)))


@given(PARTS, PARTS)
def test_a_copy_lacks_the_kinds_of_those_parts_that_it_has_not(
    ours: list[Part], theirs: list[Part]
) -> None:
    lacking = lacking_parts(packed(ours), packed(theirs))
    more = {kind.code for kind, *_ in set(theirs) - set(ours)}
    colours = ({part for part in parts if part[0] is PartKind.COLOURS} for parts in (ours, theirs))
    # Other colours are lacking on both sides.
    assert lacking == more | ({PartKind.COLOURS.code} if ne(*colours) else set())


@given(PARTS)
def test_order_and_repetition_do_not_matter(parts: list[Part]) -> None:
    assert packed(parts[::-1] * 2) == packed(parts)
    assert count_of(packed(parts)) == len(set(parts))


def test_too_many_parts_become_a_single_one() -> None:
    many: list[Part] = [(PartKind.TAG, str(one), b"") for one in range(MOST_PARTS + 1)]
    assert count_of(packed(many)) == 1
    assert lacking_parts(packed(many[1:]), packed(many))


def test_codes_and_numbers_are_each_used_once() -> None:
    assert len({kind.number for kind in PartKind}) == len(PartKind)
    assert len({kind.code for kind in PartKind}) == len(PartKind)

from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.records import Evidence
from dupefinder.services.findings import with_pinned
from tests.gui.groups import group, pair, photo


@given(st.lists(st.integers(0, 11), min_size=12, max_size=12), st.sets(st.integers(0, 11)))
def test_a_decided_group_keeps_its_photos(belongs: list[int], decided: set[int]) -> None:
    """Every photo is in one group at most, and decided groups are unchanged."""
    before = [pair(f"{number}.jpg") for number in sorted(decided)]
    names: dict[int, list[str]] = {}
    for number, to in enumerate(belongs):
        names.setdefault(to, []).extend([f"library/{number}.jpg", f"backup/{number}.jpg"])
    after = [
        group(photo(first), *(photo(one, evidence=Evidence.RE_ENCODED) for one in others))
        for first, *others in names.values()
    ]
    kept = with_pinned(after, before)
    paths = [member.file.path for one in kept for member in one.members]
    assert len(paths) == len(set(paths))
    assert kept[: len(before)] == before
    for one in kept:
        assert len(one.members) > 1
        assert any(member.keep for member in one.members)
        staying = {member.file.path for member in one.members if member.keep}
        assert all(member.keep or member.against in staying for member in one.members)


def test_without_a_decision_the_new_groups_are_taken_as_they_are() -> None:
    groups = [pair("a.jpg"), pair("b.jpg")]
    assert with_pinned(groups, []) == groups

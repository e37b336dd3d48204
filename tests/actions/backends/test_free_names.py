import os

from hypothesis import given
from hypothesis import strategies as st

from dupefinder.actions.backends.free_names import free_names


@given(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1))
def test_names_fit_and_differ(name: str) -> None:
    names = list(free_names(name, 244))
    assert len(set(names)) == len(names)
    assert all(0 < len(os.fsencode(each)) <= 244 for each in names)
    assert len(os.fsencode(name)) > 244 or names[0] == name

"""A release says who maintains it and where, or is refused."""

import pytest
import release
from release import SETTING, Maintainer, NotForRelease, maintainer


def test_a_release_names_its_maintainer() -> None:
    setting = {SETTING: "Jane Doe <jane@example.org> https://example.org/dupefinder/"}
    assert maintainer(for_release=True, variables=setting) == Maintainer(
        "Jane Doe", "jane@example.org", "https://example.org/dupefinder"
    )


@pytest.mark.parametrize(
    "setting",
    [
        "",
        "Jane Doe",
        "Jane Doe <jane@example.org>",
        "Jane Doe <jane> https://example.org",
        "Jane <jane@example.org> http://example.org",
        "<jane@example.org> https://example.org",
    ],
)
def test_without_that_it_is_refused_with_the_form_to_give(setting: str) -> None:
    with pytest.raises(NotForRelease, match="DUPEFINDER_MAINTAINER='Jane Doe <"):
        maintainer(for_release=True, variables={SETTING: setting})


def test_a_trial_needs_none_and_says_so() -> None:
    assert maintainer(for_release=False, variables={}) is release.TRIAL
    assert "Trial" in release.TRIAL.name


def test_a_trial_refuses_what_cannot_be_read() -> None:
    with pytest.raises(NotForRelease):
        maintainer(for_release=False, variables={SETTING: "Jane"})

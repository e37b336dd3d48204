"""Texts for what was done say where files are, and whether they can come back."""

import pytest

from dupefinder.actions.records import ActionKind, Outcome
from dupefinder.text import actions, plans
from dupefinder.text.actions import comes_back, whereabouts_sentences
from dupefinder.text.plans import way_sentence


@pytest.fixture(params=[True])
def brings_back(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system whose trash the program can search; with False one where only a person can."""
    for module in (actions, plans):
        monkeypatch.setattr(module, "trash_brings_back", lambda: request.param)


def outcome(kind: ActionKind, *set_aside: str) -> Outcome:
    return Outcome(1, ("/p/a.jpg",), 9, (), kind=kind, set_aside=set_aside)


@pytest.mark.usefixtures("brings_back")
def test_the_place_is_named_and_what_frees_its_space() -> None:
    one = outcome(ActionKind.SET_ASIDE, "/p/set aside")
    assert list(whereabouts_sentences(one)) == [
        "They are in /p/set aside. No space is freed until that folder is emptied, in History."
    ]
    two = outcome(ActionKind.TRASH, "/p/set aside", "/q/set aside")
    assert list(whereabouts_sentences(two)) == [
        "They are in /p/set aside, /q/set aside. No space is freed until these are emptied, in"
        " History."
    ]
    assert list(whereabouts_sentences(outcome(ActionKind.TRASH))) == []
    assert all(map(comes_back, (one, two, outcome(ActionKind.TRASH))))


@pytest.mark.parametrize("brings_back", [False], indirect=True)
@pytest.mark.usefixtures("brings_back")
def test_undo_ends_in_a_trash_that_only_a_person_can_search() -> None:
    trashed = outcome(ActionKind.TRASH)
    assert not comes_back(trashed)
    assert list(whereabouts_sentences(trashed)) == [
        "Only the system's own trash brings back what is in it."
    ]
    assert "Undo ends there" in way_sentence(ActionKind.TRASH)
    # A photo on a drive without a trash was set aside, and comes back.
    assert comes_back(outcome(ActionKind.TRASH, "/p/set aside"))


@pytest.mark.usefixtures("brings_back")
def test_reversible_actions_are_not_said_to_end_undo() -> None:
    assert "Undo ends" not in way_sentence(ActionKind.TRASH)

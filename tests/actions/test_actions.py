"""Removed photos go where Undo finds them, on every system."""

import sys

import pytest

from dupefinder.actions import default_way, trash_brings_back
from dupefinder.actions.records import ActionKind


@pytest.mark.parametrize(
    ("platform", "way"),
    [
        ("linux", ActionKind.TRASH),
        ("win32", ActionKind.SET_ASIDE),
        ("darwin", ActionKind.SET_ASIDE),
    ],
)
def test_a_trash_that_nothing_can_be_brought_back_from_is_not_the_first_choice(
    platform: str, way: ActionKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert default_way() is way
    assert trash_brings_back() is (way is ActionKind.TRASH)

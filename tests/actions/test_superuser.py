import os

import pytest

from dupefinder.actions.superuser import running_as_root


@pytest.mark.parametrize(("number", "is_root"), [(0, True), (1000, False)])
def test_the_superuser_is_known(
    monkeypatch: pytest.MonkeyPatch, number: int, is_root: bool
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: number, raising=False)
    assert running_as_root() is is_root


def test_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "geteuid", raising=False)
    assert not running_as_root()

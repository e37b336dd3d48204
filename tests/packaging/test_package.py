"""The command that makes packages: wrong usage costs nothing, every failure is told in words."""

import re
import subprocess
import sys
from pathlib import Path

import package
import pytest
from environment import Environment
from release import SETTING, Maintainer, NotBuilt

KINDS = re.findall(r"package\.py (\w+)", package.__doc__ or "")


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: Environment, _purpose: str) -> None:
        raise AssertionError("an environment was made")

    monkeypatch.setattr(Environment, "make_ready", refuse)
    monkeypatch.delenv(SETTING, raising=False)


@pytest.mark.parametrize("arguments", [[], ["zip"], ["deb", "wheel"], ["--release"]])
def test_wrong_usage_is_told_before_anything_is_set_up(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert package.main(arguments) == 2
    assert "package.py tarball" in capsys.readouterr().err


def test_help_lists_the_kinds_before_anything_is_set_up(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert package.main(["--help"]) == 0
    assert "package.py tarball" in capsys.readouterr().out


def test_a_release_without_a_maintainer_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert package.main(["wheel", "--release"]) == 1
    assert SETTING in capsys.readouterr().err


def test_every_kind_of_the_help_has_a_maker() -> None:
    assert len(KINDS) > 5
    assert [package.maker(kind).__module__ for kind in KINDS]


@pytest.mark.parametrize(
    "error", [NotBuilt("no compiler"), subprocess.CalledProcessError(1, ["codesign"])]
)
def test_a_failure_is_told_in_words(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_maintainer: Maintainer) -> Path:
        raise error

    monkeypatch.setattr(package, "BUILD", Path(sys.prefix).parent)
    monkeypatch.setattr(package, "Environment", lambda _folder: Environment(Path(sys.prefix)))
    monkeypatch.setattr(package, "maker", lambda _kind: fail)
    assert package.main(["deb"]) == 1
    assert str(error) in capsys.readouterr().err

"""Arguments of `apply`, `history` and `undo`."""

import os
from pathlib import Path

import pytest

from dupefinder.actions.journal import default_journal_path
from dupefinder.cli import main
from dupefinder.cli.action_arguments import DEFAULT_EVIDENCE, EVIDENCE_NAMES
from dupefinder.cli.action_journal import journal_path
from dupefinder.cli.arguments import parse
from dupefinder.core.records import Evidence
from dupefinder.core.rules import REPLACEABLE


def test_the_names_of_evidence_are_those_that_a_scan_proposes_by() -> None:
    assert {Evidence(name) for name in EVIDENCE_NAMES} == REPLACEABLE
    assert set(DEFAULT_EVIDENCE) < set(EVIDENCE_NAMES)


def test_without_options() -> None:
    parsed = parse(["apply", "--from", "g.json"])
    assert parsed.evidence is None
    assert not parsed.yes
    assert parse(["apply", "plan.json"]).plan == "plan.json"
    assert parse(["undo"]).action_id is None
    assert parse(["history", "12"]).action_id == 12


def test_the_journal_lies_beside_the_catalog_or_where_options_say(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DUPEFINDER_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    here = Path(os.path.realpath(tmp_path))
    assert journal_path(parse(["undo"])) == default_journal_path()
    beside = parse(["undo", "--catalog", os.path.join("c", "catalog.sqlite")])
    assert journal_path(beside) == here / "c" / "journal.sqlite"
    assert journal_path(parse(["undo", "--journal", "j.sqlite"])).name == "j.sqlite"
    assert journal_path(parse(["undo", "--journal", "j.sqlite"])).is_absolute()


@pytest.mark.parametrize(
    "arguments",
    [
        ["apply"],
        ["apply", "--from"],
        ["apply", "--from", "g.json", "--evidence", "look-alike"],
        ["apply", "--from", "g.json", "--evidence", "raw-pair"],
        ["apply", "--from", "g.json", "--evidence", ""],
        ["apply", "--from", "g.json", "--evidence", "same-bytes,"],
        ["apply", "--from", "g.json", "--catalog", "c", "--journal", "j"],
        ["apply", "--from", "g.json", "--journal", ""],
        ["apply", "--from", "g.json", "--catalog", ""],
        ["apply", "--from", "g.json", "more"],
        ["apply", "plan.json", "--yes", "--dry-run"],
        ["history", "0"],
        ["history", "-1"],
        ["history", "1", "2"],
        ["history", "--journal", ""],
        ["undo", "one"],
        ["undo", "1_0"],
        ["undo", "9" * 30],
        ["undo", "--yes"],
        ["undo", "--catalog", ""],
    ],
)
def test_wrong_usage_is_reported_and_ends_with_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines()[-1].startswith("dupefinder")
    assert "Traceback" not in printed.err


@pytest.mark.parametrize("command", ["apply", "history", "undo"])
def test_help_ends_with_0(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"usage: dupefinder {command}")

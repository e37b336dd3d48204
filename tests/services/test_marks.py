from pathlib import Path

from dupefinder.core.marks import Mark, MarkRow
from dupefinder.services.marks import KeptMarks


def test_decisions_are_written_down_at_once(tmp_path: Path) -> None:
    def marks() -> KeptMarks:
        return KeptMarks(tmp_path / "decisions.sqlite", tmp_path / "journal.sqlite")

    kept = marks()
    row = MarkRow(bytes(32), "uuid:1", "a.jpg", Mark.REMOVE)
    kept.keep_marks({row[:3]: row.mark})
    kept.keep_dismissed(["aa", "bb"], dismissed=True)
    kept.keep_dismissed(["aa"], dismissed=False)
    kept.close()
    again = marks()
    assert again.load() == ([row], {"bb"})
    again.close()

from pathlib import Path

from dupefinder.core.decisions.marks import Mark, MarkRow
from dupefinder.core.decisions.separated import PhotoKeys, SeparatedPhoto, Separation
from dupefinder.services.marks import KeptMarks


def test_decisions_are_written_down_at_once(tmp_path: Path) -> None:
    def marks() -> KeptMarks:
        return KeptMarks(tmp_path / "decisions.sqlite", tmp_path / "journal.sqlite")

    kept = marks()
    row = MarkRow(bytes(32), "uuid:1", "a.jpg", Mark.REMOVE)
    kept.keep_marks({row[:3]: row.mark})
    photos = [SeparatedPhoto(PhotoKeys(bytes([part]) * 32), part) for part in range(2)]
    older, newer = Separation((*photos,), 1), Separation((*photos[:1],), 2)
    kept.keep_separations([older, newer])
    assert kept.forget_separations([newer.separation_id, "unknown"]) == 1
    kept.close()
    again = marks()
    assert again.load() == [row]
    assert again.separations() == [older]
    again.close()

import os

import pytest

from dupefinder.gui import log_text
from dupefinder.gui.log_text import without_folders


@pytest.mark.parametrize(
    ("text", "shortened"),
    [
        ("nothing to see", "nothing to see"),
        ("12/s, 3 of 4, a/b", "12/s, 3 of 4, a/b"),
        ("/home/anna/Pictures/IMG 1.jpg cannot be read", "…/IMG 1.jpg cannot be read"),
        ("cannot read /home/anna/a.jpg: gone", "cannot read …/a.jpg: gone"),
        ("No such file: '/media/anna/My drive/Anna, 8/a b.jpg'", "No such file: '…/a b.jpg'"),
        ('No such file: "/media/it\'s/a.jpg"', 'No such file: "…/a.jpg"'),
        ("'C:\\\\Users\\\\Anna\\\\a.jpg' is locked", "'…/a.jpg' is locked"),
        ("C:\\Users\\Anna\\a.jpg is locked", "…/a.jpg is locked"),
        ("\\\\server\\share\\a.jpg", "…/a.jpg"),
        ("'/media/card/'", "'…/card'"),
        ("the root / is odd", "the root / is odd"),
        ("see https://example.org/a/b", "see https://example.org/a/b"),
        ("one /a/b\ntwo /c/d", "one …/b\ntwo …/d"),
        ("", ""),
    ],
)
def test_paths_become_names(text: str, shortened: str) -> None:
    assert without_folders(text) == shortened


def test_what_is_short_stays_as_it_is() -> None:
    once = without_folders("cannot read '/home/anna/a.jpg' and /home/anna/b.jpg")
    assert without_folders(once) == once


def test_lines_of_code_are_still_found() -> None:
    ours = f'  File "{os.path.abspath(log_text.__file__)}", line 3, in f'
    theirs = '  File "/home/anna/.venv/lib/python3.12/site-packages/PIL/Image.py", line 3, in f'
    other = f'  File "{os.path.expanduser("~")}/x.py", line 3, in f'
    inside = os.path.join("dupefinder", "gui", "log_text.py")
    assert without_folders(ours) == f'  File "{inside}", line 3, in f'
    assert without_folders(theirs) == '  File "PIL/Image.py", line 3, in f'
    assert without_folders(other) == '  File "~/x.py", line 3, in f'

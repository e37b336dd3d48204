"""The progress line: on a terminal only, one line, taken away at the end."""

import io
import os
import threading

import pytest

from dupefinder.cli import progress_line
from dupefinder.cli.progress_line import ProgressLine, progress_text
from dupefinder.core.job import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal, and can be made to fail."""

    failing = False

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self.failing:
            raise OSError("the terminal has gone")
        return super().write(text)

    def shown(self) -> str:
        """The text that stands on the line in the end."""
        cells: list[str] = []
        column = 0
        for character in self.getvalue():
            if character == "\r":
                column = 0
                continue
            assert character != "\n"
            cells[column : column + 1] = [character]
            column += 1
        return "".join(cells).rstrip()


READING = Progress("decode", 12430, 41200, 214.4, 134.2, 3)


def test_everything_is_said() -> None:
    assert (
        progress_text(READING) == "Reading photos  12,430 of 41,200  214/s  2 min left  3 problems"
    )


@pytest.mark.parametrize(
    ("progress", "shown"),
    [
        (Progress("scan", 0, None, 0, None, 0), "Looking for photos  0"),
        (
            Progress("scan", 20, None, 2.25, None, 1),
            "Looking for photos  20  2.2/s  1 problem",
        ),
        (Progress("match", 0, 10, 0, None, 0), "Comparing photos  0 of 10"),
        (Progress("new-phase", 1, 1, 5, 0, 0), "new-phase  1 of 1  5.0/s  1 s left"),
    ],
)
def test_unknown_figures_are_left_out(progress: Progress, shown: str) -> None:
    assert progress_text(progress) == shown


def test_the_line_is_drawn_over_and_taken_away() -> None:
    terminal = Terminal()
    with ProgressLine(terminal) as line:
        line.show(READING)
        assert terminal.shown() == progress_text(READING)
        line.show(Progress("scan", 1, None, 0.5, None, 0))
        assert terminal.shown() == "Looking for photos  1  0.5/s"
    assert terminal.shown() == ""


def test_nothing_is_written_to_what_is_no_terminal() -> None:
    stream = io.StringIO()
    with ProgressLine(stream) as line:
        line.show(READING)
    assert stream.getvalue() == ""


def test_nothing_is_written_when_there_was_no_progress() -> None:
    terminal = Terminal()
    with ProgressLine(terminal):
        pass
    assert terminal.getvalue() == ""


@pytest.mark.parametrize("columns", [20, 1])
def test_a_narrow_terminal_gets_a_short_line(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_line, "_columns", lambda _: columns)
    terminal = Terminal()
    ProgressLine(terminal).show(READING)
    assert terminal.shown() == progress_text(READING)[: columns - 1].rstrip()


def test_the_width_is_that_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    assert progress_line._columns(terminal) == 80  # has no descriptor
    monkeypatch.setattr(terminal, "fileno", lambda: 5)
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((132, 40)))
    assert progress_line._columns(terminal) == 132
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((0, 0)))
    assert progress_line._columns(terminal) == 80


def test_a_terminal_that_goes_away_stops_nothing() -> None:
    terminal = Terminal()
    with ProgressLine(terminal) as line:
        line.show(READING)
        terminal.failing = True
        line.show(READING)
        terminal.failing = False
        before = terminal.getvalue()
        line.show(READING)
    assert terminal.getvalue() == before


def test_threads_may_draw_at_the_same_time() -> None:
    terminal = Terminal()
    line = ProgressLine(terminal)

    def work() -> None:
        for _ in range(200):
            line.show(READING)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert terminal.getvalue() == f"\r{progress_text(READING)}" * 800

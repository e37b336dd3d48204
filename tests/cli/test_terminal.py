"""Output to a terminal: no control characters, no crash, no complaint about a closed pipe."""

import errno
import io
import os
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.cli import terminal
from dupefinder.cli.terminal import (
    OutputFailed,
    finish_output,
    is_terminal,
    prepare_output,
    printable,
    say,
    table_lines,
    warn,
)


class TestPrintable:
    @pytest.mark.parametrize(
        "text",
        [
            "/home/anna/Fotos/Kreta (2).jpg",
            r"C:\Users\Anna\Bilder\x.jpg",
            "写真 家族.heic",
            "Дача 2015/é.png",
            "ideographic\u3000space, narrow\u202fno-break",
            "\N{WOMAN}\u200d\N{HEAVY BLACK HEART}\ufe0f\u200d\N{MAN}.jpg",
            "می\u200cخواهم.jpg",
        ],
    )
    def test_names_of_all_languages_stay_as_they_are(self, text: str) -> None:
        assert printable(text) == text

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("line\nbreak\r.jpg", r"line\nbreak\r.jpg"),
            ("\x1b[2J\x1b]0;title\x07", r"\x1b[2J\x1b]0;title\x07"),
            ("\x9b31m", r"\x9b31m"),
            ("photo\u202egpj.exe", r"photo\u202egpj.exe"),
            ("a\u2066b\u2069\u200f\u061c", r"a\u2066b\u2069\u200f\u061c"),
            ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
            ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
            (os.fsdecode(b"caf\xe9\xff.jpg") if os.sep == "/" else "caf\udce9\udcff.jpg", None),
            ("half \ud83d", r"half \ud83d"),
            ("\x00\x7f", r"\x00\x7f"),
        ],
    )
    def test_control_characters_and_undecodable_bytes_are_escaped(
        self, text: str, shown: str | None
    ) -> None:
        assert printable(text) == (r"caf\xe9\xff.jpg" if shown is None else shown)

    @given(st.text(st.characters(exclude_categories=())))
    def test_nothing_harmful_comes_through(self, text: str) -> None:
        shown = printable(text)
        shown.encode("utf-8")
        assert len(shown.splitlines()) <= 1
        categories = set(
            map(unicodedata.category, shown.replace("\u200c", "").replace("\u200d", ""))
        )
        assert not categories & {"Cc", "Cf", "Cs", "Zl", "Zp"}


class _Stream(io.TextIOWrapper):
    """A stream over a pipe or file of the operating system, as standard output is."""

    def __init__(self, descriptor: int, encoding: str = "utf-8") -> None:
        super().__init__(open(descriptor, "wb"), encoding=encoding)  # noqa: SIM115  closed with it


class TestOutput:
    def test_characters_that_the_encoding_lacks_are_escaped(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        buffer = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer, encoding="ascii"))
        monkeypatch.setenv("PYTHONIOENCODING", "ascii")
        prepare_output()
        say("写真")
        finish_output()
        assert buffer.getvalue().decode("ascii").strip() == r"\u5199\u771f"

    @pytest.mark.parametrize("chosen", [None, "cp1252"])
    def test_a_code_page_of_windows_is_only_taken_where_it_was_chosen(
        self, monkeypatch: pytest.MonkeyPatch, chosen: str | None
    ) -> None:
        monkeypatch.setattr(sys, "platform", "win32")
        monkeypatch.delenv("PYTHONIOENCODING", raising=False)
        if chosen:
            monkeypatch.setenv("PYTHONIOENCODING", chosen)
        buffer = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer, encoding="cp1252"))
        prepare_output()
        say("家族写真")
        finish_output()
        written = buffer.getvalue().decode().strip()
        assert written == (r"\u5bb6\u65cf\u5199\u771f" if chosen else "家族写真")

    @pytest.mark.skipif(sys.platform == "win32", reason="pipes fail in another way there")
    def test_nobody_reading_is_no_fault(self, monkeypatch: pytest.MonkeyPatch) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        stream = _Stream(writing)
        monkeypatch.setattr(sys, "stdout", stream)
        for _ in range(3):
            say("x" * 100_000)
        finish_output()
        stream.close()

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is full")
    def test_a_full_disk_is_told_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        stream = _Stream(os.open("/dev/full", os.O_WRONLY))
        monkeypatch.setattr(sys, "stdout", stream)
        say("x")
        with pytest.raises(OutputFailed, match=os.strerror(errno.ENOSPC)):
            finish_output()
        finish_output()
        stream.close()

    def test_a_closed_standard_output_is_no_fault(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdout", None)
        monkeypatch.setattr(sys, "stderr", None)
        prepare_output()
        say("x")
        warn("x")
        finish_output()
        assert not is_terminal(sys.stdout)

    def test_warnings_are_made_safe(self, capsys: pytest.CaptureFixture[str]) -> None:
        warn("cannot read \x1b[31m\n")
        assert capsys.readouterr() == ("", "dupefinder: cannot read \\x1b[31m\\n\n")

    def test_a_warning_that_nobody_can_read_is_no_fault(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        closed = io.StringIO()
        closed.close()
        monkeypatch.setattr(sys, "stderr", closed)
        warn("x")
        assert not is_terminal(closed)

    def test_windows_calls_a_closed_pipe_an_invalid_argument(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        error = OSError(errno.EINVAL, "Invalid argument")
        assert not terminal._says_nobody_reads(error) or sys.platform == "win32"
        monkeypatch.setattr(sys, "platform", "win32")
        assert terminal._says_nobody_reads(error)


class TestColumns:
    def test_all_begin_or_end_at_one_edge(self) -> None:
        rows = [
            ["1", "ゴミ箱", "9", "z"],
            ["10", "in the trash", "1,000", "y"],
            ["2", "e\u0301", "", ""],
        ]
        assert list(table_lines(rows, to_the_right={0, 2})) == [
            " 1  ゴミ箱            9  z",
            "10  in the trash  1,000  y",
            " 2  e\u0301",
        ]

    def test_no_rows_are_no_lines(self) -> None:
        assert list(table_lines([])) == []

"""Photos at http addresses: fetched within limits, and nothing but the web is asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dupefinder.cli import main, remote_photo
from dupefinder.cli.remote_photo import fetch, is_address
from dupefinder.core.decode import DecodeFailed
from dupefinder.core.errors import Cancelled
from dupefinder.core.job import JobContext
from dupefinder.core.records import ProblemCode
from tests.cli.album import photo, write_album


class Handler(BaseHTTPRequestHandler):
    never = threading.Event()

    def do_GET(self) -> None:
        match self.path:
            case "/photo.jpg?size=large":
                self._answer(200, photo(2))
            case "/text.jpg":
                self._answer(200, b"<html>no photo</html>")
            case "/moved":
                self._answer(302, b"", "/photo.jpg?size=large")
            case "/file":
                self._answer(302, b"", "file:///etc/passwd")
            case "/ftp":
                self._answer(302, b"", "ftp://127.0.0.1/photo.jpg")
            case "/round":
                self._answer(302, b"", "/round")
            case "/slow":
                self.send_response(200)
                self.end_headers()
                with suppress(OSError):
                    self.wfile.write(b"\xff\xd8\xff")
                    self.wfile.flush()
                    self.never.wait(30)
            case _:
                self._answer(404, b"")

    def _answer(self, code: int, body: bytes, location: str | None = None) -> None:
        self.send_response(code)
        if location is not None:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "*")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        Handler.never.clear()
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        Handler.never.set()
        running.shutdown()
        thread.join()


def refused(address: str, folder: Path) -> DecodeFailed:
    with pytest.raises(DecodeFailed) as caught:
        fetch(address, str(folder), JobContext())
    return caught.value


@pytest.mark.parametrize("path", ["/photo.jpg?size=large", "/moved"])
def test_a_photo_arrives_byte_by_byte(server: str, tmp_path: Path, path: str) -> None:
    fetched = Path(fetch(server + path, str(tmp_path), JobContext()))
    assert fetched.read_bytes() == photo(2)
    assert fetched.parent == tmp_path


@pytest.mark.parametrize("path", ["/file", "/ftp", "/round", "/nowhere"])
def test_redirects_to_other_schemes_are_refused(server: str, tmp_path: Path, path: str) -> None:
    assert refused(server + path, tmp_path).code is ProblemCode.READ_ERROR
    assert list(tmp_path.iterdir()) == []


def test_a_download_beyond_the_size_limit_is_refused(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_photo, "MOST_BYTES", len(photo(2)) - 1)
    assert refused(server + "/moved", tmp_path).code is ProblemCode.TOO_LARGE


def test_a_slow_download_is_given_up(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_photo, "MOST_S", 0.2)
    assert refused(server + "/slow", tmp_path).code is ProblemCode.TIMED_OUT


def test_a_job_that_is_cancelled_waits_for_no_server(server: str, tmp_path: Path) -> None:
    context = JobContext()
    context.cancel()
    with pytest.raises(Cancelled):
        fetch(server + "/slow", str(tmp_path), context)


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/photo.jpg", "http://[broken/photo.jpg"])
def test_an_address_without_a_server_is_a_read_error(tmp_path: Path, address: str) -> None:
    assert refused(address, tmp_path).code is ProblemCode.READ_ERROR


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://example.org/a.jpg", True),
        ("HTTPS://example.org", True),
        ("file:///etc/passwd", False),
        ("ftp://example.org/a.jpg", False),
        ("http.jpg", False),
        ("a/http://b.jpg", False),
    ],
)
def test_only_the_web_is_an_address(text: str, expected: bool) -> None:
    assert is_address(text) is expected


def test_the_command_searches_for_it(server: str, tmp_path: Path) -> None:
    album = write_album(tmp_path / "album")
    target = tmp_path / "found.json"
    addresses = [server + "/photo.jpg?size=large", server + "/text.jpg"]
    arguments = ["search", *addresses, "--in", str(album), "--no-catalog", "--json", str(target)]
    assert main(arguments) == 1
    report = json.loads(target.read_bytes())
    (asked,) = report["queries"]
    assert asked["path"] == addresses[0]
    assert [Path(one["path"]).name for one in asked["matches"]] == ["two.jpg"]
    assert report["unreadable"] == [{"path": addresses[1], "reason": "not-a-picture"}]

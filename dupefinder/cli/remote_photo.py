"""Download of a photo from an http address to a temporary folder, within limits.

The file is then read like any other file that may be damaged or hostile.
"""

import os
import queue
import threading
import time
import urllib.error
import urllib.request
from http.client import HTTPException, HTTPMessage
from typing import IO, Final

from dupefinder import __version__
from dupefinder.core.decode import DecodeFailed
from dupefinder.core.job import JobContext
from dupefinder.core.picture_names import PHOTO_EXTENSIONS, extension
from dupefinder.core.records import ProblemCode
from dupefinder.text.figures import bytes_text
from dupefinder.text.translation import _

MOST_BYTES: Final = 200 << 20
MOST_S: Final = 60.0
_SILENCE_S: Final = 15.0
_BLOCK_BYTES: Final = 1 << 16
_LOOK_UP_S: Final = 0.1
_SCHEMES: Final = ("http://", "https://")


def is_address(text: str) -> bool:
    """True for an address to be fetched."""
    return text.lower().startswith(_SCHEMES)


def fetch(address: str, folder: str, context: JobContext) -> str:
    """Fetch a photo.

    Args:
        address: With http or https.
        folder: An empty folder, which the file is written to.
        context: Cancel.

    Returns:
        The file.

    Raises:
        DecodeFailed: It cannot be fetched, is larger than `MOST_BYTES` or takes longer than
            `MOST_S`.
        Cancelled: The job was cancelled.
    """
    ended: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()
    given_up = threading.Event()
    path = os.path.join(folder, f"photo{_extension_of(address)}")

    def run() -> None:
        try:
            _fetch(address, path, given_up)
            ended.put(None)
        except urllib.error.HTTPError as error:
            error.close()
            ended.put(error)
        except Exception as error:
            ended.put(error)

    # A daemon, so that a slow server can delay neither the limit nor the end.
    threading.Thread(target=run, name="fetch", daemon=True).start()
    deadline_s = time.monotonic() + MOST_S
    try:
        while True:
            context.checkpoint()
            try:
                error = ended.get(timeout=_LOOK_UP_S)
            except queue.Empty:
                if time.monotonic() > deadline_s:
                    raise DecodeFailed(ProblemCode.TIMED_OUT) from None
                continue
            if error is None:
                return path
            raise _failure(error) from error
    finally:
        given_up.set()


def _fetch(address: str, path: str, given_up: threading.Event) -> None:
    request = urllib.request.Request(address, headers={"User-Agent": f"dupefinder/{__version__}"})
    with _opener().open(request, timeout=_SILENCE_S) as answer, open(path, "xb") as file:
        size_bytes = 0
        while block := answer.read1(_BLOCK_BYTES):
            size_bytes += len(block)
            if size_bytes > MOST_BYTES:
                raise DecodeFailed(
                    ProblemCode.TOO_LARGE, _("more than {size}").format(size=bytes_text(MOST_BYTES))
                )
            if given_up.is_set():
                return
            file.write(block)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirect to another web address only."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if not is_address(newurl):
            fp.close()
            raise DecodeFailed(ProblemCode.READ_ERROR, _("it leads away from the web"))
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    """An opener for web addresses only: no files, FTP or data addresses."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirects(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _failure(error: Exception) -> DecodeFailed:
    match error:
        case DecodeFailed():
            return error
        case TimeoutError():
            return DecodeFailed(ProblemCode.TIMED_OUT)
        case urllib.error.HTTPError():
            return DecodeFailed(
                ProblemCode.READ_ERROR, _("the server says {code}").format(code=error.code)
            )
        case urllib.error.URLError():
            if isinstance(error.reason, TimeoutError):
                return DecodeFailed(ProblemCode.TIMED_OUT)
            return DecodeFailed(ProblemCode.READ_ERROR, str(error.reason))
        case OSError() | HTTPException() | ValueError():
            return DecodeFailed(ProblemCode.READ_ERROR, str(error))
        case _:
            raise error


def _extension_of(address: str) -> str:
    """The extension, which tells RAW from TIFF; empty unless it is that of a photo."""
    found = extension(address.partition("#")[0].partition("?")[0].rpartition("/")[2])
    return f".{found}" if found in PHOTO_EXTENSIONS else ""

"""A small picture → the bytes of a JPEG, while other threads go on."""

import io
import os
import sys
import threading
from typing import IO, cast

from PIL import Image

_QUALITY = 80


class _MemoryFile:
    """A file of the system's own that lies in memory: as much of one as Pillow asks for.

    Raises:
        OSError: There is none to have.
    """

    def __init__(self) -> None:
        if sys.platform != "linux":
            raise OSError("files in memory are known of Linux only")
        self._descriptor = os.memfd_create("thumbnail")

    def __del__(self) -> None:
        descriptor = getattr(self, "_descriptor", None)
        if descriptor is not None:
            os.close(descriptor)

    def fileno(self) -> int:
        """The descriptor, to which Pillow writes at the place where the last write ended."""
        return self._descriptor

    def flush(self) -> None:
        """Nothing waits to be written."""

    def rewind(self) -> None:
        """Write from the beginning again."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)

    def written(self) -> bytes:
        """What was written since `rewind`."""
        return os.pread(self._descriptor, os.lseek(self._descriptor, 0, os.SEEK_CUR), 0)


class _OfThread(threading.local):
    """What each thread has of its own."""

    def __init__(self) -> None:
        try:
            self.file: _MemoryFile | None = _MemoryFile()
        except OSError:
            self.file = None


_of_thread = _OfThread()


def encode_thumbnail(picture: Image.Image) -> bytes:
    """Encode a picture as JPEG.

    Pillow keeps the interpreter's lock while it encodes into an object of Python's, which is a
    sixth of the time that a small photo takes; not so into a file of the system's.

    Args:
        picture: Mode "RGB".
    """
    file = _of_thread.file
    if file is None:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=_QUALITY)
        return buffer.getvalue()
    file.rewind()
    picture.save(cast("IO[bytes]", file), "JPEG", quality=_QUALITY)
    return file.written()

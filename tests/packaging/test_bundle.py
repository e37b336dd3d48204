"""No encoder under the GPL is shipped: a library that has none takes its place."""

import ctypes
import shutil
import sys
from pathlib import Path

import bundle
import pytest
from bundle import leave_encoder_out
from release import NotBuilt

HEIF = "libheif-e72ea93c.so.1.23.6"
ENCODER = "libx265-4883ecb5.so.217"


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(bundle, "BUILD", tmp_path / "build")
    libraries = tmp_path / "_internal" / "pillow_heif.libs"
    libraries.mkdir(parents=True)
    (libraries / HEIF).write_bytes(b"\x7fELF\0x265_api_get_217\0memcpy\0x265_cleanup\0")
    (libraries / ENCODER).write_bytes(b"the encoder")
    (tmp_path / "_internal" / HEIF).symlink_to(libraries / HEIF)
    return tmp_path / "_internal"


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or shutil.which("cc") is None,
    reason="made for Linux here, with a C compiler",
)
def test_the_library_that_takes_its_place_offers_no_encoder(inside: Path) -> None:
    leave_encoder_out(inside)
    library = ctypes.CDLL(str(inside / "pillow_heif.libs" / ENCODER))
    library.x265_api_get_217.restype = ctypes.c_void_p
    assert library.x265_api_get_217(0) is None
    assert library.x265_cleanup() == 0


def test_a_libheif_that_asks_for_more_ends_the_build(inside: Path) -> None:
    (inside / "pillow_heif.libs" / HEIF).write_bytes(
        b"\0x265_api_get_218\0x265_api_get_217\0x265_cleanup\0"
    )
    with pytest.raises(NotBuilt, match="x265_api_get_218"):
        leave_encoder_out(inside)
    assert (inside / "pillow_heif.libs" / ENCODER).read_bytes() == b"the encoder"


def test_an_encoder_in_another_place_ends_the_build(inside: Path) -> None:
    (inside / "libx265.so").touch()
    with pytest.raises(NotBuilt, match="expected one x265"):
        leave_encoder_out(inside)

"""`dupefinder hash`: fingerprints as imagehash writes them, and how far two photos are apart."""

import sys
from pathlib import Path
from typing import Any

import imagehash
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dupefinder.cli import main
from dupefinder.core.fingerprint import FINGERPRINTS, pack_bits
from dupefinder.core.fingerprint.photo_hashes import hexadecimal
from tests.cli.album import scene
from tests.core.pictures import encode, jpeg

ORACLES: dict[str, Any] = {
    "ahash": imagehash.average_hash,
    "phash": imagehash.phash,
    "dhash": imagehash.dhash,
    "dhash-vertical": imagehash.dhash_vertical,
    "whash": imagehash.whash,
}


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    path.write_bytes(encode(scene(seed=1), "PNG"))
    return path


@pytest.fixture
def quick_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the test the segments of a picture, which take longer than all else."""
    monkeypatch.setattr(
        imagehash,
        "crop_resistant_hash",
        lambda picture: imagehash.ImageMultiHash([imagehash.dhash(picture)]),
    )


def rows(printed: str) -> list[dict[str, str]]:
    """The tables that were printed: the values by name."""
    tables: list[dict[str, str]] = []
    for line in printed.splitlines():
        if line.startswith("  "):
            name, value = line[2:22].strip(), line[22:]
            tables[-1][name] = value
        elif line:
            tables.append({"title": line})
    return tables


@given(st.lists(st.booleans(), min_size=64, max_size=64))
def test_hexadecimal_is_imagehashs_own(bits: list[bool]) -> None:
    array = np.array(bits)
    assert hexadecimal(pack_bits(array)) == str(imagehash.ImageHash(array.reshape(8, 8)))


class TestOnePhoto:
    def test_every_fingerprint_is_there_and_means_what_imagehash_means(
        self, photo: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["hash", str(photo)]) == 0
        (table,) = rows(capsys.readouterr().out)
        assert table["title"] == str(photo)
        assert set(table) - {"title"} == {
            *FINGERPRINTS,
            "format",
            "dimensions",
            "size",
            "colorhash",
            "crop-resistant",
        }
        for kind, fingerprint in FINGERPRINTS.items():
            name, _, bits = kind.rpartition("-")
            with Image.open(photo) as picture:
                theirs = ORACLES[name](picture, hash_size=round(int(bits) ** 0.5))
            ours = imagehash.hex_to_hash(table[kind])
            assert ours.hash.size == fingerprint.bits
            assert ours - theirs <= fingerprint.bits // 8

    def test_the_hashes_of_imagehash_itself(
        self, photo: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        main(["hash", str(photo)])
        (table,) = rows(capsys.readouterr().out)
        with Image.open(photo) as picture:
            colour = imagehash.colorhash(picture)
            segments = imagehash.crop_resistant_hash(picture)
        assert imagehash.hex_to_flathash(table["colorhash"], 3) - colour <= 4
        assert imagehash.hex_to_multihash(table["crop-resistant"]).matches(segments)

    def test_the_facts(self, photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
        main(["hash", str(photo)])
        (table,) = rows(capsys.readouterr().out)
        assert table["format"] == "PNG"
        assert table["dimensions"] == "320x240"
        assert table["size"].startswith(f"{photo.stat().st_size:,} bytes")

    def test_one_pixel_is_a_photo_too(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "dot.png").write_bytes(encode(Image.new("RGB", (1, 1)), "PNG"))
        assert main(["hash", str(tmp_path / "dot.png")]) == 0
        assert "1x1" in capsys.readouterr().out


@pytest.mark.usefixtures("quick_segments")
class TestUnreadable:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "empty"),
            (b"no picture at all", "not a picture"),
            (None, "There is no such file or folder"),
        ],
    )
    def test_it_is_named_with_the_reason_and_the_others_are_done(
        self,
        tmp_path: Path,
        photo: Path,
        capsys: pytest.CaptureFixture[str],
        content: bytes | None,
        words: str,
    ) -> None:
        bad = tmp_path / "bad.jpg"
        if content is not None:
            bad.write_bytes(content)
        assert main(["hash", str(bad), str(photo)]) == 1
        printed = capsys.readouterr()
        assert [table["title"] for table in rows(printed.out)] == [str(photo)]
        assert str(bad) in printed.err
        assert words in printed.err

    def test_a_folder_is_no_photo(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["hash", str(tmp_path)]) == 1
        assert str(tmp_path) in capsys.readouterr().err

    def test_a_truncated_photo_is_hashed_and_reported(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "cut.jpg"
        whole = jpeg(scene(2, 640, 480))
        path.write_bytes(whole[: len(whole) * 3 // 4])
        assert main(["hash", str(path)]) == 1
        printed = capsys.readouterr()
        assert rows(printed.out)[0]["dimensions"] == "640x480"
        assert "only a part of it can be read" in printed.err

    @pytest.mark.skipif(sys.platform != "linux", reason="needs names of any bytes")
    def test_odd_names_are_printed_safely(
        self, tmp_path: Path, photo: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        odd = tmp_path / "a\nb\x1b[2J\udcff.png"
        photo.rename(odd)
        assert main(["hash", str(odd)]) == 0
        assert f"{tmp_path}/a\\nb\\x1b[2J\\xff.png\n" in capsys.readouterr().out


class TestTwoPhotos:
    @staticmethod
    def compare(one: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
        other = one.with_name("other")
        other.write_bytes(content)
        assert main(["hash", str(one), str(other)]) == 0
        return rows(capsys.readouterr().out)[2]

    def test_a_copy_differs_in_nothing(
        self, photo: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        table = self.compare(photo, photo.read_bytes(), capsys)
        for kind, fingerprint in FINGERPRINTS.items():
            assert table[kind].startswith(f"0 of {fingerprint.bits}")
        assert table["phash-64"].endswith("least of eight orientations 0 (as they are)")
        assert table["colorhash"] == "0 of 42"
        assert table["crop-resistant"].endswith(" 0 bits apart")
        assert (table["same bytes"], table["same pixels"]) == ("yes", "yes")

    def test_another_format_of_the_same_pixels(
        self, photo: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        table = self.compare(photo, encode(scene(seed=1), "BMP"), capsys)
        assert (table["same bytes"], table["same pixels"]) == ("no", "yes")

    def test_another_encoding_has_other_pixels(
        self, photo: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        table = self.compare(photo, jpeg(scene(seed=1), quality=60), capsys)
        assert int(table["phash-64"].split()[0]) <= 4
        assert (table["same bytes"], table["same pixels"]) == ("no", "no")

    def test_another_size_has_other_pixels(
        self, photo: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        half = scene(seed=1).resize((160, 120))
        assert self.compare(photo, encode(half, "PNG"), capsys)["same pixels"] == "no"

    @pytest.mark.usefixtures("quick_segments")
    @pytest.mark.parametrize(
        ("turn", "transform"),
        [
            (Image.Transpose.ROTATE_270, "rotated-90"),  # Pillow turns the other way round
            (Image.Transpose.ROTATE_180, "rotated-180"),
            (Image.Transpose.ROTATE_90, "rotated-270"),
            (Image.Transpose.FLIP_LEFT_RIGHT, "mirrored"),
            (Image.Transpose.FLIP_TOP_BOTTOM, "flipped"),
            (Image.Transpose.TRANSPOSE, "transposed"),
            (Image.Transpose.TRANSVERSE, "transversed"),
        ],
    )
    def test_a_turned_copy_is_near_once_turned(
        self,
        photo: Path,
        capsys: pytest.CaptureFixture[str],
        turn: Image.Transpose,
        transform: str,
    ) -> None:
        table = self.compare(photo, encode(scene(seed=1).transpose(turn), "PNG"), capsys)
        as_it_is, least = table["phash-64"].split("; least of eight orientations ")
        assert int(as_it_is.split()[0]) > 10
        assert int(least.split()[0]) <= 2
        assert least.endswith(f"({transform})")

    @pytest.mark.usefixtures("quick_segments")
    def test_data_after_the_picture_is_mentioned(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        plain = tmp_path / "plain.jpg"
        plain.write_bytes(jpeg())
        table = self.compare(plain, jpeg() + b"more than a picture" * 100, capsys)
        assert table["same bytes"] == "no"
        assert table["same pixels"] == "yes, but one file contains more than the picture"

    @pytest.mark.usefixtures("quick_segments")
    def test_pixels_that_are_not_read_exactly_cannot_be_told(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        whole = jpeg(scene(2, 640, 480))
        cut = tmp_path / "cut.jpg"
        cut.write_bytes(whole[: len(whole) * 3 // 4])
        (tmp_path / "whole.jpg").write_bytes(whole)
        assert main(["hash", str(cut), str(tmp_path / "whole.jpg")]) == 1
        assert rows(capsys.readouterr().out)[2]["same pixels"].startswith("unknown")

    @pytest.mark.usefixtures("quick_segments")
    def test_three_photos_are_not_compared(
        self, photo: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["hash", *[str(photo)] * 3]) == 0
        assert "differ" not in capsys.readouterr().out

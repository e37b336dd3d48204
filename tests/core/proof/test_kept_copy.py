"""Of two copies the better one stays, by what a comparison in full size shows."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from dupefinder.core.catalog import Catalog
from dupefinder.core.job import JobContext
from dupefinder.core.pipeline import Options, find_duplicates
from dupefinder.core.records import Role
from dupefinder.core.scan.options import FolderChoice, ScanOptions
from tests.core.pictures import encode, jpeg, textured

ORIGINAL = jpeg(textured(384, 256, seed=3), quality=85)
SAVED = Image.open(io.BytesIO(ORIGINAL)).convert("RGB")


def proposed(folder: Path) -> set[str]:
    """Names of the files in a folder whose removal is proposed."""
    with Catalog.open(None) as catalog:
        scan = ScanOptions(folders=(FolderChoice(str(folder), Role.SCAN),))
        report = find_duplicates(Options(scan, threads=1), catalog, JobContext())
    members = [member for group in report.groups for member in group.members]
    assert members
    return {Path(member.file.path).name for member in members if not member.keep}


@pytest.mark.parametrize("original_is_newer", [False, True])
def test_an_enlargement_goes_for_its_original(tmp_path: Path, *, original_is_newer: bool) -> None:
    (tmp_path / "z.jpg").write_bytes(ORIGINAL)
    enlarged = SAVED.resize((768, 512), Image.Resampling.BICUBIC)
    (tmp_path / "a.jpg").write_bytes(jpeg(enlarged, quality=95))
    os.utime(tmp_path / ("z.jpg" if original_is_newer else "a.jpg"), (2e9, 2e9))
    assert proposed(tmp_path) == {"a.jpg"}


def test_a_reduced_and_an_enlarged_copy_go_for_the_original(tmp_path: Path) -> None:
    (tmp_path / "original.jpg").write_bytes(ORIGINAL)
    for name, size in (("reduced.jpg", (256, 171)), ("enlarged.jpg", (768, 512))):
        copy = SAVED.resize(size, Image.Resampling.LANCZOS)
        (tmp_path / name).write_bytes(jpeg(copy, quality=95))
    assert proposed(tmp_path) == {"reduced.jpg", "enlarged.jpg"}


def test_a_sharp_photo_stays_beside_a_lossless_blurred_copy(tmp_path: Path) -> None:
    (tmp_path / "sharp.jpg").write_bytes(ORIGINAL)
    (tmp_path / "blurred.png").write_bytes(encode(SAVED.filter(ImageFilter.GaussianBlur(1)), "PNG"))
    assert "sharp.jpg" not in proposed(tmp_path)


def _grainy() -> Image.Image:
    grain = np.random.default_rng(5).normal(0, 20, (256, 384, 1))
    return Image.fromarray(np.clip(np.asarray(SAVED) + grain, 0, 255).astype(np.uint8))


def test_a_coarser_copy_goes_for_an_original_that_takes_few_bytes_more(tmp_path: Path) -> None:
    original = jpeg(_grainy(), quality=95)
    again = jpeg(Image.open(io.BytesIO(original)), quality=85)
    # As it is of a copy that was saved more finely than what it was made from.
    assert len(original) < 1.55 * len(again)
    (tmp_path / "z.jpg").write_bytes(original)
    (tmp_path / "a.jpg").write_bytes(again)
    assert proposed(tmp_path) == {"a.jpg"}


def test_a_jpeg_goes_for_the_photo_of_another_format_that_it_was_made_from(tmp_path: Path) -> None:
    original = encode(_grainy(), "AVIF", quality=90)
    (tmp_path / "z.avif").write_bytes(original)
    again = jpeg(Image.open(io.BytesIO(original)), quality=95)
    assert len(again) > len(original)
    (tmp_path / "a.jpg").write_bytes(again)
    assert proposed(tmp_path) == {"a.jpg"}

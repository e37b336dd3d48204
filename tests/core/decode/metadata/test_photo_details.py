from pathlib import Path

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from dupefinder.core.decode import DecodeFailed
from dupefinder.core.decode.metadata.photo_details import PhotoDetails, read_details
from dupefinder.core.decode.metadata.text_metadata import TextMetadata
from dupefinder.core.records import ProblemCode
from tests.core.pictures import camera_exif, dng, jpeg, textured


def exif_of(**tags: object) -> Image.Exif:
    numbers = {"time": 33434, "aperture": 33437, "iso": 34855, "focal": 37386, "lens": 42036}
    exif = camera_exif()
    detail = exif.get_ifd(0x8769)
    for name, value in tags.items():
        detail[numbers[name]] = value
    return exif


def details_of(folder: Path, content: bytes, name: str = "a.jpg") -> PhotoDetails:
    path = folder / name
    path.write_bytes(content)
    return read_details(str(path))


def test_lens_and_exposure_are_read(tmp_path: Path) -> None:
    exif = exif_of(
        time=IFDRational(1, 250),
        aperture=IFDRational(28, 10),
        iso=400,
        focal=IFDRational(35, 1),
        lens="EF 35mm",
    )
    found = details_of(tmp_path, jpeg(exif=exif))
    assert found.lens == "EF 35mm"
    assert found.exposure_s == pytest.approx(1 / 250)
    assert found.f_number == pytest.approx(2.8)
    assert (found.iso, found.focal_length_mm) == (400, 35)
    assert found.words.model


def test_exif_values_that_are_no_numbers_count_as_absent(tmp_path: Path) -> None:
    exif = exif_of(time=IFDRational(1, 0), aperture=IFDRational(0, 1), iso=0, lens="  ")
    found = details_of(tmp_path, jpeg(exif=exif))
    assert (found.lens, found.exposure_s, found.f_number, found.iso) == (None, None, None, None)


def test_a_photo_that_says_nothing(tmp_path: Path) -> None:
    assert details_of(tmp_path, jpeg()) == PhotoDetails(TextMetadata())


def test_a_raw_file_is_read(tmp_path: Path) -> None:
    found = details_of(tmp_path, dng(textured(64, 48), None), "a.dng")
    assert found.words.model == "Testcam One"


@pytest.mark.parametrize(
    ("content", "code"), [(b"", ProblemCode.EMPTY), (b"no picture", ProblemCode.NOT_A_PICTURE)]
)
def test_files_that_are_no_pictures_are_refused(
    tmp_path: Path, content: bytes, code: ProblemCode
) -> None:
    with pytest.raises(DecodeFailed) as refused:
        details_of(tmp_path, content)
    assert refused.value.code is code

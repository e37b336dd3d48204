"""What programs and cameras write, and what a person may write in the same fields."""

import pytest

from dupefinder.core.decode.metadata.program_texts import (
    is_machine_description,
    is_written_by_a_program,
)


@pytest.mark.parametrize(
    "text",
    [
        *("", "1.00", "14.2.1", "Picasa", "Google", "GIMP 2.10.30", "Ver.1.00 ", "V06P-74"),
        *("G900FXXU1ANCE", "17.1.A.2.55_9_f300", "HDR+ 1.0.570503588zd", "v552p-A80", "A1v014e"),
        *("Adobe Photoshop Lightroom Classic 12.0.1 (Macintosh)", "Mac OS X 10.4.11 (8S165)"),
        *("Digital Camera FinePix1400Zoom Ver1.00", "KODAK PROFESSIONAL DCS Photo Desk v3.2 W"),
        *("Adobe Photoshop Elements for Windows, version 2.0", "081916 V6IR-Bld1.18"),
        *("google/bullhead/bullhead:8.0.0/OPR6.170623.013/4283548:user/release-keys", "Qt 5"),
        *(
            "2011:02:03 04:05:06",
            "2011-02-03T04:05:06Z",
            "Tue May  7 21:48:30 2002",
            "iPhone 13 Pro",
        ),
        *("xmp.did:07801174072068118A6D", "uuid:faf5bdd5-ba3d-11da-ad31-d33d75182f1b", "CR2"),
        *("sRGB IEC61966-2.1", "converted from image/tiff to image/jpeg, saved to new location"),
        "Fuji Xerox Co., Ltd. Raster Support Toolkit Version 2.3",
        "Matplotlib version3.7.1, https://matplotlib.org/",
        "{http://ns.adobe.com/xap/1.0/sType/ResourceEvent#}action=saved\n{http://x#}changed=/",
        "{http://ns.adobe.com/xap/1.0/g/img/}image=" + "/9j/4AAQSkZJRgABAgEASABIAAD/\n" * 9,
    ],
)
def test_texts_of_programs(text: str) -> None:
    assert is_written_by_a_program(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Oma und Opa im Garten",
            "Karl",
            "OMA",
            "Jo",
            "im",
            "家族",
            "née",
            "Karls_Garten",
            "Karl1943",
        ),
        *("Weihnachten 24.12.1943", "Mai 1943", "May", "April 1943", "Grandma by the sea"),
        *("Adobe Photoshop Oma", "GIMP 2.10 by Karl", "Canon Opa", "McDonald", "Tante Erna 1.2"),
        *(
            "2011:02:03 in summer",
            "uuid:faf5bdd5-ba3d-11da-ad31-d33d75182f1b Karl",
            "image/jpeg Karl",
        ),
        *("{http://ns.adobe.com/xap/1.0/g/img/}image=Oma und Opa im Garten", "<?xml Karl?>"),
        "1 " * 40_000,
    ],
)
def test_texts_of_a_person(text: str) -> None:
    assert not is_written_by_a_program(text)


@pytest.mark.parametrize(
    ("text", "is_of_a_camera"),
    [
        ("OLYMPUS DIGITAL CAMERA", True),
        ("Exif_JPEG_PICTURE", True),
        ("DCIM\\101MEDIA\\DJI_0282.JPG", True),
        ("<KENOX S730  / Samsung S730>", True),
        ("VLUU L310W L313 M310W / Samsung L310W L313 M310W", True),
        ("Oma und Opa im Garten", False),
        ("Oma / Samsung TV und Opa", False),
        ("OLYMPUS DIGITAL CAMERA of Karl", False),
    ],
)
def test_descriptions_by_cameras(text: str, is_of_a_camera: bool) -> None:
    assert is_machine_description(text) is is_of_a_camera

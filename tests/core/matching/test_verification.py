"""Pictures of which a scan has to say whether they are one: flat ones, drawings, edited photos."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from dupefinder.core.catalog import Catalog
from dupefinder.core.job import JobContext
from dupefinder.core.matching import MatchOptions
from dupefinder.core.pipeline import Options, find_duplicates
from dupefinder.core.records import Evidence
from dupefinder.core.scan import FolderChoice, ScanOptions
from tests.core.pictures import textured

Groups = list[dict[str, Evidence | None]]


def groups_of(folder: Path, **shown: Image.Image | tuple[Image.Image, str]) -> Groups:
    """Save pictures as PNG or as told, and scan them: names with evidence, group by group."""
    for name, picture in shown.items():
        picture, format_ = picture if isinstance(picture, tuple) else (picture, "PNG")
        content = io.BytesIO()
        picture.save(content, format_, quality=90)
        (folder / f"{name}.{format_.lower()}").write_bytes(content.getvalue())
    options = Options(ScanOptions((FolderChoice(str(folder)),)), MatchOptions(), 2)
    with Catalog.open(None) as catalog:
        report = find_duplicates(options, catalog, JobContext())
    assert not report.problems
    return [
        {Path(member.file.path).stem: member.evidence for member in group.members}
        for group in report.groups
    ]


def stripes(*colours: str, size: tuple[int, int] = (18, 12), down: bool = False) -> Image.Image:
    picture = Image.new("RGB", size)
    draw = ImageDraw.Draw(picture)
    for index, colour in enumerate(colours):
        ends = (index / len(colours), (index + 1) / len(colours))
        if down:
            draw.rectangle((0, ends[0] * size[1], size[0], ends[1] * size[1]), fill=colour)
        else:
            draw.rectangle((ends[0] * size[0], 0, ends[1] * size[0], size[1]), fill=colour)
    return picture


def crossed(ground: str, colour: str, size: tuple[int, int]) -> Image.Image:
    picture = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(picture)
    width_px, height_px = size
    draw.rectangle((width_px // 3, 0, width_px // 3 + width_px // 8, height_px), fill=colour)
    draw.rectangle((0, height_px * 3 // 7, width_px, height_px * 4 // 7), fill=colour)
    return picture


@pytest.mark.parametrize("size", [(18, 12), (60, 40), (600, 400)])
def test_flags_of_other_colours_are_no_group(tmp_path: Path, size: tuple[int, int]) -> None:
    assert not groups_of(
        tmp_path,
        belgium=stripes("black", "#fae042", "#ed2939", size=size),
        romania=stripes("#002b7f", "#fcd116", "#ce1126", size=size),
        chad=stripes("#002664", "#fecb00", "#c60c30", size=size).transpose(
            Image.Transpose.ROTATE_180
        ),
        finland=crossed("white", "#003580", size),
        england=crossed("white", "#d00030", size),
        denmark=crossed("#c60c30", "white", size),
        sweden=crossed("#006aa7", "#fecc00", size),
    )


def test_squares_of_other_colours_are_no_group(tmp_path: Path) -> None:
    def square(colour: str) -> tuple[Image.Image, str]:
        legend = ImageOps.expand(Image.new("RGB", (28, 28), colour), 1, "white")
        # As if it had been cut out of something larger: its edges lie between two pixels.
        across = Image.blend(legend.crop((0, 2, 30, 3)), Image.new("RGB", (30, 1), "white"), 0.4)
        legend.paste(across, (0, 1))
        return legend, "JPEG"

    colours = ("#96c800", "#ff9060", "#e89a24", "#109000", "#70a820", "#006010")
    assert not groups_of(tmp_path, **{f"legend{colour[1:]}": square(colour) for colour in colours})


def test_a_flag_is_found_at_another_size(tmp_path: Path) -> None:
    flag = crossed("white", "#003580", (600, 400))
    small = flag.resize((300, 200), Image.Resampling.LANCZOS)
    (group,) = groups_of(tmp_path, large=flag, small=small, jpeg=(flag, "JPEG"))
    assert group.keys() == {"large", "small", "jpeg"}


@pytest.mark.parametrize("foggy", [False, True])
def test_a_photo_stays_one_in_other_colours(tmp_path: Path, foggy: bool) -> None:
    photo = textured(640, 480, 3)
    if foggy:
        photo.paste(Image.new("RGB", (640, 340), (196, 204, 214)), (0, 0))
        ImageDraw.Draw(photo).ellipse((400, 60, 520, 180), fill=(230, 226, 190))
    sepia = ImageOps.colorize(photo.convert("L"), "#20140a", "#fff0d0")
    (group,) = groups_of(
        tmp_path,
        photo=(photo, "JPEG"),
        grey=(photo.convert("L"), "JPEG"),
        strong=(ImageEnhance.Color(photo).enhance(1.6), "JPEG"),
        sepia=(sepia, "JPEG"),
    )
    assert group.keys() == {"photo", "grey", "strong", "sepia"}
    assert Evidence.LOOK_ALIKE not in group.values()


def drawn(shapes: Sequence[str], colour: str = "white", outlined: bool = False) -> Image.Image:
    """Shapes on transparency, (520, 400)."""
    picture = Image.new("RGBA", (520, 400), (255, 255, 255, 0))
    draw = ImageDraw.Draw(picture)
    if outlined:
        draw.ellipse((130, 30, 390, 190), fill="white", outline="black", width=10)
    for index, shape in enumerate(shapes):
        box = (40 + 160 * index, 230, 150 + 160 * index, 340)
        if shape == "ring":
            draw.ellipse(box, outline=colour, width=18)
        elif shape == "box":
            draw.rectangle(box, outline=colour, width=18)
        elif shape == "cross":
            draw.line(box, colour, 18)
            draw.line((box[0], box[3], box[2], box[1]), colour, 18)
    return picture


@pytest.mark.parametrize("outlined", [False, True])
def test_other_drawings_in_white_on_transparency_are_no_group(
    tmp_path: Path, outlined: bool
) -> None:
    drawings = [("ring", "box", "cross"), ("cross", "cross", ""), ("", "ring", "ring"), ("box",)]
    groups = groups_of(
        tmp_path,
        **{f"icon{index}": drawn(one, outlined=outlined) for index, one in enumerate(drawings)},
    )
    assert not any(Evidence.RE_ENCODED in group.values() for group in groups)
    assert outlined or not groups


@pytest.mark.parametrize("colour", ["white", "#f4f8ff", "black", "#4080c0"])
@pytest.mark.parametrize("outlined", [False, True])
def test_a_drawing_on_transparency_is_found_at_another_size(
    tmp_path: Path, colour: str, outlined: bool
) -> None:
    picture = drawn(("ring", "box", "cross"), colour, outlined)
    small = picture.resize((260, 200), Image.Resampling.LANCZOS)
    (group,) = groups_of(tmp_path, large=picture, small=small, webp=(picture, "WEBP"))
    assert group.keys() == {"large", "small", "webp"}
    assert set(group.values()) <= {None, Evidence.RE_ENCODED, Evidence.SAME_PIXELS}


def test_a_dark_drawing_is_found_flattened_on_white(tmp_path: Path) -> None:
    picture = drawn(("ring", "box", "cross"), "#203060")
    flattened = Image.new("RGB", picture.size, "white")
    flattened.paste(picture, mask=picture.getchannel("A"))
    (group,) = groups_of(tmp_path, transparent=picture, flattened=(flattened, "JPEG"))
    assert group.keys() == {"transparent", "flattened"}


def test_pictures_of_one_colour_are_told_apart_by_their_opacity(tmp_path: Path) -> None:
    def veiled(seed: int) -> Image.Image:
        picture = Image.new("RGBA", (320, 240), (255, 255, 255, 0))
        picture.putalpha(textured(320, 240, seed).convert("L"))
        return picture

    first = veiled(1)
    small = first.resize((160, 120), Image.Resampling.LANCZOS)
    (group,) = groups_of(tmp_path, first=first, small=small, second=veiled(2), third=veiled(3))
    assert group.keys() == {"first", "small"}
    assert np.ptp(np.asarray(first.convert("L"))) == 0

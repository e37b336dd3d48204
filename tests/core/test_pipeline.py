import io
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageEnhance, PngImagePlugin

from dupefinder.core import job, pipeline, pixel_digests, reading
from dupefinder.core.bktree import BKTree
from dupefinder.core.catalog import Catalog
from dupefinder.core.companions import personal_attributes
from dupefinder.core.decode import DecodeLimits, decode_file
from dupefinder.core.decode.workers.pool import DecodePool
from dupefinder.core.errors import Cancelled, CatalogNotWritable, FolderNotFound
from dupefinder.core.fingerprint import orient_greys
from dupefinder.core.job import JobContext, Progress
from dupefinder.core.matching import MatchOptions, fingerprint_search, pair_comparison
from dupefinder.core.pipeline import MatchesSoFar, Options, Report, find_duplicates
from dupefinder.core.proof import pair
from dupefinder.core.records import (
    Evidence,
    GroupMember,
    Orientation,
    ProblemCode,
    Reason,
    ReasonCode,
    Role,
)
from dupefinder.core.reopening import reopen_last
from dupefinder.core.scan import FolderChoice, ScanOptions
from tests.core.pictures import (
    camera_exif,
    dng,
    encode,
    film,
    in_colours,
    jpeg,
    laid,
    orientation_exif,
    textured,
)

TURNS = {
    Orientation.ROTATE_90: Image.Transpose.ROTATE_270,
    Orientation.ROTATE_180: Image.Transpose.ROTATE_180,
    Orientation.ROTATE_270: Image.Transpose.ROTATE_90,
    Orientation.MIRROR: Image.Transpose.FLIP_LEFT_RIGHT,
    Orientation.FLIP: Image.Transpose.FLIP_TOP_BOTTOM,
    Orientation.TRANSPOSE: Image.Transpose.TRANSPOSE,
    Orientation.TRANSVERSE: Image.Transpose.TRANSVERSE,
}
"""Ours turn clockwise, Pillow's the other way."""


def picture(seed: int, width_px: int = 320, height_px: int = 240) -> Image.Image:
    """A photo-like picture with detail up to its last pixel."""
    noise = np.random.default_rng(seed).normal(scale=6, size=(height_px, width_px, 1))
    pixels = np.asarray(textured(width_px, height_px, seed)) + noise
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def brighter(shown: Image.Image) -> Image.Image:
    return ImageEnhance.Brightness(shown).enhance(1.15)


def lettered(shown: Image.Image) -> Image.Image:
    copy = shown.copy()
    ImageDraw.Draw(copy).text((10, 200), "Holiday", fill="yellow", font_size=20)
    return copy


def decoded(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as opened:
        return opened.convert("RGB")


def write(path: Path, content: bytes, mtime_s: int = 1_000_000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (mtime_s, mtime_s))
    return path


def options_for(
    paths: Iterable[Path], *, threads: int = 2, match: MatchOptions | None = None, **scan: Any
) -> Options:
    choices = tuple(FolderChoice(str(path)) for path in paths)
    return Options(ScanOptions(choices, **scan), match or MatchOptions(), threads)


def scan(catalog: Catalog, *paths: Path, context: JobContext | None = None, **asked: Any) -> Report:
    return find_duplicates(options_for(paths, **asked), catalog, context or JobContext())


@pytest.fixture
def catalog() -> Iterator[Catalog]:
    with Catalog.open(None) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "photos"
    made.mkdir()
    return made


def only_group(report: Report) -> dict[str, GroupMember]:
    """The members of the only group by name, the keeper first."""
    (group,) = report.groups
    return {Path(member.file.path).name: member for member in group.members}


def test_of_two_equal_files_the_one_with_a_sidecar_stays(catalog: Catalog, folder: Path) -> None:
    content = jpeg(picture(1))
    write(folder / "a" / "photo.jpg", content)
    write(folder / "b" / "in" / "photo.jpg", content, mtime_s=2_000_000)
    (group,) = scan(catalog, folder).groups
    assert group.members[0].reason == Reason(ReasonCode.OLDER)
    write(folder / "b" / "in" / "NKSC_PARAM" / "photo.jpg.nksc", b"settings")
    (group,) = scan(catalog, folder).groups
    assert [(Path(one.file.path).parent.name, one.keep) for one in group.members] == [
        ("in", True),
        ("a", False),
    ]
    assert group.members[0].reason == Reason(ReasonCode.MORE_COMPANIONS)
    last = reopen_last(catalog, JobContext())
    assert last is not None
    assert last.matches.groups(last.shown_bits) == [group]


def noted(monkeypatch: pytest.MonkeyPatch, **tags: str) -> None:
    """Let files have tags, by the names of their folders, whatever keeps their attributes."""

    def read(path: str) -> dict[str, bytes]:
        tag = tags.get(Path(path).parent.name)
        return {} if tag is None else {"user.xdg.tags": tag.encode()}

    monkeypatch.setattr(personal_attributes, "extended_attributes", read)


def test_of_equal_files_the_one_with_tags_stays(
    catalog: Catalog, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place, name in enumerate("abc"):
        write(folder / name / "photo.jpg", jpeg(picture(1)), mtime_s=1_000_000 + place)

    def staying() -> str:
        (group,) = scan(catalog, folder).groups
        return "".join(sorted(Path(one.file.path).parent.name for one in group.members if one.keep))

    assert staying() == "a"
    noted(monkeypatch, b="beach")
    assert staying() == "b"
    noted(monkeypatch, b="beach", c="family")
    assert staying() == "bc"
    noted(monkeypatch, b="beach", c="family,beach")
    assert staying() == "c"


def told(report: Report) -> Any:
    """All that a report says of groups and links, without the catalog's own numbers."""
    groups = [
        (group.group_id, [replace(member, content_id=0) for member in group.members])
        for group in report.groups
    ]
    problems = sorted((one.path, one.code, one.detail) for one in report.problems)
    return groups, report.links, problems, report.photos


# One pool of pictures, met in every way


def pool_in(folder: Path) -> list[Path]:
    """Photos with everything that may become of them."""
    one, two, three = picture(1), picture(2), picture(3)
    small = two.resize((160, 120), Image.Resampling.LANCZOS)
    original = jpeg(one, quality=92)
    cut = jpeg(three, quality=90)
    blank = Image.new("L", (300, 200), 250)
    page = blank.copy()
    page.putpixel((7, 7), 249)
    frames = [in_colours(two, 64), in_colours(one, 64)]
    contents = {
        "1/original.jpg": jpeg(one, quality=92, exif=camera_exif()),
        "1/stripped.jpg": original,
        "1/stripped copy.jpg": original,
        "1/comment.jpg": jpeg(one, quality=92, comment=b"hello"),
        "1/with film.jpg": original + film(),
        "1/half.jpg": jpeg(one.resize((160, 120), Image.Resampling.LANCZOS)),
        "1/low.jpg": jpeg(one, quality=50),
        "1/export.png": encode(decoded(original), "PNG"),
        "1/brighter.jpg": jpeg(brighter(one)),
        "1/brighter low.jpg": jpeg(brighter(one), quality=60),
        "1/turned.jpg": jpeg(one.transpose(TURNS[Orientation.ROTATE_90])),
        "1/mirrored.jpg": jpeg(one.transpose(TURNS[Orientation.MIRROR])),
        "1/by tag.png": encode(laid(decoded(original), 6), "PNG", exif=orientation_exif(6)),
        "2/small.jpg": jpeg(small),
        "2/enlarged.jpg": jpeg(small.resize((480, 360), Image.Resampling.BICUBIC)),
        "2/enlarged again.jpg": jpeg(small.resize((482, 362), Image.Resampling.BICUBIC)),
        "2/lettered.webp": encode(lettered(two), "WEBP", quality=80),
        "2/first frame.png": encode(frames[0], "PNG"),
        "2/frames.gif": encode(frames[0], "GIF", save_all=True, append_images=frames[1:]),
        "3/raw.dng": dng(three, jpeg(three.resize((160, 120)))),
        "3/rendering.jpg": jpeg(three),
        "3/cut off.jpg": cut[: len(cut) * 99 // 100],
        "3/squeezed.png": encode(three.resize((200, 240)), "PNG"),
        "4/blank.png": encode(blank, "PNG"),
        "4/blank.bmp": encode(blank, "BMP"),
        "4/page.png": encode(page, "PNG"),
        "4/dot.png": encode(Image.new("RGB", (1, 1), "red"), "PNG"),
        "4/dot.gif": encode(Image.new("RGB", (1, 1), "red"), "GIF"),
        "5/broken.jpg": original[:300],
        "5/text.jpg": b"no picture at all",
    }
    return [
        write(folder / name, content, mtime_s=1_000_000 + place)
        for place, (name, content) in enumerate(contents.items())
    ]


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return pool_in(tmp_path_factory.mktemp("pool"))


@cache
def told_of(photos: tuple[Path, ...]) -> Any:
    """All that a scan tells whose catalog knows nothing."""
    with Catalog.open(None) as fresh:
        return told(scan(fresh, *photos))


@pytest.fixture
def told_of_pool(pool: list[Path]) -> Any:
    return told_of(tuple(pool))


@pytest.fixture(scope="module")
def few(pool: list[Path]) -> list[Path]:
    """A few of them, for which a scan has something to do in each of its phases."""
    names = (
        *("stripped.jpg", "stripped copy.jpg", "export.png"),
        *("low.jpg", "turned.jpg", "broken.jpg"),
    )
    return [path for path in pool if path.name in names]


@pytest.fixture
def told_of_few(few: list[Path]) -> Any:
    return told_of(tuple(few))


def names_of(members: Sequence[GroupMember]) -> list[str]:
    return [Path(member.file.path).name for member in members]


def test_the_pool_of_photos_falls_into_the_expected_groups(
    pool: list[Path], catalog: Catalog
) -> None:
    report = scan(catalog, *pool)
    groups = [set(names_of(group.members)) for group in report.groups]
    assert sorted(groups, key=lambda names: sorted(names)) == sorted(
        [
            {
                "original.jpg", "stripped.jpg", "stripped copy.jpg", "comment.jpg", "half.jpg",
                "with film.jpg", "low.jpg", "export.png", "brighter.jpg", "brighter low.jpg",
                "turned.jpg", "mirrored.jpg", "by tag.png",
            },
            {
                "small.jpg", "enlarged.jpg", "enlarged again.jpg", "lettered.webp",
                "first frame.png", "frames.gif",
            },
            {"rendering.jpg", "cut off.jpg", "squeezed.png"},
            {"blank.png", "blank.bmp"},
            {"dot.png", "dot.gif"},
        ],
        key=lambda names: sorted(names),
    )  # fmt: skip
    member = {Path(one.file.path).name: one for group in report.groups for one in group.members}
    evidence = {name: one.evidence for name, one in member.items() if one.evidence}
    assert member["original.jpg"].is_keeper
    assert evidence["stripped.jpg"] is Evidence.SAME_PIXELS
    assert evidence["comment.jpg"] is Evidence.SAME_PIXELS
    assert evidence["export.png"] is Evidence.SAME_PIXELS
    assert evidence["by tag.png"] is Evidence.SAME_PIXELS
    assert evidence["with film.jpg"] is Evidence.RE_ENCODED
    assert evidence["half.jpg"] is Evidence.RE_ENCODED
    assert evidence["low.jpg"] is Evidence.RE_ENCODED
    assert evidence["brighter.jpg"] is Evidence.EDITED
    assert evidence["turned.jpg"] is Evidence.ROTATED
    assert evidence["mirrored.jpg"] is Evidence.MIRRORED
    assert evidence["squeezed.png"] is Evidence.EDITED
    assert evidence["blank.bmp"] is Evidence.SAME_PIXELS
    assert member["with film.jpg"].reason.code is ReasonCode.KEEPER_LACKS_EXTRAS
    assert member["frames.gif"].keep
    assert not member["cut off.jpg"].is_keeper
    assert member["cut off.jpg"].evidence in (Evidence.RE_ENCODED, Evidence.EDITED)
    assert not member["enlarged.jpg"].is_keeper
    assert not member["enlarged again.jpg"].is_keeper
    gone = {name for name, one in member.items() if not one.keep}
    assert {"stripped.jpg", "stripped copy.jpg", "export.png"} <= gone
    assert member["comment.jpg"].reason == Reason(ReasonCode.KEEPER_LACKS_METADATA, ("words",))
    assert {"half.jpg", "low.jpg", "by tag.png", "brighter low.jpg"} <= gone
    assert not gone & {"brighter.jpg", "turned.jpg", "mirrored.jpg", "with film.jpg"}
    raw_pairs = [link for link in report.links if link.evidence is Evidence.RAW_PAIR]
    assert {Path(link.path_a).name for link in raw_pairs} | {
        Path(link.path_b).name for link in raw_pairs
    } >= {"raw.dng", "rendering.jpg"}
    problems = {Path(one.path).name: one.code for one in report.problems}
    assert problems == {
        "broken.jpg": ProblemCode.DAMAGED,
        "text.jpg": ProblemCode.NOT_A_PICTURE,
        "cut off.jpg": ProblemCode.PARTLY_DAMAGED,
    }


@given(st.data())
@settings(max_examples=5)  # each scans up to six times; a run draws others than that before
def test_no_history_no_order_and_no_threads_make_a_difference(
    pool: list[Path], data: st.DataObject
) -> None:
    """A scan tells the same whatever the catalog learned before, and in whatever order."""
    some = st.lists(st.sampled_from(pool), unique=True, min_size=1)
    wanted = data.draw(st.one_of(st.permutations(pool), some))
    rotations = data.draw(st.booleans())
    asked: dict[str, Any] = {"match": MatchOptions(rotations=rotations)}
    with Catalog.open(None) as fresh:
        expected = told(scan(fresh, *wanted, threads=1, **asked))
    with Catalog.open(None) as used:
        for _ in range(data.draw(st.integers(0, 3))):
            scan(used, *data.draw(some), threads=data.draw(st.integers(1, 3)), **asked)
        assert told(scan(used, *wanted[::-1], threads=3, **asked)) == expected
        assert told(scan(used, *wanted, threads=2, **asked)) == expected


# Nothing is done twice


class Watch:
    """Counts what a scan really does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.indexed: list[int] = []
        self.confirmed: list[int] = []
        self.measured: list[str] = []
        self.compared: list[int] = []
        watch = self

        class WatchedTree(BKTree):
            def __init__(self, hashes: Any) -> None:
                watch.indexed.append(len(hashes))
                super().__init__(hashes)

        monkeypatch.setattr(fingerprint_search, "BKTree", WatchedTree)
        likeness: Callable[..., Any] = vars(pair_comparison)["measure_likeness"]

        def watched_likeness(greys: Any, *others: Any) -> Any:
            watch.confirmed.append(len(greys))
            return likeness(greys, *others)

        monkeypatch.setattr(pair_comparison, "measure_likeness", watched_likeness)
        plain: Callable[..., Any] = vars(pixel_digests)["digest_pixels"]

        def watched(path: str, *rest: Any) -> Any:
            watch.measured.append(Path(path).name)
            return plain(path, *rest)

        monkeypatch.setattr(pixel_digests, "digest_pixels", watched)
        prove_pair = pair.prove_pair

        def watched_proof(*pictures: Any) -> Any:
            watch.compared.append(len(pictures))
            return prove_pair(*pictures)

        monkeypatch.setattr(pair, "prove_pair", watched_proof)

    def clear(self) -> None:
        for noted in (self.indexed, self.confirmed, self.measured, self.compared):
            noted.clear()

    @property
    def idle(self) -> bool:
        return not (self.indexed or self.confirmed or self.measured or self.compared)


def test_a_warm_scan_decodes_and_searches_nothing(
    pool: list[Path], catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch(monkeypatch)
    cold = scan(catalog, *pool)
    assert (cold.from_catalog, cold.decoded) == (0, 27)
    assert not watch.idle
    assert watch.compared
    assert cold.decoded == 30 - 1 - 2  # a copy, and two that fail
    watch.clear()
    monkeypatch.setattr(DecodePool, "run", None)
    warm = scan(catalog, *pool)
    assert watch.idle
    assert (warm.from_catalog, warm.decoded) == (30, 0)
    assert told(warm) == told(cold)


def test_only_new_photos_are_decoded_and_judged(
    pool: list[Path], catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = [path for path in pool if path.name != "low.jpg"]
    scan(catalog, *known)
    watch = Watch(monkeypatch)
    report = scan(catalog, *pool)
    assert (report.decoded, report.from_catalog) == (1, 29)
    pairs = catalog.pairs("phash-64")
    new_id = int(pairs["b"].max())
    assert sum(watch.confirmed) == np.count_nonzero(pairs["b"] == new_id) > 0
    assert set(watch.measured) <= {"low.jpg"}


def test_another_threshold_needs_no_decoding(
    pool: list[Path], catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = scan(catalog, *pool)
    watch = Watch(monkeypatch)
    for threshold_bits in (0, 4, 10):
        with Catalog.open(None) as fresh:
            match = MatchOptions(threshold_bits=threshold_bits)
            expected = scan(fresh, *pool, match=match)
        watch.clear()
        groups, links = report.matches.groups(threshold_bits), report.matches.links(threshold_bits)
        assert told(replace(report, groups=groups, links=links)) == told(expected)
        again = scan(catalog, *pool, match=match)
        assert told(again) == told(expected)
        assert again.decoded == 0
        assert watch.idle


def test_pruning_forgets_no_match(pool: list[Path], catalog: Catalog) -> None:
    wanted = pool[5:]
    with Catalog.open(None) as fresh:
        expected = told(scan(fresh, *wanted))
    scan(catalog, *pool)
    keep = {path.relative_to(path.anchor).as_posix() for path in wanted}
    catalog.prune([file.file_id for file in catalog.all_files() if file.relative_path not in keep])
    report = scan(catalog, *wanted)
    assert report.decoded == 0
    assert told(report) == expected


# Five thousand


def test_five_thousand_identical_files(
    folder: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = encode(picture(1, 16, 16), "PNG")
    for number in range(5_000):
        write(folder / f"{number % 50}" / f"{number}.png", content)
    watch = Watch(monkeypatch)
    report = scan(catalog, folder)
    assert (report.photos, report.decoded) == (5_000, 1)
    assert set(watch.indexed) <= {1}
    assert (watch.confirmed, watch.measured) == ([], [])
    (group,) = report.groups
    assert len(group.members) == 5_000
    assert sum(member.keep for member in group.members) == 1
    assert {member.evidence for member in group.members[1:]} == {Evidence.SAME_BYTES}


def test_a_thousand_files_of_the_same_pixels(
    folder: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    icon = picture(1, 16, 16)
    for number in range(1_000):
        text = PngImagePlugin.PngInfo()
        text.add_text("Software", f"Photoshop {number}")
        write(folder / f"{number}.png", encode(icon, "PNG", pnginfo=text))
    watch = Watch(monkeypatch)
    report = scan(catalog, folder)
    assert (report.photos, report.decoded) == (1_000, 1_000)
    assert set(watch.indexed) <= {1}
    assert (watch.confirmed, watch.measured) == ([], [])
    (group,) = report.groups
    assert len(group.members) == 1_000
    assert sum(member.keep for member in group.members) == 1
    assert {member.evidence for member in group.members[1:]} == {Evidence.SAME_PIXELS}


# Stopped and going on


PHASES = ["scan", "decode", "match", "confirm", "measure", "group", "prove"]


@pytest.mark.parametrize("phase", PHASES)
def test_cancelling_in_every_phase(
    few: list[Path], told_of_few: Any, catalog: Catalog, phase: str
) -> None:
    def cancel(progress: Progress) -> None:
        seen.append(progress.phase)
        if progress.phase == phase:
            context.cancel()

    seen: list[str] = []
    context = JobContext(cancel)
    with pytest.raises(Cancelled):
        scan(catalog, *few, context=context)
    assert list(dict.fromkeys(seen)) == PHASES[: PHASES.index(phase) + 1]
    report = scan(catalog, *few)
    assert (report.decoded == 0) is (PHASES.index(phase) > PHASES.index("decode"))
    assert told(report) == told_of_few


@pytest.mark.parametrize("phase", PHASES)
def test_pausing_in_every_phase(
    few: list[Path], told_of_few: Any, catalog: Catalog, phase: str
) -> None:
    paused = threading.Event()

    def pause(progress: Progress) -> None:
        if progress.phase == phase and not paused.is_set():
            context.pause()
            paused.set()

    def resume() -> None:
        paused.wait()
        context.resume()

    context = JobContext(pause)
    resumer = threading.Thread(target=resume)
    resumer.start()
    report = scan(catalog, *few, context=context)
    resumer.join()
    assert told(report) == told_of_few


@pytest.mark.parametrize(
    "method",
    [
        "start_scan", "mark_in_flight", "add_contents", "record_files", "add_pairs",
        "mark_searched", "set_verdicts", "set_pixel_digests", "set_proofs", "finish_scan",
    ],
)  # fmt: skip
def test_a_full_disk_is_told_and_leaves_a_usable_catalog(
    few: list[Path],
    told_of_few: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
) -> None:
    def full(*arguments: Any, **named: Any) -> None:
        raise CatalogNotWritable(tmp_path, "disk full")

    with Catalog.open(tmp_path / "c.sqlite") as catalog:
        with monkeypatch.context() as patched:
            patched.setattr(catalog, method, full)
            with pytest.raises(CatalogNotWritable):
                scan(catalog, *few)
        report = scan(catalog, *few)
        assert told(report) == told_of_few


def test_progress_comes_to_its_end(
    pool: list[Path], catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "REPORT_INTERVAL_S", 0)
    last: dict[str, Progress] = {}

    def note(progress: Progress) -> None:
        last[progress.phase] = progress

    scan(catalog, *pool, context=JobContext(note))
    assert list(last) == PHASES
    for phase, progress in last.items():
        assert progress.total is None or progress.done == progress.total, phase


# Proofs


def dated(shown: Image.Image, digit: str) -> Image.Image:
    """A photo with a date stamped in its corner, in letters that a small picture hardly shows."""
    copy = shown.copy()
    wide, high = copy.size
    place = (wide * 3 // 4, high * 9 // 10)
    ImageDraw.Draw(copy).text(place, f"12.05.201{digit}", "white", font_size=high // 24)
    return copy


@pytest.mark.parametrize("times", [1, 2])
def test_two_photos_that_differ_in_a_digit_both_stay(
    folder: Path, catalog: Catalog, times: int
) -> None:
    """However equal the small pictures are; where they differ is told in the photo's pixels."""
    one, other = (dated(picture(1, 600, 450), digit) for digit in "38")
    small = other.resize((600 // times, 450 // times), Image.Resampling.LANCZOS)
    write(folder / "one.jpg", jpeg(one, quality=92, exif=camera_exif()))
    write(folder / "other.jpg", jpeg(small, quality=90))
    write(folder / "other low.jpg", jpeg(small, quality=70))
    for _ in range(2):
        members = only_group(scan(catalog, folder))
        assert {name for name, one in members.items() if one.keep} == {"one.jpg", "other.jpg"}
        assert members["other.jpg"].evidence is Evidence.EDITED
        (box,) = members["other.jpg"].differences
        assert 440 / times <= box.x_px < box.x_px + box.width_px <= 600 / times
        assert 390 / times <= box.y_px < box.y_px + box.height_px <= 450 / times
        assert members["other low.jpg"].against == members["other.jpg"].file.path


def test_while_copies_are_checked_the_groups_say_so(folder: Path, catalog: Catalog) -> None:
    write(folder / "one.jpg", jpeg(picture(1), quality=92))
    write(folder / "low.jpg", jpeg(picture(1), quality=60))
    told_: list[Reason] = []

    def on_found(found: MatchesSoFar) -> None:
        for group in found.matches.groups(MatchOptions().threshold):
            told_.extend(one.reason for one in group.members if not one.is_keeper)

    report = find_duplicates(options_for([folder]), catalog, JobContext(), on_found)
    assert set(told_) == {Reason(ReasonCode.BEING_CHECKED)}
    assert [one.keep for one in report.groups[0].members] == [True, False]
    assert report.seconds["prove"] > 0


# Little or nothing


def test_no_photo(folder: Path, catalog: Catalog) -> None:
    for _ in range(2):
        report = scan(catalog, folder)
        assert (report.photos, report.groups, report.links, report.problems) == (0, [], [], [])
    assert set(report.seconds) == {"scan", "decode", "match", "prove", "group"}


def test_no_readable_photo(folder: Path, catalog: Catalog) -> None:
    write(folder / "a.jpg", b"no picture")
    write(folder / "b.jpg", b"")
    for _ in range(2):
        report = scan(catalog, folder)
        assert (report.photos, report.groups, report.links) == (0, [], [])
        assert len(report.problems) == 2


def test_one_photo(folder: Path, catalog: Catalog) -> None:
    write(folder / "a.jpg", jpeg(picture(1)))
    for _ in range(2):
        report = scan(catalog, folder)
        assert (report.photos, report.groups, report.links) == (1, [], [])


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (400, 1), (2, 3)])
def test_tiny_pictures(folder: Path, catalog: Catalog, size: tuple[int, int]) -> None:
    shown = picture(1, *size)
    write(folder / "a.png", encode(shown, "PNG"))
    write(folder / "b.bmp", encode(shown, "BMP"))
    write(folder / "c.png", encode(picture(2, *size), "PNG"))
    report = scan(catalog, folder)
    assert report.problems == []
    assert [set(names_of(group.members)) for group in report.groups] == [{"a.png", "b.bmp"}]


def test_a_folder_that_is_not_there(folder: Path, catalog: Catalog) -> None:
    with pytest.raises(FolderNotFound):
        scan(catalog, folder / "gone")


def test_equal_greys_of_another_shape(folder: Path, catalog: Catalog) -> None:
    stripes = np.tile(np.repeat(np.array([20, 200], np.uint8), 12), (192, 12))
    shown = Image.fromarray(stripes)
    write(folder / "a.png", encode(shown, "PNG"))
    write(folder / "b.png", encode(shown.crop((0, 0, shown.width, 96)), "PNG"))
    keeper, other = only_group(scan(catalog, folder)).values()
    assert keeper.facts.height_px != other.facts.height_px
    assert (other.evidence, other.keep) == (Evidence.EDITED, True)


def test_one_content_at_several_places(folder: Path, catalog: Catalog) -> None:
    for name in ("a.jpg", "copies/a.jpg", "copies/a (1).jpg"):
        write(folder / name, jpeg(picture(1)))
    report = scan(catalog, folder, folder / "copies")
    (group,) = report.groups
    paths = [Path(member.file.path).relative_to(folder).as_posix() for member in group.members]
    assert paths == ["a.jpg", "copies/a.jpg", "copies/a (1).jpg"]


# What is asked for


def test_protected_photos_are_never_proposed(folder: Path, catalog: Catalog) -> None:
    write(folder / "library" / "small copy (1).jpg", jpeg(picture(1).resize((160, 120))), 9_000_000)
    write(folder / "scan" / "large.jpg", jpeg(picture(1), quality=95))
    write(folder / "scan" / "large again.jpg", jpeg(picture(1), quality=95))
    choices = (
        FolderChoice(str(folder / "library"), Role.PROTECTED),
        FolderChoice(str(folder / "scan")),
    )
    report = find_duplicates(Options(ScanOptions(choices)), catalog, JobContext())
    members = only_group(report)
    assert members["small copy (1).jpg"].is_keeper
    assert members["large.jpg"].reason.code is ReasonCode.KEEPER_LACKS_DETAIL
    assert members["large.jpg"].keep
    assert not members["large again.jpg"].keep
    assert members["large again.jpg"].against == members["large.jpg"].file.path


@pytest.mark.parametrize("turn", list(TURNS))
@pytest.mark.parametrize("turned_first", [True, False])
def test_the_turn_that_is_told_lays_one_photo_on_the_other(
    folder: Path, catalog: Catalog, turn: Orientation, turned_first: bool
) -> None:
    write(folder / "b.jpg", jpeg(picture(1)), 1)
    turned = folder / ("a.jpg" if turned_first else "c.jpg")
    write(turned, jpeg(picture(1).transpose(TURNS[turn])), 2)
    member = only_group(scan(catalog, folder))[turned.name]
    expected = Evidence.ROTATED if turn < Orientation.MIRROR else Evidence.MIRRORED
    assert member.evidence is expected
    assert member.against is not None
    theirs, ours = (
        decode_file(path, DecodeLimits()).grey.astype(np.int16)
        for path in (member.against, member.file.path)
    )
    apart = {
        orientation: float(np.abs(orient_greys(ours, orientation) - theirs).mean())
        for orientation in Orientation
    }
    assert min(apart, key=apart.__getitem__) is member.orientation
    assert apart[member.orientation] < 2


def test_a_crop_says_where_it_was_cut_out(folder: Path, catalog: Catalog) -> None:
    shown = picture(3, 640, 480)
    whole = write(folder / "whole.png", encode(shown, "PNG"))
    crop = write(folder / "crop.png", encode(shown.crop((64, 24, 576, 408)), "PNG"))
    group = only_group(scan(catalog, whole, crop))
    assert list(group) == ["whole.png", "crop.png"]
    member = group["crop.png"]
    assert member.against == str(whole)
    assert member.placement == pytest.approx((0.8, 0, 0.1, 0, 0.8, 0.05), abs=0.01)
    assert member.keep


def test_without_rotations_turned_copies_are_not_found(pool: list[Path], catalog: Catalog) -> None:
    turned = [path for path in pool if path.name in ("low.jpg", "turned.jpg", "mirrored.jpg")]
    assert scan(catalog, *turned, match=MatchOptions(rotations=False)).groups == []
    assert len(only_group(scan(catalog, *turned))) == 3
    assert scan(catalog, *turned, match=MatchOptions(rotations=False)).groups == []


@pytest.mark.parametrize("kind", ["dhash-64", "ahash-256", "whash-64"])
def test_other_kinds_find_upright_copies(pool: list[Path], catalog: Catalog, kind: str) -> None:
    names = ("stripped.jpg", "low.jpg", "half.jpg", "turned.jpg")
    wanted = [path for path in pool if path.name in names]
    members = only_group(scan(catalog, *wanted, match=MatchOptions(kind, parts=False)))
    assert set(members) == set(names) - {"turned.jpg"}
    assert told(
        scan(catalog, *wanted, match=MatchOptions(kind, rotations=False, parts=False))
    ) == told(scan(catalog, *wanted, match=MatchOptions(kind, parts=False)))


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"min_side_px": 240}, {"stripped.jpg", "low.jpg"}),
        ({"max_side_px": 320}, {"stripped.jpg", "low.jpg", "half.jpg"}),
        ({"max_side_px": 319}, set()),
        ({"min_side_px": 241}, set()),
        ({"min_side_px": 120, "max_side_px": 1000}, {"stripped.jpg", "low.jpg", "half.jpg"}),
    ],
)
def test_dimensions(
    pool: list[Path], catalog: Catalog, limits: dict[str, Any], expected: set[str]
) -> None:
    wanted = [path for path in pool if path.name in ("stripped.jpg", "low.jpg", "half.jpg")]
    report = scan(catalog, *wanted, **limits)
    assert {name for group in report.groups for name in names_of(group.members)} == expected
    assert report.photos == (1 if limits == {"max_side_px": 319} else len(expected))


def test_a_photo_that_changes_its_content_changes_its_group(folder: Path, catalog: Catalog) -> None:
    write(folder / "a.jpg", jpeg(picture(1)))
    write(folder / "b.jpg", jpeg(picture(1), quality=60))
    assert len(scan(catalog, folder).groups) == 1
    write(folder / "b.jpg", jpeg(picture(2), quality=60), 2_000_000)
    assert scan(catalog, folder).groups == []
    (folder / "a.jpg").unlink()
    report = scan(catalog, folder)
    assert (report.groups, report.links, report.photos) == ([], [], 1)


# While it runs, and afterwards


def test_provisional_results_are_reported(
    pool: list[Path], told_of_pool: Any, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "_FIRST_PROVISIONAL_S", 0.0)
    monkeypatch.setattr(pipeline, "_PROVISIONAL_EVERY_S", 0.0)
    monkeypatch.setattr(pipeline, "_PROVISIONAL_SHARE", 0)
    monkeypatch.setattr(reading, "_BATCH_FILES", 4)
    told_of: list[MatchesSoFar] = []
    report = find_duplicates(options_for(pool), catalog, JobContext(), told_of.append)
    counts = [len(found.matches.files) for found in told_of]
    assert len(counts) > 3
    assert counts == sorted(counts)
    assert counts[0] < report.photos
    last_groups = told_of[-1].matches.groups(10)
    assert {group.group_id for group in last_groups} & {group.group_id for group in report.groups}
    # Looking in between changes nothing of what is found in the end.
    assert told(report) == told_of_pool


def test_looks_in_between_are_stopped_with_the_scan(
    pool: list[Path], catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "_FIRST_PROVISIONAL_S", 0.0)
    monkeypatch.setattr(reading, "_BATCH_FILES", 4)
    context = JobContext()

    def stop(_: MatchesSoFar) -> None:
        context.cancel()

    with pytest.raises(Cancelled):
        find_duplicates(options_for(pool), catalog, context, stop)


def test_of_the_last_results_what_an_earlier_version_read_waits_for_the_next_scan(
    folder: Path, catalog: Catalog
) -> None:
    for name in ("a", "b"):
        write(folder / name / "1.jpg", jpeg(picture(1)))
        write(folder / name / "2.jpg", jpeg(picture(2)))
    group, other = scan(catalog, folder).groups
    content_ids = [one.members[0].content_id for one in (group, other)]
    outdate = "UPDATE contents SET fingerprint_version = 0 WHERE content_id = ?"
    with catalog.transaction():
        catalog._write(outdate, content_ids[1:])
    found = reopen_last(catalog, JobContext())
    assert found is not None
    assert found.matches.groups(found.shown_bits) == [group]
    with catalog.transaction():
        catalog._write(outdate, content_ids[:1])
    assert reopen_last(catalog, JobContext()) is None
    assert [one.group_id for one in scan(catalog, folder).groups] == [
        group.group_id,
        other.group_id,
    ]


def test_the_last_results_open_again(pool: list[Path], tmp_path: Path) -> None:
    with Catalog.open(tmp_path / "c.sqlite") as catalog:
        assert reopen_last(catalog, JobContext()) is None
        report = scan(catalog, *pool, match=MatchOptions(threshold_bits=6, parts=False))
    with Catalog.open(tmp_path / "c.sqlite") as catalog:
        found = reopen_last(catalog, JobContext())
    assert found is not None
    assert found.options == report.options.match
    groups = found.matches.groups(found.options.threshold)
    assert [group.group_id for group in groups] == [group.group_id for group in report.groups]
    assert groups == report.groups
    assert {one.path for one in found.problems} == {one.path for one in report.problems}


def test_reopened_matches_use_the_photos_of_their_scan_alone(
    catalog: Catalog, tmp_path: Path
) -> None:
    """A pair that is judged later then has the same answer as in the scan."""
    for number, name in enumerate(("first", "second"), 1):
        (tmp_path / name).mkdir()
        (tmp_path / name / "photo.jpg").write_bytes(jpeg(picture(number)))
    scan(catalog, tmp_path / "first")
    report = scan(catalog, tmp_path / "second")
    found = reopen_last(catalog, JobContext())
    assert found is not None
    assert (
        found.matches.equal_thumbnails.present_ids.tolist() == report.matches.content_ids.tolist()
    )

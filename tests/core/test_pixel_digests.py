import os
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dupefinder.core import pixel_digests
from dupefinder.core.catalog import EVIDENCE_CODES, PAIR_DTYPE, Catalog, StoredContent
from dupefinder.core.decode import DecodeFailed, DecodeLimits, decode_bytes
from dupefinder.core.decode.limits import MemoryBudget
from dupefinder.core.errors import Cancelled
from dupefinder.core.fingerprint import FINGERPRINT_VERSION, PICTURE_KIND
from dupefinder.core.fingerprint.stored_fingerprints import fingerprints_of
from dupefinder.core.grouping.match_graph import same_pixels
from dupefinder.core.job import JobContext, Progress
from dupefinder.core.matching.equal_thumbnails import find_equal_thumbnails
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.pixel_digests import add_pixel_digests
from dupefinder.core.reading import NO_CONTENT
from dupefinder.core.records import Evidence, FoundFile, Orientation, ProblemCode
from tests.core.pictures import dng, encode, jpeg, textured

PICTURE = textured(64, 48, seed=1)
RE_ENCODED = Evidence.RE_ENCODED
UNPLACED = (0, 0, (np.nan,) * 6)
"""The last fields of a pair of whole pictures that lie edge to edge."""


@dataclass
class Bench:
    """A folder, its contents in a catalog, judged pairs, and what was measured."""

    folder: Path
    catalog: Catalog
    pixels: list[str]
    files: list[FoundFile] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def add(self, name: str, content: bytes, looks_like: str | None = None, **changed: Any) -> int:
        """Add a file; those that look like one name have equal thumbnails."""
        path = self.folder / name
        path.write_bytes(content)
        decoded = decode_bytes(content, name, DecodeLimits())
        photo = replace(decoded, facts=replace(decoded.facts, **changed))
        (fingerprints,) = fingerprints_of([photo])
        if looks_like is not None:
            number = int.from_bytes(looks_like.encode().ljust(8)[:8], "big")
            fingerprints[PICTURE_KIND] = np.array([[number]], np.uint64)
        (content_id,) = self.catalog.add_contents(
            [(photo, len(content), fingerprints)], FINGERPRINT_VERSION
        )
        self.list(path, content_id)
        return content_id

    def list(self, path: Path, content_id: int) -> None:
        status = path.stat()
        self.files.append(
            FoundFile(
                str(path), "v", path.name, status.st_size, status.st_mtime_ns, 1, 0, protected=False
            )
        )
        self.ids.append(content_id)

    def pair(
        self,
        a: int,
        b: int,
        evidence: Evidence = RE_ENCODED,
        likeness: float = 1.0,
        turn: Orientation = Orientation.IDENTITY,
    ) -> None:
        self.rows.append((a, b, 2, turn, 1, EVIDENCE_CODES[evidence], 3, likeness, *UNPLACED))

    def measure(self, context: JobContext | None = None, threads: int = 1) -> None:
        self.pixels.clear()
        add_pixel_digests(
            self.files,
            np.array(self.ids, np.int64),
            find_equal_thumbnails(self.catalog),
            np.array(self.rows, PAIR_DTYPE),
            self.catalog,
            context or JobContext(),
            threads,
            DecodeLimits(),
        )

    def contents(self) -> dict[int, StoredContent]:
        return self.catalog.facts()


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    noted: list[str] = []
    plain: Callable[..., Any] = vars(pixel_digests)["digest_pixels"]

    def watched(path: str, *arguments: Any) -> Any:
        noted.append(Path(path).name)
        return plain(path, *arguments)

    monkeypatch.setattr(pixel_digests, "digest_pixels", watched)
    with Catalog.open(None) as catalog:
        yield Bench(tmp_path, catalog, noted)


def test_nothing_to_measure(bench: Bench) -> None:
    bench.measure()
    bench.files.append(FoundFile("/broken", "v", "broken", 1, 1, 1, 1, protected=False))
    bench.ids.append(NO_CONTENT)
    bench.add("a.jpg", jpeg(PICTURE))
    bench.add("b.jpg", jpeg(textured(64, 48, seed=2)))
    bench.measure()
    assert bench.pixels == []


# Pixels


def test_twins_are_compared_pixel_by_pixel(bench: Bench) -> None:
    a = bench.add("a.png", encode(PICTURE, "PNG"), "x")
    b = bench.add("b.bmp", encode(PICTURE, "BMP"), "x")
    c = bench.add("c.tif", encode(PICTURE.transpose(Image.Transpose.ROTATE_180), "TIFF"), "x")
    bench.measure()
    assert sorted(bench.pixels) == ["a.png", "b.bmp", "c.tif"]
    contents = bench.contents()
    assert same_pixels(contents[a], contents[b])
    assert not same_pixels(contents[a], contents[c])
    bench.measure()
    assert bench.pixels == []


def test_twins_with_one_compressed_picture_need_no_comparison(bench: Bench) -> None:
    for name in ("a.jpg", "b.jpg"):
        bench.add(name, jpeg(PICTURE, comment=name.encode()), "x")
    bench.measure()
    assert bench.pixels == []


def test_twins_of_other_sizes_need_none(bench: Bench) -> None:
    bench.add("a.png", encode(PICTURE, "PNG"), "x")
    bench.add("b.png", encode(PICTURE.resize((60, 45)), "PNG"), "x")
    bench.measure()
    assert bench.pixels == []


def test_a_pair_is_compared_where_one_may_hold_the_others_pixels(bench: Bench) -> None:
    original = jpeg(PICTURE)
    exported = bench.folder / "x.jpg"
    exported.write_bytes(original)
    with Image.open(exported) as opened:
        export = encode(opened.convert("RGB"), "PNG")
    a, b = bench.add("a.jpg", original, "x"), bench.add("b.png", export, "y")
    bench.pair(a, b, likeness=0.995)
    bench.measure()
    assert sorted(bench.pixels) == ["a.jpg", "b.png"]
    assert same_pixels(*bench.contents().values())


@pytest.mark.parametrize(
    ("other", "changed"),
    [
        (encode(PICTURE, "PNG"), {"likeness": 0.98}),
        (encode(PICTURE, "PNG"), {"evidence": Evidence.EDITED}),
        (encode(PICTURE, "PNG"), {"turn": Orientation.ROTATE_180}),
        (encode(PICTURE.convert("L"), "PNG"), {}),
        (encode(PICTURE.resize((60, 45)), "PNG"), {}),
        (jpeg(PICTURE, quality=80), {}),
    ],
)
def test_other_pairs_are_not_compared(bench: Bench, other: bytes, changed: dict[str, Any]) -> None:
    a, b = bench.add("a.jpg", jpeg(PICTURE), "x"), bench.add("b", other, "y")
    bench.pair(a, b, **changed)
    bench.measure()
    assert bench.pixels == []


@pytest.mark.parametrize(
    ("format_", "options"),
    [
        ("WEBP", {"lossless": True}),
        ("HEIF", {"quality": -1, "chroma": 444, "matrix_coefficients": 0}),
        ("AVIF", {"quality": 100, "subsampling": "4:4:4"}),
        ("JPEG2000", {}),
    ],
)
def test_formats_that_may_be_lossless_are_compared(
    bench: Bench, format_: str, options: dict[str, Any]
) -> None:
    a = bench.add("a.jpg", jpeg(PICTURE), "x")
    bench.pair(a, bench.add("b", encode(PICTURE, format_, **options), "y"))
    bench.measure()
    assert sorted(bench.pixels) == ["a.jpg", "b"]


@pytest.mark.parametrize("format_", ["WEBP", "HEIF", "AVIF"])
def test_formats_with_subsampled_colours_are_not_compared(bench: Bench, format_: str) -> None:
    a = bench.add("a.jpg", jpeg(PICTURE), "x")
    lossy = encode(PICTURE, format_, quality=80)
    b = bench.add("b", lossy, "y")
    bench.pair(a, b)
    bench.measure()
    assert bench.pixels == []
    bench.add("b.png", encode(PICTURE, "PNG"), "y")
    bench.measure()
    assert "b" in bench.pixels


def test_of_two_families_only_those_that_may_agree_are_compared(bench: Bench) -> None:
    a = bench.add("a.jpg", jpeg(PICTURE), "x")
    bench.add("a2.jpg", jpeg(PICTURE, comment=b"2"), "x")
    b = bench.add("b.jpg", jpeg(PICTURE, quality=80), "y")
    bench.add("b2.jpg", jpeg(PICTURE, quality=80, comment=b"2"), "y")
    bench.pair(a, b)
    bench.measure()
    assert bench.pixels == []
    bench.add("b3.png", encode(PICTURE, "PNG"), "y")
    bench.measure()
    assert sorted(bench.pixels) == ["a.jpg", "a2.jpg", "b.jpg", "b2.jpg", "b3.png"]


def test_raw_files_are_never_decoded_in_full(bench: Bench) -> None:
    a = bench.add("a.dng", dng(PICTURE, jpeg(PICTURE)), "x")
    bench.add("a2.dng", dng(PICTURE, jpeg(PICTURE)) + b"\x00", "x")
    bench.add("a.png", encode(PICTURE, "PNG"), "x")
    bench.pair(a, bench.add("b.png", encode(PICTURE.resize((32, 24)), "PNG"), "y"))
    bench.measure()
    assert not [name for name in bench.pixels if name.endswith(".dng")]


def test_pixels_that_cannot_be_had_are_not_asked_for_again(bench: Bench) -> None:
    """A picture that breaks off, and one that turns out to be damaged."""
    large = jpeg(textured(640, 480))
    a = bench.add("a.jpg", large[: len(large) * 3 // 4], "x")
    b = bench.add("b.png", encode(PICTURE, "PNG")[:-30], "x", decodes_in_full=True)
    bench.add("c.png", encode(textured(640, 480), "PNG"), "x")
    bench.add("d.png", encode(PICTURE, "PNG"), "x")
    bench.measure()
    assert sorted(bench.pixels) == ["a.jpg", "b.png", "c.png", "d.png"]
    contents = bench.contents()
    assert not same_pixels(contents[a], contents[3])
    assert not same_pixels(contents[b], contents[4])
    bench.measure()
    assert bench.pixels == []


def test_a_passing_failure_is_not_remembered(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    a = bench.add("a.png", encode(PICTURE, "PNG"), "x")
    bench.add("b.bmp", encode(PICTURE, "BMP"), "x")
    plain = vars(pixel_digests)["digest_pixels"]
    for code in (ProblemCode.VANISHED, ProblemCode.OUT_OF_MEMORY, ProblemCode.TOO_LARGE):

        def failing(
            path: str, facts: PhotoFacts, limits: DecodeLimits, code: ProblemCode = code
        ) -> bytes | None:
            raise DecodeFailed(code)

        monkeypatch.setattr(pixel_digests, "digest_pixels", failing)
        bench.measure()
        assert bench.contents()[a].pixel_digest is None
    monkeypatch.setattr(pixel_digests, "digest_pixels", plain)
    bench.measure()
    assert same_pixels(*bench.contents().values())


@pytest.mark.parametrize("change", ["content", "time", "gone"])
def test_a_file_that_changed_since_is_not_measured(bench: Bench, change: str) -> None:
    a = bench.add("a.png", encode(PICTURE, "PNG"), "x")
    b = bench.add("b.bmp", encode(PICTURE, "BMP"), "x")
    path = bench.folder / "a.png"
    if change == "content":
        path.write_bytes(encode(textured(64, 48, seed=5), "PNG"))
    elif change == "time":
        os.utime(path, (1, 1))
    else:
        path.unlink()
    bench.measure()
    contents = bench.contents()
    assert contents[a].pixel_digest is None
    assert contents[b].pixel_digest is not None


def test_the_first_file_of_a_content_is_measured(bench: Bench) -> None:
    a = bench.add("a.png", encode(PICTURE, "PNG"), "x")
    again = bench.folder / "again.png"
    again.write_bytes(encode(PICTURE, "PNG"))
    bench.list(again, a)
    bench.add("b.bmp", encode(PICTURE, "BMP"), "x")
    bench.measure()
    assert sorted(bench.pixels) == ["a.png", "b.bmp"]


# Many, and interrupted


def test_five_thousand_twins_are_not_compared_each_with_each(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = encode(Image.new("RGB", (16, 16)), "PNG")
    decoded = decode_bytes(content, "", DecodeLimits())
    (fingerprints,) = fingerprints_of([decoded])
    contents = [
        (
            replace(
                decoded,
                digest=number.to_bytes(32, "big"),
                facts=replace(decoded.facts, width_px=16 + number % 2, height_px=16 + number % 2),
            ),
            len(content),
            fingerprints,
        )
        for number in range(5_000)
    ]
    bench.ids = bench.catalog.add_contents(contents, FINGERPRINT_VERSION)
    bench.files = [
        FoundFile(f"/none/{number}", "v", f"{number}", 1, 1, 1, 1, protected=False)
        for number in bench.ids
    ]
    asked = 0
    plain: Callable[[StoredContent], Hashable] = vars(pixel_digests)["picture_key"]

    def counted(content: StoredContent) -> Hashable:
        nonlocal asked
        asked += 1
        return plain(content)

    monkeypatch.setattr(pixel_digests, "picture_key", counted)
    bench.measure()
    assert bench.pixels == []
    assert 0 < asked <= 5_000


@pytest.mark.parametrize("threads", [1, 3])
def test_cancelling_keeps_what_was_measured(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    for number in range(30):
        picture = textured(8, 8, seed=number)
        bench.add(f"{number:02}.bmp", encode(picture, "BMP"), "x")
    keep = bench.catalog.set_pixel_digests

    def cancelling(digests: dict[int, bytes]) -> None:
        keep(digests)
        context.cancel()

    context = JobContext()
    monkeypatch.setattr(bench.catalog, "set_pixel_digests", cancelling)
    with pytest.raises(Cancelled):
        bench.measure(context, threads)
    first = set(bench.pixels)
    assert 1 <= len(first) <= 8 * threads
    monkeypatch.setattr(bench.catalog, "set_pixel_digests", keep)
    bench.measure(threads=threads)
    assert len(bench.pixels) == 30 - len(first)
    assert not first & set(bench.pixels)


@pytest.mark.parametrize("budget_bytes", [1, 1 << 30])
def test_concurrent_measurements_share_a_budget(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, budget_bytes: int
) -> None:
    made: list[MemoryBudget] = []
    reserved: list[int] = []

    class NotingBudget(MemoryBudget):
        def __init__(self, total_bytes: int) -> None:
            super().__init__(total_bytes)
            made.append(self)

        def reserve(self, holder: Hashable, needed_bytes: int, kept_bytes: int = 0) -> None:
            reserved.append(needed_bytes)
            super().reserve(holder, needed_bytes, kept_bytes)

    monkeypatch.setattr(pixel_digests, "MemoryBudget", NotingBudget)
    monkeypatch.setattr(pixel_digests, "MEMORY_BUDGET_BYTES", budget_bytes)
    for number in range(6):
        name = f"{number}.png"
        bench.add(name, encode(PICTURE, "PNG", compress_level=number), "x", picture_digest=None)
    bench.measure(threads=4)
    assert len(bench.pixels) == len(reserved) == len(set(bench.ids)) > 4
    assert min(reserved) > 64 * 48 * 4
    assert [budget.used_bytes for budget in made] == [0]


def test_the_phase_is_told(bench: Bench) -> None:
    bench.add("a.png", encode(PICTURE, "PNG"), "x")
    bench.add("b.bmp", encode(PICTURE, "BMP"), "x")
    samples: list[Progress] = []
    bench.measure(JobContext(samples.append))
    assert [(one.phase, one.done, one.total) for one in samples][-1] == ("measure", 2, 2)

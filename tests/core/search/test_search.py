"""One photo against a catalog: what is found, what shows it, and in which order."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from dupefinder.core.catalog import OPEN_CODE, Catalog
from dupefinder.core.decode import DecodeFailed
from dupefinder.core.errors import Cancelled
from dupefinder.core.job import JobContext
from dupefinder.core.matching import MatchOptions, match_contents
from dupefinder.core.matching.equal_thumbnails import find_equal_thumbnails
from dupefinder.core.matching.verification_order import judge_open
from dupefinder.core.records import AlterationCode, Evidence, Orientation, ProblemCode
from dupefinder.core.search import (
    SearchIndex,
    query_of_bytes,
    query_of_content,
    query_of_file,
    search,
)
from tests.core.pictures import encode
from tests.core.search.library import found, jpeg_of, names, picture, scan, write

PHOTOS = 6
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


def cropped(image: Image.Image, share: float = 0.85) -> Image.Image:
    width_px, height_px = (round(side * share) for side in image.size)
    left, top = (image.width - width_px) // 3, (image.height - height_px) // 3
    return image.crop((left, top, left + width_px, top + height_px))


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    folder = tmp_path_factory.mktemp("library")
    write(folder, {f"{seed}.jpg": jpeg_of(picture(seed)) for seed in range(PHOTOS)})
    with Catalog.open(None) as catalog:
        scan(catalog, folder)
        yield catalog


class TestEvidence:
    def test_the_same_file(self, catalog: Catalog) -> None:
        (hit,) = found(catalog, query_of_bytes(jpeg_of(picture(2))))
        assert (hit.evidence, hit.distance_bits) == (Evidence.SAME_BYTES, 0)
        assert names(catalog, [hit]) == ["2.jpg"]

    def test_the_same_picture_in_another_file(self, catalog: Catalog) -> None:
        data = jpeg_of(picture(2))
        with_comment = data[:2] + b"\xff\xfe\x00\x07hello" + data[2:]
        (hit,) = found(catalog, query_of_bytes(with_comment))
        assert (hit.evidence, hit.distance_bits) == (Evidence.SAME_PIXELS, 0)

    def test_a_smaller_copy(self, catalog: Catalog) -> None:
        (hit,) = found(catalog, query_of_bytes(jpeg_of(picture(3).resize((240, 180)), 80)))
        assert hit.evidence is Evidence.RE_ENCODED
        assert names(catalog, [hit]) == ["3.jpg"]

    @pytest.mark.parametrize("turn", TURNS)
    def test_a_turned_copy_says_how_to_turn_the_found_photo(
        self, catalog: Catalog, turn: Orientation
    ) -> None:
        (hit,) = found(catalog, query_of_bytes(jpeg_of(picture(1).transpose(TURNS[turn]))))
        mirrored = turn >= Orientation.MIRROR
        assert hit.evidence is (Evidence.MIRRORED if mirrored else Evidence.ROTATED)
        assert hit.orientation is turn
        assert names(catalog, [hit]) == ["1.jpg"]

    def test_turned_copies_are_only_sought_when_asked_for(self, catalog: Catalog) -> None:
        query = query_of_bytes(jpeg_of(picture(1).transpose(Image.Transpose.ROTATE_90)))
        assert found(catalog, query, MatchOptions(rotations=False)) == []

    def test_a_crop_finds_its_original(self, catalog: Catalog) -> None:
        query = query_of_bytes(jpeg_of(cropped(picture(4))))
        (hit,) = found(catalog, query)
        assert (hit.evidence, hit.alterations) == (Evidence.EDITED, ())
        (done,) = hit.query_alterations
        assert done.code is AlterationCode.CROPPED
        assert done.amount == pytest.approx(85, abs=2)
        assert found(catalog, query, MatchOptions(parts=False)) == []

    def test_a_framed_copy_finds_its_original(self, catalog: Catalog) -> None:
        framed = ImageOps.expand(picture(5), 40, "black")
        (hit,) = found(catalog, query_of_bytes(jpeg_of(framed)))
        assert hit.evidence is Evidence.EDITED
        assert [one.code for one in hit.query_alterations] == [AlterationCode.FRAMED]

    def test_nothing_is_found_for_another_photo(self, catalog: Catalog) -> None:
        assert found(catalog, query_of_bytes(jpeg_of(picture(99)))) == []


def test_an_original_finds_its_crops_and_framed_copies(tmp_path: Path) -> None:
    original = picture(11)
    framed = ImageOps.expand(original, 40, "black")
    write(tmp_path, {"crop.jpg": jpeg_of(cropped(original)), "framed.jpg": jpeg_of(framed)})
    with Catalog.open(None) as catalog:
        scan(catalog, tmp_path)
        hits = found(catalog, query_of_bytes(jpeg_of(original)))
        done = {
            name: [one.code for one in hit.alterations]
            for name, hit in zip(names(catalog, hits), hits, strict=True)
        }
    assert done == {
        "crop.jpg": [AlterationCode.CROPPED],
        "framed.jpg": [AlterationCode.FRAMED],
    }


def test_a_search_says_what_a_scan_says(tmp_path: Path) -> None:
    """Every photo of a scanned folder finds what the scan judged it a copy of, and no more."""
    photos: dict[str, bytes] = {}
    for seed in range(3):
        original = picture(20 + seed)
        photos |= {
            f"{seed} original.jpg": jpeg_of(original),
            f"{seed} small.jpg": jpeg_of(original.resize((200, 150)), 75),
            f"{seed} turned.jpg": jpeg_of(original.transpose(Image.Transpose.ROTATE_90)),
            f"{seed} crop.jpg": jpeg_of(cropped(original)),
            f"{seed} lossless.png": encode(original, "PNG"),
        }
    write(tmp_path, photos)
    with Catalog.open(None) as catalog:
        matches = scan(catalog, tmp_path).matches
        ids = sorted(set(matches.content_ids.tolist()))
        # A scan leaves pairs open that decide nothing.
        pairs = match_contents(catalog, np.array(ids), MatchOptions(), JobContext(), 1)
        left = pairs[pairs["evidence"] == OPEN_CODE]
        equal_thumbnails = find_equal_thumbnails(catalog)
        judged = judge_open(left, matches.search_kind, equal_thumbnails, catalog, JobContext(), 1)
        matches.add_verdicts(judged, catalog)
        graph = matches.graph_among(ids)
        for one in ids:
            told = {
                hit.content.content_id: (hit.evidence, hit.orientation)
                for hit in found(catalog, query_of_content(catalog, one, ""))
                if hit.evidence is not Evidence.LOOK_ALIKE
            }
            expected = {
                other: (match.evidence, match.orientation)
                for other in ids
                if (match := graph.between(one, other)) is not None
            }
            assert told == expected


class TestNearFlatPictures:
    @pytest.fixture
    def pages(self, tmp_path: Path) -> Iterator[Catalog]:
        page = Image.new("RGB", (300, 400), "white")
        other = page.copy()
        other.putpixel((150, 200), (0, 0, 0))
        write(tmp_path, {"page.png": encode(page, "PNG"), "other.png": encode(other, "PNG")})
        with Catalog.open(None) as catalog:
            scan(catalog, tmp_path)
            yield catalog

    def test_they_match_by_bytes_only(self, pages: Catalog) -> None:
        page = Image.new("RGB", (300, 400), "white")
        hits = found(pages, query_of_bytes(encode(page, "PNG")))
        assert hits[0].evidence is Evidence.SAME_BYTES
        assert {hit.evidence for hit in hits[1:]} <= {Evidence.LOOK_ALIKE}

    def test_a_smaller_one_is_a_look_alike_at_most(self, pages: Catalog) -> None:
        page = Image.new("RGB", (150, 200), "white")
        hits = found(pages, query_of_bytes(encode(page, "PNG")))
        assert {hit.evidence for hit in hits} <= {Evidence.LOOK_ALIKE}


class TestRank:
    def test_copies_come_before_look_alikes_and_the_nearest_first(self, tmp_path: Path) -> None:
        original = picture(31)
        changed = np.array(original)
        changed[60:200, 80:260] = np.asarray(picture(32))[60:200, 80:260]
        dull = Image.blend(original, Image.new("RGB", original.size, "grey"), 0.3)
        write(
            tmp_path,
            {
                "changed.jpg": jpeg_of(Image.fromarray(changed)),
                "crop.jpg": jpeg_of(cropped(original)),
                "dull.jpg": jpeg_of(dull),
                "same.jpg": jpeg_of(original),
            },
        )
        with Catalog.open(None) as catalog:
            scan(catalog, tmp_path)
            options = MatchOptions(threshold_bits=40)
            hits = found(catalog, query_of_bytes(jpeg_of(original)), options)
            order = names(catalog, hits)
        assert order[0] == "same.jpg"
        assert order[-1] == "changed.jpg"
        assert hits[-1].evidence is Evidence.LOOK_ALIKE
        distances = [hit.distance_bits for hit in hits[:-1]]
        assert distances == sorted(distances)

    def test_only_the_nearest_are_judged(self, catalog: Catalog) -> None:
        query = query_of_bytes(jpeg_of(picture(2).resize((240, 180))))
        index = SearchIndex(catalog, MatchOptions(threshold_bits=64), JobContext(), threads=1)
        result = search(index, catalog, query, JobContext(), most=2)
        assert names(catalog, result.hits)[0] == "2.jpg"
        assert len(result.hits) <= 4
        assert result.unseen == PHOTOS - len(result.hits)

    def test_of_many_frames_those_are_judged_that_resemble_it_most(self, tmp_path: Path) -> None:
        """All fingerprints are equal; the copy's own frame is the last one that was met."""
        scene = picture(7)
        frames = {}
        for number in range(12):
            frame = scene.copy()
            frame.paste(
                (250, 250, 250), (24 * number, 20 * number, 24 * number + 12, 20 * number + 9)
            )
            frames[f"{number:02}.jpg"] = jpeg_of(frame)
        write(tmp_path, frames)
        with Catalog.open(None) as catalog:
            scan(catalog, tmp_path)
            for number in (0, 5, 11):
                with Image.open(tmp_path / f"{number:02}.jpg") as frame:
                    query = query_of_bytes(jpeg_of(frame.resize((240, 180))))
                index = SearchIndex(catalog, MatchOptions(), JobContext(), threads=1)
                result = search(index, catalog, query, JobContext(), most=2)
                assert names(catalog, result.hits)[0] == f"{number:02}.jpg"
                assert result.unseen > 0

    @pytest.mark.parametrize("kind", ["ahash-64", "dhash-256", "whash-64", "phash-256"])
    def test_any_kind_of_fingerprint_ranks(self, catalog: Catalog, kind: str) -> None:
        options = MatchOptions(kind=kind, threshold_bits=256)
        hits = found(catalog, query_of_bytes(jpeg_of(picture(4).resize((300, 225)))), options)
        assert names(catalog, hits)[0] == "4.jpg"
        assert len(hits) == PHOTOS
        assert hits[0].distance_bits < min(hit.distance_bits for hit in hits[1:])


class TestQuery:
    def test_a_file_and_what_the_catalog_keeps_of_it_are_one_query(
        self, catalog: Catalog, tmp_path: Path
    ) -> None:
        path = tmp_path / "query.jpg"
        path.write_bytes(jpeg_of(picture(3)))
        of_file = query_of_file(str(path), JobContext())
        (content_id,) = catalog.content_ids([of_file.photo.digest]).values()
        of_content = query_of_content(catalog, content_id, "query.jpg")
        assert of_file.name == str(path)
        for kind in ("phash-64", "phash-64-views", "whash-64"):
            np.testing.assert_array_equal(of_file.words(kind), of_content.words(kind))

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (None, ProblemCode.FOLDER_NOT_FOUND),
            (b"", ProblemCode.EMPTY),
            (b"no picture at all", ProblemCode.NOT_A_PICTURE),
        ],
    )
    def test_files_that_are_no_photos_are_refused_with_a_reason(
        self, tmp_path: Path, content: bytes | None, code: ProblemCode
    ) -> None:
        path = tmp_path / "query.jpg"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(DecodeFailed) as refused:
            query_of_file(str(path), JobContext())
        assert refused.value.code is code

    def test_a_folder_is_no_photo(self, tmp_path: Path) -> None:
        with pytest.raises(DecodeFailed) as refused:
            query_of_file(str(tmp_path), JobContext())
        assert refused.value.code is ProblemCode.NOT_A_PICTURE

    def test_a_job_that_is_cancelled_stops(self, catalog: Catalog) -> None:
        context = JobContext()
        context.cancel()
        with pytest.raises(Cancelled):
            SearchIndex(catalog, MatchOptions(), context)
        index = SearchIndex(catalog, MatchOptions(), JobContext())
        with pytest.raises(Cancelled):
            search(index, catalog, query_of_bytes(jpeg_of(picture(1))), context)


def test_an_empty_catalog_has_no_answer() -> None:
    with Catalog.open(None) as catalog:
        assert found(catalog, query_of_bytes(jpeg_of(picture(1)))) == []

"""Crops of web galleries and messengers: which of them are found, by the share that they keep.

    python -m tests.benchmarks.bench_crops FOLDER [--turned] [--hash dhash-64] [--no-proof]

Of each photo of FOLDER with half a megapixel or more, the covers that web sites cut are made: 150
× 150, 300 × 300, 500 × 500, 768 × 432, 1200 × 400 and 1080 × 1350, each from the middle and from
three other places. A cover keeps the whole width or the whole height. FOLDER and the covers are
scanned together, in a catalog in memory; a cover counts as found when it is in the group of its
photo. Photos of one scene, which a `scenes.csv` or `truth.csv` beside FOLDER names, count as one.
"""

import argparse
import csv
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from dupefinder.core.catalog import Catalog
from dupefinder.core.job import JobContext
from dupefinder.core.matching import DEFAULT_KIND, MatchOptions
from dupefinder.core.pipeline import Options, find_duplicates, match_photos
from dupefinder.core.proving import settled_groups
from dupefinder.core.records import Evidence
from dupefinder.core.scan.options import FolderChoice, ScanOptions

SIZES_PX = ((150, 150), (300, 300), (500, 500), (768, 432), (1200, 400), (1080, 1350))
PLACES = (0.5, 0.0, 0.3, 0.82)
"""Places of cuts of covers, between the left or upper end, 0, and the other one."""
_LEAST_PHOTO_PX = 500_000
_CLASSES = (0.9, 0.75, 0.6, 0.5, 0.33, 0.0)
_TURNS = (
    Image.Transpose.FLIP_LEFT_RIGHT,
    Image.Transpose.ROTATE_90,
    Image.Transpose.ROTATE_180,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSPOSE,
)


@dataclass(frozen=True, slots=True)
class Cover:
    """A cover that was made.

    Attributes:
        path: Its file.
        photo: The file of the photo that it was cut from.
        share: How much of the photo it keeps.
    """

    path: str
    photo: str
    share: float


def write_covers(folder: Path, target: Path, *, turned: bool) -> Iterator[Cover]:
    """Make covers of all photos in a folder.

    Args:
        folder: With photos.
        target: An empty folder.
        turned: Turn or mirror each of them, too.
    """
    for path in sorted(folder.rglob("*")):
        try:
            with Image.open(path) as opened:
                photo = ImageOps.exif_transpose(opened).convert("RGB")
        except (OSError, ValueError, Image.DecompressionBombError):
            continue
        if photo.width * photo.height < _LEAST_PHOTO_PX:
            continue
        for size_px in SIZES_PX:
            aspect, wanted = photo.width / photo.height, size_px[0] / size_px[1]
            for place in PLACES:
                number = len(list(target.iterdir()))
                cover = ImageOps.fit(photo, size_px, Image.Resampling.LANCZOS, 0, (place, place))
                if turned:
                    cover = cover.transpose(_TURNS[number % len(_TURNS)])
                name = target / f"{number:05}.jpg"
                cover.save(name, quality=82)
                share = min(aspect, wanted) / max(aspect, wanted)
                yield Cover(str(name), str(path), share)


def scenes_of(folder: Path) -> dict[str, str]:
    """The scene of each photo of a folder, by path; those that no list names have their own."""
    scenes = {str(path): str(path) for path in folder.rglob("*")}
    for name, column in (("truth.csv", "source_id"), ("scenes.csv", "scene_id")):
        listed = folder.parent / name
        if listed.exists():
            with listed.open(newline="", encoding="utf-8") as file:
                for row in csv.DictReader(file):
                    scenes[str(folder.parent / row["path"])] = row[column]
    return scenes


def main() -> None:
    """Cut, scan, count, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--turned", action="store_true", help="turn or mirror the covers, too")
    parser.add_argument("--hash", default=DEFAULT_KIND)
    parser.add_argument("--no-proof", action="store_true", help="as matched, not compared in full")
    parser.add_argument("--missed", action="store_true", help="name the covers that are not found")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    if not folder.is_dir():
        print(f"no photos: {folder}")
        return
    with tempfile.TemporaryDirectory() as scratch, Catalog.open(None) as catalog:
        target = Path(scratch).resolve()
        covers = list(write_covers(folder, target, turned=arguments.turned))
        options = Options(
            ScanOptions((FolderChoice(str(folder)), FolderChoice(str(target)))),
            MatchOptions(arguments.hash),
            threads=arguments.threads,
        )
        context, threshold_bits = JobContext(), options.match.threshold
        began_s = time.process_time()
        if arguments.no_proof:
            matches = match_photos(options, catalog, context).matches
            groups = settled_groups(matches, threshold_bits, catalog, context, arguments.threads)
        else:
            report = find_duplicates(options, catalog, context)
            matches, groups = report.matches, report.groups
        spent_s = time.process_time() - began_s
        links = matches.links(threshold_bits)
    scenes = scenes_of(folder)
    scenes |= {cover.path: scenes[cover.photo] for cover in covers}
    group_of = {
        member.file.path: number for number, group in enumerate(groups) for member in group.members
    }
    look_alikes = {
        frozenset((link.path_a, link.path_b))
        for link in links
        if link.evidence is Evidence.LOOK_ALIKE
    }
    made: Counter[float] = Counter()
    found: Counter[float] = Counter()
    seen: Counter[float] = Counter()
    for cover in covers:
        at_least = next(share for share in _CLASSES if cover.share >= share)
        made[at_least] += 1
        if group_of.get(cover.path, -1) == group_of.get(cover.photo, -2):
            found[at_least] += 1
        else:
            is_seen = frozenset((cover.path, cover.photo)) in look_alikes
            seen[at_least] += is_seen
            if arguments.missed:
                print(f"missed: {cover}{', a look-alike' if is_seen else ''}")
    print(f"{len(covers):,} covers, {spent_s:.1f} s of a processor")
    for at_least in _CLASSES:
        if made[at_least]:
            print(
                f"keeping {at_least:.0%} or more: {found[at_least]} of {made[at_least]} found,"
                f" {found[at_least] / made[at_least]:.3f}; {seen[at_least]} more look alike"
            )
    wrong = 0
    for group in groups:
        shown = Counter(scenes[member.file.path] for member in group.members)
        wrong += len(group.members) - max(shown.values())
        if len(shown) > 1:
            print("wrong:", *sorted(member.file.path for member in group.members))
    print(f"photos in a group of another scene: {wrong}")


if __name__ == "__main__":
    main()

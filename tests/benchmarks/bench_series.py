"""Series of look-alikes: what a whole scan takes beside reading the frames, and what it finds.

    python -m tests.benchmarks.bench_series [--kinds time-lapse burst] [--sizes 100 200 400]

A time-lapse keeps one view: light drifts, the camera stirs by parts of a pixel, something small
passes. In a burst a large subject moves as well. Every frame is a photo of its own, and some have
a true copy beside them, half as large: right is a group of each copy and its frame, and nothing
else. The work for each photo must not grow with the series.

Time is that of the processor, of threads and processes together. Reading is a scan up to the
first comparison; the whole is a scan to its end, comparisons in full size included.
"""

import argparse
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from PIL import Image, ImageDraw

from dupefinder.core.catalog import Catalog
from dupefinder.core.confirm import registration
from dupefinder.core.job import JobContext, Progress
from dupefinder.core.pipeline import Options, find_duplicates
from dupefinder.core.records import Group
from dupefinder.core.scan.options import FolderChoice, ScanOptions
from tests.benchmarks.camera_like import texture

KINDS = ("time-lapse", "burst")
COPY_SUFFIX = "_copy"
_STIR_PX = 0.6
_NOISE_LEVELS = 3.0
_LIGHT_SHARE, _LIGHT_FRAMES = 0.15, 40
_PASSES_EVERY_PX = 37


def write_series(
    folder: Path, kind: str, count: int, copies: int, width_px: int, seed: int = 1
) -> None:
    """Fill a folder with the frames of a series, and copies of some of them.

    Args:
        folder: Where to; made when it is not there.
        kind: One of `KINDS`.
        count: Number of frames.
        copies: How many of them have a copy.
        width_px: Width of the frames, which are 3 : 2.
        seed: The same seed gives the same files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    height_px = width_px * 2 // 3
    scene = Image.fromarray(np.clip(texture(width_px, height_px, rng), 0, 255).astype(np.uint8))
    noise = rng.standard_normal((height_px * 2, width_px, 3), np.float32) * _NOISE_LEVELS
    copied = set(rng.choice(count, copies, replace=False).tolist())
    for number in range(count):
        right_px, down_px = rng.normal(0, _STIR_PX, 2).tolist()
        frame = scene.transform(
            scene.size,
            Image.Transform.AFFINE,
            (1, 0, right_px, 0, 1, down_px),
            Image.Resampling.BICUBIC,
        )
        if kind == "burst":
            size_px = height_px // 5
            left_px = int(rng.integers(width_px - size_px))
        else:
            size_px = int(rng.integers(8, height_px // 8))
            left_px = number * _PASSES_EVERY_PX % (width_px - size_px)
        top_px = int(rng.integers(height_px - size_px))
        box = (left_px, top_px, left_px + size_px * 3 // 5, top_px + size_px)
        red, green, blue = rng.integers(0, 255, 3).tolist()
        ImageDraw.Draw(frame).ellipse(box, fill=(red, green, blue))
        first = int(rng.integers(height_px))
        light = 1 + _LIGHT_SHARE * np.sin(number / _LIGHT_FRAMES)
        pixels = np.asarray(frame, np.float32) * np.float32(light)
        pixels += noise[first : first + height_px]
        image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
        image.save(folder / f"IMG_{number:05}.JPG", quality=88)
        if number in copied:
            half = image.resize((width_px // 2, height_px // 2), Image.Resampling.LANCZOS)
            half.save(folder / f"IMG_{number:05}{COPY_SUFFIX}.JPG", quality=80)


@dataclass(frozen=True, slots=True)
class Run:
    """Cost and finds of one scan.

    Attributes:
        reading_s: Processor time up to the first comparison.
        whole_s: Processor time to the end.
        registered: Pairs that were registered.
        copies_found: Copies that are in a group with their own frame and nothing else.
        frames_proposed: Frames that a group would let go.
    """

    reading_s: float
    whole_s: float
    registered: int
    copies_found: int
    frames_proposed: int


def scan(folder: Path) -> Run:
    """Scan a folder as the program does, without what earlier scans knew."""
    read_at_s: list[float] = []
    registered = 0

    def count_registered(still: Any, moved: Any, boxes: Any, is_cover: Any) -> Any:
        nonlocal registered
        registered += len(boxes)
        return registration.register(still, moved, boxes, is_cover)

    def note(progress: Progress) -> None:
        if progress.phase == "match" and not read_at_s:
            read_at_s.append(_processor_s())

    options = Options(ScanOptions((FolderChoice(str(folder)),)))
    began_s = _processor_s()
    with (
        mock.patch("dupefinder.core.matching.pair_comparison.register", count_registered),
        Catalog.open(None) as catalog,
    ):
        groups = find_duplicates(options, catalog, JobContext(note)).groups
    whole_s = _processor_s() - began_s
    reading_s = read_at_s[0] - began_s if read_at_s else whole_s
    proposed = sum(
        not one.keep and COPY_SUFFIX not in one.file.path
        for group in groups
        for one in group.members
    )
    return Run(reading_s, whole_s, registered, sum(map(_is_found, groups)), proposed)


def _is_found(group: Group) -> bool:
    """Tell whether a group is a frame and its copy."""
    stems = sorted(Path(one.file.path).stem for one in group.members)
    return len(stems) == 2 and stems[1] == stems[0] + COPY_SUFFIX


def _processor_s() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def main() -> None:
    """Make the series, scan them, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 200, 400])
    parser.add_argument("--copies", type=int, default=20, help="frames that have a copy")
    parser.add_argument("--width", type=int, default=1200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        # Modules and threads that are loaded or started once do not count as work for a series.
        write_series(Path(scratch, "first"), "burst", 3, 1, options.width)
        scan(Path(scratch, "first"))
        print(
            f"{'':17}{'reading':>10}{'whole run':>12}{'ratio':>8}{'a photo':>11}"
            f"{'registered a photo':>14}{'copies found':>14}{'frames proposed':>17}"
        )
        for kind in options.kinds:
            for count in options.sizes:
                folder, copies = Path(scratch, f"{kind}-{count}"), min(options.copies, count)
                write_series(folder, kind, count, copies, options.width)
                run, photos = scan(folder), count + copies
                print(
                    f"{kind:11}{count:6}{run.reading_s:8.2f} s{run.whole_s:10.2f} s"
                    f"{run.whole_s / run.reading_s:8.2f}{1e3 * run.whole_s / photos:8.1f} ms"
                    f"{run.registered / photos:14.2f}{run.copies_found:7} of {copies:3}"
                    f"{run.frames_proposed:17}",
                    flush=True,
                )


if __name__ == "__main__":
    main()

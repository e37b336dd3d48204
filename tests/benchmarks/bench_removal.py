"""Cost of a removal, against reading and decoding its two files once.

    python -m tests.benchmarks.bench_removal [--same 1000] [--encoded 60] [--megapixels 1]

Pairs of the same bytes, re-encoded pairs, and photos with four re-encoded copies each, made in
code. All are measured in the same minute:
first each pair is read and decoded in full once, by one thread; then all are moved to a trash, with
every check, and brought back. On a machine that does other work the processor time counts.
"""

import argparse
import io
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from blake3 import blake3
from PIL import Image

from dupefinder.actions.checks.full_decode import close_decoder
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.records import Plan, PlannedFile, Step
from dupefinder.actions.undo import undo
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence
from tests.benchmarks.camera_like import texture

_SAME_BYTES = 300_000
_TAKEN_S = 1_000_000_000


def planned(path: Path, content: bytes) -> PlannedFile:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (_TAKEN_S, _TAKEN_S))
    return PlannedFile(str(path), len(content), _TAKEN_S * 10**9, blake3(content).digest())


def same_bytes(folder: Path, count: int) -> list[Step]:
    """Pairs of one content, forty to a folder."""
    steps = []
    for number in range(count):
        content = os.urandom(_SAME_BYTES)
        name = f"{number // 40:03}/IMG_{number % 40:04}.jpg"
        gone, kept = (planned(folder / place / name, content) for place in ("gone", "kept"))
        steps.append(Step(gone, kept, Evidence.SAME_BYTES))
    return steps


def encoded(folder: Path, count: int, megapixels: float, copies: int = 1) -> list[Step]:
    """Photos, and each saved some more times, so that there are so many copies in all."""
    rng = np.random.default_rng(3)
    wide, high = (round((megapixels * 1e6 * share) ** 0.5) for share in (4 / 3, 3 / 4))
    ground = texture(wide * 3 // 2, high * 3 // 2, rng)
    steps = []
    for number in range(count // copies):
        top, left = rng.integers(0, high // 2), rng.integers(0, wide // 2)
        part = ground[top : top + high, left : left + wide]
        levels = part + rng.normal(size=(high, wide, 1)).astype(np.float32) * 3
        original = saved(Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8)), 95)
        kept = planned(folder / "kept" / f"{number:04}.jpg", original)
        for quality in range(82, 82 + copies):
            again = saved(Image.open(io.BytesIO(original)), quality)
            gone = planned(folder / "gone" / f"{number:04}-{quality}.jpg", again)
            steps.append(Step(gone, kept, Evidence.RE_ENCODED))
    return steps


def saved(image: Image.Image, quality: int) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=quality)
    return stream.getvalue()


def read_once(steps: list[Step]) -> None:
    """Read and digest both files of each pair, and decode those that are pictures."""
    for step in steps:
        for file in (step.victim, step.survivor):
            content = Path(file.path).read_bytes()
            assert blake3(content).digest() == file.digest
            if step.evidence is not Evidence.SAME_BYTES:
                Image.open(io.BytesIO(content)).load()


def measured(what: str, count: int, work: Callable[[], object]) -> float:
    """Print and return processor time for each pair, in milliseconds, helper processes included."""
    before, began_s = os.times(), time.perf_counter()
    work()
    close_decoder()  # the time of processes counts once they have ended
    spent_s, now = time.perf_counter() - began_s, os.times()
    cpu_ms = 1000 * (sum(now[:4]) - sum(before[:4])) / count
    print(
        f"{what:<32} {count / spent_s:7.1f} a second, {cpu_ms:7.2f} ms of processor time each",
        flush=True,
    )
    return cpu_ms


def measure(what: str, steps: list[Step], journal: Journal) -> None:
    count = len(steps)
    once_ms = measured(f"{what}: read once", count, lambda: read_once(steps))
    removed_ms = measured(
        f"{what}: removed", count, lambda: execute(Plan(tuple(steps)), journal, JobContext())
    )
    action = journal.actions()[0]
    assert action.done == count, journal.steps(action.action_id)
    measured(f"{what}: brought back", count, lambda: undo(action.action_id, journal, JobContext()))
    print(f"{what}: {removed_ms / once_ms:.1f} times reading and decoding both files once")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--same", type=int, default=1000)
    parser.add_argument("--encoded", type=int, default=60)
    parser.add_argument("--megapixels", type=float, default=1.0)
    asked = parser.parse_args()
    # Beside the program, as a drive in memory has no disk to wait for.
    with tempfile.TemporaryDirectory(dir=os.getcwd(), prefix=".bench-") as name:
        folder = Path(os.path.realpath(name))
        os.environ["XDG_DATA_HOME"] = str(folder / "data")
        steps = {
            "same bytes": same_bytes(folder / "same", asked.same),
            "re-encoded": encoded(folder / "encoded", asked.encoded, asked.megapixels),
            "four copies": encoded(folder / "four", asked.encoded, asked.megapixels, copies=4),
        }
        os.sync()
        with Journal.open(folder / "journal.sqlite") as journal:
            for what, some in steps.items():
                if some:
                    measure(what, some, journal)


if __name__ == "__main__":
    main()

"""A catalog as after the scan of a large library, made without any photo."""

import io
import os
from pathlib import Path

import numpy as np
from PIL import Image

from dupefinder.core.catalog import EVIDENCE_CODES, PAIR_DTYPE, Catalog, LastScan
from dupefinder.core.confirm import CONFIRM_VERSION
from dupefinder.core.fingerprint import FINGERPRINT_VERSION, PICTURE_KIND
from dupefinder.core.matching.candidates import PARTS_KIND, TURNED_PARTS_KIND
from dupefinder.core.photo_facts import DecodedPhoto, PhotoFacts
from dupefinder.core.records import Evidence, FoundFile

_BATCH = 2_000
_COPIES = 3


def write_catalog(path: Path, photos: int, groups: int) -> None:
    """Write a catalog in which some photos have two copies each.

    Args:
        path: Where; there must be none.
        photos: Contents, one file each.
        groups: Groups of three.
    """
    random = np.random.default_rng(1)
    thumbnails = [_thumbnail(random) for _ in range(64)]
    root = os.path.abspath(os.sep)
    files = []
    with Catalog.open(path) as catalog:
        scan_id = catalog.start_scan([os.path.join(root, "library")])
        for start in range(0, photos, _BATCH):
            batch = []
            for number in range(start, min(start + _BATCH, photos)):
                digest = random.bytes(32)
                facts = PhotoFacts(
                    "JPEG",
                    4032 >> (number % _COPIES),
                    3024 >> (number % _COPIES),
                    quality=90,
                    contrast=40.0,
                    taken=f"20{number % 25:02d}-05-02T14:12:00",
                )
                photo = DecodedPhoto(
                    digest,
                    digest[:16],
                    facts,
                    np.zeros((96, 96), np.uint8),
                    np.zeros((2, 16, 16), np.uint8),
                    thumbnails[number % len(thumbnails)],
                )
                words = random.integers(0, 1 << 64, (9, 1), np.uint64)
                batch.append((photo, 3_000_000, {"phash-64": words[:8], PICTURE_KIND: words[8:]}))
                name = f"library/{number // 500:04d} holiday/IMG_{number:06d}.JPG"
                files.append(
                    FoundFile(os.path.join(root, name), "v", name, 3_000_000, 5, 1, number, False)
                )
            catalog.add_contents(batch, FINGERPRINT_VERSION)
        ids = np.arange(1, photos + 1)
        first = np.arange(1, _COPIES * groups, _COPIES)
        pairs = np.zeros(2 * groups, PAIR_DTYPE)
        pairs["placement"] = np.nan
        pairs["a"] = np.concatenate((first, first))
        pairs["b"] = np.concatenate((first + 1, first + 2))
        pairs["distance_bits"] = random.integers(0, 11, 2 * groups)
        pairs["confirm_version"] = CONFIRM_VERSION
        pairs["evidence"] = random.choice(
            [EVIDENCE_CODES[Evidence.RE_ENCODED], EVIDENCE_CODES[Evidence.EDITED]],
            2 * groups,
            p=[0.8, 0.2],
        )
        pairs["likeness"] = 1.0
        catalog.add_pairs("phash-64", pairs)
        catalog.set_verdicts("phash-64", pairs)
        for kind in ("phash-64", PARTS_KIND, TURNED_PARTS_KIND):
            for among in (kind, f"{kind}-alone"):
                catalog.mark_searched(among, ids, 10)
        catalog.keep_last_scan(
            LastScan(
                *(scan_id, files, ids, [], "phash-64"),
                rotations=True,
                parts=True,
                threshold_bits=10,
                shown_bits=10,
            )
        )
        catalog.finish_scan(scan_id, 60.0)


def _thumbnail(random: np.random.Generator) -> bytes:
    small = Image.fromarray(random.integers(0, 256, (6, 8, 3), np.uint8))
    target = io.BytesIO()
    small.resize((320, 240), Image.Resampling.BICUBIC).save(target, "JPEG", quality=80)
    return target.getvalue()

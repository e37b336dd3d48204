"""Matches after some files went or came back: the same as when everything is made anew."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dupefinder.core.catalog import EVIDENCE_CODES, PAIR_DTYPE, Catalog, LastScan
from dupefinder.core.confirm import CONFIRM_VERSION
from dupefinder.core.decisions import separated_photos
from dupefinder.core.decisions.marks import MarkStore
from dupefinder.core.decisions.separated import all_different
from dupefinder.core.fingerprint import FINGERPRINT_VERSION, FINGERPRINTS, PICTURE_KIND
from dupefinder.core.grouping import Matches
from dupefinder.core.job import JobContext
from dupefinder.core.matching.pair_comparison import CHECK_KIND
from dupefinder.core.photo_facts import DecodedPhoto, PhotoFacts
from dupefinder.core.records import Evidence, FoundFile, Proof, ProofVerdict
from dupefinder.core.reopening import reopen_last
from dupefinder.core.source_folders import SourceFolders

BITS = 10
FAMILIES, MOST_COPIES = 9, 5
SIZES_PX = ((800, 600), (400, 300), (1600, 1200))
KINDS = (Evidence.RE_ENCODED, Evidence.RE_ENCODED, Evidence.EDITED, Evidence.LOOK_ALIKE)
VERDICTS = (
    Proof(ProofVerdict.CONTAINED),
    Proof(ProofVerdict.CONTAINED),
    Proof(ProofVerdict.CONTAINED, stays_is_poorer=True),
    Proof(ProofVerdict.ALTERED),
    Proof(ProofVerdict.OTHER_PICTURE),
)


def photo(random: np.random.Generator, grey: Any, seconds: int) -> DecodedPhoto:
    digest = random.bytes(32)
    facts = PhotoFacts(
        "JPEG",
        *SIZES_PX[int(random.integers(len(SIZES_PX)))],
        quality=int(random.integers(70, 96)),
        contrast=40.0,
        taken=f"2020-05-02T14:12:{seconds:02}",
        camera=("", "A camera")[int(random.integers(2))],
    )
    chroma = np.full((2, 16, 16), 128, np.uint8)
    return DecodedPhoto(digest, digest[:16], facts, grey, chroma, b"")


def write_library(catalog: Catalog, seed: int, strangers: float = 0.01) -> list[str]:
    """A catalog as after a scan of families of copies: pairs judged or open, proofs of some."""
    random = np.random.default_rng(seed)
    family = np.repeat(np.arange(FAMILIES), random.integers(1, MOST_COPIES + 1, FAMILIES))
    greys = random.integers(0, 256, (FAMILIES, 96, 96), np.uint8)
    photos = [photo(random, greys[one], int(random.integers(3))) for one in family.tolist()]
    is_twin = random.random(len(family)) < 0.15
    hashes = np.arange(len(family), dtype=np.uint64)
    for place in np.flatnonzero(is_twin[1:] & (family[1:] == family[:-1])).tolist():
        hashes[place + 1] = hashes[place]
    checks = FINGERPRINTS[CHECK_KIND].of_greys(greys)
    ids = []
    for one, number, of in zip(photos, hashes, family, strict=True):
        prints = {
            "phash-64": np.zeros((8, 1), np.uint64),
            CHECK_KIND: checks[of],
            PICTURE_KIND: np.full((1, 1), number, np.uint64),
        }
        ids += catalog.add_contents([(one, 5, prints)], FINGERPRINT_VERSION)
    scan_id = catalog.start_scan(["/p"])
    files: list[FoundFile] = []
    contents = []
    for place, content_id in enumerate(ids):
        for copy in range(1 + int(random.random() < 0.3)):
            name = f"{'ab'[copy]}{place % 3}/{place:03}.jpg"
            files.append(FoundFile(f"/p/{name}", "v", name, 5, place, 1, len(files), False))
            contents.append(content_id)
    twins = [ids[hashes.tolist().index(number)] for number in hashes.tolist()]
    keys = sorted(
        {
            (min(a, b), max(a, b))
            for at, a in enumerate(twins)
            for other, b in enumerate(twins)
            if a != b and (family[at] == family[other] or random.random() < strangers)
        }
    )
    pairs = np.zeros(len(keys), PAIR_DTYPE)
    pairs["a"], pairs["b"] = np.array(keys, np.int64).reshape(-1, 2).T
    pairs["distance_bits"] = random.integers(0, BITS + 1, len(keys))
    pairs["evidence"] = [EVIDENCE_CODES[KINDS[one]] for one in random.integers(4, size=len(keys))]
    pairs["confirm_version"], pairs["placement"], pairs["likeness"] = CONFIRM_VERSION, np.nan, 0.9
    catalog.add_pairs("phash-64", pairs)
    catalog.set_verdicts("phash-64", pairs[random.random(len(keys)) < 0.9])
    for kind in ("phash-64", "phash-64-alone"):
        catalog.mark_searched(kind, sorted(set(twins)), BITS)
    proofs = {
        (goes, stays): VERDICTS[int(random.integers(len(VERDICTS)))]
        for place, goes in enumerate(ids)
        for other, stays in enumerate(ids)
        if goes != stays and family[place] == family[other] and random.random() < 0.85
    }
    catalog.set_proofs(proofs)
    catalog.keep_last_scan(
        LastScan(
            *(scan_id, files, np.array(contents), [], "phash-64"),
            rotations=True,
            parts=False,
            threshold_bits=BITS,
            shown_bits=BITS,
            sources=SourceFolders(["/p"]),
        )
    )
    catalog.finish_scan(scan_id, 1.0)
    return [file.path for file in files]


def reopened(
    catalog: Catalog, before: Matches | None = None, decisions: MarkStore | None = None
) -> Matches:
    found = reopen_last(catalog, JobContext(), 1, decisions, before=before)
    assert found is not None
    return found.matches


def told(matches: Matches) -> Any:
    """All that a window shows of matches."""
    shown = []
    for bits in (BITS, 6, 2):
        groups = matches.groups(bits)
        shown.append(
            (
                groups,
                sorted(matches.wanted_proofs(groups)),
                matches.links(bits),
                [matches.replacements(group) for group in groups],
            )
        )
    return shown


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog.open(tmp_path / "catalog.sqlite") as opened:
        yield opened


@pytest.mark.parametrize("seed", range(4))
def test_following_files_has_the_outcome_of_a_whole_reopening(catalog: Catalog, seed: int) -> None:
    paths = write_library(catalog, seed)
    random = np.random.default_rng(seed + 1000)
    matches = reopened(catalog)
    for _ in range(3):
        chosen = random.permutation(len(paths))[: int(random.integers(1, 4))]
        catalog.mark_gone([paths[one] for one in chosen], gone=True)
        matches = reopened(catalog, matches)
        assert told(matches) == told(reopened(catalog))
    catalog.mark_gone(paths, gone=False)
    matches = reopened(catalog, matches)
    assert told(matches) == told(reopened(catalog))


@pytest.mark.parametrize("seed", range(2))
def test_files_are_followed_after_photos_were_called_different(
    catalog: Catalog, seed: int, tmp_path: Path
) -> None:
    paths = write_library(catalog, seed)
    matches = reopened(catalog)
    with MarkStore.open(tmp_path / "decisions.sqlite") as decisions:
        groups = matches.groups(BITS)
        decisions.keep_separations([all_different(groups[0].members, 1)])
        matches.set_separated(separated_photos(decisions, catalog), catalog)
        assert matches.history is None
        for some in ([groups[0].members[0].file.path], [groups[-1].members[0].file.path]):
            catalog.mark_gone(some, gone=True)
            matches = reopened(catalog, matches, decisions)
            assert told(matches) == told(reopened(catalog, decisions=decisions))
        decisions.forget_separations(one.separation_id for one in decisions.separations())
        matches.set_separated(separated_photos(decisions, catalog), catalog)
        catalog.mark_gone(paths, gone=False)
        matches = reopened(catalog, matches, decisions)
        assert told(matches) == told(reopened(catalog))


def test_groups_without_a_changed_photo_are_not_made_again(catalog: Catalog) -> None:
    write_library(catalog, 4, strangers=0)
    before = reopened(catalog)
    groups = before.groups(BITS)
    gone = groups[0].members[1]
    catalog.mark_gone([gone.file.path], gone=True)
    after = reopened(catalog, before)
    made = {id(group) for group in groups}
    same = [group for group in after.groups(BITS) if id(group) in made]
    assert len(same) > len(groups) // 2

"""Altered copies of photos with known truth, searched for in the library that has the originals.

    DUPEFINDER_CORPUS=FOLDER python -m tests.benchmarks.bench_search_corpus [--queries 200]

The folder is described beside `truth.csv`, which names the source of every photo. A query counts
as found when what is ranked first shows the same source, and is not called a mere look-alike.
"""

import argparse
import csv
import os
import random
import statistics
import time
from collections import defaultdict
from pathlib import Path

from dupefinder.core.catalog import Catalog
from dupefinder.core.job import JobContext
from dupefinder.core.matching import MatchOptions
from dupefinder.core.pipeline import Options, find_duplicates
from dupefinder.core.records import Evidence
from dupefinder.core.scan.options import FolderChoice, ScanOptions
from dupefinder.core.search import SearchIndex, query_of_file, search

ALTERED = ("near", "edited", "cropped", "rotated", "mirrored")
LIBRARY = "library"


def main() -> None:
    """Scan the library, ask for a sample of altered copies, print how many came first."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    corpus = Path(os.environ["DUPEFINDER_CORPUS"])
    with (corpus / "truth.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    source_of = {row["path"]: row["source_id"] for row in rows if row["group"] != "bad"}
    in_library = {source_of[path] for path in source_of if path.startswith(LIBRARY + "/")}
    altered = [
        row
        for row in rows
        if row["group"] in ALTERED
        and row["source_id"] in in_library
        and not row["path"].startswith(LIBRARY + "/")
    ]
    sample = random.Random(arguments.seed).sample(altered, min(arguments.queries, len(altered)))
    library = Options(ScanOptions((FolderChoice(str(corpus / LIBRARY)),)))
    first: dict[str, list[bool]] = defaultdict(list)
    spent_ms = []
    with Catalog.open(None) as catalog:
        report = find_duplicates(library, catalog, JobContext())
        names = {
            content: Path(photo.path).relative_to(corpus).as_posix()
            for content, photo in zip(
                report.matches.content_ids.tolist(), report.matches.files, strict=True
            )
        }
        index = SearchIndex(catalog, MatchOptions(), JobContext())
        for row in sample:
            query = query_of_file(str(corpus / row["path"]), JobContext())
            began_s = time.perf_counter()
            hits = search(index, catalog, query, JobContext()).hits
            spent_ms.append(1000 * (time.perf_counter() - began_s))
            confirmed = [hit for hit in hits if hit.evidence is not Evidence.LOOK_ALIKE]
            best = names[confirmed[0].content.content_id] if confirmed else None
            is_first = best is not None and source_of[best] == row["source_id"]
            first[row["group"]].append(is_first)
            if not is_first:
                print(f"{row['group']:<9} {row['transform']} {row['strength']}: {row['path']}")
                print(f"          {'nothing confirmed' if best is None else best}")
    for kind in ALTERED:
        print(f"{kind:<9}{sum(first[kind]):>4} of {len(first[kind])}")
    found = sum(map(sum, first.values()))
    print(f"rank 1: {found} of {len(sample)}, {found / len(sample):.1%}")
    print(
        f"second look included: median {statistics.median(spent_ms):.0f} ms,"
        f" most {max(spent_ms):.0f} ms"
    )


if __name__ == "__main__":
    main()

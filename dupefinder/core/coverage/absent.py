"""Copies on drives that are not connected: known, but never counted as being there."""

import os
from collections.abc import Collection, Iterable

from dupefinder.core.catalog import Catalog
from dupefinder.core.coverage.records import AbsentCopy


def absent_copies(
    catalog: Catalog, content_ids: Iterable[int], mounted: Collection[str]
) -> dict[int, tuple[AbsentCopy, ...]]:
    """Look up which contents lie, byte for byte, on drives that are not connected now.

    Args:
        catalog: What scans have met.
        content_ids: The contents.
        mounted: Identities of the connected volumes.

    Returns:
        The copies of each content that has any, in the order of drives and paths.
    """
    notes = catalog.volume_notes()
    names = [note.name for note in notes.values()]
    copies: dict[int, list[AbsentCopy]] = {}
    for file in catalog.files_of_content(list(content_ids)):
        if file.volume_id in mounted:
            continue
        note = notes.get(file.volume_id)
        name = note.name if note is not None else ""
        copies.setdefault(file.content_id, []).append(
            AbsentCopy(
                file.volume_id,
                # A name that two drives have tells neither.
                name if name and names.count(name) == 1 else None,
                file.relative_path,
                note.seen_ns if note is not None else None,
            )
        )
    return {
        content_id: tuple(
            sorted(some, key=lambda copy: (copy.volume_id, os.fsencode(copy.relative_path)))
        )
        for content_id, some in copies.items()
    }

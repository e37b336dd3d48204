"""Folders to search in: walked, and read as far as the catalog does not know them."""

import os

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import Catalog
from dupefinder.core.decode import DecodeLimits
from dupefinder.core.job import JobContext
from dupefinder.core.reading import NO_CONTENT, read_photos
from dupefinder.core.records import FoundFile
from dupefinder.core.scan import scan_folders
from dupefinder.core.scan.options import ScanOptions
from dupefinder.core.scan.volumes import volume_names


def read_folders(
    options: ScanOptions, catalog: Catalog, context: JobContext, threads: int = 0
) -> tuple[list[FoundFile], NDArray[np.int64]]:
    """Walk folders and bring the contents of their photos into the catalog.

    The last scan's results are left as they are.

    Args:
        options: Where to look.
        catalog: What earlier scans learned; this adds to it.
        context: Progress, cancel and problems.
        threads: Decoding threads; 0 takes one per processor.

    Returns:
        The photos that could be read, and int64 (n,), their contents.

    Raises:
        Cancelled: The job was cancelled; what was read is kept.
        FolderNotFound: None of the folders could be used.
    """
    found = scan_folders(options, context)
    reading = read_photos(
        found.photos,
        catalog,
        context,
        threads=threads or os.cpu_count() or 1,
        limits=DecodeLimits(),
    )
    catalog.note_volumes(volume_names())
    readable = np.flatnonzero(reading.content_ids != NO_CONTENT)
    files = [found.photos[index] for index in readable.tolist()]
    return files, reading.content_ids[readable]

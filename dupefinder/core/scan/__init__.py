"""From chosen folders to the files that may be photos.

No file is changed, and none is opened, but for two cases: the first bytes of a file whose name
says nothing, and the comparison of two paths that seem to lead to one file.

Roles: the nearest chosen folder above a file decides. Each chosen folder is walked by itself,
and a walk stops where another chosen folder begins. A folder that another program manages is
protected (see `managed_folders`), unless exactly that folder was chosen with `Role.SCAN`.
"""

import os
from dataclasses import dataclass, replace

from dupefinder.core.errors import FolderNotFound
from dupefinder.core.job import JobContext
from dupefinder.core.records import FoundFile
from dupefinder.core.scan.candidates import Candidates
from dupefinder.core.scan.left_out import LeftOut
from dupefinder.core.scan.managed_folders import ManagedFolder
from dupefinder.core.scan.mounts import LOCAL_FILE_SYSTEMS, Volume
from dupefinder.core.scan.options import FolderChoice, ScanOptions
from dupefinder.core.scan.same_file import merge_same_files
from dupefinder.core.scan.scan_roots import ChosenFolders
from dupefinder.core.scan.volumes import VolumeTable
from dupefinder.core.scan.walk import Walk

__all__ = ["FolderChoice", "LeftOut", "ManagedFolder", "ScanOptions", "ScanResult", "scan_folders"]


@dataclass(frozen=True, slots=True)
class ScanResult:
    """Result of a walk.

    Attributes:
        photos: Each file once, in the order of the bytes of its path.
        same_file: For a path kept, the other paths by which the same file was reached.
        left_out: Number of entries left out, by reason; a folder counts once.
        managed: Folders that other programs manage, in the order of paths.
        volumes: The volumes met, by identity.
    """

    photos: list[FoundFile]
    same_file: dict[str, tuple[str, ...]]
    left_out: dict[LeftOut, int]
    managed: list[ManagedFolder]
    volumes: dict[str, Volume]


def scan_folders(
    options: ScanOptions, context: JobContext, volumes: VolumeTable | None = None
) -> ScanResult:
    """Walk the chosen folders.

    Unreadable entries are listed in the context's problems, and the rest continues.

    Args:
        options: Folders and filters.
        context: Gets the phase "scan", the progress by file, and problems.
        volumes: The volumes of this machine, if they were read already.

    Raises:
        FolderNotFound: None of the folders to scan can be used.
        Cancelled: The person cancelled the job.
    """
    context.start_phase("scan")
    chosen = ChosenFolders(options.folders, context.checkpoint)
    if chosen.problems and not chosen.starts:
        raise FolderNotFound(chosen.problems[0].path)
    for problem in chosen.problems:
        context.add_problem(problem)
    candidates = Candidates(options, volumes or VolumeTable(), context)
    walk = Walk(options, chosen, candidates, context)
    walk.run()
    left_out = candidates.left_out

    files = candidates.files
    if chosen.excluded_files:
        files = [f for f in files if _number_of(f) not in chosen.excluded_files]
        left_out[LeftOut.EXCLUDED] += len(candidates.files) - len(files)

    def has_own_numbers(file: FoundFile) -> bool:
        return candidates.volumes[file.volume_id].file_system in LOCAL_FILE_SYSTEMS

    photos, same_file = merge_same_files(
        files, candidates.links, has_own_numbers, context.checkpoint
    )
    if candidates.links:
        # A photo that is only reached by a link is shown, and protected: removing the link would
        # free nothing, and what it leads to lies outside the chosen folders.
        left_out[LeftOut.SYMLINK] += sum(file.path in candidates.links for file in files)
        left_out[LeftOut.SYMLINK] -= sum(file.path in candidates.links for file in photos)
        photos = [
            replace(file, protected=True) if file.path in candidates.links else file
            for file in photos
        ]
    context.finish_phase()
    return ScanResult(
        photos,
        same_file,
        {code: count for code, count in sorted(left_out.items()) if count},
        sorted(walk.managed.by_path.values(), key=lambda folder: os.fsencode(folder.path)),
        candidates.volumes,
    )


def _number_of(file: FoundFile) -> tuple[int, int] | None:
    """Device and inode; looked up if the listing has none, as on Windows."""
    if file.inode:
        return file.device, file.inode
    try:
        status = os.stat(file.path)
    except OSError:
        return None
    return status.st_dev, status.st_ino

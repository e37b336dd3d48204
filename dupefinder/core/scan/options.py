"""Options of a scan: folders with their roles, and filters."""

from dataclasses import dataclass

from dupefinder.core.records import Role


@dataclass(frozen=True, slots=True)
class FolderChoice:
    """A folder, or a single file, that the person named, and its role.

    Attributes:
        path: Absolute, or relative to the working folder.
        role: What it is to the scan. Of folders within each other the nearest one decides.
    """

    path: str
    role: Role = Role.SCAN


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """Options of a scan.

    Attributes:
        folders: What the person named. A named file is taken as it is: the limits below are
            for what the walk finds by itself.
        include: Patterns of which a photo must match one, see `globs`; none wants all.
        exclude: Patterns of files and folders to leave out.
        min_bytes: Smallest file wanted.
        max_bytes: Largest file wanted; None for no limit.
        min_side_px: Least shorter side wanted. Applied once photos are decoded, not here.
        max_side_px: Greatest longer side wanted; None for no limit. Not applied here.
        follow_symlinks: True to enter linked folders and take linked files.
        hidden: True to look at hidden folders and files. A hidden folder that is named itself
            is walked anyway.
    """

    folders: tuple[FolderChoice, ...]
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    min_bytes: int = 0
    max_bytes: int | None = None
    min_side_px: int = 0
    max_side_px: int | None = None
    follow_symlinks: bool = False
    hidden: bool = False

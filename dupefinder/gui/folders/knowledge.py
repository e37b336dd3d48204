"""What is known of a chosen folder before it is scanned."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FolderKnowledge:
    """What the catalog and the system tell of a folder.

    Attributes:
        photos: Photos that the last scan saw below it; None when it was never scanned.
        size_bytes: Their bytes.
        connected: False when it is not there now.
        managed_by: Code of the program that manages it, see `core.scan.managed`; None without.
    """

    photos: int | None
    size_bytes: int
    connected: bool
    managed_by: str | None

"""The options of a scan, made from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dupefinder.core.records import Role
from dupefinder.gui.settings import Settings

if TYPE_CHECKING:
    from dupefinder.core.pipeline import Options


def threshold_of(bits: int, kind: str) -> int:
    """A distance of 64 bits in proportion for a search hash of any length.

    Args:
        bits: Hamming distance, of 64 bits.
        kind: The search hash; its name ends with its length in bits.
    """
    return bits * int(kind.rpartition("-")[2]) // 64


def options_of(settings: Settings) -> Options:
    """The options of a scan."""
    # The engine is slow to load; the window is shown before.
    from dupefinder.core.matching import MatchOptions
    from dupefinder.core.pipeline import Options
    from dupefinder.core.scan.options import ScanOptions

    return Options(
        scan=ScanOptions(
            folders=settings.folders,
            exclude=settings.exclude,
            min_bytes=settings.min_bytes,
            min_side_px=settings.min_side_px,
            follow_symlinks=settings.follow_symlinks,
            hidden=settings.hidden,
        ),
        match=MatchOptions(
            kind=settings.kind,
            threshold_bits=threshold_of(settings.threshold_bits, settings.kind),
            rotations=settings.rotations,
            parts=settings.parts,
        ),
        threads=settings.threads,
        preferred=preferred_folders(settings),
        between_only=settings.between_only,
    )


def preferred_folders(settings: Settings) -> tuple[str, ...]:
    """The chosen folders in the order in which their copies are kept; none without an order."""
    if not settings.in_order:
        return ()
    return tuple(one.path for one in settings.folders if one.role is not Role.EXCLUDED)

"""The last look before a photo goes: both files are there, unchanged, two files, and readable."""

import os
from dataclasses import dataclass

from dupefinder.actions.records import SkipCode, Skipped, Step
from dupefinder.core.decode import DecodeLimits


@dataclass(frozen=True, slots=True)
class Checked:
    """What the last look saw; the executor compares it directly before it moves anything.

    Attributes:
        victim_stat: The victim as it was when it was read.
        companion_stats: The step's companions likewise, in their order.
    """

    victim_stat: os.stat_result
    companion_stats: tuple[os.stat_result, ...]


def check(step: Step, *, limits: DecodeLimits = DecodeLimits()) -> Skipped | Checked:  # noqa: B008 - frozen
    """Read the victim and the survivor of a step now, and say whether the victim may go.

    Args:
        step: The removal.
        limits: What decoding the survivor may cost.

    Returns:
        Why the victim has to stay, or what was seen of the files that go.
    """
    # Until the checks are here, nothing may go.
    return Skipped(step.victim.path, SkipCode.UNREADABLE, "not checked")

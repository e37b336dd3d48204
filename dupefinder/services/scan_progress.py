"""The progress of a scan as a whole, from the reports of its phases."""

from collections.abc import Callable
from dataclasses import replace

from dupefinder.core.job import Progress

_SHARES_OF_READING = {"match": 0.05, "confirm": 0.4, "measure": 0.1, "group": 0.05, "prove": 1.5}
"""Usual duration of each phase after reading, in their order, as a share of the reading of what
is new. It is used until the phases report. Groups are made before their proposals are proved, and
once more after that."""
_PAIR_PER_PHOTO = 7.0
"""Usual duration of a comparison in full size, relative to reading a photo."""
_MOST_SHARE = 0.99
"""Greatest share shown before the end."""


class ScanProgress:
    """Adds the share of the whole scan that is done, and its remaining time, to samples.

    Photos that the catalog knows count as no work, in later phases as well.
    """

    def __init__(self) -> None:
        self._spent_s: dict[str, float] = {}
        self._reading_s = 0.0
        self._share = 0.0
        self._read = 0
        self._of_reading = dict(_SHARES_OF_READING)

    def note_waiting(self, pairs: int) -> None:
        """Note how many pairs read so far wait for a comparison in full size.

        A folder full of smaller copies takes longer after reading.
        """
        if self._read:
            self._of_reading["prove"] = max(
                _PAIR_PER_PHOTO * pairs / self._read, _SHARES_OF_READING["group"]
            )

    def listener(self, show: Callable[[Progress], None]) -> Callable[[Progress], None]:
        """Make a listener for a `JobContext` that passes the completed samples on."""
        return lambda progress: show(self.completed(progress))

    def completed(self, progress: Progress) -> Progress:
        """A sample with `share`, and with the time left for the whole scan.

        The share never falls. It is unknown until the number of photos is known.
        """
        phase, order = progress.phase, tuple(_SHARES_OF_READING)
        if phase != "decode" and phase not in order:
            return progress
        worked = progress.done - progress.known
        spent_s = worked / progress.rate_per_s if progress.rate_per_s else 0.0
        self._spent_s[phase] = max(self._spent_s.get(phase, 0.0), spent_s)
        left_s = progress.seconds_left
        if left_s is None:
            left = 0 if progress.total is None else progress.total - progress.done
            if phase == "decode" and left > 0:
                # The time for a photo is not known yet.
                return replace(progress, share=self._share, seconds_left=None)
            left_s = self._reading_s * self._of_reading.get(phase, 0.0) if left > 0 else 0.0
        if phase == "decode":
            self._read = worked
            self._reading_s = spent_s + left_s
        later = order[order.index(phase) + 1 :] if phase in order else order
        left_s += self._reading_s * sum(
            self._of_reading[one] for one in later if one not in self._spent_s
        )
        done_s = sum(self._spent_s.values())
        share = done_s / (done_s + left_s) if done_s + left_s > 0 else 0.0
        self._share = max(self._share, min(share, _MOST_SHARE))
        return replace(progress, share=self._share, seconds_left=left_s)

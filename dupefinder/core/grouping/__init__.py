"""Groups with keepers and proposals, from judged pairs; another threshold repeats only this step.

Evidence between two files is worked out from that between their nodes and from their facts.
"""

from dupefinder.core.grouping.matches import MOST_EVERY_PAIR, Matches, removable_bytes

__all__ = ["MOST_EVERY_PAIR", "Matches", "removable_bytes"]

"""Completeness of a JPEG by its scan headers, without decoding a scan.

A progressive picture may end after any scan and still have an end marker: decoders show it, coarse
or blurred, and complain of nothing. Each scan header names the components and coefficients that it
brings, and to which bit; once all of them have arrived to their last bit, nothing is lacking.

Source: ITU-T Recommendation T.81 (1992), B.2.2 and B.2.3 (headers), Annex G (progressive mode).
"""

FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers that begin a frame; C4, C8 and CC are tables and an extension."""
_PROGRESSIVE = frozenset((0xC2, 0xCA))
_SEQUENTIAL = frozenset((0xC0, 0xC1, 0xC3, 0xC9, 0xCB))
"""Baseline, extended and lossless. The others are hierarchical: frames that add up."""

_COEFFICIENTS = 64
_UNSENT = 0xFF


class ScanProgress:
    """Coefficients that the scans of one picture have brought so far.

    Attributes:
        scans: Number of scans that have begun.
    """

    def __init__(self) -> None:
        self.scans = 0
        self._frames = 0
        self._is_known = True
        self._lacking_bits: dict[int, bytearray] = {}

    def begin_frame(self, marker: int, header: bytes) -> None:
        """Take note of the components that a frame announces.

        Args:
            marker: Second byte of the frame's marker.
            header: What follows the segment's length.
        """
        self._frames += 1
        components = header[6::3][: header[5]] if len(header) > 5 else b""
        coefficients = _COEFFICIENTS if marker in _PROGRESSIVE else 1
        self._lacking_bits = {
            component: bytearray([_UNSENT] * coefficients) for component in components
        }
        # Ids that are given twice occur, and decoders cope with them.
        is_plain = len(self._lacking_bits) == len(components) and self._frames == 1
        self._is_known = is_plain and marker in _PROGRESSIVE | _SEQUENTIAL

    def begin_scan(self, header: bytes) -> None:
        """Take note of what a scan brings.

        Args:
            header: What follows the segment's length.
        """
        self.scans += 1
        count = header[0] if header else 0
        if len(header) < 4 + 2 * count:
            return
        first, last, approximation = header[1 + 2 * count : 4 + 2 * count]
        for component in header[1 : 1 + 2 * count : 2]:
            lacking = self._lacking_bits.get(component)
            if lacking is None:
                continue
            if len(lacking) == 1:
                lacking[0] = 0  # a sequential scan brings all of its components
                continue
            last = min(last, _COEFFICIENTS - 1)
            lacking[first : last + 1] = bytes([approximation & 0xF]) * max(last + 1 - first, 0)

    @property
    def is_complete(self) -> bool:
        """True when all has been brought, and where nothing can be said."""
        return not self._is_known or not any(map(any, self._lacking_bits.values()))

"""Results stored in the catalog, so that the next window can show them at once.

They are given again only as long as groups that were made anew would be the same: the catalog notes
each change of its own, and the rest is in their key. What lies beside the photos takes its time to
look at: that is done once the groups are on show.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from blake3 import blake3

from dupefinder import __version__
from dupefinder.core.errors import CatalogNotWritable
from dupefinder.core.kept_groups import GroupColumns, KeptGroups
from dupefinder.core.records import Problem, ProblemCode
from dupefinder.core.source_folders import SourceFolders
from dupefinder.services.catalog import OpenCatalog
from dupefinder.services.findings import Basis, Findings

if TYPE_CHECKING:
    from dupefinder.core.grouping.match_state import History
    from dupefinder.core.scan.options import FolderChoice

_KEPT_VERSION: Final = 3
"""Raised whenever groups of one catalog, or their stored form, would be different."""

_GROUPS, _COLUMNS, _ABOUT, _HISTORY = "groups.", "columns.", "about", "history"


def key_of_results(catalog: OpenCatalog, roles: Sequence[FolderChoice]) -> bytes:
    """A key of everything results depend on beside the catalog: roles of folders, decisions.

    Args:
        catalog: Opens the decisions.
        roles: The folders with their roles.
    """
    from dupefinder.core.catalog.proofs import PROOF_VERSION
    from dupefinder.core.confirm import CONFIRM_VERSION
    from dupefinder.core.fingerprint import FINGERPRINT_VERSION

    decisions = catalog.digest_of_separations().hex()
    known = [
        *(__version__, _KEPT_VERSION, PROOF_VERSION, CONFIRM_VERSION, FINGERPRINT_VERSION),
        *([[os.path.abspath(one.path), one.role] for one in roles], decisions),
    ]
    return blake3(json.dumps(known).encode("ascii")).digest()


def keep(
    findings: Findings,
    columns: Mapping[str, bytes],
    catalog: OpenCatalog,
    key: bytes,
    checkpoint: Callable[[], None],
) -> None:
    """Store findings for the next opening.

    Args:
        findings: Settled findings, as reopening would make them.
        columns: Columns of the window, to be given back with the findings.
        catalog: The catalog that has them.
        key: See `key_of_results`.
        checkpoint: Called periodically.

    Raises:
        Cancelled: The job was cancelled.
    """
    basis, sources = findings.basis, findings.sources
    assert basis is not None
    assert basis.matches is not None
    about = {
        "confirmed": len(findings.groups),
        "photos": findings.photos,
        "threshold_bits": findings.threshold_bits,
        "series_photos": basis.series_photos,
        "problems": [[one.path, one.code, one.detail] for one in findings.problems],
        "sources": [sources.folders, sources.preferred, sources.between_only],
        "surroundings": basis.matches.surroundings_of(findings.groups).hex(),
    }
    history = basis.matches.history
    checkpoint()
    groups = GroupColumns.of((*findings.groups, *findings.look_alikes), checkpoint)
    parts = {
        **{_GROUPS + name: data for name, data in groups.as_parts().items()},
        **{_COLUMNS + name: data for name, data in columns.items()},
        _ABOUT: json.dumps(about).encode("ascii"),
        _HISTORY: json.dumps(history).encode("ascii"),
    }
    checkpoint()
    # Without them, the next opening only takes longer.
    with suppress(CatalogNotWritable):
        catalog.get().keep_results(key, parts)


class KeptFindings:
    """Stored findings.

    Attributes:
        findings: The findings.
    """

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        """Decode stored findings.

        Args:
            parts: The parts that `keep` stored.
        """
        about = json.loads(parts[_ABOUT])
        folders, preferred, between_only = about["sources"]
        self._confirmed: int = about["confirmed"]
        self._surroundings = bytes.fromhex(about["surroundings"])
        self._history = parts[_HISTORY]
        self._columns = GroupColumns.from_parts(_below(parts, _GROUPS))
        self.findings = Findings(
            KeptGroups(self._columns),
            (),
            Basis(None, about["series_photos"]),
            about["threshold_bits"],
            [Problem(path, ProblemCode(code), detail) for path, code, detail in about["problems"]],
            about["photos"],
            is_settled=True,
            sources=SourceFolders(folders, preferred, between_only=between_only),
            columns=_below(parts, _COLUMNS),
        )

    def are_as_kept(self, checkpoint: Callable[[], None]) -> bool:
        """True where the surroundings of the photos are unchanged; takes time for each photo.

        Raises:
            Cancelled: The job was cancelled.
        """
        from dupefinder.core.grouping.surroundings import look_around

        return look_around(self._columns, self._confirmed, checkpoint) == self._surroundings

    def history(self) -> History | None:
        """The history of their matches, see `reopening.reopen_last`; None if it is lost."""
        from dupefinder.core.grouping.match_state import Step

        steps = json.loads(self._history)
        if steps is None:
            return None
        return [(Step(step), [(one, other) for one, other in pairs]) for step, pairs in steps]

    def are_parted_by(self, one: Callable[[str], bool], other: Callable[[str], bool]) -> bool:
        """True where two functions on folders differ for a folder of the photos."""
        folders = {os.path.dirname(path) for path in self._columns.paths}
        return any(one(folder) != other(folder) for folder in folders)


def has_kept(catalog: OpenCatalog, roles: Sequence[FolderChoice]) -> bool:
    """True where `kept` would return findings."""
    return catalog.get().has_kept_results(key_of_results(catalog, roles))


def kept(catalog: OpenCatalog, roles: Sequence[FolderChoice]) -> KeptFindings | None:
    """The stored findings.

    Args:
        catalog: The catalog that has them.
        roles: The folders with their roles as they are now.

    Returns:
        None where they may be outdated.
    """
    parts = catalog.get().kept_results(key_of_results(catalog, roles))
    return None if parts is None else KeptFindings(parts)


def _below(parts: Mapping[str, bytes], prefix: str) -> dict[str, bytes]:
    return {
        name.removeprefix(prefix): data for name, data in parts.items() if name.startswith(prefix)
    }

"""Matches that make no group: look-alikes, a RAW file beside its rendering, groups that touch."""

import os
from collections.abc import Iterator

import numpy as np

from dupefinder.core.grouping.edges import LOOK_ALIKE_CODE
from dupefinder.core.grouping.questions import MatchQuestions
from dupefinder.core.records import Evidence, Link


class MatchLinks(MatchQuestions):
    """The matches of a scan, with those that make no group."""

    def links(self, threshold_bits: int) -> list[Link]:
        """List the matches that make no group: look-alikes, raw pairs, groups that touch."""
        centre = self.regroup(threshold_bits).centre
        near = self._edges.distance_bits <= threshold_bits
        apart = self._edges.is_raw_pair | (centre[self._edges.a] != centre[self._edges.b])
        file_of_node = dict(
            zip(
                reversed(self._nodes.of_file.tolist()),
                reversed(range(len(self.files))),
                strict=True,
            )
        )
        links = []
        for index in np.flatnonzero(near & apart).tolist():
            ends = (
                file_of_node[int(self._edges.a[index])],
                file_of_node[int(self._edges.b[index])],
            )
            if self.are_separated(*(int(self.content_ids[end]) for end in ends)):
                continue
            path_a, path_b = sorted((self.files[end].path for end in ends), key=os.fsencode)
            evidence = self._evidence(index, *ends)
            links.append(Link(path_a, path_b, evidence, int(self._edges.distance_bits[index])))
        return sorted(
            links,
            key=lambda link: (
                link.distance_bits,
                os.fsencode(link.path_a),
                os.fsencode(link.path_b),
            ),
        )

    def unproven(self) -> Iterator[tuple[int, int, Evidence, int]]:
        """The matches that show no duplicates: node, node, look-alike or RAW pair, distance."""
        self._part()
        is_look_alike = self._edges.code == LOOK_ALIKE_CODE
        for index in np.flatnonzero(is_look_alike | self._edges.is_raw_pair).tolist():
            evidence = Evidence.LOOK_ALIKE if is_look_alike[index] else Evidence.RAW_PAIR
            yield (
                int(self._edges.a[index]),
                int(self._edges.b[index]),
                evidence,
                int(self._edges.distance_bits[index]),
            )

    def _evidence(self, index: int, file_a: int, file_b: int) -> Evidence:
        if self._edges.code[index] == LOOK_ALIKE_CODE:
            return Evidence.LOOK_ALIKE
        if self._edges.is_raw_pair[index]:
            return Evidence.RAW_PAIR
        ((_, _, edge),) = self._edge_maker.at(np.array([index]))
        a, b = (self.contents[int(self.content_ids[file])] for file in (file_a, file_b))
        return edge.evidence(a, b)

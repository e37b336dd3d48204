"""The looks of a group: sets of copies that look the same, and the true detail of each copy."""

from collections.abc import Iterable, Iterator, Sequence

from dupefinder.core.confirm import same_shape
from dupefinder.core.grouping.match_graph import (
    RE_ENCODED_CODE,
    MatchGraph,
    pixel_keys,
    same_look,
)
from dupefinder.core.records import (
    AlterationCode,
    Orientation,
)

_CROPS = frozenset(
    (AlterationCode.CROPPED, AlterationCode.CROPPED_WIDTH, AlterationCode.CROPPED_HEIGHT)
)
_SURELY_CUT_PERCENT = 98
"""A crop of which more is left, of each side, may as well be the alignment's uncertainty: an edit
laid on its small original showed "99" of it."""
_LEAST_RATIO = 1.1
"""More than the difference that the rules ignore."""


def find_looks(graph: MatchGraph) -> dict[int, int]:
    """Number the looks of a group's contents: re-encodings of each other look the same."""
    parent = {content: content for content in graph.contents}

    def root_of(content: int) -> int:
        while parent[content] != content:
            parent[content] = parent[parent[content]]
            content = parent[content]
        return content

    for node in set(graph.node_of.values()):
        is_one = len(graph.contents_of(node)) == 1
        for other, edge in graph.edges_of(node).items():
            if other < node or edge.orientation is not Orientation.IDENTITY:
                continue
            if other == node and is_one:
                continue
            for one, two in _joined(graph, node, other, re_encoded=edge.code == RE_ENCODED_CODE):
                if not graph.known_apart(one, two):
                    parent[root_of(one)] = root_of(two)
    for goes, stays in graph.proved():
        parent[root_of(goes)] = root_of(stays)
    return {content: root_of(content) for content in parent}


def _joined(
    graph: MatchGraph, node: int, other: int, *, re_encoded: bool
) -> Iterator[tuple[int, int]]:
    """Pairs of contents of one or two nodes, enough to join all that look the same."""
    if node != other and len(graph.contents_of(node)) == len(graph.contents_of(other)) == 1:
        (one,), (two,) = graph.contents_of(node), graph.contents_of(other)
        if same_look(graph.contents[one], graph.contents[two], re_encoded=re_encoded):
            yield one, two
        return
    first_by_pixels: dict[tuple[object, ...], int] = {}
    for content in (*graph.contents_of(node), *graph.contents_of(other)):
        for key in pixel_keys(graph.contents[content]):
            yield first_by_pixels.setdefault(key, content), content
    if not re_encoded:
        return
    ours, theirs = (_by_size(graph, graph.contents_of(end)) for end in (node, other))
    for our_size, our_contents in ours.items():
        if node == other:
            yield from _alike_within(graph, our_contents)
        for their_size, their_contents in theirs.items():
            is_new = node != other or our_size < their_size
            if is_new and same_shape(*our_size, *their_size):
                yield from _alike_between(graph, our_contents, their_contents)


def _alike_within(graph: MatchGraph, contents: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Join each content of one node to the first one not known to look different."""
    firsts: list[int] = []
    for content in contents:
        first = next((one for one in firsts if not graph.known_apart(one, content)), None)
        if first is None:
            firsts.append(content)
        else:
            yield first, content


def _alike_between(
    graph: MatchGraph, ours: Sequence[int], theirs: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Join contents of two nodes by one pair that is not known to look different."""
    yield ours[0], theirs[0]
    if graph.known_apart(ours[0], theirs[0]):
        yield from ((ours[0], content) for content in theirs[1:])
        yield from ((content, theirs[0]) for content in ours[1:])


def _by_size(graph: MatchGraph, contents: Iterable[int]) -> dict[tuple[int, int], list[int]]:
    by_size: dict[tuple[int, int], list[int]] = {}
    for content in contents:
        facts = graph.contents[content].facts
        if not facts.is_raw:
            by_size.setdefault((facts.width_px, facts.height_px), []).append(content)
    return by_size


def true_details_px(graph: MatchGraph) -> dict[int, int]:
    """Pixels that hold true detail, of every content, as far as proofs tell.

    A copy that was proved to be poorer than another one gets less, whatever its size.
    """
    details_px = {
        key: content.facts.width_px * content.facts.height_px
        for key, content in graph.contents.items()
    }
    compared = {
        poorer: richer for poorer in graph.contents if (richer := graph.richer_than(poorer))
    }
    for _ in compared:  # the longest chain of poorer copies
        changed = False
        for poorer, those in compared.items():
            most_px = int(min(details_px[one] for one in those) / _LEAST_RATIO)
            if details_px[poorer] > most_px >= 1:
                details_px[poorer], changed = most_px, True
        if not changed:
            break
    return details_px


def shows_less(content: int, graph: MatchGraph) -> bool:
    """True for a content known to be a crop of, or framed from, another one of its group."""
    return any(
        alteration.code is AlterationCode.FRAMED
        or (
            alteration.code in _CROPS
            and alteration.amount is not None
            and alteration.amount <= _SURELY_CUT_PERCENT
        )
        for edge in graph.edges_of(graph.node_of[content]).values()
        for alteration in edge.first
    )

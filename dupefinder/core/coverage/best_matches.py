"""The comparison of each photo with all photos of other folders.

Groups are stars around a centre, and a photo may match another one in a neighbouring group. That
does not matter here: only direct matches of two photos count.
"""

from collections.abc import Callable, Sequence

from dupefinder.core.catalog import StoredContent
from dupefinder.core.coverage.blur import FineDetail, ThumbnailOf, is_blurred
from dupefinder.core.coverage.records import (
    Accepted,
    Coverage,
    CoverageStatus,
    LibraryMatch,
    PhotoCoverage,
    PlacedPhoto,
)
from dupefinder.core.exposures import is_other_exposure, shot_of
from dupefinder.core.grouping import Matches
from dupefinder.core.grouping.looks import true_details_px
from dupefinder.core.grouping.match_graph import STRENGTH, Match, pixel_keys
from dupefinder.core.job import JobContext
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import (
    Evidence,
    FoundFile,
    Proof,
    ProofVerdict,
    Reason,
    ReasonCode,
)
from dupefinder.core.rules import lack_of_picture, lack_of_proof
from dupefinder.core.rules.candidate import Candidate, lacking_extras
from dupefinder.core.scan.temporary_places import LastingFiles

_CONTENTS_PER_CHECKPOINT = 1_000
_LOWEST_PRIORITY = ((1 << 30, 0, 0), (0, 0))


def best_matches(
    matches: Matches,
    places: Sequence[PlacedPhoto],
    accepted: Accepted,
    thumbnail_of: ThumbnailOf,
    context: JobContext | None = None,
    prove: Callable[[Sequence[tuple[int, int]]], None] | None = None,
) -> dict[int, dict[int, LibraryMatch]]:
    """Find for every photo the best match in each of the given folders.

    Args:
        matches: The matches among the photos of all folders.
        places: The photos, in the order of paths.
        accepted: The evidence that counts as having a photo.
        thumbnail_of: Gives the JPEG thumbnail of a content.
        context: Pause and cancel.
        prove: Compares pairs of contents in full size, whether the first is contained in the
            second, and gives the proofs to the matches; without it nothing is covered by a
            re-encoding.

    Returns:
        `Coverage.answers`.

    Raises:
        Cancelled: The job was cancelled.
    """
    fine_detail = FineDetail(thumbnail_of)
    while True:
        asking = _Asking(matches, places, accepted, fine_detail)
        answers: dict[int, dict[int, LibraryMatch]] = {}
        for number, content_id in enumerate(asking.contents):
            if context is not None and number % _CONTENTS_PER_CHECKPOINT == 0:
                context.checkpoint()
            if found := asking.answers_for(content_id):
                answers[content_id] = found
        if prove is None or not asking.wanted:
            return answers
        prove(list(dict.fromkeys(asking.wanted)))


def photos_of_backups(coverage: Coverage) -> list[PhotoCoverage]:
    """Every photo of the backups, with its best match in the library."""
    library = [number for number, root in enumerate(coverage.roots) if root.is_library]
    photos = []
    for place in coverage.places:
        if coverage.roots[place.root].is_library:
            continue
        by_root = coverage.answers.get(place.content_id, {})
        answers = [by_root[number] for number in library if number in by_root]
        best = min(answers, key=preference, default=None)
        status = CoverageStatus.MISSING if best is None else best.status
        photos.append(PhotoCoverage(place, status, best))
    return photos


_RANK = {status: rank for rank, status in enumerate(CoverageStatus)}


def preference(answer: LibraryMatch) -> tuple[int, int, int]:
    """Sort key: the least is the best."""
    return _RANK[answer.status], STRENGTH[answer.evidence], answer.distance_bits


class _Asking:
    """The photos by content and by look.

    Attributes:
        contents: All contents.
        wanted: Pairs of contents with a full-size comparison that an answer waits for.
    """

    def __init__(
        self,
        matches: Matches,
        places: Sequence[PlacedPhoto],
        accepted: Accepted,
        fine_detail: FineDetail,
    ) -> None:
        self._accepted = accepted
        self._matches = matches
        self._left_out = matches.left_out()
        self.wanted: list[tuple[int, int]] = []
        self._fine_detail = fine_detail
        self._node_of = dict(
            zip(matches.content_ids.tolist(), matches.node_of_file.tolist(), strict=True)
        )
        # Of the copies that one folder has of a content, the first stands for all. A copy in
        # a trash or a snapshot is asked for, but no folder has a photo by it.
        self._first: dict[int, dict[int, FoundFile]] = {}
        self._lasting: dict[int, dict[int, FoundFile]] = {}
        lasting = LastingFiles()
        for place in places:
            self._first.setdefault(place.content_id, {}).setdefault(place.root, place.file)
            if lasting.holds(place.file):
                self._lasting.setdefault(place.content_id, {}).setdefault(place.root, place.file)
        self.contents = list(self._first)
        tied = [content for content in self.contents if content in matches.contents]
        self._graph = matches.graph_among(tied)
        self._detail_px = true_details_px(self._graph)
        # Copies of one kind have one answer: 5,000 icons are not compared one by one.
        self._kind_of = {content: self._kind(self._graph.contents[content]) for content in tied}
        self._kinds: dict[int, dict[tuple[int, object], int]] = {}
        for content in tied:
            kinds = self._kinds.setdefault(self._node_of[content], {})
            for root in self._lasting.get(content, ()):
                kinds.setdefault((root, self._kind_of[content]), content)
        self._of_kind: dict[tuple[int, object], dict[int, LibraryMatch]] = {}
        self._unproven: dict[int, list[tuple[int, Evidence, int]]] = {}
        for node, other, evidence, distance_bits in matches.unproven():
            self._unproven.setdefault(node, []).append((other, evidence, distance_bits))
            self._unproven.setdefault(other, []).append((node, evidence, distance_bits))
        self._contents_of: dict[int, list[int]] = {}
        for content in self.contents:
            self._contents_of.setdefault(self._node_of[content], []).append(content)

    def _kind(self, content: StoredContent) -> object:
        facts = content.facts
        keys = frozenset(pixel_keys(content))
        return (
            *(facts.width_px, facts.height_px, facts.is_raw, facts.is_lossless, facts.quality),
            *(facts.bits_per_channel, facts.has_alpha, facts.decodes_in_full),
            *(self._detail_px[content.content_id], facts.extras, facts.extras_digest),
            facts.camera is not None and facts.taken is not None,
            shot_of(facts),
            keys or content.content_id,
            self._matches.sides_of(content.content_id),
        )

    def answers_for(self, content_id: int) -> dict[int, LibraryMatch]:
        """The best match in each folder for a content, by the number of the folder."""
        answers: dict[int, LibraryMatch] = {}
        if content_id in self._kind_of:
            key = self._node_of[content_id], self._kind_of[content_id]
            if key not in self._of_kind:
                self._of_kind[key] = self._ask(content_id)
            answers.update(self._of_kind[key])
        is_alone = self._matches.are_separated(content_id, content_id)
        for root, file in self._lasting.get(content_id, {}).items():
            if is_alone:
                continue
            answers[root] = LibraryMatch(CoverageStatus.COVERED, file, Evidence.SAME_BYTES, 0)
        for root, answer in self._look_alikes(self._node_of[content_id]).items():
            answers.setdefault(root, answer)
        return answers

    def _ask(self, asked: int) -> dict[int, LibraryMatch]:
        best: dict[int, LibraryMatch] = {}
        waiting: dict[int, tuple[tuple[int, int, int], tuple[int, int]]] = {}
        for node in self._graph.edges_of(self._node_of[asked]):
            for (root, _), content in self._kinds.get(node, {}).items():
                # The content stands for others of its kind, one of which the folder may have.
                match = self._graph.by_pixels(content, asked)
                if match is None:
                    continue
                answer, pair = self._judged(content, root, asked, match)
                if root not in best or preference(answer) < preference(best[root]):
                    best[root] = answer
                if pair is not None:
                    waiting[root] = min(
                        waiting.get(root, _LOWEST_PRIORITY), (preference(answer), pair)
                    )
        # One comparison a folder: if it shows that the folder has the photo, no other is needed.
        self.wanted += [
            pair
            for root, (_, pair) in waiting.items()
            if best[root].status is not CoverageStatus.COVERED
        ]
        return best

    def _judged(
        self, content: int, root: int, asked: int, match: Match
    ) -> tuple[LibraryMatch, tuple[int, int] | None]:
        """The answer by a copy, and the full-size comparison that it waits for, if any."""
        pair = None
        status, lack, evidence = CoverageStatus.ALTERED, None, match.evidence
        ours, theirs = (self._graph.contents[one].facts for one in (content, asked))
        if self._are_apart(content, asked):
            status, evidence = CoverageStatus.MISSING, Evidence.LOOK_ALIKE
            lack = Reason(ReasonCode.CALLED_DIFFERENT)
        elif match.evidence is not Evidence.SAME_PIXELS and is_other_exposure(ours, theirs):
            # Another photo: an edit of it would already be refused in `Matches`.
            status, evidence = CoverageStatus.MISSING, Evidence.LOOK_ALIKE
            lack = Reason(ReasonCode.OTHER_EXPOSURE)
        elif match.evidence in (Evidence.SAME_PIXELS, Evidence.RE_ENCODED):
            keeper = self._candidate(content, root)
            other = self._candidate(asked, next(iter(self._first[asked])))
            lack = lack_of_picture(keeper, other, match.evidence)
            if match.evidence is Evidence.RE_ENCODED:
                if lack is None and is_blurred(keeper.facts, other.facts):
                    lack = Reason(ReasonCode.KEEPER_LACKS_DETAIL)
                if self._fine_detail.was_blurred(asked, other.facts, content, keeper.facts):
                    evidence = Evidence.EDITED
            is_accepted = STRENGTH[evidence] <= STRENGTH[self._accepted.weakest]
            if is_accepted and (lack is None or self._accepts(lack, ours, theirs)):
                unproven = None
                if evidence is Evidence.RE_ENCODED:
                    # A copy with less must be contained in the photo.
                    pair = (asked, content) if lack is None else (content, asked)
                    unproven = lack_of_proof(self._proof(pair))
                    if unproven is None or unproven.code is not ReasonCode.BEING_CHECKED:
                        pair = None
                if unproven is None:
                    status, lack = CoverageStatus.COVERED, None
                else:
                    lack = unproven
            elif lack is not None:
                status = CoverageStatus.SMALLER
        answer = LibraryMatch(
            status,
            self._lasting[content][root],
            evidence,
            match.distance_bits,
            match.orientation,
            match.alterations,
            lack,
            match.differences,
        )
        return answer, pair

    def _accepts(self, lack: Reason, ours: PhotoFacts, theirs: PhotoFacts) -> bool:
        """True if a copy may have less: fewer pixels or more compression, and nothing else."""
        is_smaller = lack.code is ReasonCode.KEEPER_LACKS_DETAIL
        return (
            self._accepted.smaller
            and is_smaller
            and ours.bits_per_channel >= theirs.bits_per_channel
            and not lacking_extras(ours, theirs)
        )

    def _are_apart(self, content: int, asked: int) -> bool:
        """True if a person called the two different, directly or by a better match of the copy."""
        nodes = self._node_of[content], self._node_of[asked]
        return nodes in self._left_out or self._matches.are_separated(content, asked)

    def _proof(self, pair: tuple[int, int]) -> Proof | None:
        match = self._graph.by_pixels(pair[1], pair[0])
        if match is None or match.evidence is not Evidence.RE_ENCODED:
            return Proof(ProofVerdict.ALTERED)
        return match.proof

    def _candidate(self, content_id: int, root: int) -> Candidate:
        content = self._graph.contents[content_id]
        return Candidate(
            self._first[content_id][root],
            content_id,
            content.facts,
            self._detail_px[content_id],
            content.pixel_digest,
            look=0,
        )

    def _look_alikes(self, node: int) -> dict[int, LibraryMatch]:
        """The nearest look-alike of the photo in each folder, without proof."""
        nearest: dict[int, LibraryMatch] = {}
        found = self._unproven.get(node, ())
        for other, evidence, distance_bits in sorted(found, key=lambda one: one[2]):
            for content in self._contents_of.get(other, ()):
                for root, file in self._first[content].items():
                    answer = LibraryMatch(CoverageStatus.MISSING, file, evidence, distance_bits)
                    nearest.setdefault(root, answer)
        return nearest

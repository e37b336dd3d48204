"""Plans of requested removals, after all checks that read no photo.

A photo goes only when its survivor stays: of two removals that exclude each other, the one whose
survivor stays is taken.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from dupefinder.actions.equal_companions import twin_of
from dupefinder.actions.real_places import ProtectedFolders, RealPlaces
from dupefinder.actions.records import Plan, PlannedFile, SkipCode, Skipped, Step
from dupefinder.actions.retention import NO_DEMANDS, Retention, RetentionCheck
from dupefinder.actions.trash.folders import TrashLookup
from dupefinder.core.companions.lookup import ListedFolders
from dupefinder.core.companions.records import Companion
from dupefinder.core.decisions.separated import NOTHING_SEPARATED, PhotoKeys, SeparatedPhotos
from dupefinder.core.errors import os_error_text
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence
from dupefinder.core.rules import REPLACEABLE

_DECIDED_AGAIN = frozenset(
    (
        SkipCode.TOO_FEW_COPIES,
        SkipCode.SURVIVOR_IN_TRASH,
        SkipCode.MIRROR,
        SkipCode.BACKUP,
        SkipCode.ASK_ABOUT_DRIVES,
    )
)

Identity = tuple[int, int] | str
"""Device and inode of a file that has one name, else its real path."""


def make_plan(
    steps: Iterable[Step],
    protected_folders: Sequence[str] = (),
    retention: Retention = NO_DEMANDS,
    known: Iterable[Sequence[PlannedFile]] = (),
    context: JobContext | None = None,
    separated: SeparatedPhotos = NOTHING_SEPARATED,
) -> Plan:
    """Check removals one by one, against protected folders, and against one another.

    Each file is looked up once. This is not trusted later: `preflight.check` looks anew directly
    before a photo goes.

    Args:
        steps: The removals asked for; their `companions` are looked up anew. What they name in
            `also_stay` has to stay, and more is chosen where it is too little.
        protected_folders: Folders in which nothing is removed.
        retention: Numbers of copies and drives that the person wants to keep.
        known: All files that are copies of one another, see `retention.copies_of`; needed where
            more copies than the survivor are wanted, and to find a survivor on this side of a
            backup's border where the one that was named lies beyond.
        context: Pause, cancel; None for a plan that nobody stops.
        separated: Photos that a person called different.

    Returns:
        The removals that may be tried and the photos that stay, each in the order asked for.

    Raises:
        Cancelled: The job was cancelled.
    """
    checkpoint = (context or JobContext()).checkpoint
    places = RealPlaces()
    protected = ProtectedFolders(protected_folders, places)
    wanted: list[Step] = []
    for step in steps:
        checkpoint()
        wanted.append(_with_protection(step, protected))
    keeping = RetentionCheck(retention, known, places)
    planning = _Planning(wanted, keeping, protected, places, checkpoint, separated)
    results: list[Step | Skipped | None] = []
    for step in wanted:
        checkpoint()
        results.append(planning.refuse_alone(step))
    for index, step in enumerate(wanted):
        checkpoint()
        if results[index] is None:
            results[index] = planning.decide(step)
    for index, step in enumerate(wanted):
        checkpoint()
        result = results[index]
        if isinstance(result, Skipped) and result.code in _DECIDED_AGAIN:
            # Copies that stay after all may suffice for it now.
            beside = [step] if result.code is SkipCode.TOO_FEW_COPIES else planning.beside(step)
            again = (planning.decide_again(_with_protection(one, protected)) for one in beside)
            results[index] = next(filter(None, again), result)
    return Plan(
        tuple(result for result in results if isinstance(result, Step)),
        tuple(result for result in results if isinstance(result, Skipped)),
    )


def _with_protection(step: Step, protected: ProtectedFolders) -> Step:
    """Mark the survivor as protected where nothing may be written beside it."""
    survivor = step.survivor
    if survivor.protected or not survivor.path or not protected.holds(survivor.path):
        return step
    return replace(step, survivor=replace(survivor, protected=True))


class _Planning:
    """Relations of the requested removals to one another.

    Attributes:
        victims: The photos that still may go. Once every removal was
            looked at alone, what is no victim becomes one only if nothing relies on it.
    """

    def __init__(
        self,
        wanted: Sequence[Step],
        keeping: RetentionCheck,
        protected: ProtectedFolders,
        places: RealPlaces,
        checkpoint: Callable[[], None],
        separated: SeparatedPhotos,
    ) -> None:
        self.victims: set[Identity] = set()
        self._separated = separated
        self._keeping = keeping
        self._protected = protected
        self._relied_on: set[Identity] = set()
        self._places = places
        self._listed = ListedFolders(
            file.path for step in wanted for file in (step.victim, step.survivor)
        )
        self._to_be_emptied = TrashLookup(places)
        self._in_plan: set[Identity] = set()
        for step in wanted:
            checkpoint()
            self._in_plan |= {self._identity(file.path) for file in (step.victim, step.survivor)}

    def refuse_alone(self, step: Step) -> Skipped | None:
        """Refuse a removal that is impossible by itself; None for a possible one."""
        path, survivor = step.victim.path, step.survivor.path
        if step.victim.protected or self._protected.holds(path):
            return Skipped(path, SkipCode.PROTECTED)
        if not survivor:
            return Skipped(path, SkipCode.NO_SURVIVOR)
        if not is_proof(step) and step.evidence is not Evidence.CHOSEN:
            return Skipped(path, SkipCode.NOT_A_DUPLICATE, survivor)
        digests = PhotoKeys(step.victim.digest), PhotoKeys(step.survivor.digest)
        if self._separated.between(*digests):
            return Skipped(path, SkipCode.CALLED_DIFFERENT, survivor)
        if self._to_be_emptied.hold(survivor):
            return Skipped(path, SkipCode.SURVIVOR_IN_TRASH, survivor)
        identity = self._identity(path)
        if identity in self._identities_of_survivor(survivor):
            return Skipped(path, SkipCode.NO_SURVIVOR, survivor)
        if identity in self.victims:
            return Skipped(path, SkipCode.TWICE_IN_PLAN)
        skip = self._refuse_absent(step) or self._keeping.refuse_pair(step)
        if skip is None:
            self.victims.add(identity)
        return skip

    def _refuse_absent(self, step: Step) -> Skipped | None:
        """Refuse a step if one of the two is gone; nothing may rely on a missing file."""
        path, survivor = step.victim.path, step.survivor.path
        if self._places.of(path).is_absent:
            return Skipped(path, SkipCode.VANISHED)
        if self._places.of(survivor).is_absent:
            return Skipped(path, SkipCode.SURVIVOR_VANISHED, survivor)
        return None

    def decide(self, step: Step) -> Step | Skipped:
        """Decide on a removal that is possible by itself."""
        result: Step | Skipped = self._refuse_beside_others(step) or self._with_copies(step)
        if isinstance(result, Step):
            result = self._with_companions(result)
        if isinstance(result, Skipped):
            self.victims.discard(self._identity(step.victim.path))
        else:
            for file in (result.survivor, *result.also_stay):
                self._relied_on |= self._identities_of_survivor(file.path)
        return result

    def decide_again(self, step: Step) -> Step | None:
        """Decide once more on a refused removal; None when it is still refused."""
        identity = self._identity(step.victim.path)
        if identity in self._relied_on or identity in self.victims:
            return None
        self.victims.add(identity)
        result = self.decide(step)
        return result if isinstance(result, Step) else None

    def beside(self, step: Step) -> Iterator[Step]:
        """The same removal with other survivors of the same bytes, on this side of a border."""
        victim = self._identity(step.victim.path)
        for survivor in self._keeping.same_bytes(step.victim):
            also_stay = tuple(file for file in step.also_stay if file != survivor)
            other = replace(
                step, survivor=survivor, evidence=Evidence.SAME_BYTES, also_stay=also_stay
            )
            if victim in self._identities_of_survivor(survivor.path):
                continue
            if self._to_be_emptied.hold(survivor.path):
                continue
            if self._keeping.refuse_pair(other) is None:
                yield other

    def _refuse_beside_others(self, step: Step) -> Skipped | None:
        """Refuse a removal whose survivor goes."""
        survivor = step.survivor.path
        if self._identities_of_survivor(survivor) & self.victims:
            return Skipped(step.victim.path, SkipCode.SURVIVOR_GOES_TOO, survivor)
        return None

    def _with_copies(self, step: Step) -> Step | Skipped:
        """Add the copies that also have to stay, or refuse where there are too few."""
        if step.evidence is Evidence.CHOSEN:
            return step  # the person gives the photo up: nothing counts as a copy of it
        also_stay = self._keeping.enough_beside(
            step,
            lambda path: self._identity(path) in self.victims or self._to_be_emptied.hold(path),
        )
        if also_stay is None:
            return Skipped(step.victim.path, SkipCode.TOO_FEW_COPIES)
        return replace(step, also_stay=also_stay)

    def _with_companions(self, step: Step) -> Step | Skipped:
        """Add the companions that go along, or refuse where one cannot be left behind."""
        victim = step.victim
        try:
            companions = self._listed.of(victim.path)
        except OSError as error:
            return Skipped(victim.path, SkipCode.UNREADABLE, os_error_text(error))
        going: list[str] = []
        twins: list[str] = []
        beside: list[Companion] | None = None
        for companion in companions:
            if companion.path == step.survivor.path:
                continue  # the original of an edited photo
            if beside is None:
                beside = self._beside_survivor(step.survivor)
            twin = twin_of(companion, beside)
            if twin is None:
                return Skipped(victim.path, SkipCode.HAS_COMPANIONS, companion.path)
            twins.append(twin)
            if companion.goes_along and self._may_go_along(companion.path):
                going.append(companion.path)
        self._relied_on.update(map(self._identity, twins))
        return replace(step, companions=tuple(going))

    def _may_go_along(self, path: str) -> bool:
        """False for files that are decided on separately, or lie in a protected folder."""
        return self._identity(path) not in self._in_plan and not self._protected.holds(path)

    def _beside_survivor(self, survivor: PlannedFile) -> list[Companion]:
        try:
            companions = self._listed.of(survivor.path)
        except OSError:
            return []
        return [one for one in companions if self._identity(one.path) not in self.victims]

    def _identities_of_survivor(self, path: str) -> set[Identity]:
        """The survivor, and the target if it is a link."""
        return {self._identity(path), self._identity(self._places.of(path).target)}

    def _identity(self, path: str) -> Identity:
        place = self._places.of(path)
        status = place.status
        # A file with several names may lose each, as long as another stays.
        if status is not None and status.st_ino and status.st_nlink == 1:
            return (status.st_dev, status.st_ino)
        return os.path.normcase(place.path)


def is_proof(step: Step) -> bool:
    """True when the evidence, if it holds, shows that the survivor replaces the victim."""
    if step.evidence is Evidence.SAME_BYTES:
        victim, survivor = step.victim, step.survivor
        return (victim.digest, victim.size_bytes) == (survivor.digest, survivor.size_bytes)
    return step.evidence in REPLACEABLE

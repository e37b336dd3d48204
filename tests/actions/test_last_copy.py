"""The last copy of a photo cannot be lost, whatever is asked for, and whatever happens meanwhile.

Photos are short texts here, and what shows that two are one photo is read off these: so
thousands of plans can be tried. Versions of a picture are like their neighbours and no others:
likeness does not carry over.
"""

import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from blake3 import blake3
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dupefinder.actions.checks import in_use, renewed_proof, survivor_chain
from dupefinder.actions.execute import execute
from dupefinder.actions.folder_roles import FolderRole, FolderRoles
from dupefinder.actions.journal import Journal
from dupefinder.actions.plan import make_plan
from dupefinder.actions.records import ActionKind, Outcome, Plan, PlannedFile, Step
from dupefinder.actions.retention import Retention
from dupefinder.actions.undo import undo
from dupefinder.core.decode import DecodeFailed
from dupefinder.core.decode.metadata.text_metadata import TextMetadata
from dupefinder.core.job import JobContext
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import Evidence, ProblemCode
from dupefinder.core.scan.mounts import Volume
from dupefinder.core.scan.volumes import VolumeTable
from tests.actions.removals import add
from tests.memory import MEMORY

PLACES = [f"{folder}/{number}.jpg" for folder in "ab" for number in range(4)]
KINDS = [
    ActionKind.TRASH,
    ActionKind.SET_ASIDE,
    ActionKind.MOVE,
    ActionKind.HARD_LINK,
    ActionKind.DELETE,
]
if sys.platform in ("win32", "darwin"):
    KINDS.remove(ActionKind.TRASH)  # theirs cannot be led into a folder of the test
MOST_SCANS = 3
CHANGES = ["write", "delete", "copy", "copy", "link", "rename"]

done_by_kind: Counter[str] = Counter()
"""Counts what was done at all, over all examples."""

CLAIMED = [one for one in Evidence if one is not Evidence.CHOSEN]
"""Photos chosen by hand are given up: see `test_chosen` for what holds of them."""
places = st.sampled_from(PLACES)
contents = st.builds(
    lambda picture, version, encoding: f"{picture} {version} {encoding}".encode(),
    st.sampled_from([0, 0, 0, 1]),
    st.integers(0, 2),
    st.integers(0, 1),
)


def truth(one: bytes, other: bytes) -> Evidence | None:
    """The evidence that two photos are one."""
    (picture, version, _), (other_picture, other_version, _) = one.split(), other.split()
    if one == other:
        return Evidence.SAME_BYTES
    if picture != other_picture:
        return None
    if version == other_version:
        return Evidence.SAME_PIXELS
    return Evidence.EDITED if abs(int(version) - int(other_version)) == 1 else None


def read(path: str, digest: bytes, _size_bytes: int, _limits: object) -> Any:
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise DecodeFailed(ProblemCode.VANISHED) from error
    if blake3(content).digest() != digest:
        raise DecodeFailed(ProblemCode.CHANGED_WHILE_READ)
    return SimpleNamespace(
        content=content,
        pixel_digest=None,
        fault=None,
        texts=TextMetadata(),
        facts=PhotoFacts("JPEG", 1, 1),
    )


class Months(RuleBasedStateMachine):
    """A person scans, acts, changes files, and acts again by old and new scans."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(dir=MEMORY)
        self.root = Path(os.path.realpath(self.folder.name))
        self.photos = self.root / "photos"
        self.photos.mkdir()
        self.patch = pytest.MonkeyPatch()
        for name in ("HOME", "USERPROFILE"):  # Windows knows the second
            self.patch.setenv(name, str(self.root / "home"))
        self.patch.setenv("XDG_DATA_HOME", str(self.root / "home" / "data"))
        volume = Volume("drive", str(self.root))
        self.patch.setattr(VolumeTable, "volume_of", lambda *_: volume)
        self.patch.setattr(in_use, "_JUST_NOW_NS", 0)  # months pass in moments
        for module in (renewed_proof, survivor_chain):
            self.patch.setattr(module, "read_in_full", read)
            self.patch.setattr(
                module, "evidence_between", lambda one, other, _: truth(one.content, other.content)
            )
        self.journal = Journal.open(self.root / "journal.sqlite")
        self.scans: list[dict[str, PlannedFile]] = []
        self.contents: dict[bytes, bytes] = {}
        self.actions: list[int] = []
        self.promised: set[bytes] = set()
        """A photo that went by an action: something has to stand for it."""

    def teardown(self) -> None:
        self.journal.close()
        self.patch.undo()
        self.folder.cleanup()

    # Actions of the person

    @initialize(album=st.lists(contents, min_size=4, max_size=len(PLACES)))
    def begin(self, album: list[bytes]) -> None:
        for place, content in zip(PLACES, album, strict=False):
            self.write(place, content)
        self.scan()

    @rule(changes=st.lists(st.tuples(st.sampled_from(CHANGES), places, places, contents)))
    def meanwhile(self, changes: list[tuple[str, str, str, bytes]]) -> None:
        for change, place, other, content in changes:
            source, target = self.photos / place, self.photos / other
            target.parent.mkdir(exist_ok=True)
            match change:
                case "write":
                    self.write(place, content)
                case "delete":
                    source.unlink(missing_ok=True)
                case _ if not source.exists() or target.exists():
                    continue
                case "copy":
                    add(target, source.read_bytes())
                case "link":
                    os.link(source, target)
                case "rename":
                    source.rename(target)

    def write(self, place: str, content: bytes) -> None:
        (self.photos / place).unlink(missing_ok=True)
        add(self.photos / place, content)

    @rule()
    def empty_the_trash(self) -> None:
        for path in self.root.glob("**/Trash*/files/*"):
            path.unlink()

    # Actions of the program

    @rule()
    def scan(self) -> None:
        found = {}
        for place in PLACES:
            path = self.photos / place
            if path.is_file():
                content = path.read_bytes()
                digest = blake3(content).digest()
                self.contents[digest] = content
                found[place] = PlannedFile(str(path), len(content), path.stat().st_mtime_ns, digest)
        self.scans = [*self.scans, found][-MOST_SCANS:]

    @precondition(lambda self: any(self.scans))
    @rule(
        data=st.data(),
        said=st.sampled_from(
            [None, None, None, *(one for one in Evidence if one is not Evidence.CHOSEN)]
        ),
        kind=st.sampled_from(KINDS),
        protected=st.sampled_from(["", "", "", "a"]),
        copies=st.sampled_from([1, 1, 1, 2]),
        backup=st.sampled_from(["", "", "b"]),
    )
    def act(
        self,
        data: st.DataObject,
        said: Evidence | None,
        kind: ActionKind,
        protected: str,
        copies: int,
        backup: str,
    ) -> None:
        scan = data.draw(st.sampled_from([scan for scan in self.scans if scan]))
        files = list(scan.values())
        any_pair = st.tuples(st.sampled_from(files), st.sampled_from(files))
        proved = [
            (one, other)
            for one in files
            for other in files
            if one is not other and self.seen(one, other)
        ]
        drawn = st.one_of(st.sampled_from(proved), any_pair) if proved else any_pair
        steps = [
            Step(victim, survivor, said or self.seen(victim, survivor) or Evidence.EDITED)
            for victim, survivor in data.draw(st.lists(drawn, min_size=1, max_size=8))
        ]
        alike: dict[bytes, list[PlannedFile]] = {}
        for file in scan.values():
            alike.setdefault(file.digest, []).append(file)
        roles = {str(self.photos / backup): FolderRole.BACKUP} if backup else {}
        plan = make_plan(
            steps,
            [str(self.photos / protected)] if protected else [],
            Retention(copies, roles=FolderRoles(roles)),
            alike.values(),
        )
        target = str(self.root / "moved") if kind is ActionKind.MOVE else None
        plan = Plan(plan.steps, plan.refused, kind, target)
        for step in plan.steps:
            folders = {Path(file.path).parent.name for file in (step.victim, step.survivor)}
            assert not backup or len(folders) == 1, "a backup does not stand for its original"
        before = self.on_disk()
        outcome = execute(plan, self.journal, JobContext())
        self.actions.append(outcome.action_id)
        done_by_kind[kind] += len(outcome.done)
        self.check(before, plan, outcome, protected, copies)

    def seen(self, victim: PlannedFile, survivor: PlannedFile) -> Evidence | None:
        """The evidence that a scan has of two files."""
        return truth(self.contents[victim.digest], self.contents[survivor.digest])

    @precondition(lambda self: self.actions)
    @rule(which=st.integers(0, 20))
    def undo(self, which: int) -> None:
        before = self.on_disk()
        undo(self.actions[which % len(self.actions)], self.journal, JobContext())
        after = self.on_disk()
        assert set(before.values()) <= set(after.values())
        moved = str(self.root / "moved")
        for path, content in before.items():
            if not path.startswith(moved):  # what was moved is moved back
                assert after.get(path) == content

    # Invariants

    def on_disk(self) -> dict[str, bytes]:
        """Content of every file outside the trash and the quarantine folder, by its path."""
        return {
            str(path): path.read_bytes()
            for folder in (self.photos, self.root / "moved")
            for path in folder.rglob("*")
            if path.is_file()
        }

    def check(
        self,
        before: dict[str, bytes],
        plan: Plan,
        outcome: Outcome,
        protected: str,
        copies: int,
    ) -> None:
        after = self.on_disk()
        survivor_of = {step.victim.path: step.survivor.path for step in plan.steps}
        linked = plan.kind is ActionKind.HARD_LINK
        for path, content in before.items():
            if path not in outcome.done or linked:
                assert after.get(path) == content, f"{path} was changed"
            if protected and path.startswith(str(self.photos / protected)):
                assert path not in outcome.done
        # All that was there, and all that stands for what went before.
        had_one = {one for one in self.promised if self.stands(one, before)}
        for content in {*before.values(), *had_one}:
            assert self.stands(content, after), f"nothing stands for {content!r}"
        for path in outcome.done:
            meant = {before[path], before[survivor_of[path]]}
            files = {os.stat(one).st_ino for one, content in after.items() if content in meant}
            assert len(files) >= copies
        self.promised |= {before[path] for path in outcome.done}

    @staticmethod
    def stands(content: bytes, disk: dict[str, bytes]) -> bool:
        return any(truth(content, other) for other in disk.values())

    @invariant()
    def nothing_is_left_half_done(self) -> None:
        assert self.journal.unsettled() == []
        assert not list(self.root.rglob(".dupefinder-*"))


TestLastCopy = Months.TestCase
TestLastCopy.settings = settings(
    max_examples=100, stateful_step_count=25, deadline=None, print_blob=False
)


def test_the_random_plans_removed_something() -> None:
    """Run after the machine: a test in which nothing goes would hold whatever the code does."""
    if not done_by_kind:
        TestLastCopy("runTest").runTest()
    assert done_by_kind.total() > 20

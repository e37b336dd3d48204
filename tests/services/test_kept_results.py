"""The last results, opened as they were kept; whatever they depend on puts an end to that."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path

import pytest

from dupefinder.core.catalog import Catalog
from dupefinder.core.decisions.marks import MarkStore
from dupefinder.core.decisions.separated import all_different
from dupefinder.core.errors import Cancelled, CatalogNotWritable
from dupefinder.core.job import JobContext
from dupefinder.core.matching import MatchOptions
from dupefinder.core.pipeline import Options
from dupefinder.core.records import Evidence, Role
from dupefinder.core.scan.options import FolderChoice, ScanOptions
from dupefinder.services import kept_results
from dupefinder.services.catalog import OpenCatalog
from dupefinder.services.findings import Findings
from dupefinder.services.scan import ScanSession
from tests.cli.album import photo, write_album

COLUMNS = {"a column": b"\x00\x01"}


class Stage:
    """A catalog, its decisions and an album; `again` is the next run of the program."""

    def __init__(self, folder: Path) -> None:
        self.album = write_album(folder / "album")
        (self.album / "other.jpg").write_bytes(photo(3))
        (self.album / "other copy.jpg").write_bytes(photo(3))
        self.decisions_path = folder / "decisions.sqlite"
        self.roles: Sequence[FolderChoice] = (FolderChoice(str(self.album)),)
        self._path = folder / "c.sqlite"
        self.catalog = OpenCatalog(None)
        self.again()

    def again(self) -> None:
        self.catalog.close()
        self.catalog = OpenCatalog(self._path, decisions_path=self.decisions_path)
        self.session = ScanSession(self.catalog)
        self.session.roles = self.roles

    @property
    def options(self) -> Options:
        return Options(ScanOptions(tuple(self.roles)), MatchOptions(), 2)

    def scan(self) -> Findings:
        told: list[Findings] = []
        self.session.scan(self.options, JobContext(), told.append)
        return told[-1]

    def keep(self) -> None:
        def columns_of(findings: Findings) -> Mapping[str, bytes]:
            return COLUMNS

        self.session.keep(columns_of, JobContext())

    def reopen(self) -> Findings:
        found = self.session.reopen(JobContext())
        assert found is not None
        return found


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    stage.catalog.close()


def assert_same(kept: Findings | None, made: Findings) -> None:
    assert kept is not None
    assert list(kept.groups) == [*made.groups, *made.look_alikes]
    assert kept.basis is not None
    assert made.basis is not None
    assert kept.basis.series_photos == made.basis.series_photos
    assert kept.is_settled
    for one in fields(Findings):
        if one.name not in ("groups", "look_alikes", "basis", "columns", "new_contents"):
            assert getattr(kept, one.name) == getattr(made, one.name), one.name


def test_results_open_as_they_were(stage: Stage) -> None:
    found = stage.scan()
    stage.keep()
    stage.again()
    kept = stage.session.reopen_kept()
    assert_same(kept, found)
    assert kept is not None
    assert kept.columns == COLUMNS
    assert not stage.session.is_kept_outdated(JobContext())
    assert_same(kept, stage.reopen())


def test_senseless_stored_results_are_made_anew(stage: Stage) -> None:
    found = stage.scan()

    def forge(name: str, data: bytes | None) -> None:
        """Keep what nobody would, under a digest that is right."""
        stage.keep()
        catalog = stage.catalog.get()
        key = kept_results.key_of_results(stage.catalog, stage.roles)
        parts = catalog.kept_results(key)
        assert parts is not None
        del parts[name]
        catalog.keep_results(key, parts if data is None else {**parts, name: data})

    for name, data in (
        ("about", None),
        ("about", b"[]"),
        ("groups.first", None),
        ("groups.digests", b"1"),
        ("columns.a column", None),
    ):
        forge(name, data)
        stage.again()
        assert stage.session.reopen_kept(lambda kept: (kept.columns or {})["a column"]) is None
        assert_same(stage.reopen(), found)


def test_nothing_is_kept_before_the_first_scan(stage: Stage) -> None:
    stage.keep()
    assert stage.session.reopen_kept() is None


def test_another_threshold_is_grouped_from_what_was_kept(stage: Stage) -> None:
    stage.scan()
    narrow = stage.session.regroup(0, (), JobContext())
    assert narrow is not None
    stage.keep()
    stage.again()
    kept = stage.session.reopen_kept()
    assert_same(kept, narrow)
    wide = stage.session.regroup(10, (), JobContext())
    assert wide is not None
    assert kept is not None
    assert wide.basis is kept.basis
    stage.again()
    assert stage.session.reopen_kept() is None  # they were of another threshold
    assert_same(replace(wide, groups=[*wide.groups, *wide.look_alikes]), stage.reopen())


def test_pinned_groups_are_not_kept(stage: Stage) -> None:
    found = stage.scan()
    narrow = stage.session.regroup(0, (), JobContext())
    pinned = stage.session.regroup(0, found.groups, JobContext())
    assert narrow is not None
    assert pinned is not None
    assert list(pinned.groups) != list(narrow.groups)
    stage.keep()
    stage.again()
    assert_same(stage.session.reopen_kept(), narrow)


def test_a_decision_puts_an_end_to_them(stage: Stage) -> None:
    group = stage.scan().groups[0]
    stage.keep()
    with MarkStore.open(stage.decisions_path) as store:
        store.keep_separations([all_different(group.members, 1)])
    stage.again()
    assert stage.session.reopen_kept() is None
    assert group.group_id not in {one.group_id for one in stage.reopen().groups}


def test_another_role_puts_an_end_to_them(stage: Stage) -> None:
    stage.scan()
    stage.keep()
    stage.roles = (FolderChoice(str(stage.album), Role.PROTECTED),)
    stage.again()
    assert stage.session.reopen_kept() is None


def test_a_file_that_is_gone_puts_an_end_to_them(stage: Stage) -> None:
    stage.scan()
    stage.keep()
    assert stage.session.forget([str(stage.album / "other.jpg")])
    assert stage.session.reopen_kept() is None


def test_another_version_of_the_rules_puts_an_end_to_them(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.scan()
    stage.keep()
    monkeypatch.setattr(kept_results, "_KEPT_VERSION", 0)
    stage.again()
    assert stage.session.reopen_kept() is None


def test_a_folder_is_protected_in_results_that_were_kept(stage: Stage) -> None:
    stage.scan()
    stage.keep()
    stage.again()
    assert stage.session.reopen_kept() is not None
    more = (*stage.roles, FolderChoice(str(stage.album.parent / "elsewhere"), Role.PROTECTED))
    assert stage.session.protect(more, (), JobContext()) is None  # none of the photos lie there
    found = stage.session.protect(
        (FolderChoice(str(stage.album), Role.PROTECTED),), (), JobContext()
    )
    assert found is not None
    assert all(one.file.protected for group in found.groups for one in group.members)


def test_a_folder_stays_protected_in_groups_that_were_decided_on_before(stage: Stage) -> None:
    before = stage.scan().groups
    roles = (FolderChoice(str(stage.album), Role.PROTECTED),)
    assert stage.session.protect(roles, before, JobContext()) is not None
    order = [str(stage.album)]
    for found in (
        stage.session.regroup(0, before, JobContext()),
        stage.session.regroup_in_order(order, before, JobContext(), between_only=False),
    ):
        assert found is not None
        assert {group.group_id for group in before} <= {group.group_id for group in found.groups}
        assert all(one.file.protected for group in found.groups for one in group.members)


def test_another_order_of_folders_is_heeded_by_results_that_were_kept(stage: Stage) -> None:
    stage.scan()
    stage.keep()
    stage.again()
    kept = stage.session.reopen_kept()
    assert kept is not None
    order = [str(stage.album)]
    assert stage.session.regroup_in_order((), (), JobContext(), between_only=False) is None
    found = stage.session.regroup_in_order(order, (), JobContext(), between_only=True)
    assert found is not None
    assert 0 < len(found.groups) < len(kept.groups)


def test_a_new_file_beside_a_photo_is_noticed(stage: Stage) -> None:
    stage.scan()
    stage.keep()
    (stage.album / "other copy.xmp").write_text("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    stage.again()
    assert stage.session.reopen_kept() is not None
    assert stage.session.is_kept_outdated(JobContext())
    found = stage.reopen()
    assert not stage.session.is_kept_outdated(JobContext())  # these were not kept
    stage.keep()
    stage.again()
    assert_same(stage.session.reopen_kept(), found)
    assert not stage.session.is_kept_outdated(JobContext())


def test_a_new_file_is_noticed_by_results_whose_matches_were_needed_before(stage: Stage) -> None:
    """The groups that were kept are still on show."""
    stage.scan()
    stage.keep()
    (stage.album / "other copy.xmp").write_text("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    stage.again()
    assert stage.session.reopen_kept() is not None
    assert stage.session.load_matches(JobContext()) is not None
    assert stage.session.is_kept_outdated(JobContext())
    assert not stage.session.is_kept_outdated(JobContext())


def test_a_new_file_is_noticed_where_the_catalog_cannot_be_written(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(catalog: Catalog) -> None:
        raise CatalogNotWritable(stage.album, "the disk is full")

    stage.scan()
    stage.keep()
    (stage.album / "other copy.xmp").write_text("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    stage.again()
    assert stage.session.reopen_kept() is not None
    monkeypatch.setattr(Catalog, "drop_results", fail)
    assert stage.session.is_kept_outdated(JobContext())


def test_groups_that_are_matched_more_strictly_for_a_while_are_not_kept(stage: Stage) -> None:
    found = stage.scan()
    stage.session.tightened = {found.groups[0].members[0].digest: 0}
    stage.keep()
    assert stage.session.reopen_kept() is None


def test_results_of_a_stopped_scan_are_not_stored(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_FIRST_PROVISIONAL_S", "_PROVISIONAL_EVERY_S", "_PROVISIONAL_SHARE"):
        monkeypatch.setattr(f"dupefinder.core.pipeline.{name}", 0)
    context, told = JobContext(), list[Findings]()

    def stop(findings: Findings) -> None:
        told.append(findings)
        context.cancel()

    with pytest.raises(Cancelled):
        stage.session.scan(stage.options, context, stop)
    assert told[-1].basis is not None
    stage.keep()
    assert stage.session.reopen_kept() is None


def test_matches_take_in_again_what_they_had_taken_in(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = stage.scan()
    assert found.basis is not None
    assert found.basis.matches is not None
    assert found.basis.matches.history
    stage.keep()
    stage.again()
    assert stage.session.reopen_kept() is not None
    # Groups that wait for something are made of nothing else.
    monkeypatch.setattr("dupefinder.core.proving.take_known", None)
    before = found.basis.matches.history
    for threshold_bits in (0, 4, 10):
        kept = stage.session.regroup(threshold_bits, (), JobContext())
        assert kept is not None
        assert kept.basis is not None
        assert kept.basis.matches is not None
        assert kept.is_settled
        assert list(kept.groups) == found.basis.matches.groups(threshold_bits)
        assert kept.basis.matches.history == before


def test_matches_know_what_lies_beside_the_photos_of_kept_groups(stage: Stage) -> None:
    """Rules and plans ask them, though the groups on show were not made of them."""
    (stage.album / "other copy.xmp").write_text("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    found = stage.scan()
    stage.keep()
    stage.again()
    kept = stage.session.reopen_kept()
    assert kept is not None
    matches = stage.session.load_matches(JobContext())
    assert matches is not None
    assert found.basis is not None
    assert found.basis.matches is not None
    expected = [found.basis.matches.replacements(group) for group in found.groups]
    assert [matches.replacements(group) for group in found.groups] == expected
    (beside,) = (one for one in found.groups if one.members[0].file.path.endswith("copy.jpg"))
    assert matches.replacements(beside) == [(1, 0, Evidence.SAME_BYTES)]


def test_matches_whose_history_is_lost_are_made_anew(stage: Stage) -> None:
    group = stage.scan().groups[-1]
    with MarkStore.open(stage.decisions_path) as store:
        store.keep_separations([all_different(group.members, 1)])
    found = stage.session.regroup(10, (), JobContext())
    assert found is not None
    assert found.basis is not None
    assert found.basis.matches is not None
    assert found.basis.matches.history is None
    stage.keep()
    stage.again()
    assert_same(stage.session.reopen_kept(), found)
    again = stage.session.regroup(10, (), JobContext())
    assert again is not None
    assert list(again.groups) == list(found.groups)


def test_matches_are_made_anew_where_a_proof_is_missing(stage: Stage) -> None:
    found = stage.scan()
    stage.keep()
    stage.again()
    kept = stage.session.reopen_kept()
    assert kept is not None
    stage.catalog.get()._write("DELETE FROM proofs")
    again = stage.session.regroup(10, (), JobContext())
    assert again is not None
    assert not again.is_settled
    assert len(found.groups) == len(kept.groups)


def test_after_a_decision_results_are_kept_anew(stage: Stage) -> None:
    """Also where they were opened as they were kept, and nobody needed their matches."""
    group = stage.scan().groups[0]
    stage.keep()
    stage.again()
    assert stage.session.reopen_kept() is not None
    with MarkStore.open(stage.decisions_path) as store:
        store.keep_separations([all_different(group.members, 1)])
    stage.keep()
    stage.again()
    kept = stage.session.reopen_kept()
    assert kept is not None
    assert group.group_id not in {one.group_id for one in kept.groups}
    assert_same(kept, stage.reopen())


def test_nothing_is_kept_where_a_decision_is_made_meanwhile(stage: Stage) -> None:
    """The groups do not heed it."""
    group = stage.scan().groups[0]

    def decide(_: Findings) -> Mapping[str, bytes]:
        with MarkStore.open(stage.decisions_path) as store:
            store.keep_separations([all_different(group.members, 1)])
        return COLUMNS

    stage.session.keep(decide, JobContext())
    stage.again()
    assert stage.session.reopen_kept() is None


def test_nothing_is_kept_where_a_folder_is_protected_meanwhile(stage: Stage) -> None:
    stage.scan()
    roles = (FolderChoice(str(stage.album), Role.PROTECTED),)

    def protect(_: Findings) -> Mapping[str, bytes]:
        stage.session.roles = roles
        return COLUMNS

    stage.session.keep(protect, JobContext())
    stage.roles = roles
    stage.again()
    assert stage.session.reopen_kept() is None


def test_unchanged_results_are_not_stored_again(stage: Stage) -> None:
    stage.scan()
    stage.keep()

    def fail(_: Findings) -> Mapping[str, bytes]:
        raise AssertionError("kept once more")

    stage.session.keep(fail, JobContext())

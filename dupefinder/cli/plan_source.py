"""The plan that `apply` carries out: made from the proposals of a scan, or read from a file."""

import argparse
import os
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from dupefinder.actions.folder_roles import (
    FolderRole,
    FolderRoles,
    load_roles,
    roles_path,
    save_roles,
)
from dupefinder.actions.json_fields import ValidationError
from dupefinder.actions.plan import make_plan
from dupefinder.actions.plan_file import PlanFile, decode_plan
from dupefinder.actions.records import Plan, SkipCode, Skipped, Step
from dupefinder.actions.rescue import RESCUABLE
from dupefinder.actions.retention import NO_DEMANDS, Retention
from dupefinder.cli.action_arguments import DEFAULT_EVIDENCE
from dupefinder.cli.groups_file import GroupsFile, ListedFile, read_groups, read_named
from dupefinder.cli.terminal import WrongUsage, printable, say
from dupefinder.core.catalog import default_catalog_path
from dupefinder.core.decisions.separated import NOTHING_SEPARATED, SeparatedPhotos
from dupefinder.core.records import Evidence, ReasonCode
from dupefinder.core.rules import REPLACEABLE
from dupefinder.services.catalog import protected_places
from dupefinder.services.planning import Proposal, plan_proposals
from dupefinder.text.problems import misfit_text
from dupefinder.text.scans import drive_role_text
from dupefinder.text.translation import _


@dataclass(frozen=True, slots=True)
class AskedPlan:
    """A plan to carry out, and the copies it leaves out.

    Attributes:
        file: The checked plan, with its conditions.
        others: Copies that were left alone, by their evidence.
    """

    file: PlanFile
    others: Counter[Evidence]


def said_roles(arguments: argparse.Namespace, journal: Path) -> FolderRoles:
    """Roles of folders: stored ones and new ones, which are then stored.

    Args:
        arguments: Result of `arguments.parse`.
        journal: The journal's path.

    Raises:
        WrongUsage: A folder is not there.
        FolderRolesFault: The remembered roles cannot be read or written.
    """
    path = roles_path(journal)
    roles = load_roles(path)
    said = {folder: role for role in FolderRole for folder in getattr(arguments, role.value)}
    if not said:
        return roles
    for folder in said:
        if not os.path.isdir(folder):
            raise WrongUsage(_("there is no folder {folder}").format(folder=ascii(folder)))
    roles = roles.with_roles(said)
    save_roles(path, roles)
    for folder, role in said.items():
        say(
            _("Remembered: {folder} is {role}.").format(
                folder=printable(os.path.realpath(folder)), role=drive_role_text(role)
            )
        )
    return roles


def asked_plan(
    arguments: argparse.Namespace, roles: FolderRoles, separated: SeparatedPhotos
) -> AskedPlan:
    """Make the plan that the arguments ask for.

    Args:
        arguments: Result of `arguments.parse`.
        roles: The roles of folders.
        separated: Photos that the person called different.

    Raises:
        WrongUsage: The file is invalid.
    """
    protected = _own_protected(arguments)
    if arguments.plan is None:
        return _from_groups(arguments, roles, separated, protected)
    return _from_plan(arguments, roles, separated, protected)


def _own_protected(arguments: argparse.Namespace) -> tuple[str, ...]:
    """Folders that the person protects, independent of the file, which anybody may have changed."""
    for folder in arguments.protect:
        if not os.path.lexists(folder):
            raise WrongUsage(_("there is no folder {folder}").format(folder=ascii(folder)))
    named = map(os.path.abspath, arguments.protect)
    catalog = arguments.catalog or default_catalog_path()
    return (*named, *protected_places(Path(os.path.abspath(catalog))))


def _from_groups(
    arguments: argparse.Namespace,
    roles: FolderRoles,
    separated: SeparatedPhotos,
    protected: tuple[str, ...],
) -> AskedPlan:
    groups = read_groups(arguments.groups)
    groups = replace(groups, protected_folders=(*groups.protected_folders, *protected))
    evidence = {Evidence(name) for name in arguments.evidence or DEFAULT_EVIDENCE}
    copies, drives = arguments.keep_copies or 1, arguments.on_drives or 1
    plan = plan_of(
        groups,
        evidence,
        Retention(copies, drives, roles, asks=True),
        rescue_metadata=arguments.rescue_metadata,
        separated=separated,
    )
    file = PlanFile(plan, groups.protected_folders, copies, drives)
    return AskedPlan(file, _others(groups, evidence))


def _from_plan(
    arguments: argparse.Namespace,
    roles: FolderRoles,
    separated: SeparatedPhotos,
    protected: tuple[str, ...],
) -> AskedPlan:
    if arguments.evidence is not None:
        raise WrongUsage(_("--evidence chooses among the copies of a scan; a plan has its steps"))
    name, content = read_named(arguments.plan)
    try:
        file = decode_plan(content)
    except ValidationError as error:
        raise WrongUsage(
            _(
                "{name} was not written by `dupefinder apply --save-plan` of this version: {error}"
            ).format(name=name, error=misfit_text(error))
        ) from error
    copies = max(arguments.keep_copies or 1, file.copies)
    drives = max(arguments.on_drives or 1, file.drives)
    protected = (*file.protected_folders, *protected)
    # The scan proposes no other copies; those that a person chooses are no matter of a file.
    others = [step for step in file.plan.steps if step.evidence not in REPLACEABLE]
    steps = [step for step in file.plan.steps if step.evidence in REPLACEABLE]
    plan = make_plan(
        steps,
        protected,
        Retention(copies, drives, roles, asks=True),
        [(step.survivor, *step.also_stay) for step in steps],
        separated=separated,
    )
    refused = (
        Skipped(one.victim.path, SkipCode.NOT_A_DUPLICATE, one.survivor.path) for one in others
    )
    plan = replace(
        plan,
        refused=(*refused, *plan.refused),
        kind=file.plan.kind,
        target=file.plan.target,
        rescue_metadata=file.plan.rescue_metadata or arguments.rescue_metadata,
    )
    return AskedPlan(PlanFile(plan, protected, copies, drives), Counter())


def plan_of(
    groups: GroupsFile,
    evidence: Collection[Evidence],
    retention: Retention = NO_DEMANDS,
    *,
    rescue_metadata: bool = False,
    separated: SeparatedPhotos = NOTHING_SEPARATED,
) -> Plan:
    """Plan the removal of what a scan proposed.

    Args:
        groups: The result of the scan.
        evidence: The evidence that removals may rest on.
        retention: Numbers of copies and drives that have to stay.
        rescue_metadata: True to take also copies that are kept only for their metadata.
        separated: Photos that the person called different.
    """

    def proposals() -> Iterator[Proposal]:
        for group in groups.groups:
            by_path = {listed.file.path: listed for listed in group}
            for listed in group:
                survivor = by_path.get(listed.against or "")
                is_proposed = not listed.keep or (rescue_metadata and _says_more(listed, survivor))
                if is_proposed and (listed.evidence is None or listed.evidence in evidence):
                    yield _proposal(listed, survivor)

    compared = ([(one.file, one.evidence, one.against) for one in group] for group in groups.groups)
    plan = plan_proposals(
        proposals(), compared, groups.protected_folders, retention, separated=separated
    )
    return replace(plan, rescue_metadata=rescue_metadata)


def _proposal(listed: ListedFile, survivor: ListedFile | None) -> Proposal:
    if listed.evidence is None:
        return Skipped(listed.file.path, SkipCode.NOT_A_DUPLICATE)
    if survivor is None:
        return Skipped(listed.file.path, SkipCode.NO_SURVIVOR)
    return Step(listed.file, survivor.file, listed.evidence, why=listed.reason)


def _says_more(listed: ListedFile, survivor: ListedFile | None) -> bool:
    """True for a copy that is kept only for its metadata."""
    if listed.reason is None or survivor is None or not survivor.is_keeper:
        return False
    if listed.evidence not in REPLACEABLE:
        return False
    ours, theirs = listed.file.holds, survivor.file.holds
    if listed.reason.code is not ReasonCode.KEEPER_LACKS_METADATA or ours is None or theirs is None:
        return False
    return set(listed.reason.parameters) | (set(ours) - set(theirs)) <= RESCUABLE


def _others(groups: GroupsFile, evidence: Collection[Evidence]) -> Counter[Evidence]:
    """Count the proposed copies with other evidence."""
    proposed = (listed for group in groups.groups for listed in group if not listed.keep)
    left = REPLACEABLE.difference(evidence)
    return Counter(listed.evidence for listed in proposed if listed.evidence in left)

"""A report as text for people. Everything that was found is listed; nothing is cut off."""

from collections.abc import Iterator

from dupefinder.cli.figures import counted, size_words
from dupefinder.cli.terminal import printable
from dupefinder.cli.words import (
    EVIDENCE,
    PROGRAMS,
    TRANSFORMS,
    alteration_text,
    difference_text,
    left_out_words,
    problem_words,
    reason_words,
)
from dupefinder.core.difference_places import places_of
from dupefinder.core.fingerprint import inverse
from dupefinder.core.grouping import removable_bytes
from dupefinder.core.pipeline import Report
from dupefinder.core.records import Evidence, Group, GroupMember, Link


def report_lines(report: Report, *, look_alikes: bool) -> Iterator[str]:
    """Tell what a scan found, line by line.

    Args:
        report: What it found.
        look_alikes: True to list look-alikes, too.
    """
    for number, group in enumerate(report.groups, start=1):
        yield from _group_lines(number, group)
        yield ""
    linked = [
        link
        for link in report.links
        if link.evidence not in (Evidence.RAW_PAIR, Evidence.LOOK_ALIKE)
    ]
    alike = [link for link in report.links if link.evidence is Evidence.LOOK_ALIKE]
    raw = [link for link in report.links if link.evidence is Evidence.RAW_PAIR]
    yield from _link_lines("Photos that match across two groups", linked)
    yield from _link_lines("RAW files and their pictures; both stay", raw)
    if look_alikes:
        yield from _link_lines("Look-alikes, which are not taken for one photo", alike)
    yield from _problem_lines(report)
    yield from _count_lines(report)
    if alike and not look_alikes:
        yield f"Look-alikes: {counted(len(alike), 'pair')}; --look-alikes lists them"


def _group_lines(number: int, group: Group) -> Iterator[str]:
    to_win = removable_bytes(group)
    remark = f", {size_words(to_win)} to win" if to_win else ""
    yield f"Group {number}: {counted(len(group.members), 'photo')}{remark}"
    for member in group.members:
        yield _member_line(member)


def _member_line(member: GroupMember) -> str:
    advice = "KEEPER" if member.is_keeper else "keep" if member.keep else "could go"
    # Which way it is turned says more than that it is.
    evidence = TRANSFORMS[inverse(member.orientation)]
    if evidence is None:
        evidence = "" if member.evidence is None else EVIDENCE[member.evidence]
        done = [alteration_text(alteration) for alteration in member.alterations]
        if places := places_of(member):
            done.append(difference_text(places))
        evidence = f"{evidence} ({', '.join(done)})" if done else evidence
    size_px = f"{member.facts.width_px}x{member.facts.height_px}"
    return (
        f"  {advice:<8}  {evidence:<11}  {size_words(member.file.size_bytes):>10}"
        f"  {size_px:>11}  {printable(member.file.path)}  ({reason_words(member.reason)})"
    )


def _link_lines(title: str, links: list[Link]) -> Iterator[str]:
    if not links:
        return
    yield f"{title}:"
    for link in links:
        measure = "" if link.evidence is Evidence.RAW_PAIR else f", {link.distance_bits} bits apart"
        yield f"  {EVIDENCE[link.evidence]}{measure}"
        yield f"    {printable(link.path_a)}"
        yield f"    {printable(link.path_b)}"
    yield ""


def _problem_lines(report: Report) -> Iterator[str]:
    if not report.problems:
        return
    yield f"{counted(len(report.problems), 'problem')}:"
    for problem in report.problems:
        yield f"  {printable(problem.path)}: {printable(problem_words(problem))}"
    yield ""


def _count_lines(report: Report) -> Iterator[str]:
    scan = report.scan
    members = [member for group in report.groups for member in group.members]
    yield (
        f"{counted(report.photos, 'photo')} compared; {report.from_catalog:,} of"
        f" {counted(len(scan.photos), 'file')} known from an earlier scan"
    )
    redundant = sum(not member.keep for member in members)
    to_win = sum(removable_bytes(group) for group in report.groups)
    yield (
        f"{counted(len(report.groups), 'group')} with {counted(len(members), 'photo')};"
        f" {counted(redundant, 'redundant copy', 'redundant copies')},"
        f" {size_words(to_win)} to win"
    )
    if scan.left_out:
        yield f"Left out: {left_out_words(scan.left_out)}"
    if report.series_photos:
        yield (
            f"In long series of look-alikes: {counted(report.series_photos, 'photo')}; of these"
            " only pairs that may be copies were looked at, and no edits"
        )
    if scan.same_file:
        others = sum(map(len, scan.same_file.values()))
        yield f"{counted(others, 'path')} led to a file that was there already and counts once"
    for folder in scan.managed:
        program = PROGRAMS.get(folder.program, folder.program)
        if folder.protected:
            yield f"Protected, because {program} manages it: {printable(folder.path)}"
        else:
            yield f"Scanned as asked for, although {program} manages it: {printable(folder.path)}"
    if report.problems:
        yield f"{counted(len(report.problems), 'problem')}, listed above"

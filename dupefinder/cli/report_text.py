"""A report as text for people. Everything that was found is listed; nothing is cut off."""

from collections.abc import Iterator

from dupefinder.cli.terminal import printable
from dupefinder.core.difference_places import places_of
from dupefinder.core.grouping import removable_bytes
from dupefinder.core.pipeline import Report
from dupefinder.core.records import Evidence, Group, GroupMember, Link
from dupefinder.text.counts import files_text, groups_text, pairs_text, photos_text, problems_text
from dupefinder.text.evidence import changes_texts, evidence_text, places_text
from dupefinder.text.figures import bytes_text
from dupefinder.text.problems import detailed_problem_text
from dupefinder.text.reasons import reason_text
from dupefinder.text.scans import left_out_text, program_text
from dupefinder.text.translation import plural


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
    yield from _link_lines("RAW files and their pictures; both are kept", raw)
    if look_alikes:
        yield from _link_lines("Look-alikes, not proven to be the same photo", alike)
    yield from _problem_lines(report)
    yield from _count_lines(report)
    if alike and not look_alikes:
        yield f"Look-alikes: {pairs_text(len(alike))}; --look-alikes lists them"


def _group_lines(number: int, group: Group) -> Iterator[str]:
    freed_bytes = removable_bytes(group)
    remark = f", {bytes_text(freed_bytes)} can be freed" if freed_bytes else ""
    yield f"Group {number}: {photos_text(len(group.members))}{remark}"
    for member in group.members:
        yield _member_line(member)


def _member_line(member: GroupMember) -> str:
    advice = "KEEPER" if member.is_keeper else "keep" if member.keep else "could go"
    evidence = "" if member.evidence is None else evidence_text(member.evidence)
    done = changes_texts(member.evidence, member.orientation, member.alterations)
    if places := places_of(member):
        done.append(places_text(places))
    evidence = f"{evidence} ({', '.join(done)})" if done else evidence
    size_px = f"{member.facts.width_px}x{member.facts.height_px}"
    return (
        f"  {advice:<8}  {evidence:<11}  {bytes_text(member.file.size_bytes):>10}"
        f"  {size_px:>11}  {printable(member.file.path)}  ({reason_text(member.reason)})"
    )


def _link_lines(title: str, links: list[Link]) -> Iterator[str]:
    if not links:
        return
    yield f"{title}:"
    for link in links:
        measure = "" if link.evidence is Evidence.RAW_PAIR else f", {link.distance_bits} bits apart"
        yield f"  {evidence_text(link.evidence)}{measure}"
        yield f"    {printable(link.path_a)}"
        yield f"    {printable(link.path_b)}"
    yield ""


def _problem_lines(report: Report) -> Iterator[str]:
    if not report.problems:
        return
    yield f"{problems_text(len(report.problems))}:"
    for problem in report.problems:
        yield f"  {printable(problem.path)}: {printable(detailed_problem_text(problem))}"
    yield ""


def _count_lines(report: Report) -> Iterator[str]:
    scan = report.scan
    members = [member for group in report.groups for member in group.members]
    yield (
        f"{photos_text(report.photos)} compared; {report.from_catalog:,} of"
        f" {files_text(len(scan.photos))} known from an earlier scan"
    )
    redundant = sum(not member.keep for member in members)
    freed_bytes = sum(removable_bytes(group) for group in report.groups)
    yield (
        f"{groups_text(len(report.groups))} with {photos_text(len(members))};"
        f" {plural('{n} redundant copy', '{n} redundant copies', redundant)},"
        f" {bytes_text(freed_bytes)} can be freed"
    )
    if scan.left_out:
        yield f"Left out: {left_out_text(scan.left_out)}"
    if report.series_photos:
        yield (
            f"In long series of look-alikes: {photos_text(report.series_photos)}; of these"
            " only pairs that may be copies were looked at, and no edits"
        )
    if scan.same_file:
        others = sum(map(len, scan.same_file.values()))
        yield plural(
            "{n} path leads to a file that was found already; it counts once",
            "{n} paths lead to files that were found already; each counts once",
            others,
        )
    for folder in scan.managed:
        program = program_text(folder.program)
        if folder.protected:
            yield f"Protected, because {program} manages it: {printable(folder.path)}"
        else:
            yield f"Scanned as asked for, although {program} manages it: {printable(folder.path)}"
    if report.problems:
        yield f"{problems_text(len(report.problems))}, listed above"

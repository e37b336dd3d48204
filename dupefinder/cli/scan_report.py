"""A report as text for people. Everything that was found is listed; nothing is cut off."""

from collections.abc import Iterator

from dupefinder.cli.terminal import printable
from dupefinder.core.difference_places import places_of
from dupefinder.core.grouping import removable_bytes
from dupefinder.core.pipeline import Report
from dupefinder.core.records import Evidence, Group, GroupMember, Link
from dupefinder.text.counts import files_text, groups_text, pairs_text, photos_text, problems_text
from dupefinder.text.evidence import changes_texts, evidence_text, places_text, reason_text
from dupefinder.text.figures import bytes_text, number_text
from dupefinder.text.problems import detailed_problem_text
from dupefinder.text.scans import left_out_text, program_text
from dupefinder.text.translation import _, plural


def report_lines(report: Report, *, look_alikes: bool) -> Iterator[str]:
    """Report the results of a scan, line by line.

    Args:
        report: The result of a scan.
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
    yield from _link_lines(_("Photos that match across two groups"), linked)
    yield from _link_lines(_("RAW files and their pictures; both are kept"), raw)
    if look_alikes:
        yield from _link_lines(_("Look-alikes, not proven to be the same photo"), alike)
    yield from _problem_lines(report)
    yield from _count_lines(report)
    if alike and not look_alikes:
        yield _("Look-alikes: {pairs}; --look-alikes lists them").format(
            pairs=pairs_text(len(alike))
        )


def _group_lines(number: int, group: Group) -> Iterator[str]:
    freed_bytes = removable_bytes(group)
    text = (
        _("Group {number}: {photos}, {size} can be freed")
        if freed_bytes
        else _("Group {number}: {photos}")
    )
    yield text.format(
        number=number,
        photos=photos_text(len(group.members)),
        size=bytes_text(freed_bytes),
    )
    for member in group.members:
        yield _member_line(member)


def _member_line(member: GroupMember) -> str:
    advice = _("KEEPER") if member.is_keeper else _("keep") if member.keep else _("could go")
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
        evidence = evidence_text(link.evidence)
        if link.evidence is not Evidence.RAW_PAIR:
            apart = plural("{n} bit apart", "{n} bits apart", link.distance_bits)
            evidence = f"{evidence}, {apart}"
        yield f"  {evidence}"
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
        _("{photos} compared; {from_catalog} of {files} known from an earlier scan").format(
            photos=photos_text(report.photos),
            from_catalog=number_text(report.from_catalog),
            files=files_text(len(scan.photos)),
        )
    )
    redundant = sum(not member.keep for member in members)
    freed_bytes = sum(removable_bytes(group) for group in report.groups)
    yield (
        _("{groups} with {photos}; {what}, {size} can be freed").format(
            groups=groups_text(len(report.groups)),
            photos=photos_text(len(members)),
            what=plural("{n} redundant copy", "{n} redundant copies", redundant),
            size=bytes_text(freed_bytes),
        )
    )
    if scan.left_out:
        yield _("Left out: {what}").format(what=left_out_text(scan.left_out))
    if report.series_photos:
        yield (
            _(
                "Not looked for: edited copies among {photos} that look like very many others,"
                " as in a burst"
            ).format(photos=photos_text(report.series_photos))
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
            yield _("Protected, because {program} manages it: {path}").format(
                program=program, path=printable(folder.path)
            )
        else:
            yield _("Scanned as asked for, although {program} manages it: {path}").format(
                program=program, path=printable(folder.path)
            )
    if report.problems:
        yield _("{problems}, listed above").format(problems=problems_text(len(report.problems)))

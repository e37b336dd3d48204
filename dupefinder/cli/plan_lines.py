"""A plan as the terminal shows it before anything is done."""

from collections import Counter
from collections.abc import Collection, Iterator

from dupefinder.actions.overview import Overview, weakest_first
from dupefinder.actions.records import Plan, SkipCode, Skipped, WarningCode
from dupefinder.cli.figures import counted, size_words
from dupefinder.cli.remedies import remedy_lines
from dupefinder.cli.terminal import printable
from dupefinder.cli.words import EVIDENCE, going_words, skip_words, space_lines, warning_words
from dupefinder.core.scan.picture_names import PHOTO_EXTENSIONS, extension

_MOST_FOLDERS = 10


def plan_lines(plan: Plan, overview: Overview) -> Iterator[str]:
    """Tell what a plan would do, the weakest evidence first, and what might be regretted."""
    if plan.steps:
        yield f"{going_words(plan)}:"
    for step in weakest_first(plan.steps):
        victim = step.victim
        size = size_words(victim.size_bytes)
        yield f"  {printable(victim.path)}  ({EVIDENCE[step.evidence]}, {size})"
        yield f"    stays: {printable(step.survivor.path)}"
        for companion in step.companions:
            yield f"    goes along: {printable(companion)}"
    yield from skip_lines("Refused, and stays:", plan.refused)
    yield from _question_lines(plan.refused)
    yield from _folder_lines(plan, overview)
    if overview.warnings:
        yield "Look twice:"
    for warning in overview.warnings:
        yield f"  {printable(warning_words(warning, _noun(plan)))}"
    if any(warning.code is WarningCode.SURVIVOR_LACKS for warning in overview.warnings):
        yield (
            "What is lacking is written into a new .xmp file beside the copy that stays."
            if plan.rescue_metadata
            else "With --rescue-metadata that is written into a new .xmp file beside it."
        )


def _question_lines(refused: Collection[Skipped]) -> Iterator[str]:
    """Ask, once for each pair of drives, what the one is to the other."""
    drives = Counter(skip.detail for skip in refused if skip.code is SkipCode.ASK_ABOUT_DRIVES)
    for drive, count in sorted(drives.items()):
        yield (
            f"{counted(count, 'photo')} would go because of copies on another drive, with"
            f" {printable(drive)} as one of the two. Say once what that is, or a folder on it:"
            " --mirror FOLDER, --backup FOLDER, or --ordinary FOLDER for neither."
        )


def skip_lines(title: str, skipped: Collection[Skipped]) -> Iterator[str]:
    """List photos that stay, each with its reason."""
    if skipped:
        yield title
    for skip in skipped:
        yield f"  {printable(skip.path)}: {printable(skip_words(skip))}"
    yield from remedy_lines(skipped)


def sum_lines(plan: Plan, overview: Overview) -> Iterator[str]:
    """Tell what a plan comes to, and how much space that makes."""
    along = overview.companions
    remark = f" with {counted(along, 'file')} that belong to them" if along else ""
    going = going_words(plan)
    yield (
        f"{counted(overview.photos, _noun(plan))}{remark} {going[0].lower()}{going[1:]},"
        f" {size_words(overview.size_bytes)}; {len(plan.refused):,} refused"
    )
    if plan.steps:
        yield from space_lines(overview)


def _noun(plan: Plan) -> str:
    """What a plan counts: a folder that is retired may hold films and lists, too."""
    names = (step.victim.path for step in plan.steps)
    return "photo" if all(extension(name) in PHOTO_EXTENSIONS for name in names) else "file"


def _folder_lines(plan: Plan, overview: Overview) -> Iterator[str]:
    pairs = overview.pairs
    if len(pairs) < 2:
        return
    yield "By folder:"
    noun = _noun(plan)
    for tally in pairs[:_MOST_FOLDERS]:
        yield (
            f"  {counted(tally.photos, noun)}, {size_words(tally.size_bytes)},"
            f" from {printable(tally.folder)}; the copies that stay are in"
            f" {printable(tally.beside)}"
        )
    if (rest := len(pairs) - _MOST_FOLDERS) > 0:
        yield f"  and {counted(rest, 'pair')} of folders more"

"""A plan as the terminal shows it before anything is done, and the outcome afterwards."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from dupefinder.actions.overview import Overview, weakest_first
from dupefinder.actions.records import (
    ActionKind,
    JournalStep,
    Outcome,
    Plan,
    PlanWarning,
    SkipCode,
    Skipped,
    WarningCode,
    going_along,
)
from dupefinder.cli.terminal import printable
from dupefinder.core.picture_names import PHOTO_EXTENSIONS, extension
from dupefinder.text.actions import did_text, narrowed_text
from dupefinder.text.counts import files_text, photos_text
from dupefinder.text.evidence import evidence_text
from dupefinder.text.figures import bytes_text, number_text
from dupefinder.text.plans import overview_sentences, warning_text, would_text
from dupefinder.text.skips import remedy_text, skip_text
from dupefinder.text.translation import _, plural

_MOST_FOLDERS = 10


def plan_lines(plan: Plan, overview: Overview) -> Iterator[str]:
    """Describe a plan: the weakest evidence first, and warnings."""
    if plan.steps:
        yield f"{printable(would_text(plan))}:"
    for step in weakest_first(plan.steps):
        victim = step.victim
        size = bytes_text(victim.size_bytes)
        yield f"  {printable(victim.path)}  ({evidence_text(step.evidence)}, {size})"
        yield _("    kept: {path}").format(path=printable(step.survivor.path))
        for companion in going_along(step, plan.kind):
            yield _("    removed with it: {path}").format(path=printable(companion))
    yield from skip_lines(_("Refused, and kept:"), plan.refused)
    yield from _question_lines(plan.refused)
    yield from _folder_lines(plan, overview)
    if overview.warnings:
        yield _("Look twice:")
    for warning in overview.warnings:
        yield f"  {printable(_warning_line(warning))}"
    if any(warning.code is WarningCode.SURVIVOR_LACKS for warning in overview.warnings):
        yield (
            _("The missing metadata is written into a new .xmp file next to the kept copy.")
            if plan.rescue_metadata
            else _("With --rescue-metadata it is written into a new .xmp file next to that copy.")
        )


def _warning_line(warning: PlanWarning) -> str:
    if warning.is_about_photo:
        return f"{warning.path}: {warning_text(warning)} ({warning.other})"
    label = f" ({', '.join(warning.names)})" if warning.names else ""
    return f"{warning.path}{label}: {warning_text(warning)}"


def _question_lines(refused: Collection[Skipped]) -> Iterator[str]:
    """Ask for the role of one drive, once for each pair of drives."""
    drives = Counter(skip.detail for skip in refused if skip.code is SkipCode.ASK_ABOUT_DRIVES)
    for drive, count in sorted(drives.items()):
        yield plural(
            "{n} photo would go because its copy is on another drive; one of the two drives is"
            " {drive}. Say once what that, or a folder on it, is: --mirror FOLDER,"
            " --backup FOLDER, or --ordinary FOLDER for neither.",
            "{n} photos would go because their copies are on another drive; one of the two drives"
            " is {drive}. Say once what that, or a folder on it, is: --mirror FOLDER,"
            " --backup FOLDER, or --ordinary FOLDER for neither.",
            count,
            drive=printable(drive),
        )


def skip_lines(title: str, skipped: Collection[Skipped]) -> Iterator[str]:
    """List photos that stay, each with its reason, then advice on each reason."""
    if skipped:
        yield title
    for skip in skipped:
        yield f"  {printable(skip.path)}: {printable(skip_text(skip))}"
    for code in dict.fromkeys(skip.code for skip in skipped):
        yield _("  What helps: {remedy}").format(remedy=remedy_text(code, in_terminal=True))


def sum_lines(plan: Plan, overview: Overview) -> Iterator[str]:
    """Sum up a plan, and the space it frees."""
    what = _count_text(plan, overview.photos)
    if overview.companions:
        what += " " + plural(
            "and {n} accompanying file",
            "and {n} accompanying files",
            overview.companions,
        )
    would = printable(would_text(plan))
    yield _("{what} {would}, {size}; {n} refused").format(
        what=what,
        would=would[0].lower() + would[1:],
        size=bytes_text(overview.size_bytes),
        n=number_text(len(plan.refused)),
    )
    if plan.steps:
        yield from overview_sentences(overview)


def dry_run_end(plan: Plan) -> str:
    """The last line of a plan that is only shown."""
    return (
        _("Nothing was changed. The same with --yes does it.")
        if plan.steps
        else _("Nothing was changed.")
    )


def _count_text(plan: Plan, number: int) -> str:
    """The number of photos or files: a retired folder may hold films and lists, too."""
    names = (step.victim.path for step in plan.steps)
    only_photos = all(extension(name) in PHOTO_EXTENSIONS for name in names)
    return photos_text(number) if only_photos else files_text(number)


def _folder_lines(plan: Plan, overview: Overview) -> Iterator[str]:
    pairs = overview.pairs
    if len(pairs) < 2:
        return
    yield _("By folder:")
    for tally in pairs[:_MOST_FOLDERS]:
        yield _("  {what}, {size}, from {folder}; the kept copies are in {other}").format(
            what=_count_text(plan, tally.photos),
            size=bytes_text(tally.size_bytes),
            folder=printable(tally.folder),
            other=printable(tally.beside),
        )
    if (rest := len(pairs) - _MOST_FOLDERS) > 0:
        yield plural("  and {n} more pair of folders", "  and {n} more pairs of folders", rest)


def outcome_lines(outcome: Outcome, rows: Sequence[JournalStep]) -> Iterator[str]:
    """Report skipped files, copies that lost their access list, and the places of files.

    Args:
        outcome: The outcome of the action.
        rows: The journal's rows of finished files.
    """
    yield from skip_lines(_("Skipped:"), outcome.skipped)
    if outcome.written:
        yield _("Written, with metadata that the kept copies lack:")
    for path in outcome.written:
        yield f"  {printable(path)}"
    if outcome.narrowed:
        yield narrowed_text(len(outcome.narrowed))
    for path in outcome.narrowed:
        yield f"  {printable(path)}"
    text = (
        _("{did}, {n} skipped; {size} in the trash")
        if outcome.kind is ActionKind.TRASH
        else _("{did}, {n} skipped; {size}")
    )
    yield text.format(
        did=did_text(outcome.kind, len(outcome.done)),
        n=number_text(len(outcome.skipped)),
        size=bytes_text(outcome.done_bytes),
    )
    held = [row.place for row in rows if row.kind is ActionKind.SET_ASIDE and row.place]
    if held and outcome.kind is ActionKind.TRASH:
        yield (
            _(
                "{n} of these were set aside instead: their drive has no trash that is safe to use."
            ).format(n=number_text(len(held)))
        )
    for quarantine in outcome.set_aside:
        yield _("Set aside in: {quarantine}").format(quarantine=printable(quarantine))
    if outcome.set_aside:
        yield _("No space is freed until `dupefinder holding empty` deletes it for good.")

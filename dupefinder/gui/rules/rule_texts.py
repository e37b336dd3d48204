"""Texts for rules, presets and previews."""

import os

from dupefinder.core.records import Group
from dupefinder.core.source_folders import SourceFolders
from dupefinder.gui.results import Results
from dupefinder.review.preview import Example, Preview
from dupefinder.review.rules import Criterion, Rule
from dupefinder.text.counts import groups_text, photos_text
from dupefinder.text.figures import bytes_text, number_text, path_text
from dupefinder.text.translation import _, plural


def rule_text(criterion: Criterion, *, is_reversed: bool = False) -> str:
    """The copies that a rule puts first."""
    if is_reversed:
        return {
            Criterion.RESOLUTION: _("Fewer pixels"),
            Criterion.QUALITY: _("Lower quality"),
            Criterion.SIZE: _("Smaller file"),
            Criterion.DATE: _("Newer"),
            Criterion.NAME: _("Name does not fit"),
            Criterion.PATH_LENGTH: _("Longer path"),
        }[criterion]
    return {
        Criterion.PROTECTED: _("Protected"),
        Criterion.FOLDER_ORDER: _("Upper folder on the Folders page"),
        Criterion.ORIGINAL: _("Original before edited"),
        Criterion.RESOLUTION: _("More pixels"),
        Criterion.FORMAT: _("Format"),
        Criterion.QUALITY: _("Higher quality"),
        Criterion.SIZE: _("Larger file"),
        Criterion.DATE: _("Older"),
        Criterion.PLACE: _("Has a place"),
        Criterion.NAME: _("Name fits"),
        Criterion.PATH_LENGTH: _("Shorter path"),
        Criterion.PROPOSAL: _("As the program proposes"),
    }[criterion]


def rule_hint(criterion: Criterion) -> str:
    """Explain how a rule tells copies apart."""
    return {
        Criterion.PROTECTED: _("Photos in protected folders come first. They never go."),
        Criterion.FOLDER_ORDER: _("The order of the folders on their page."),
        Criterion.ORIGINAL: _(
            "As the camera wrote it, with camera and date, and not named like a copy or an edit."
        ),
        Criterion.RESOLUTION: _("Width times height."),
        Criterion.FORMAT: _("In the order given, for example: HEIF; JPEG; PNG"),
        Criterion.QUALITY: _("How little was lost when the file was compressed."),
        Criterion.SIZE: _("Bytes of the file."),
        Criterion.DATE: _("Date taken, then the date of the file. Without a date it comes later."),
        Criterion.PLACE: _("Copies that say where the photo was taken."),
        Criterion.NAME: _("Patterns with * for anything, for example: IMG_*; DSC*"),
        Criterion.PATH_LENGTH: _("Folders above the file, then letters of the path."),
        Criterion.PROPOSAL: _("The kept copy of each card, as shown in Review."),
    }[criterion]


def preset_text(code: str) -> str:
    """The name of a preset."""
    return {
        "proposed": _("As proposed"),
        "main-collection": _("Main collection first"),
        "originals": _("Originals first"),
        "tidy-names": _("Tidy names"),
        "small-files": _("Small files first"),
    }[code]


def outcome_text(preview: Preview) -> str:
    """Sum up what would be marked, in one sentence."""
    if not preview.photos:
        return _("Nothing would be marked.")
    return _("{photos} would be marked, {size}, in {groups}.").format(
        photos=photos_text(preview.photos),
        size=bytes_text(preview.size_bytes),
        groups=groups_text(preview.decided),
    )


def ties_text(number: int) -> str:
    """Report groups that are left open because no rule tells their copies apart."""
    return plural(
        "{n} group is a tie: no rule tells its copies apart. It stays undecided.",
        "{n} groups are ties: no rule tells their copies apart. They stay undecided.",
        number,
    )


def unchanged_text(number: int) -> str:
    """Report groups in which nothing can go."""
    return plural(
        "In {n} group nothing can go: each copy holds something that those before it lack.",
        "In {n} groups nothing can go: each copy holds something that those before it lack.",
        number,
    )


def decided_text(number: int) -> str:
    """Report groups that are left alone because they were decided on."""
    return plural(
        "{n} group that you decided on is left alone.",
        "{n} groups that you decided on are left alone.",
        number,
    )


def large_text(number: int) -> str:
    """Report groups in which not every pair of photos is asked about."""
    from dupefinder.core.grouping import MOST_EVERY_PAIR  # slow to load, but loaded by now

    return plural(
        "{n} group has more than {most} photos: there only what is proposed can go.",
        "{n} groups have more than {most} photos: there only what is proposed can go.",
        number,
        most=number_text(MOST_EVERY_PAIR),
    )


def decides_text(groups: int) -> str:
    """Number of groups that a rule decides, in words."""
    return plural("decides {n} group", "decides {n} groups", groups)


def example_text(results: Results, group: Group, example: Example, rules: tuple[Rule, ...]) -> str:
    """A photo that would go, its survivor, and the rule, a line each."""
    goes, stays = group.members[example.goes], group.members[example.stays]
    if example.decided_by is None:
        why = _("it holds more")
    else:
        rule = rules[example.decided_by]
        why = _("rule {n}: {rule}").format(
            n=number_text(example.decided_by + 1),
            rule=rule_text(rule.criterion, is_reversed=rule.is_reversed),
        )
    return _("✕ {goes}\n✓ {stays}\n{why}").format(
        goes=_place_text(goes.file.path, results.sources),
        stays=_place_text(stays.file.path, results.sources),
        why=why,
    )


def _place_text(path: str, sources: SourceFolders) -> str:
    """A photo by its source folder and its path below."""
    source = sources.source_of(path)
    below = os.path.relpath(path, os.path.dirname(source))
    return path_text(below)

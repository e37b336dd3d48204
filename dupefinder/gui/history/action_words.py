"""An action of the history in words."""

from dupefinder.actions.records import ActionKind, ActionRecord
from dupefinder.text import actions
from dupefinder.text.actions import did_text
from dupefinder.text.figures import bytes_text, moment_text, path_text
from dupefinder.text.translation import _, plural


def moved(record: ActionRecord) -> int:
    """Files that the action was done to, wherever they are now."""
    return record.done + record.undone + record.lost


def done_text(record: ActionRecord) -> str:
    """Describe the action in a few words."""
    number = moved(record)
    if record.unknown_kind:
        return _("Something that this version does not know: {code}").format(
            code=path_text(record.unknown_kind)
        )
    return did_text(record.kind, number) if number else _("Nothing was done")


def size_text(record: ActionRecord) -> str:
    """Total size of its files; empty where that is not known of all."""
    number = moved(record)
    # The size is known of what is there now.
    return bytes_text(record.done_bytes) if number and record.done == number else ""


def what_text(record: ActionRecord) -> str:
    """Both on one line."""
    return _(" · ").join(filter(None, (done_text(record), size_text(record))))


def when_text(record: ActionRecord) -> str:
    """Time of its begin, and the size."""
    return _(" · ").join(filter(None, (moment_text(record.started_ns), size_text(record))))


def notes(record: ActionRecord) -> list[str]:
    """Remarks on the action, a few words each; the gravest first."""
    said = []
    if record.finished_ns is None:
        said.append(_("interrupted"))
    if record.lost:
        said.append(plural("{n} lost", "{n} lost", record.lost))
    if record.undone:
        every = record.undone == moved(record)
        text = plural("{n} brought back", "{n} brought back", record.undone)
        said.append(_("all brought back") if every else text)
    if record.skipped:
        said.append(plural("{n} left in its place", "{n} left in their places", record.skipped))
    return said


def notes_text(record: ActionRecord) -> str:
    """The notes on one line; empty without any."""
    return _(" · ").join(notes(record))


def story(record: ActionRecord) -> list[str]:
    """The same in whole sentences."""
    said = [_("Begun {moment}.").format(moment=moment_text(record.started_ns))]
    if record.undone_ns is not None:
        said.append(_("Last brought back {moment}.").format(moment=moment_text(record.undone_ns)))
    if record.finished_ns is None:
        said.append(
            _(
                "It was interrupted: the program or the computer stopped. What it"
                " had not reached was not touched."
            )
        )
    if record.lost:
        said.append(
            plural(
                "{n} file is neither in its place nor where it was put.",
                "{n} files are neither in their places nor where they were put.",
                record.lost,
            )
        )
    if record.skipped:
        said.append(
            plural(
                "{n} file was left in its place; below you see why.",
                "{n} files were left in their places; below you see why.",
                record.skipped,
            )
        )
    if record.target is not None:
        said.append(_("They went to: {folder}").format(folder=path_text(record.target)))
    return said


def undo_text(record: ActionRecord) -> str:
    """Label of the button that undoes the action."""
    if not record.done and record.lost:
        return plural("Look once more for {n} file", "Look once more for {n} files", record.lost)
    if not record.done or record.unknown_kind:
        return _("Bring back")
    return actions.undo_text(record.kind, record.done)


def obstacle(record: ActionRecord) -> str:
    """Reason why nothing can be brought back; empty when something can."""
    if record.done and record.kind is ActionKind.DELETE:
        return _("What was deleted for good cannot be brought back.")
    if record.done or record.lost:
        return ""
    if record.undone:
        return _("Everything was brought back.")
    return _("Nothing was done.")

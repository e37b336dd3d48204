"""What is done to photos, in words: before, on the button, afterwards, and for taking it back."""

from dupefinder.actions.records import ActionKind, Freed, Space
from dupefinder.text.figures import bytes_text
from dupefinder.text.translation import _, plural


def way_text(kind: ActionKind) -> str:
    """What a person chooses between."""
    return {
        ActionKind.TRASH: _("Trash"),
        ActionKind.SET_ASIDE: _("Set aside"),
        ActionKind.MOVE: _("Move to a folder"),
        ActionKind.COPY: _("Copy to a folder"),
        ActionKind.HARD_LINK: _("Hard links"),
        ActionKind.DELETE: _("Delete for good"),
        ActionKind.SIDECAR: _("Keep metadata"),
    }[kind]


def way_sentence(kind: ActionKind) -> str:
    """What becomes of a photo, and how it comes back."""
    return {
        ActionKind.TRASH: _(
            "They can be brought back from the trash. What lies on a drive without one is set"
            " aside there."
        ),
        ActionKind.SET_ASIDE: _(
            "They go to a holding folder on their own drive, with a list that you can read, and"
            " come back from it at any time. Only you empty it."
        ),
        ActionKind.MOVE: _(
            "They keep their folders below the one that you choose. History moves them back."
        ),
        ActionKind.COPY: _("The photos stay, too."),
        ActionKind.HARD_LINK: _(
            "Each becomes a second name of the copy that stays: both are there, the bytes only"
            " once. Only photos with the same bytes can, and from then on a program that changes"
            " the one changes the other."
        ),
        ActionKind.DELETE: _("Nothing brings them back."),
        ActionKind.SIDECAR: _("What only the copies that go know is written beside what stays."),
    }[kind]


def goes_text(kind: ActionKind, *, one: bool) -> str:
    """What will happen to what a plan names, with a place for "{what}" and "{size}"."""
    if one:
        return {
            ActionKind.TRASH: _("{what} · {size} goes to the trash"),
            ActionKind.SET_ASIDE: _("{what} · {size} is set aside"),
            ActionKind.MOVE: _("{what} · {size} is moved to another folder"),
            ActionKind.COPY: _("{what} · {size} is copied"),
            ActionKind.HARD_LINK: _("{what} · {size} becomes a hard link"),
            ActionKind.DELETE: _("{what} · {size} is deleted for good"),
            ActionKind.SIDECAR: _("{what} · {size} gets its metadata written beside it"),
        }[kind]
    return {
        ActionKind.TRASH: _("{what} · {size} go to the trash"),
        ActionKind.SET_ASIDE: _("{what} · {size} are set aside"),
        ActionKind.MOVE: _("{what} · {size} are moved to another folder"),
        ActionKind.COPY: _("{what} · {size} are copied"),
        ActionKind.HARD_LINK: _("{what} · {size} become hard links"),
        ActionKind.DELETE: _("{what} · {size} are deleted for good"),
        ActionKind.SIDECAR: _("{what} · {size} get their metadata written beside them"),
    }[kind]


def act_text(kind: ActionKind, photos: int) -> str:
    """What the button does that begins."""
    if not photos:
        return way_text(kind)
    match kind:
        case ActionKind.TRASH:
            return plural("Move {n} photo to the trash", "Move {n} photos to the trash", photos)
        case ActionKind.SET_ASIDE:
            return plural("Set {n} photo aside", "Set {n} photos aside", photos)
        case ActionKind.MOVE:
            return plural("Move {n} photo", "Move {n} photos", photos)
        case ActionKind.COPY:
            return plural("Copy {n} photo", "Copy {n} photos", photos)
        case ActionKind.HARD_LINK:
            return plural("Make {n} hard link", "Make {n} hard links", photos)
        case ActionKind.DELETE:
            return plural("Delete {n} file for good", "Delete {n} files for good", photos)
        case ActionKind.SIDECAR:
            return plural("Write {n} metadata file", "Write {n} metadata files", photos)


def did_text(kind: ActionKind, files: int) -> str:
    """What was done."""
    match kind:
        case ActionKind.TRASH:
            return plural("{n} file moved to the trash", "{n} files moved to the trash", files)
        case ActionKind.SET_ASIDE:
            return plural("{n} file set aside", "{n} files set aside", files)
        case ActionKind.MOVE:
            return plural("{n} file moved", "{n} files moved", files)
        case ActionKind.COPY:
            return plural("{n} file copied", "{n} files copied", files)
        case ActionKind.HARD_LINK:
            return plural("{n} file made a hard link", "{n} files made hard links", files)
        case ActionKind.DELETE:
            return plural("{n} file deleted for good", "{n} files deleted for good", files)
        case ActionKind.SIDECAR:
            return plural("{n} metadata file written", "{n} metadata files written", files)


def with_narrowed(did: str, copies: int) -> str:
    """What was done, and that of some copies only the owner has rights."""
    if not copies:
        return did
    narrowed = plural(
        "Only its owner may read {n} copy, as its access list cannot be kept there.",
        "Only their owner may read {n} copies, as their access lists cannot be kept there.",
        copies,
    )
    return f"{did}. {narrowed}"


def undo_text(kind: ActionKind, files: int) -> str:
    """What the button does that takes it back."""
    match kind:
        case ActionKind.COPY:
            return plural("Remove {n} copy again", "Remove {n} copies again", files)
        case ActionKind.HARD_LINK:
            return plural("Make {n} file of its own", "Make {n} files of their own", files)
        case ActionKind.SIDECAR:
            return plural("Remove {n} metadata file", "Remove {n} metadata files", files)
        case _:
            return plural("Bring back {n} file", "Bring back {n} files", files)


def place_text(kind: ActionKind) -> str:
    """Where a file is that it was done to."""
    return {
        ActionKind.TRASH: _("in the trash"),
        ActionKind.SET_ASIDE: _("set aside"),
        ActionKind.MOVE: _("moved"),
        ActionKind.COPY: _("copied"),
        ActionKind.HARD_LINK: _("a hard link"),
        ActionKind.DELETE: _("deleted for good"),
        ActionKind.SIDECAR: _("written"),
    }[kind]


def sign_of(kind: ActionKind) -> str:
    """The name of the icon that stands for it."""
    return {
        ActionKind.TRASH: "trash",
        ActionKind.SET_ASIDE: "aside",
        ActionKind.MOVE: "folder",
        ActionKind.COPY: "copy",
        ActionKind.HARD_LINK: "link",
        ActionKind.DELETE: "cross",
        ActionKind.SIDECAR: "info",
    }[kind]


def space_text(space: Space, freed: Freed) -> str:
    """How much room becomes free, when, and what stays taken after all."""
    if freed is Freed.NEVER:
        return _("No space is freed.")
    when = {
        Freed.AT_ONCE: _("{size} are freed at once."),
        Freed.TRASH_EMPTIED: _("{size} are freed when the trash is emptied."),
        Freed.HOLDING_EMPTIED: _("{size} are freed when the holding folder is emptied."),
    }[freed]
    said = [when.format(size=bytes_text(space.freed_bytes))]
    for size_bytes, text in (
        (space.linked_bytes, _("{size} stay taken: these files have other names.")),
        (space.shared_bytes, _("{size} stay taken by clones or snapshots.")),
        (space.unknown_bytes, _("Of {size} this drive does not tell.")),
    ):
        if size_bytes:
            said.append(text.format(size=bytes_text(size_bytes)))
    return " ".join(said)

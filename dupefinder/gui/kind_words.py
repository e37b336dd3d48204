"""What is done to photos, in words: before, on the button, afterwards, and for taking it back."""

from dupefinder.actions.records import ActionKind, Freed, Space
from dupefinder.gui.words import bytes_text, counted, tr


def way_text(kind: ActionKind) -> str:
    """What a person chooses between."""
    return {
        ActionKind.TRASH: tr("Trash"),
        ActionKind.SET_ASIDE: tr("Set aside"),
        ActionKind.MOVE: tr("Move to a folder"),
        ActionKind.COPY: tr("Copy to a folder"),
        ActionKind.HARD_LINK: tr("Hard links"),
        ActionKind.DELETE: tr("Delete for good"),
        ActionKind.SIDECAR: tr("Keep metadata"),
    }[kind]


def way_sentence(kind: ActionKind) -> str:
    """What becomes of a photo, and how it comes back."""
    return {
        ActionKind.TRASH: tr(
            "They can be brought back from the trash. What lies on a drive without one is set"
            " aside there."
        ),
        ActionKind.SET_ASIDE: tr(
            "They go to a holding folder on their own drive, with a list that you can read, and"
            " come back from it at any time. Only you empty it."
        ),
        ActionKind.MOVE: tr(
            "They keep their folders below the one that you choose. History moves them back."
        ),
        ActionKind.COPY: tr("The photos stay, too."),
        ActionKind.HARD_LINK: tr(
            "Each becomes a second name of the copy that stays: both are there, the bytes only"
            " once. Only photos with the same bytes can, and from then on a program that changes"
            " the one changes the other."
        ),
        ActionKind.DELETE: tr("Nothing brings them back."),
        ActionKind.SIDECAR: tr("What only the copies that go know is written beside what stays."),
    }[kind]


def goes_text(kind: ActionKind, *, one: bool) -> str:
    """What will happen to what a plan names, with a place for "{what}" and "{size}"."""
    if one:
        return {
            ActionKind.TRASH: tr("{what} · {size} goes to the trash"),
            ActionKind.SET_ASIDE: tr("{what} · {size} is set aside"),
            ActionKind.MOVE: tr("{what} · {size} is moved to another folder"),
            ActionKind.COPY: tr("{what} · {size} is copied"),
            ActionKind.HARD_LINK: tr("{what} · {size} becomes a hard link"),
            ActionKind.DELETE: tr("{what} · {size} is deleted for good"),
            ActionKind.SIDECAR: tr("{what} · {size} gets its metadata written beside it"),
        }[kind]
    return {
        ActionKind.TRASH: tr("{what} · {size} go to the trash"),
        ActionKind.SET_ASIDE: tr("{what} · {size} are set aside"),
        ActionKind.MOVE: tr("{what} · {size} are moved to another folder"),
        ActionKind.COPY: tr("{what} · {size} are copied"),
        ActionKind.HARD_LINK: tr("{what} · {size} become hard links"),
        ActionKind.DELETE: tr("{what} · {size} are deleted for good"),
        ActionKind.SIDECAR: tr("{what} · {size} get their metadata written beside them"),
    }[kind]


def act_text(kind: ActionKind, photos: int) -> str:
    """What the button does that begins."""
    match kind:
        case ActionKind.TRASH:
            one, many = tr("Move {n} photo to the trash"), tr("Move {n} photos to the trash")
        case ActionKind.SET_ASIDE:
            one, many = tr("Set {n} photo aside"), tr("Set {n} photos aside")
        case ActionKind.MOVE:
            one, many = tr("Move {n} photo"), tr("Move {n} photos")
        case ActionKind.COPY:
            one, many = tr("Copy {n} photo"), tr("Copy {n} photos")
        case ActionKind.HARD_LINK:
            one, many = tr("Make {n} hard link"), tr("Make {n} hard links")
        case ActionKind.DELETE:
            one, many = tr("Delete {n} file for good"), tr("Delete {n} files for good")
        case ActionKind.SIDECAR:
            one, many = tr("Write {n} metadata file"), tr("Write {n} metadata files")
    return counted(photos, one, many) if photos else way_text(kind)


def did_text(kind: ActionKind, files: int) -> str:
    """What was done."""
    match kind:
        case ActionKind.TRASH:
            one, many = tr("{n} file moved to the trash"), tr("{n} files moved to the trash")
        case ActionKind.SET_ASIDE:
            one, many = tr("{n} file set aside"), tr("{n} files set aside")
        case ActionKind.MOVE:
            one, many = tr("{n} file moved"), tr("{n} files moved")
        case ActionKind.COPY:
            one, many = tr("{n} file copied"), tr("{n} files copied")
        case ActionKind.HARD_LINK:
            one, many = tr("{n} file made a hard link"), tr("{n} files made hard links")
        case ActionKind.DELETE:
            one, many = tr("{n} file deleted for good"), tr("{n} files deleted for good")
        case ActionKind.SIDECAR:
            one, many = tr("{n} metadata file written"), tr("{n} metadata files written")
    return counted(files, one, many)


def with_narrowed(did: str, copies: int) -> str:
    """What was done, and that of some copies only the owner has rights."""
    if not copies:
        return did
    narrowed = counted(
        copies,
        tr("Only its owner may read {n} copy, as its access list cannot be kept there."),
        tr("Only their owner may read {n} copies, as their access lists cannot be kept there."),
    )
    return f"{did}. {narrowed}"


def undo_text(kind: ActionKind, files: int) -> str:
    """What the button does that takes it back."""
    match kind:
        case ActionKind.COPY:
            one, many = tr("Remove {n} copy again"), tr("Remove {n} copies again")
        case ActionKind.HARD_LINK:
            one, many = tr("Make {n} file of its own"), tr("Make {n} files of their own")
        case ActionKind.SIDECAR:
            one, many = tr("Remove {n} metadata file"), tr("Remove {n} metadata files")
        case _:
            one, many = tr("Bring back {n} file"), tr("Bring back {n} files")
    return counted(files, one, many)


def place_text(kind: ActionKind) -> str:
    """Where a file is that it was done to."""
    return {
        ActionKind.TRASH: tr("in the trash"),
        ActionKind.SET_ASIDE: tr("set aside"),
        ActionKind.MOVE: tr("moved"),
        ActionKind.COPY: tr("copied"),
        ActionKind.HARD_LINK: tr("a hard link"),
        ActionKind.DELETE: tr("deleted for good"),
        ActionKind.SIDECAR: tr("written"),
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
        return tr("No space is freed.")
    when = {
        Freed.AT_ONCE: tr("{size} are freed at once."),
        Freed.TRASH_EMPTIED: tr("{size} are freed when the trash is emptied."),
        Freed.HOLDING_EMPTIED: tr("{size} are freed when the holding folder is emptied."),
    }[freed]
    said = [when.format(size=bytes_text(space.freed_bytes))]
    for size_bytes, text in (
        (space.linked_bytes, tr("{size} stay taken: these files have other names.")),
        (space.shared_bytes, tr("{size} stay taken by clones or snapshots.")),
        (space.unknown_bytes, tr("Of {size} this drive does not tell.")),
    ):
        if size_bytes:
            said.append(text.format(size=bytes_text(size_bytes)))
    return " ".join(said)

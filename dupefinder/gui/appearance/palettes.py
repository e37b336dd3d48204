"""The colours of each appearance, and the few of them that carry a meaning."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtGui import QColor


class Appearance(StrEnum):
    """The appearance chosen in the settings."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high-contrast"
    """Light or dark as the desktop asks for, in the strongest colours."""


@dataclass(frozen=True, slots=True)
class ThemeColours:
    """Colours that a palette has no role for. Colour is never the only sign of a meaning.

    Attributes:
        accent: The one accent: what is chosen, the primary button.
        on_accent: Text on the accent.
        text: Plain text.
        quiet: Text that steps back: what is equal on all copies, captions.
        line: Hairlines between areas.
        surface: Cards and lists.
        canvas: Behind cards.
        backdrop: Behind a photo.
        keep: A copy that stays.
        remove: A copy that goes.
        warning: Something to look at before going on.
        hover: A row or button under the pointer.
        chosen: A row that is chosen.
    """

    accent: QColor
    on_accent: QColor
    text: QColor
    quiet: QColor
    line: QColor
    surface: QColor
    canvas: QColor
    backdrop: QColor
    keep: QColor
    remove: QColor
    warning: QColor
    hover: QColor
    chosen: QColor


_LIGHT = ThemeColours(
    accent=QColor("#1f5fbf"),
    on_accent=QColor("#ffffff"),
    text=QColor("#1b1d20"),
    quiet=QColor("#5c636c"),
    line=QColor("#d9dce1"),
    surface=QColor("#ffffff"),
    canvas=QColor("#f3f4f6"),
    backdrop=QColor("#e6e8ec"),
    keep=QColor("#1a7f45"),
    remove=QColor("#b3261e"),
    warning=QColor("#8a5a00"),
    hover=QColor("#eceef2"),
    chosen=QColor("#dbe7fa"),
)
_DARK = ThemeColours(
    accent=QColor("#7fb0ff"),
    on_accent=QColor("#0b1a30"),
    text=QColor("#e8eaed"),
    quiet=QColor("#a3aab4"),
    line=QColor("#3a3f46"),
    surface=QColor("#24272b"),
    canvas=QColor("#1a1c1f"),
    backdrop=QColor("#121315"),
    keep=QColor("#6fd39a"),
    remove=QColor("#ff8a80"),
    warning=QColor("#f0be62"),
    hover=QColor("#2f3338"),
    chosen=QColor("#27405f"),
)
_HIGH_CONTRAST_LIGHT = ThemeColours(
    accent=QColor("#00339a"),
    on_accent=QColor("#ffffff"),
    text=QColor("#000000"),
    quiet=QColor("#202020"),
    line=QColor("#000000"),
    surface=QColor("#ffffff"),
    canvas=QColor("#ffffff"),
    backdrop=QColor("#ffffff"),
    keep=QColor("#00501f"),
    remove=QColor("#8a0000"),
    warning=QColor("#5c3a00"),
    hover=QColor("#e0ecff"),
    chosen=QColor("#cfe0ff"),
)
_HIGH_CONTRAST_DARK = ThemeColours(
    accent=QColor("#ffe000"),
    on_accent=QColor("#000000"),
    text=QColor("#ffffff"),
    quiet=QColor("#f0f0f0"),
    line=QColor("#ffffff"),
    surface=QColor("#000000"),
    canvas=QColor("#000000"),
    backdrop=QColor("#000000"),
    keep=QColor("#5dff8f"),
    remove=QColor("#ffc9c4"),
    warning=QColor("#ffd257"),
    hover=QColor("#262626"),
    chosen=QColor("#00308a"),
)
THEMES = {
    "light": _LIGHT,
    "dark": _DARK,
    "high-contrast light": _HIGH_CONTRAST_LIGHT,
    "high-contrast dark": _HIGH_CONTRAST_DARK,
}
"""The palettes by their names."""

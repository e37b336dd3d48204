"""Appearance, threads, where the data lies, and how to get rid of it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from dupefinder.actions.records import ActionKind
from dupefinder.gui.elided_label import ElidedLabel
from dupefinder.gui.kind_words import way_sentence, way_text
from dupefinder.gui.layouts import (
    add_row,
    form,
    heading,
    page_title,
    quiet_text,
    scrolled_column,
)
from dupefinder.gui.plain_text import PlainLabel, plain_tip
from dupefinder.gui.segmented import Segmented
from dupefinder.gui.settings import FIRST_WAYS, MOST_COPIES, MOST_THREADS, Settings
from dupefinder.gui.step_box import StepBox
from dupefinder.gui.theme import SPACE_PX, Appearance, set_role
from dupefinder.gui.two_step_button import TwoStepButton
from dupefinder.gui.words import path_text

OpenFolder = Callable[[QUrl], bool]


class SettingsPage(QWidget):
    """Shows the settings and writes each change down at once.

    Signals:
        appearance_changed: `settings.appearance` is another one.
        erase_requested: The catalog shall be erased; it was asked for twice.
    """

    appearance_changed = Signal()
    erase_requested = Signal()

    def __init__(
        self,
        settings: Settings,
        open_folder: OpenFolder | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Make the page.

        Args:
            settings: What it shows.
            open_folder: Shows a folder; None lets the system do it.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._settings = settings
        self._open = open_folder or QDesktopServices.openUrl
        self.setAccessibleName(self.tr("Settings"))
        self._make_controls()
        self._lay_out()
        self.setFocusProxy(self.appearance)

    def set_places(self, catalog: Path | None, journal: Path, log: Path) -> None:
        """Show where the program keeps its data; called once.

        Args:
            catalog: The catalog; None for one in memory.
            journal: The journal of actions.
            log: The log.
        """
        rows = [(self.tr("Journal of what was removed"), journal), (self.tr("Log"), log)]
        if catalog is not None:
            rows.insert(0, (self.tr("Catalog of what was learnt of photos"), catalog))
        for name, path in rows:
            self._add_place(name, path)

    def _make_controls(self) -> None:
        settings = self._settings
        self.appearance = Segmented[Appearance](
            self.tr("Appearance"),
            (
                (Appearance.SYSTEM, self.tr("System"), self.tr("As the desktop asks for")),
                (Appearance.LIGHT, self.tr("Light"), self.tr("Dark on light")),
                (Appearance.DARK, self.tr("Dark"), self.tr("Light on dark")),
            ),
            settings.appearance,
        )
        self.appearance.chosen.connect(self._appearance_chosen)
        self.first_way = Segmented[ActionKind](
            self.tr("Removed copies go"),
            [(kind, way_text(kind), way_sentence(kind)) for kind in FIRST_WAYS],
            settings.first_way,
        )
        self.first_way.chosen.connect(self._first_way_chosen)
        self.copies = StepBox(
            1,
            MOST_COPIES,
            settings.keep_copies,
            suffix=self.tr(" copies"),
            least_text=self.tr("one copy"),
        )
        self.copies.valueChanged.connect(self._keeping_changed)
        self.drives = StepBox(
            1,
            MOST_COPIES,
            settings.keep_drives,
            suffix=self.tr(" drives"),
            least_text=self.tr("one drive"),
        )
        self.drives.valueChanged.connect(self._keeping_changed)
        self.threads = StepBox(
            0, MOST_THREADS, settings.threads, least_text=self.tr("one for each processor")
        )
        self.threads.setAccessibleName(self.tr("Photos read at the same time"))
        self.threads.setToolTip(self.tr("Fewer leave more of the computer to other programs"))
        self.threads.valueChanged.connect(self._threads_changed)
        self.erase = TwoStepButton(
            self.tr("Erase the catalog…"),
            self.tr("Erase it now"),
            self.tr("All photos are read once more at the next scan. No photo is touched."),
        )
        self.erase.confirmed.connect(self.erase_requested)
        self.forget = QPushButton(self.tr("Forget sizes"))
        self.forget.setToolTip(self.tr("Give the window and its parts their first sizes again"))
        self.forget.clicked.connect(self._forget_clicked)
        self.forgotten = PlainLabel()
        set_role(self.forgotten, "quiet")

    def _lay_out(self) -> None:
        looks = form()
        add_row(looks, self.tr("&Appearance"), self.appearance)
        removing = form()
        add_row(removing, self.tr("Removed copies go"), self.first_way)
        add_row(removing, self.tr("Of each photo keep at &least"), self.copies)
        add_row(removing, self.tr("On at least"), self.drives)
        removing.addWidget(
            quiet_text(
                self.tr(
                    "The page before each action offers the other ways, too. A holding folder"
                    " stays on the drive of the photos and is emptied only by you, in History."
                )
            ),
            removing.rowCount(),
            1,
        )
        add_row(looks, self.tr("Photos &read at the same time"), self.threads)
        self._places = form()
        self.place_buttons: list[QPushButton] = []
        erasing = quiet_text(
            self.tr(
                "The catalog remembers what was learnt of your photos, small pictures of them"
                " among it, so that the next scan reads only what is new. Erasing it does not"
                " touch your photos, and your marks are kept."
            )
        )
        data = QVBoxLayout()
        data.setSpacing(2 * SPACE_PX)
        data.addLayout(self._places)
        data.addWidget(erasing)
        data.addWidget(self.erase)
        sizes = QHBoxLayout()
        sizes.setSpacing(2 * SPACE_PX)
        sizes.addWidget(self.forget)
        sizes.addWidget(self.forgotten, 1)
        window = QVBoxLayout()
        window.setSpacing(2 * SPACE_PX)
        window.addWidget(
            quiet_text(self.tr("The sizes of the window and its parts are remembered."))
        )
        window.addLayout(sizes)
        content = QWidget()
        down = QVBoxLayout(content)
        down.setContentsMargins(*(3 * SPACE_PX,) * 4)
        down.setSpacing(2 * SPACE_PX)
        down.addWidget(page_title(self.tr("Settings")))
        for name, layout in (
            (self.tr("Look and speed"), looks),
            (self.tr("Removing"), removing),
            (self.tr("Your data"), data),
            (self.tr("Window"), window),
        ):
            card = QFrame()
            set_role(card, "card")
            layout.setContentsMargins(*(2 * SPACE_PX,) * 4)
            card.setLayout(layout)
            down.addSpacing(SPACE_PX)
            down.addWidget(heading(name))
            down.addWidget(card)
        down.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled_column(content))

    def _add_place(self, name: str, path: Path) -> None:
        shown = path_text(str(path))
        row = self._places.rowCount()
        place = ElidedLabel(shown, Qt.TextElideMode.ElideLeft)
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_role(place, "quiet")
        button = QPushButton(self.tr("Open folder"))
        button.setProperty("folder", str(path.parent))
        button.setAccessibleName(self.tr("Open the folder of: {name}").format(name=name))
        button.setToolTip(plain_tip(path_text(str(path.parent))))
        button.clicked.connect(self._open_clicked)
        self._places.addWidget(PlainLabel(name), row, 0)
        self._places.addWidget(place, row, 1)
        self._places.addWidget(button, row, 2)
        self.place_buttons.append(button)

    def _appearance_chosen(self, appearance: Appearance) -> None:
        self._settings.appearance = appearance
        self.appearance_changed.emit()

    def _keeping_changed(self) -> None:
        self._settings.keep_copies = self.copies.value()
        self._settings.keep_drives = self.drives.value()

    def _first_way_chosen(self, kind: ActionKind) -> None:
        self._settings.first_way = kind

    def _threads_changed(self, threads: int) -> None:
        self._settings.threads = threads

    def _forget_clicked(self) -> None:
        self._settings.forget_sizes()
        self.forgotten.setText(self.tr("Forgotten: the next start begins with the first sizes."))

    def _open_clicked(self) -> None:
        self._open(QUrl.fromLocalFile(str(self.sender().property("folder"))))

"""The Settings page: appearance, language, threads, removal, and the data of the program."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from dupefinder.actions.records import ActionKind
from dupefinder.gui.appearance.palettes import Appearance
from dupefinder.gui.appearance.theme import SPACE_PX, set_role
from dupefinder.gui.settings import FIRST_WAYS, MOST_COPIES, MOST_THREADS, Settings
from dupefinder.gui.widgets.choices import ChoiceBox, Segmented, StepBox
from dupefinder.gui.widgets.controls import TwoStepButton
from dupefinder.gui.widgets.labels import ElidedLabel, PlainLabel, plain_tip
from dupefinder.gui.widgets.layouts import (
    add_row,
    form,
    heading,
    page_title,
    quiet_text,
    scrolled_column,
)
from dupefinder.text.figures import path_text
from dupefinder.text.plans import way_sentence, way_text
from dupefinder.text.translation import LANGUAGES, _

OpenFolder = Callable[[QUrl], bool]


class SettingsPage(QWidget):
    """Shows the settings and stores each change at once.

    Attributes:
        appearance: The choice of an appearance, applied by the application.
        language: The choice of a language, for the next start.
        erase: Erases the catalog, confirmed by a second button.
    """

    def __init__(
        self,
        settings: Settings,
        open_folder: OpenFolder | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Make the page.

        Args:
            settings: The settings.
            open_folder: Shows a folder; None lets the system do it.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._settings = settings
        self._open = open_folder or QDesktopServices.openUrl
        self.setAccessibleName(_("Settings"))
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
        rows = [(_("Journal of removals"), journal), (_("Log"), log)]
        if catalog is not None:
            rows.insert(0, (_("Catalog of the photos"), catalog))
        for name, path in rows:
            self._add_place(name, path)

    def _make_controls(self) -> None:
        self._make_appearance()
        self._make_removing()
        self._make_data()

    def _make_appearance(self) -> None:
        settings = self._settings
        self.appearance = Segmented[Appearance](
            _("Appearance"),
            (
                (Appearance.SYSTEM, _("System"), _("As the desktop asks for")),
                (Appearance.LIGHT, _("Light"), _("Dark on light")),
                (Appearance.DARK, _("Dark"), _("Light on dark")),
                (
                    Appearance.HIGH_CONTRAST,
                    _("High contrast"),
                    _("The strongest colours, light or dark as the desktop asks for"),
                ),
            ),
            settings.appearance,
        )
        self.appearance.chosen.connect(self._appearance_chosen)
        self.language = ChoiceBox()
        self.language.setAccessibleName(_("Language"))
        self.language.addItem(_("As the system"), "")
        for language in LANGUAGES.values():
            self.language.addItem(language.name, language.code)
        self.language.setCurrentIndex(self.language.findData(settings.language))
        self.language.activated.connect(self._language_chosen)
        self.language_told = PlainLabel()
        set_role(self.language_told, "quiet")
        self.language_told.hide()

    def _make_removing(self) -> None:
        settings = self._settings
        self.default_way = Segmented[ActionKind](
            _("Removed copies go"),
            [(kind, way_text(kind), way_sentence(kind)) for kind in FIRST_WAYS],
            settings.default_way,
        )
        self.default_way.chosen.connect(self._default_way_chosen)
        self.copies = StepBox(
            1,
            MOST_COPIES,
            settings.keep_copies,
            suffix=_(" copies"),
            least_text=_("one copy"),
        )
        self.copies.valueChanged.connect(self._keeping_changed)
        self.drives = StepBox(
            1,
            MOST_COPIES,
            settings.keep_drives,
            suffix=_(" drives"),
            least_text=_("one drive"),
        )
        self.drives.valueChanged.connect(self._keeping_changed)

    def _make_data(self) -> None:
        self.threads = StepBox(
            0, MOST_THREADS, self._settings.threads, least_text=_("one for each processor")
        )
        self.threads.setAccessibleName(_("Photos read at the same time"))
        self.threads.setToolTip(_("A smaller number leaves more of the computer to other programs"))
        self.threads.valueChanged.connect(self._threads_changed)
        self.erase = TwoStepButton(
            _("Erase the catalog…"),
            _("Erase it now"),
            _("All photos are read once more at the next scan. No photo is touched."),
        )
        self.forget = QPushButton(_("Forget sizes"))
        self.forget.setToolTip(_("Reset the window and its parts to their default sizes"))
        self.forget.clicked.connect(self._forget_clicked)
        self.forgotten = PlainLabel()
        set_role(self.forgotten, "quiet")

    def _lay_out(self) -> None:
        looks = form()
        add_row(looks, _("&Appearance"), self.appearance)
        add_row(looks, _("Lan&guage"), self.language)
        looks.addWidget(self.language_told, looks.rowCount(), 1)
        add_row(looks, _("Photos &read at the same time"), self.threads)
        content = QWidget()
        down = QVBoxLayout(content)
        down.setContentsMargins(*(3 * SPACE_PX,) * 4)
        down.setSpacing(2 * SPACE_PX)
        down.addWidget(page_title(_("Settings")))
        for name, layout in (
            (_("Look and speed"), looks),
            (_("Removing"), self._removing()),
            (_("Your data"), self._data()),
            (_("Window"), self._window_sizes()),
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

    def _removing(self) -> QGridLayout:
        removing = form()
        add_row(removing, _("Removed copies go"), self.default_way)
        add_row(removing, _("Of each photo keep at &least"), self.copies)
        add_row(removing, _("On at least"), self.drives)
        removing.addWidget(
            quiet_text(
                _(
                    "The plan before each action offers the other ways, too. A set-aside"
                    " folder is on the drive of the photos, and only you empty it, in"
                    " History."
                )
            ),
            removing.rowCount(),
            1,
        )
        return removing

    def _data(self) -> QVBoxLayout:
        self._places = form()
        self.place_buttons: list[QPushButton] = []
        data = QVBoxLayout()
        data.setSpacing(2 * SPACE_PX)
        data.addLayout(self._places)
        data.addWidget(
            quiet_text(
                _(
                    "The catalog remembers what was read from your photos, with small"
                    " previews, so that the next scan reads only what is new. Erasing"
                    " it does not touch your photos, and your marks are kept."
                )
            )
        )
        data.addWidget(self.erase)
        return data

    def _window_sizes(self) -> QVBoxLayout:
        sizes = QHBoxLayout()
        sizes.setSpacing(2 * SPACE_PX)
        sizes.addWidget(self.forget)
        sizes.addWidget(self.forgotten, 1)
        window = QVBoxLayout()
        window.setSpacing(2 * SPACE_PX)
        window.addWidget(quiet_text(_("The sizes of the window and its parts are remembered.")))
        window.addLayout(sizes)
        return window

    def _add_place(self, name: str, path: Path) -> None:
        shown = path_text(str(path))
        row = self._places.rowCount()
        place = ElidedLabel(shown, Qt.TextElideMode.ElideLeft)
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_role(place, "quiet")
        button = QPushButton(_("Open folder"))
        button.setProperty("folder", str(path.parent))
        button.setAccessibleName(_("Open the folder of: {name}").format(name=name))
        button.setToolTip(plain_tip(path_text(str(path.parent))))
        button.clicked.connect(self._open_clicked)
        self._places.addWidget(PlainLabel(name), row, 0)
        self._places.addWidget(place, row, 1)
        self._places.addWidget(button, row, 2)
        self.place_buttons.append(button)

    def _appearance_chosen(self, appearance: Appearance) -> None:
        self._settings.appearance = appearance

    def _language_chosen(self) -> None:
        self._settings.language = self.language.currentData()
        self.language_told.setText(_("The window uses it from the next start on."))
        self.language_told.show()

    def _keeping_changed(self) -> None:
        self._settings.keep_copies = self.copies.value()
        self._settings.keep_drives = self.drives.value()

    def _default_way_chosen(self, kind: ActionKind) -> None:
        self._settings.default_way = kind

    def _threads_changed(self, threads: int) -> None:
        self._settings.threads = threads

    def _forget_clicked(self) -> None:
        self._settings.forget_sizes()
        self.forgotten.setText(_("Forgotten: the next start uses the default sizes."))

    def _open_clicked(self) -> None:
        self._open(QUrl.fromLocalFile(str(self.sender().property("folder"))))

"""Shows the report of a fault as a text to copy; the program itself sends it nowhere."""

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from dupefinder.gui.labels import PlainLabel
from dupefinder.gui.theme import SPACE_PX, set_role
from dupefinder.text.translation import _

_SIZE_PX = (760, 520)


class ReportDialog(QDialog):
    """A report, word by word as it would be handed on.

    Attributes:
        text: The report.
        copy: Copies it.
    """

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Report of a fault"))
        self.setAccessibleName(_("Report of a fault"))
        said = PlainLabel(
            _(
                "Nothing was sent. This helps whoever mends it, if you hand it on: copy it into"
                " a message or a report of a problem. Of folders and photos it has the last part"
                " of the name only; look it over first."
            )
        )
        said.setWordWrap(True)
        self.text = QPlainTextEdit(report)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(_("Text of the report"))
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.copy = QPushButton(_("Copy"))
        set_role(self.copy, "primary")
        self.copy.setDefault(True)
        self.copy.clicked.connect(self._copy)
        close = QPushButton(_("Close"))
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self.copy)
        down = QVBoxLayout(self)
        down.setContentsMargins(*(3 * SPACE_PX,) * 4)
        down.setSpacing(2 * SPACE_PX)
        down.addWidget(said)
        down.addWidget(self.text, 1)
        down.addLayout(buttons)
        self.resize(*_SIZE_PX)
        self.copy.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copy.setText(_("Copied"))

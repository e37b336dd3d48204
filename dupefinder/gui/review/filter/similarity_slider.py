"""The slider of similarity: words first, bits at its end, and where the matches lie above it."""

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from dupefinder.gui.appearance.theme import SPACE_PX, set_role
from dupefinder.gui.results import Results
from dupefinder.gui.review.filter.similarity_histogram import (
    Histogram,
    ThresholdPeek,
    ThresholdSlider,
    ThresholdSteps,
)
from dupefinder.gui.review.groups.group_view import Wanted, all_groups
from dupefinder.gui.widgets.labels import PlainLabel
from dupefinder.text.figures import number_text
from dupefinder.text.scans import MOST_BITS, level_of, level_sentence, level_text
from dupefinder.text.translation import _

_LEAST_PX = 72
_OVERDUE_MS = 2_000
"""After so long without an answer the handle's present place is asked for."""


class SimilaritySlider(QWidget):
    """The slider of similarity. It never changes a decision that was made.

    Signals:
        threshold_changed: Hamming threshold in bits, also while the handle is dragged: another one
            once the results of the one before are there.
    """

    threshold_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scanning = False
        self._asked: int | None = None
        self._counted: Results | None = None
        self._overdue = QTimer(self)
        self._overdue.setSingleShot(True)
        self._overdue.setInterval(_OVERDUE_MS)
        self._overdue.timeout.connect(self._ask_again)
        self._caption = PlainLabel(_("Similarity"))
        set_role(self._caption, "quiet")
        self._word = PlainLabel()
        self._bits = PlainLabel()
        set_role(self._bits, "quiet")
        self.peek = ThresholdPeek(self)
        self._histogram = Histogram(self.peek)
        self.slider = ThresholdSlider(self._histogram)
        self.slider.setRange(0, MOST_BITS)
        self.slider.setPageStep(2)
        self.slider.setMinimumWidth(_LEAST_PX)
        self.slider.setAccessibleName(_("Similarity"))
        self._caption.setBuddy(self.slider)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_PX)
        grid.setVerticalSpacing(0)
        grid.addWidget(self._caption, 0, 0, 2, 1)
        grid.addWidget(self._word, 0, 1, 2, 1)
        grid.addWidget(self._histogram, 0, 2)
        grid.addWidget(self.slider, 1, 2)
        grid.addWidget(self._bits, 0, 3, 2, 1)
        metrics = self.fontMetrics()
        self._word.setMinimumWidth(
            max(metrics.horizontalAdvance(level_text(level_of(bits))) for bits in range(17))
        )
        self._bits.setMinimumWidth(metrics.horizontalAdvance(self._bits_text(MOST_BITS)))
        self._bits.setToolTip(_("Bits by which the fingerprints of two photos may differ, of 64."))
        self.slider.valueChanged.connect(self._moved)
        self._say(self.slider.value())

    def set_narrow(self, narrow: bool) -> None:
        """Leave the caption out where there is no room for it; the word has the same tooltip."""
        self._caption.setVisible(not narrow)

    def set_results(self, results: Results, wanted: Wanted = all_groups) -> None:
        """Show where the matches of other results lie; the handle follows only when it is free.

        Results of a threshold that was chosen earlier come late: the handle does not go back.

        Args:
            results: The results.
            wanted: See `count_only`.
        """
        # Results of a smaller threshold know less of the same matches.
        known = self._counted
        if (
            known is None
            or results.basis is None
            or results.basis is not known.basis
            or results.threshold_bits >= known.threshold_bits
        ):
            self._counted = results
        self.count_only(wanted)
        bits = results.threshold_bits
        of_scan = results.provisional or self._scanning
        self.set_most_bits(bits if of_scan else max(bits, self.slider.maximum()))
        if of_scan:
            self._asked = None
        if self._asked is None:
            if not self.slider.isSliderDown():
                self.show_threshold(bits)
        elif bits == self._asked:
            self._asked = None
            self._overdue.stop()
            if self.slider.value() != bits:
                self._ask()

    def count_only(self, wanted: Wanted) -> None:
        """Count only matches in the groups that pass a filter.

        Args:
            wanted: Tells which groups of some results do: of those on show, or of those before
                them that know of more matches.
        """
        if self._counted is not None:
            self._histogram.set_steps(ThresholdSteps.of(self._counted, wanted(self._counted)))
            self._say(self.slider.value())

    def set_scanning(self, scanning: bool) -> None:
        """While a scan runs the threshold is that of the scan."""
        self._scanning = scanning
        if scanning:
            self._asked = None
            self._overdue.stop()
        self.setEnabled(not scanning)

    def set_most_bits(self, bits: int) -> None:
        """Set the greatest threshold: the one that was scanned for. Beyond it nothing is found."""
        most = min(max(bits, 1), MOST_BITS)
        if most != self.slider.maximum():
            self._histogram.most_bits = most
            with QSignalBlocker(self.slider):
                self.slider.setMaximum(most)
            self._say(self.slider.value())

    def show_threshold(self, bits: int) -> None:
        """Move the handle without telling."""
        if bits != self.slider.value():
            with QSignalBlocker(self.slider):
                self.slider.setValue(bits)
            self._say(self.slider.value())

    def _moved(self, bits: int) -> None:
        self._say(bits)
        if self.slider.hasFocus():
            self.peek.show_step(self._histogram, bits)
        if self._asked is None:
            self._ask()

    def _ask(self) -> None:
        """Ask for the groups at the handle; one question at a time, the last one always."""
        self._asked = self.slider.value()
        self._overdue.start()
        self.threshold_changed.emit(self._asked)

    def _ask_again(self) -> None:
        """After an answer that does not come."""
        if self.slider.value() != self._asked:
            self._ask()

    def _say(self, bits: int) -> None:
        level = level_of(bits)
        self._word.setText(level_text(level))
        self._bits.setText(self._bits_text(bits))
        # Not on the slider, which shows an example where the tooltip would lie.
        for label in (self._caption, self._word):
            label.setToolTip(level_sentence(level))
        steps = self._histogram.steps
        said = [level_text(level)]
        if any(steps.photos):
            said += [steps.text(bits), steps.total_text(bits)]
        self.slider.setAccessibleDescription("\n".join(said))
        self._histogram.threshold_bits = bits
        self._histogram.update()

    def _bits_text(self, bits: int) -> str:
        return _("{n} bits").format(n=number_text(bits))

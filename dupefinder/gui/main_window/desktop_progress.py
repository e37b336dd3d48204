"""Progress of a long scan outside the window: title, task bar, notification."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from dupefinder.core.job import Progress
from dupefinder.gui.photos import desktop
from dupefinder.text.figures import number_text
from dupefinder.text.scans import duration_text
from dupefinder.text.translation import _

_LONG_S = 60.0
"""Least duration of a scan whose end is worth a notification."""
_SHOWN_MS = 10_000
_ENTRY = "com.canonical.Unity.LauncherEntry"
_PORTAL = "org.freedesktop.portal.Notification"


class Attention(QObject):
    """Shows the progress of a scan outside the window, and notifies of its end."""

    def __init__(self, window: QWidget, clock: Callable[[], float] = time.monotonic) -> None:
        """Show nothing yet.

        Args:
            window: The window, whose title is the program's name.
            clock: Returns seconds of a monotonic clock.
        """
        super().__init__(window)
        self._window = window
        self._clock = clock
        self._name = window.windowTitle()
        self._page = ""
        self._began_s = 0.0
        self._told = ""
        self._tray: QSystemTrayIcon | None = None

    def show_page(self, name: str) -> None:
        """Name the page in the title, unless progress is shown there."""
        self._page = name
        if not self._told:
            self._window.setWindowTitle(self._title())

    def _title(self) -> str:
        if not self._page:
            return self._name
        return _("{page} – {name}").format(page=self._page, name=self._name)

    def begin(self) -> None:
        """A scan begins."""
        self._began_s = self._clock()

    def show_progress(self, progress: Progress) -> None:
        """Show the progress of the scan as a whole."""
        share, left_s = progress.share, progress.seconds_left
        if share is None:
            return
        percent = _("{n} %").format(n=number_text(int(100 * share)))
        text = percent
        if left_s is not None:
            text = _("{share} · {time} left").format(share=percent, time=duration_text(left_s))
        title = _("{progress} – {name}").format(progress=text, name=self._name)
        # Each change is a message to the window manager and to task bars.
        if title != self._told:
            self._told = title
            self._window.setWindowTitle(title)
            tell_task_bar(share)

    def finish(self) -> None:
        """The scan has ended."""
        if self._told:
            self._told = ""
            self._window.setWindowTitle(self._title())
            tell_task_bar(None)

    def tell_end(self, text: str) -> None:
        """Notify of the end of a scan, if it took long and the window is not active.

        Args:
            text: The outcome.
        """
        took_s = self._clock() - self._began_s
        if took_s < _LONG_S or self._window.isActiveWindow():
            return
        if not notify_by_portal(self._name, text, lambda: self._notify_without_portal(text)):
            self._notify_without_portal(text)

    def _notify_without_portal(self, text: str) -> None:
        if not QSystemTrayIcon.isSystemTrayAvailable():
            notify_by_command(self._name, text)
            return
        self._tray = tray = QSystemTrayIcon(self._window.windowIcon(), self)
        tray.show()
        tray.showMessage(self._name, text)
        QTimer.singleShot(_SHOWN_MS, tray, tray.hide)


def tell_task_bar(share: float | None) -> None:
    """Show a share on the program's icon, in task bars that follow Unity's launcher API.

    Args:
        share: 0 to 1; None shows none.
    """
    if sys.platform in ("win32", "darwin"):
        return
    from PySide6.QtDBus import QDBusConnection, QDBusMessage

    bus = QDBusConnection.sessionBus()
    if bus.isConnected():
        signal = QDBusMessage.createSignal("/dupefinder", _ENTRY, "Update")
        shown = {"progress": float(share or 0.0), "progress-visible": share is not None}
        signal.setArguments(["application://dupefinder.desktop", shown])
        bus.send(signal)


def notify_by_portal(title: str, text: str, on_error: Callable[[], None]) -> bool:
    """Show a notification by the desktop portal, which reads title and text as plain text.

    Args:
        title: Its title.
        text: The text.
        on_error: Called if the portal fails.

    Returns:
        False where there is no portal.
    """
    if sys.platform in ("win32", "darwin"):
        return False
    from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

    bus = QDBusConnection.sessionBus()
    service = "org.freedesktop.portal.Desktop"
    if not bus.isConnected() or not bus.interface().isServiceRegistered(service).value():
        return False
    message = QDBusMessage.createMethodCall(
        service, "/org/freedesktop/portal/desktop", _PORTAL, "AddNotification"
    )
    message.setArguments(["scan", {"title": title, "body": text}])
    watcher = QDBusPendingCallWatcher(bus.asyncCall(message), QApplication.instance())

    def answered(call: QDBusPendingCallWatcher) -> None:
        if call.isError():
            on_error()
        call.deleteLater()

    watcher.finished.connect(answered)
    return True


def notify_by_command(title: str, text: str) -> None:
    """Show a notification by `notify-send`, as on desktops that have neither portal nor tray.

    Qt cannot call their notification server: it makes no D-Bus message with an unsigned number. A
    server may read a body as markup, so the text is the summary, which is plain text.

    Args:
        title: The name of the program.
        text: The text.
    """
    if shutil.which("notify-send") is not None:
        desktop.start(["notify-send", "--app-name", title, "--", text])

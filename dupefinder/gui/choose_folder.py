"""Asks for a folder by the system's dialog; a test can stand in for the person."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

ChooseFolder = Callable[[QWidget, str], str]
"""Gets the parent and the title of the dialog; returns a path, or nothing when it is broken off."""

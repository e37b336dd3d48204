"""The frame around the pages: the main window, its sidebar, its strips and its keys."""

from dupefinder.gui.main_window.window import PLACES, MainWindow, Paths

__all__ = ["PLACES", "MainWindow", "Paths"]

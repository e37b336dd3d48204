"""Entry of the packaged program: the command line, or where it is named so the window alone."""

import sys
from pathlib import Path

from dupefinder.__main__ import main, show_window

if __name__ == "__main__":
    opens_window = Path(sys.executable).stem == "dupefinder-window"
    sys.exit(show_window() if opens_window else main())

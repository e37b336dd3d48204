"""`python -m dupefinder`, and what the installed command calls.

A process that decodes one file by itself imports this module again (see `core.decode_process`),
so it stays light and starts nothing by being imported.
"""

import sys

from dupefinder.cli import main

if __name__ == "__main__":
    sys.exit(main())

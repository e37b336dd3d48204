"""The wheel, and the archive of the sources."""

import subprocess
import sys
from pathlib import Path

from environment import BUILD, CHECKOUT
from release import Maintainer


def make_wheel(_maintainer: Maintainer) -> Path:
    """Make both in a folder."""
    folder = BUILD / "wheel"
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*command, str(CHECKOUT)], check=True)
    return folder

"""Drives that a test mounts for itself; where that cannot be, it is skipped with the reason."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted(place: Path, *arguments: object) -> Iterator[Path]:
    """Mount something at a new folder, as `mount ARGUMENTS PLACE` does."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root may mount")
    place.mkdir(parents=True, exist_ok=True)
    command = ["mount", *map(str, arguments), str(place)]
    try:
        done = subprocess.run(command, capture_output=True)
    except OSError as error:
        pytest.skip(f"nothing can be mounted: {error}")
    if done.returncode:
        pytest.skip(f"nothing can be mounted: {done.stderr.decode(errors='replace').strip()}")
    try:
        yield place
    finally:
        # Lazily: whoever looks through all drives just now, as an indexer does, must not leave a
        # mounted drive behind in the test's folder.
        subprocess.run(["umount", "--lazy", str(place)], check=True)

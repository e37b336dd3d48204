from pathlib import Path

import pytest

from dupefinder.core.matching import default_threshold_bits
from dupefinder.core.records import Role
from dupefinder.core.scan.options import FolderChoice
from dupefinder.gui.folders.scan_options import options_of, threshold_of
from dupefinder.gui.settings import KINDS, Settings
from dupefinder.gui.similarity import Similarity


def test_every_setting_reaches_the_scan(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.ini")
    settings.folders = (FolderChoice("/a"), FolderChoice("/b", Role.PROTECTED))
    settings.exclude = ("*.png",)
    settings.min_bytes = 5000
    settings.min_side_px = 64
    settings.hidden = True
    settings.follow_symlinks = True
    settings.kind = "dhash-256"
    settings.threshold_bits = 4
    settings.rotations = False
    settings.parts = False
    settings.threads = 3
    settings.between_only = True
    options = options_of(settings)
    assert options.scan.folders == settings.folders
    assert options.scan.exclude == ("*.png",)
    assert options.scan.min_bytes == 5000
    assert options.scan.min_side_px == 64
    assert options.scan.hidden is True
    assert options.scan.follow_symlinks is True
    assert options.match.kind == "dhash-256"
    assert options.match.threshold == 16
    assert options.match.rotations is False
    assert options.match.parts is False
    assert options.threads == 3
    assert options.between_only is True
    assert options.preferred == ()
    settings.in_order = True
    assert options_of(settings).preferred == ("/a", "/b")
    settings.folders = (FolderChoice("/a", Role.EXCLUDED), FolderChoice("/b"))
    assert options_of(settings).preferred == ("/b",)


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_setting_is_the_default_of_the_engine(kind: str) -> None:
    assert threshold_of(Similarity.CLOSE, kind) == default_threshold_bits(kind)

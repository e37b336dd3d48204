"""The promises of the import rules, seen from outside: no Qt unless a window is opened."""

import json
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent

# An entry of None makes every import of that name fail.
FORBID_QT = "import sys; sys.modules['PySide6'] = sys.modules['shiboken6'] = None\n"


def output_of(code: str) -> str:
    """Run code in a fresh interpreter and return what it prints."""
    finished = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_the_command_line_loads_no_qt() -> None:
    loaded = json.loads(
        output_of(
            "import importlib, json, pkgutil, sys\n"
            "import dupefinder.__main__, dupefinder.cli as cli\n"
            "for module in pkgutil.walk_packages(cli.__path__, cli.__name__ + '.'):\n"
            "    importlib.import_module(module.name)\n"
            "print(json.dumps(sorted(sys.modules)))"
        )
    )
    assert {"dupefinder.cli.scan_command", "dupefinder.core.pipeline"} <= set(loaded)
    assert [name for name in loaded if name.startswith(("PySide6", "shiboken6"))] == []


def test_every_module_of_the_engine_works_without_qt() -> None:
    imported = json.loads(
        output_of(
            FORBID_QT + "import importlib, json, pkgutil, dupefinder.core as core\n"
            "names = [m.name for m in pkgutil.walk_packages(core.__path__, core.__name__ + '.')]\n"
            "for name in names: importlib.import_module(name)\n"
            "print(json.dumps(names))"
        )
    )
    folder = CHECKOUT / "dupefinder" / "core"
    assert len(imported) == len(
        [path for path in folder.rglob("*.py") if path != folder / "__init__.py"]
    )
    assert {"dupefinder.core.records", "dupefinder.core.job"} <= set(imported)

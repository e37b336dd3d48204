"""The beginning of programs that need one module of the package, and no window."""

from pathlib import Path

from dupefinder.gui import app

WITHOUT_WINDOW = f"""
import sys, types
package = types.ModuleType({app.__name__!r})
package.__path__ = [{str(Path(app.__file__).parent)!r}]
sys.modules[package.__name__] = package
"""
"""Lets modules of the package be imported without the package's own imports, the whole window:
these take three quarters of such a program's time."""

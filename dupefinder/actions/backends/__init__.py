"""Backends: the ways to act on a file, behind one protocol for acting and undoing."""

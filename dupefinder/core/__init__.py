"""The engine: folders to groups of duplicates. Qt-free; no file is ever changed here."""

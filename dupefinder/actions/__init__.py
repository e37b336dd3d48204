"""The only room that changes a person's files: plan, preflight, trash, journal, undo.

Nothing is removed unless the kept copy was just read.
"""

"""Appearance of the window: colours, style sheet, icons."""

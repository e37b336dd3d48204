"""The ways to act on a file: one protocol, so that acting and undoing are one line for all."""

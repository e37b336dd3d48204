"""The fault of a person who typed what cannot be done."""


class WrongUsage(Exception):
    """What was typed cannot be done; the message says why."""

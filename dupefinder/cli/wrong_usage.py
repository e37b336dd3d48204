"""The fault of a person who typed what cannot be done."""


class WrongUsage(Exception):
    """The request cannot be carried out as typed; the message says why."""

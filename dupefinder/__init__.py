"""Find duplicate photos, review them side by side, and never lose one."""

__version__ = "0.1.0"

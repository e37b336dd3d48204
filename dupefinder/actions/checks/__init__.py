"""Checks around each removal: before it (`preflight`, partly in advance) and directly after it."""

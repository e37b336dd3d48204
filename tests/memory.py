"""A folder in memory for tests that wait for the disk at every step."""

import os

MEMORY = "/dev/shm" if os.name == "posix" and os.path.isdir("/dev/shm") else None
"""None where there is none: `tempfile` then takes its usual one."""

"""Find duplicate photos, review them side by side, and never lose one."""

import os

__version__ = "1.0.0"

# The photos are shared out among threads of our own. Threads of the linear algebra library and of
# OpenCV below them, which must be bounded before these are loaded, would only wait for one another.
for _variable in ("OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
    os.environ.setdefault(_variable, "1")

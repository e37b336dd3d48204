"""A program that acts, and may be killed at any line of it: `acting_child FOLDER`.

Below FOLDER lie `photos/gone` and `photos/kept`, and the journal. For each line of standard input,
TASK LINE, a process is forked, so that what acts is loaded once. TASK is "apply" or "undo". The
process kills itself before the LINE-th line of `dupefinder.actions` that it would execute, 0 for
never; with -1 nothing is counted. It prints "ready" and its number before it begins, and at the
end how many lines it executed; when it is gone, "ended" and its exit code follow.
"""

import os
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType
from typing import Any

import dupefinder.actions
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.undo import undo
from dupefinder.core.job import JobContext
from tests.actions.removals import plan, step

PACKAGE = os.path.dirname(dupefinder.actions.__file__) + os.sep


class KillAtLine:
    """Counts lines; a trace function for `sys.settrace`."""

    def __init__(self, line: int) -> None:
        self._line = line
        self.count = 0

    def __call__(self, frame: FrameType, event: str, argument: Any) -> "KillAtLine | None":
        if event == "call":
            return self if frame.f_code.co_filename.startswith(PACKAGE) else None
        if event == "line":
            self.count += 1
            if self.count == self._line:
                os.kill(os.getpid(), signal.SIGKILL)
        return self


def act(folder: Path, task: str, line: int) -> None:
    gone = sorted((folder / "photos" / "gone").glob("*.jpg"))
    steps = [
        step(
            photo,
            folder / "photos" / "kept" / photo.name,
            *photo.parent.glob(photo.stem + ".xmp"),
        )
        for photo in gone
    ]
    tracer = KillAtLine(line)
    print("ready", os.getpid(), flush=True)
    sys.settrace(tracer if line >= 0 else None)
    with Journal.open(folder / "journal.sqlite") as journal:
        if task == "apply":
            execute(plan(*steps), journal, JobContext())
        else:
            undo(journal.actions()[0].action_id, journal, JobContext())
    sys.settrace(None)
    print(tracer.count, flush=True)


def main(folder: Path) -> None:
    for request in sys.stdin:
        task, line = request.split()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                act(folder, task, int(line))
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        print("ended", os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

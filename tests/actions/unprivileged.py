"""An action by an account that may not write where the photos are: `unprivileged FOLDER KIND`.

Below FOLDER lie `photos`, of root, and `own`, of the account. It prints what was skipped as JSON.
"""

import json
import os
import sys
from pathlib import Path

from dupefinder.actions.checks import full_decode  # all that is needed is loaded as root
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.records import ActionKind
from dupefinder.actions.trash import default_trash
from dupefinder.core.job import JobContext
from tests.actions.removals import plan, step

NOBODY = 65534


def main(folder: Path, kind: ActionKind) -> None:
    default_trash()  # loaded as root, too
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    own = folder / "own"
    os.environ["HOME"] = str(own)
    os.environ["XDG_DATA_HOME"] = str(own / "data")
    one = step(folder / "photos" / "gone" / "photo.jpg", folder / "photos" / "kept" / "photo.jpg")
    with Journal.open(own / "journal.sqlite") as journal:
        outcome = execute(plan(one, kind=kind, target=own / "to"), journal, JobContext())
        assert journal.unsettled() == []
    full_decode.close_decoder()
    print(json.dumps([(skipped.code, skipped.detail) for skipped in outcome.skipped]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), ActionKind(sys.argv[2]))

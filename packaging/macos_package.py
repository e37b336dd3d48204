"""The disk image for macOS; see macos/README.md for signing. Never tried: no Mac could be had."""

import os
import shutil
import subprocess
from pathlib import Path

from bundle import make_folder
from environment import BUILD
from release import VERSION, Maintainer

IDENTITY = "DUPEFINDER_SIGNING_IDENTITY"


def make_disk_image(maintainer: Maintainer) -> Path:
    """Make the application and an image to drag it out of, signed where an identity is set."""
    make_folder(maintainer)
    application = BUILD / "dupefinder.app"
    # The least that starts on Apple's processors is a signature of nobody's, "-".
    sign = ["codesign", "--force", "--deep", "--sign", os.environ.get(IDENTITY, "-")]
    hardened = ["--options", "runtime", "--timestamp"] if IDENTITY in os.environ else []
    subprocess.run([*sign, *hardened, str(application)], check=True)
    contents = BUILD / "image"
    shutil.rmtree(contents, ignore_errors=True)
    contents.mkdir()
    subprocess.run(["ditto", str(application), str(contents / application.name)], check=True)
    (contents / "Applications").symlink_to("/Applications")
    image = BUILD / f"dupefinder-{VERSION}-macos-{os.uname().machine}.dmg"
    create = ["hdiutil", "create", "-volname", "dupefinder", "-srcfolder", str(contents)]
    subprocess.run([*create, "-ov", "-format", "ULFO", str(image)], check=True)
    return image

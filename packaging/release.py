"""The maintainer of the packages: the one setting that a release has to be given.

    DUPEFINDER_MAINTAINER='Name <address> https://home.page/of/the/project'

Without it packages can be made to try them, and say so; a release is refused.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from dupefinder import __version__

SETTING = "DUPEFINDER_MAINTAINER"
VERSION = __version__

_FORM = re.compile(r"(?P<name>[^<>]+?) <(?P<address>[^<>\s@]+@[^<>\s@]+)> (?P<home>https://\S+)")


class NotBuilt(Exception):
    """A package could not be made; the message says why."""


class NotForRelease(NotBuilt):
    """A release lacks something; the message says what."""


@dataclass(frozen=True, slots=True)
class Maintainer:
    """The person or group that is responsible for a package.

    Attributes:
        name: Name of a person or a group.
        address: Their mail address.
        home: Page of the project, without "/" at its end.
    """

    name: str
    address: str
    home: str


TRIAL = Maintainer("Trial build", "nobody@example.org", "https://example.org/dupefinder")


def maintainer(*, for_release: bool, variables: Mapping[str, str] = os.environ) -> Maintainer:
    """Read the setting.

    Args:
        for_release: True where others are to get the packages.
        variables: The environment.

    Raises:
        NotForRelease: It is a release and the setting is missing, or the setting cannot be read.
    """
    setting = variables.get(SETTING, "").strip()
    if not setting and not for_release:
        return TRIAL
    read = _FORM.fullmatch(setting)
    if read is None:
        raise NotForRelease(
            f"{SETTING} has to say who maintains the packages and where, as in\n"
            f"  {SETTING}='Jane Doe <jane@example.org> https://example.org/dupefinder'"
        )
    return Maintainer(read["name"], read["address"], read["home"].rstrip("/"))

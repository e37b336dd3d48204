"""Words for what is wrong with a plan, a list of groups or another document that was to be read."""

from dupefinder.actions.json_fields import Misfit, ValidationError
from dupefinder.text.figures import bytes_text
from dupefinder.text.translation import N_, _

_MISFITS = {
    Misfit.NO_JSON: N_("it is no JSON"),
    Misfit.TOO_LARGE: N_("it is too large for the memory of this computer"),
    Misfit.OVER_LIMIT: N_("it is larger than {size}, the most that is read"),
    Misfit.OTHER_FORMAT: N_('it does not say "format": "{expected}"'),
    Misfit.OTHER_VERSION: N_("its version is {found}, and {expected} is the one that is known"),
    Misfit.MISSING: N_('"{name}" is missing or not of its kind'),
    Misfit.UNKNOWN_CODE: N_('"{name}" is {found}'),
    Misfit.NO_WHOLE_PATH: N_("{found} is no whole path"),
    Misfit.NO_PATH: N_("{found} is no path"),
    Misfit.NO_NUMBER: N_('"{name}" is no number that a file can have'),
    Misfit.NO_TIME: N_('"{name}" is no time that a file can have'),
    Misfit.NO_DIGEST: N_('"{name}" is no digest'),
    Misfit.NO_NAMES: N_('"{name}" is no list of names'),
    Misfit.NO_ACTION: N_('"{name}" names nothing that a plan can do'),
    Misfit.ONLY_BY_HAND: N_('"{name}" is "{found}", and only a person can choose, in the window'),
}


def misfit_text(error: ValidationError) -> str:
    """Say how a document differs from what was expected, as the part of a sentence."""
    size_bytes = error.values.get("size_bytes")
    size = bytes_text(size_bytes) if isinstance(size_bytes, int) else ""
    return _(_MISFITS[error.misfit]).format(size=size, **error.values)

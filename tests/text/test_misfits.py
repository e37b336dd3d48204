"""Words for what is wrong with a document."""

import pytest

from dupefinder.actions.json_fields import Misfit, ValidationError, document_of
from dupefinder.text.misfits import misfit_text


@pytest.mark.parametrize("misfit", Misfit)
def test_each_misfit_has_its_words(misfit: Misfit) -> None:
    error = ValidationError(misfit, name="n", found="f", expected="e", size_bytes=10)
    assert not {"{", "}"} & set(misfit_text(error))


def test_words_of_the_document_are_no_names_of_values() -> None:
    with pytest.raises(ValidationError) as raised:
        document_of(b'{"format": "x", "version": "{size}"}', "x", 1)
    told = "its version is '{size}', and 1 is the one that is known"
    assert misfit_text(raised.value) == told

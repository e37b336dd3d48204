"""The parts of trying the program under Wine that need no Wine."""

import shutil

import pytest
import wine
import wine_libraries
from release import TRIAL, NotBuilt
from wine_package import make_under_wine


def test_complex_functions_come_from_the_compiler_all_others_from_the_runtime() -> None:
    assert wine_libraries.math_exports({"csqrt", "csqrtl", "sqrt", "ceil", "cbrtl"}) == [
        "cbrtl = ucrtbase.cbrtl",
        "ceil = ucrtbase.ceil",
        "csqrt",
        "csqrtl = csqrt",
        "sqrt = ucrtbase.sqrt",
    ]


def test_a_library_that_takes_the_place_of_another_in_files_has_a_name_as_long() -> None:
    assert len(wine_libraries.OWN_MATH) == len(wine_libraries.MATH)


def test_every_folder_of_tests_is_run_by_itself() -> None:
    folders = wine.folders_of_tests([])
    assert wine.TESTS in folders
    assert wine.TESTS / "packaging" in folders
    assert {file.parent for file in wine.TESTS.rglob("test_*.py")} == set(folders)
    assert wine.folders_of_tests(["packaging"]) == [wine.TESTS / "packaging"]


def test_outcomes_are_counted_from_what_pytest_prints() -> None:
    text = (
        "tests/a/test_b.py::test_one PASSED                    [  5%]\n"
        "tests/a/test_b.py::test_two[PASSED by] FAILED         [ 50%]\n"
        "tests/a/test_b.py::test_three SKIPPED (no drive)      [100%]\n"
        "FAILED tests/a/test_b.py::test_two[PASSED by] - assert 1 == 2\n"
    )
    assert wine.outcomes(text) == {"passed": 1, "failed": 1, "skipped": 1}


def test_a_missing_tool_is_told_before_the_long_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None if "mingw" in name else name)
    with pytest.raises(NotBuilt, match="the package gcc-mingw-w64-x86-64"):
        make_under_wine(TRIAL)

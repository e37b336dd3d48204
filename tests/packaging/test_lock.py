"""The lock files hold on every machine, and pin all that the project needs."""

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import lock
import pytest
from environment import CHECKOUT, LOCKS
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

DECLARED = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))


def pins(path: Path) -> list[str]:
    """Lines that pin a package, without the continuation sign."""
    return re.findall(r"^[^#\s][^\\\n]*==[^\\\n]*?(?= \\$)", path.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("path", LOCKS.values(), ids=lambda path: path.name)
def test_a_lock_file_binds_to_no_machine(path: Path) -> None:
    assert lock.foreign_lines(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.org/simple",
        "--extra-index-url https://example.org/simple",
        "--find-links wheels",
        "-e .",
        "pillow @ file:///wheels/pillow.whl",
        "pillow>=12",
        "    # via imagehash",
        "# made in /home/someone",
    ],
)
def test_lock_lines_bound_to_a_machine_are_found(line: str) -> None:
    text = LOCKS["run"].read_text(encoding="utf-8")
    assert lock.foreign_lines(f"{text}{line}\n") == [line]


@pytest.mark.parametrize("path", LOCKS.values(), ids=lambda path: path.name)
def test_every_pin_has_hashes(path: Path) -> None:
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert pins(path)
    for line, following in pairwise([*lines, "end"]):
        if not line.startswith(" "):
            assert following.startswith("    --hash=sha256:"), line


@pytest.mark.parametrize(
    ("path", "extra"),
    [(LOCKS["run"], None), (LOCKS["test"], "test"), (LOCKS["build"], "build")],
)
def test_all_that_is_declared_is_pinned(path: Path, extra: str | None) -> None:
    pinned = {requirement.name: requirement for requirement in map(Requirement, pins(path))}
    for line in lock.requirements(extra=extra).splitlines():
        assert canonicalize_name(Requirement(line).name) in pinned


def test_every_pin_satisfies_what_is_declared() -> None:
    pinned = [Requirement(line) for line in pins(LOCKS["test"])]
    for line in lock.requirements(extra="test").splitlines():
        declared = Requirement(line)
        versions = [
            next(iter(pin.specifier)).version
            for pin in pinned
            if pin.name == canonicalize_name(declared.name)
        ]
        assert any(declared.specifier.contains(version) for version in versions), line


def test_runtime_pins_are_equal_for_tests_and_packages() -> None:
    run, test, build = ({line.partition(" ;")[0] for line in pins(path)} for path in LOCKS.values())
    assert run <= test
    assert run <= build


def test_the_build_is_pinned() -> None:
    names = {Requirement(line).name for line in pins(LOCKS["run"])}
    for line in DECLARED["build-system"]["requires"]:
        assert Requirement(line).name in names

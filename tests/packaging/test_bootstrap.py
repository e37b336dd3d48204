"""Starting from a checkout: what is passed on, what is said, and when the environment is made."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import bootstrap
import environment
import pytest
from environment import Environment, SetupFailed

from dupefinder import qt_libraries

CHECKOUT = Path(__file__).resolve().parent.parent.parent
SCRIPT = CHECKOUT / "packaging" / "bootstrap.py"


class TestOldPython:
    def test_the_script_parses_on_any_python_3(self) -> None:
        source = SCRIPT.read_text(encoding="utf-8")
        ast.parse(source, feature_version=(3, 6))
        assert source.isascii(), "an old Python on Windows may read it in another encoding"

    def test_the_version_is_checked_before_anything_newer_is_imported(self) -> None:
        body = ast.parse(SCRIPT.read_text(encoding="utf-8")).body
        assert [type(node) for node in body[:3]] == [ast.Expr, ast.Import, ast.If]
        assert ast.unparse(body[1]) == "import sys"

    @pytest.mark.parametrize("version", [(3, 6, 15), (3, 10, 13)])
    def test_an_old_python_is_told_what_is_needed(self, version: tuple[int, int, int]) -> None:
        code = f"import runpy, sys; sys.version_info = {version}; runpy.run_path({str(SCRIPT)!r})"
        finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert finished.returncode == 1
        assert "needs Python 3.11 or later" in finished.stderr
        assert f"this is Python 3.{version[1]}" in finished.stderr


class TestArguments:
    def test_a_folder_is_scanned(self, tmp_path: Path) -> None:
        given = [str(tmp_path), "--json", "-"]
        assert bootstrap.program_arguments(given) == ["scan", *given]

    @pytest.mark.parametrize(
        "given",
        [[], ["scan", "x"], ["gui"], ["--help"], ["catalog", "info"], ["no-such-folder"]],
    )
    def test_all_else_is_passed_as_it_is(self, given: list[str]) -> None:
        assert bootstrap.program_arguments(given) == given

    def test_a_command_wins_over_a_folder_of_that_name(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "scan").mkdir()
        monkeypatch.chdir(tmp_path)
        assert bootstrap.program_arguments(["scan", "."]) == ["scan", "."]
        assert bootstrap.program_arguments(["./scan"]) == ["scan", "./scan"]

    def test_every_command_of_the_program_is_known(self) -> None:
        finished = subprocess.run(
            [sys.executable, "-m", "dupefinder", "no-such-command"],
            capture_output=True,
            text=True,
            cwd=CHECKOUT,
        )
        _, _, choices = finished.stderr.partition("choose from ")
        assert set(re.findall(r"[a-z]+", choices)) == set(bootstrap.COMMANDS)

    @pytest.mark.parametrize("given", [[], ["no-such-action"]])
    def test_without_an_action_the_usage_is_shown(
        self, given: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert bootstrap.main(given) == 2
        assert "bootstrap.py test" in capsys.readouterr().err

    def test_help_is_no_mistake(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert bootstrap.main(["--help"]) == 0
        assert "bootstrap.py run" in capsys.readouterr().out


class TestCheckWindow:
    def test_without_a_display_the_scan_command_is_named(
        self, linux: Callable[..., None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        linux()
        for screen in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
            monkeypatch.delenv(screen, raising=False)
        with pytest.raises(SetupFailed, match=r"no display .*\n.* run scan FOLDER"):
            bootstrap.check_window()

    @pytest.mark.parametrize("screen", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
    def test_a_complete_system_hears_nothing(
        self,
        linux: Callable[..., None],
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        screen: str,
    ) -> None:
        linux()
        monkeypatch.setenv(screen, "one")
        bootstrap.check_window()
        assert capsys.readouterr() == ("", "")

    @pytest.mark.parametrize(
        ("arguments", "opens"),
        [([], True), (["gui", "photos"], True), (["scan", "photos"], False), (["undo"], False)],
    )
    def test_only_the_window_needs_one(self, arguments: list[str], opens: bool) -> None:
        assert bootstrap.opens_window(arguments) is opens


class Recorded(Environment):
    """An environment whose making is recorded and costs nothing.

    Attributes:
        made: What was done, in order.
        breaks: Set to make the next installation fail half-way.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.made: list[str] = []
        self.breaks: BaseException | None = None

    def _create(self) -> None:
        self.made.append("create")
        self.program("python").parent.mkdir(parents=True, exist_ok=True)
        self.program("python").touch()

    def _install(self, purpose: environment.Purpose) -> None:
        if self.breaks is not None:
            raise self.breaks
        self.made.append(purpose)


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recorded:
    locks: dict[environment.Purpose, Path] = {"run": tmp_path / "run", "test": tmp_path / "test"}
    for lock in locks.values():
        lock.write_text("some-package==1\n")
    monkeypatch.setattr(environment, "LOCKS", locks)
    return Recorded(tmp_path / ".venv")


@pytest.mark.skipif(find_spec("venv") is None, reason="this Python makes no environments")
class TestEnvironment:
    def test_it_is_made_once(self, recorded: Recorded) -> None:
        recorded.make_ready("run")
        recorded.make_ready("run")
        assert recorded.made == ["create", "run"]

    def test_an_environment_for_tests_also_runs(self, recorded: Recorded) -> None:
        recorded.make_ready("test")
        recorded.make_ready("run")
        assert recorded.made == ["create", "test"]

    def test_tests_are_added_to_what_runs(self, recorded: Recorded) -> None:
        recorded.make_ready("run")
        recorded.make_ready("test")
        recorded.make_ready("test")
        assert recorded.made == ["create", "run", "test"]

    @pytest.mark.parametrize("lock", ["run", "test"])
    def test_a_changed_lock_file_makes_it_anew(
        self, recorded: Recorded, tmp_path: Path, lock: str
    ) -> None:
        recorded.make_ready("run")
        (tmp_path / lock).write_text("some-package==2\n")
        recorded.make_ready("run")
        assert recorded.made == ["create", "run"] * 2

    def test_another_python_makes_it_anew(
        self, recorded: Recorded, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        recorded.make_ready("run")
        monkeypatch.setattr(sys, "version", "3.99")
        recorded.make_ready("run")
        assert recorded.made == ["create", "run"] * 2

    def test_a_vanished_python_makes_it_anew(self, recorded: Recorded) -> None:
        recorded.make_ready("run")
        recorded.program("python").unlink()
        recorded.make_ready("run")
        assert recorded.made == ["create", "run"] * 2

    @pytest.mark.parametrize("content", [b"", b"run", b"\xff\xfe", b"run 0123"])
    def test_a_spoilt_stamp_makes_it_anew(self, recorded: Recorded, content: bytes) -> None:
        recorded.make_ready("run")
        (recorded.folder / "dupefinder-stamp").write_bytes(content)
        recorded.make_ready("run")
        assert recorded.made == ["create", "run"] * 2

    @pytest.mark.parametrize("earlier", [[], ["run"]])
    def test_after_an_interruption_it_is_made_anew(
        self, recorded: Recorded, earlier: list[environment.Purpose]
    ) -> None:
        for purpose in earlier:
            recorded.make_ready(purpose)
        recorded.breaks = KeyboardInterrupt()
        with pytest.raises(KeyboardInterrupt):
            recorded.make_ready("test")
        recorded.breaks = None
        recorded.made.clear()
        recorded.make_ready("test")
        assert recorded.made == ["create", "test"]

    @pytest.mark.parametrize(
        ("fault", "words"),
        [
            (subprocess.CalledProcessError(1, "pip"), "packages could not be installed"),
            (PermissionError(13, "denied"), "cannot be made: .*denied"),
        ],
    )
    def test_a_fault_is_told_in_words(
        self, recorded: Recorded, fault: Exception, words: str
    ) -> None:
        recorded.breaks = fault
        with pytest.raises(SetupFailed, match=words):
            recorded.make_ready("run")

    def test_debian_without_venv_is_told_the_package(
        self, linux: Callable[..., None], recorded: Recorded, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        linux(release={"ID": "debian"})
        monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        with pytest.raises(SetupFailed, match=rf"\n  sudo apt-get install {package}$"):
            recorded.make_ready("run")
        assert recorded.made == []

    def test_another_system_without_venv_is_told_the_modules(
        self, linux: Callable[..., None], recorded: Recorded, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        linux(release={"ID": "arch"})
        monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
        with pytest.raises(SetupFailed, match="venv and ensurepip"):
            recorded.make_ready("run")

    @pytest.mark.skipif(sys.platform == "win32", reason="on Windows the stand-in is no program")
    def test_an_install_asks_for_hashes_and_wheels(self, tmp_path: Path) -> None:
        made = Environment(tmp_path / ".venv")
        python = made.program("python")
        python.parent.mkdir(parents=True)
        calls = tmp_path / "calls"
        python.write_text(f'#!/bin/sh\necho "$@" >> "{calls}"\n')
        python.chmod(0o755)
        made._install("run")
        locked, project = calls.read_text().splitlines()
        assert locked.startswith("-I -m pip")
        assert "--require-hashes --only-binary :all: --no-compile" in locked
        assert locked.endswith(f"-r {environment.LOCKS['run']}")
        assert "--no-index --no-deps --no-build-isolation" in project
        assert project.endswith(f"-e {CHECKOUT}")


class TestTheTestCommand:
    @pytest.fixture
    def run_checks(
        self, monkeypatch: pytest.MonkeyPatch, linux: Callable[..., None]
    ) -> Callable[[dict[str, int]], int]:
        """Run `test` with checks that end with these exit codes."""

        def checks(_environment: Environment, _arguments: object) -> dict[str, list[str]]:
            code = (
                "import os, sys; print('platform', os.environ['QT_QPA_PLATFORM']);"
                "print('compiles anew', sys.dont_write_bytecode); raise SystemExit"
            )
            return {
                name: [sys.executable, "-c", f"{code}({result})"] for name, result in ends.items()
            }

        ends: dict[str, int] = {}

        def run(codes: dict[str, int]) -> int:
            ends.update(codes)
            return bootstrap.main(["test"])

        linux()
        monkeypatch.setattr(Environment, "make_ready", lambda _self, _purpose: None)
        monkeypatch.setattr(bootstrap, "checks", checks)
        return run

    def test_all_checks_run_when_one_fails(
        self, run_checks: Callable[[dict[str, int]], int], capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert run_checks({"first": 0, "second": 3, "third": 0}) == 1
        printed = capfd.readouterr().out
        assert printed.count("platform offscreen") == 3
        summary = printed.partition("=== Summary")[2].splitlines()
        assert [line.split()[0] for line in summary if line] == ["first", "second", "third"]
        assert "FAILED (exit code 3)" in summary[2]

    def test_all_green_ends_well(self, run_checks: Callable[[dict[str, int]], int]) -> None:
        assert run_checks({"first": 0, "second": 0}) == 0

    def test_compiled_files_are_kept(
        self,
        run_checks: Callable[[dict[str, int]], int],
        monkeypatch: pytest.MonkeyPatch,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        assert run_checks({"first": 0}) == 0
        assert "compiles anew False" in capfd.readouterr().out

    def test_missing_libraries_are_named_at_the_end(
        self,
        run_checks: Callable[[dict[str, int]], int],
        linux: Callable[..., None],
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        linux(missing=("libEGL.so.1",), release={"ID": "debian"})
        run_checks({"pytest": 4})
        assert capfd.readouterr().out.rstrip().endswith("sudo apt-get install libegl1")

    def test_the_checks_are_those_of_a_change(self) -> None:
        commands = bootstrap.checks(Environment(), ["-k", "name"])
        assert list(commands) == ["ruff format", "ruff check", "mypy", "lint-imports", "pytest"]
        assert commands["pytest"][1:] == ["-m", "pytest", "-k", "name"]

    def test_each_test_is_in_one_part(self) -> None:
        commands = bootstrap.checks(Environment(), [])
        files = sorted((CHECKOUT / "tests").rglob("test_*.py"))
        collected = []
        for name, (_python, *command) in commands.items():
            if not name.startswith("pytest"):
                continue
            arguments = command[2:]
            ignored = [one.removeprefix("--ignore=") for one in arguments if one[0] == "-"]
            folders = [one for one in arguments if one[0] != "-"]
            assert folders, name
            collected += [
                file
                for file in files
                if any(file.is_relative_to(CHECKOUT / one) for one in folders)
                and not any(file.is_relative_to(CHECKOUT / one) for one in ignored)
            ]
        assert sorted(collected) == files

    def test_a_setup_that_failed_is_told(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def fail(_self: Environment, _purpose: str) -> None:
            raise SetupFailed("no venv")

        monkeypatch.setattr(Environment, "make_ready", fail)
        assert bootstrap.main(["test"]) == 1
        assert capsys.readouterr().err == "no venv\n"


class TestPackages:
    def test_those_of_the_tests_are_printed_on_one_line(
        self, linux: Callable[..., None], capsys: pytest.CaptureFixture[str]
    ) -> None:
        linux(missing=("libEGL.so.1", "libGL.so.1"), release={"ID": "debian"})
        assert bootstrap.main(["packages"]) == 0
        assert capsys.readouterr().out.split()[:2] == ["libegl1", "libgl1"]

    def test_a_window_is_not_needed_for_tests(
        self, linux: Callable[..., None], capsys: pytest.CaptureFixture[str]
    ) -> None:
        linux(missing=tuple(qt_libraries.X11_WINDOW), release={"ID": "debian"})
        bootstrap.main(["packages"])
        assert "xcb" not in capsys.readouterr().out


def test_the_script_of_the_pipeline_runs_the_documented_command() -> None:
    script = (CHECKOUT / ".ci" / "run").read_text(encoding="utf-8")
    command = "python3 packaging/bootstrap.py test"
    assert script.rstrip().endswith(f"exec {command}")
    assert f"\n{command}" in (CHECKOUT / "README.md").read_text(encoding="utf-8")
    if os.name == "posix":
        assert os.access(CHECKOUT / ".ci" / "run", os.X_OK)

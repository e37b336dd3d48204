"""Fixtures of every test: no screen, no deadlines, and the photos with known truth."""

import gc
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dupefinder  # noqa: F401 - before NumPy: bounds the threads of the linear algebra library
from dupefinder import qt_libraries
from dupefinder.core.catalog import Catalog
from dupefinder.core.companions import folder_companions, sibling_folders
from dupefinder.core.companions.folders_beside import companion_folders
from dupefinder.store import open_database
from dupefinder.store.database_format import migrate

_PRIVILEGE_NOT_HELD = 1314

CHECKOUT = Path(__file__).resolve().parent.parent

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LANGUAGE"] = "en"  # wherever the tests run

# The time of an example says more about the machine than about the code.
# Each run draws others, so that those of all runs add up; 300 of each law before a release.
settings.register_profile(
    "dupefinder", deadline=None, max_examples=int(os.environ.get("DUPEFINDER_EXAMPLES", "30"))
)
settings.load_profile("dupefinder")


def pytest_configure() -> None:
    """Skip on Windows what needs a link that cannot be made; Wine makes none, without a word."""
    if sys.platform != "win32":
        return
    symlink = os.symlink

    def make_link(source: str, link: str, target_is_directory: bool = False) -> None:
        try:
            symlink(source, link, target_is_directory)
        except OSError as error:
            if error.winerror != _PRIVILEGE_NOT_HELD:
                raise
            pytest.skip("this account may make no symbolic links")
        # pytest itself makes links, and does without.
        if not os.path.lexists(link) and not os.fspath(link).endswith("current"):
            pytest.skip("this system makes no symbolic links")

    os.symlink = make_link


@given(st.none())
def _draw(_nothing: None) -> None: ...


def pytest_collection_finish() -> None:
    """Spare the collector modules and tests, which last to the end, each time that it looks."""
    _draw()  # Hypothesis warns where whatever holds its random numbers is already set aside
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def corpus() -> Path:
    """A folder of photos whose duplicates are known: `truth.csv` beside the photos it names."""
    named = os.environ.get("DUPEFINDER_CORPUS")
    folder = Path(named) if named else CHECKOUT.parent / "shared" / "photos"
    if not (folder / "truth.csv").is_file():
        pytest.skip(f"no photos with known truth in {folder}; name some in DUPEFINDER_CORPUS")
    return folder


@pytest.fixture(scope="session")
def corpus_catalog() -> Iterator[Catalog]:
    """One catalog for all tests of those photos: that each is read and compared once is enough."""
    with Catalog.open(None) as catalog:
        yield catalog


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let no test take for its photos' companions what lies in the folder of another test.

    Nor look for them in the folders of this machine, where it only says that its photos lie in the
    highest one: that took longer than the rest of such a test.
    """
    top, highest = str(tmp_path_factory.getbasetemp()), os.path.abspath(os.sep)
    monkeypatch.setattr(
        folder_companions,
        "companion_folders",
        lambda folder, *rest: () if folder == highest else companion_folders(folder, *rest),
    )
    are_on_one_volume = sibling_folders._are_on_one_volume
    monkeypatch.setattr(
        sibling_folders,
        "_are_on_one_volume",
        lambda folder, above: above != top and are_on_one_volume(folder, above),
    )


@cache
def _new_tables(
    migrations: tuple[str, ...], page_size_bytes: int, application_id: int
) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA page_size = {page_size_bytes}")
    connection.execute(f"PRAGMA application_id = {application_id}")
    migrate(connection, migrations)
    return connection


@pytest.fixture(scope="session", autouse=True)
def _copied_tables() -> Iterator[None]:
    """Give databases in memory a copy of their new tables: to make these each time takes long.

    Those in files, which are what lasts, are made as always.
    """

    def copy_or_make(connection: sqlite3.Connection, migrations: Sequence[str]) -> None:
        # Names need not be text.
        named = "SELECT CAST(file AS BLOB) FROM pragma_database_list"
        (file,) = connection.execute(named).fetchone()
        if file:
            migrate(connection, migrations)
            return
        ((page_size_bytes,),) = connection.execute("PRAGMA page_size")
        ((application_id,),) = connection.execute("PRAGMA application_id")
        _new_tables(tuple(migrations), page_size_bytes, application_id).backup(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(open_database, "migrate", copy_or_make)
        yield


@pytest.fixture
def no_text(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Some of a name that is no text: invalid bytes, or on Windows half a character."""
    name = "\udcff \udce9"
    try:
        (tmp_path_factory.mktemp("names") / name).touch()
    except OSError:
        pytest.skip("this file system takes no name that is not text")
    return name


@pytest.fixture
def linux(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make this system look like a Linux of some kind."""

    def pretend(
        *, missing: tuple[str, ...] = (), root: bool = False, release: dict[str, str] | None = None
    ) -> None:
        def read_release() -> dict[str, str]:
            if release is None:
                raise OSError
            return release

        monkeypatch.setattr(qt_libraries, "on_linux", lambda: True)
        monkeypatch.setattr(qt_libraries, "_loads", lambda name: name not in missing)
        monkeypatch.setattr(qt_libraries, "_is_root", lambda: root)
        monkeypatch.setattr("platform.freedesktop_os_release", read_release)

    return pretend


@pytest.fixture
def new_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new home folder, known to all that looks for one."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in ("HOME", "USERPROFILE"):  # Windows knows the second
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))
    monkeypatch.setenv("DUPEFINDER_DATA", str(folder / "dupefinder"))
    return folder

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import platformdirs
import pytest

from dupefinder.core.catalog import (
    Catalog,
    CatalogDamaged,
    FileRow,
    default_catalog_path,
    erase,
)
from dupefinder.core.catalog.schema import APPLICATION_ID, MIGRATIONS, PAGE_SIZE_BYTES
from dupefinder.core.errors import CatalogInUse, CatalogNotWritable, CatalogTooNew
from dupefinder.core.fingerprint import FINGERPRINT_VERSION
from dupefinder.store.database_format import migrate
from dupefinder.store.lock import lock_path

CHECKOUT = Path(__file__).resolve().parents[3]

HOLDER = """
import sys
from pathlib import Path
from dupefinder.core.catalog import Catalog, FileRow
from dupefinder.core.records import FoundFile
catalog = Catalog.open(Path(sys.argv[1]))
catalog.record_files([FileRow("v", "kept", 1, 1, 7)])
catalog.mark_in_flight([FoundFile("/a", "v", "suspect", 1, 1, 1, 1, False)])
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.sqlite"


def fill(path: Path, files: int = 500) -> None:
    with Catalog.open(path) as catalog:
        catalog.record_files([FileRow("v", f"{n:0200}", 1, 1) for n in range(files)])


def wreck(path: Path) -> None:
    """Spoil the first page of every table but that of tables, which has several pages."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT rootpage FROM sqlite_master WHERE rootpage > 0")
        roots = [root for (root,) in rows]
    content = bytearray(path.read_bytes())
    for root in roots:
        content[(root - 1) * PAGE_SIZE_BYTES : root * PAGE_SIZE_BYTES] = b"\xa5" * PAGE_SIZE_BYTES
    path.write_bytes(content)


def crashed_copy(path: Path, folder: Path) -> Path:
    """Copy an open catalog as a power cut would leave it."""
    folder.mkdir()
    for file in path.parent.iterdir():
        if file.is_file() and file.name.startswith(path.name):
            shutil.copy(file, folder)
    return folder / path.name


def names_in(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


@contextmanager
def held_by_another_program(path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "ready\n"
        try:
            yield holder
        finally:
            holder.kill()


# Reading beside the program's own


def test_a_reader_sees_the_moment_at_which_it_was_opened(path: Path) -> None:
    with Catalog.open(path) as catalog:
        catalog.record_files([FileRow("v", "one", 1, 1)])
        with Catalog.open_to_read(path) as reader:
            catalog.record_files([FileRow("v", "two", 1, 1)])
            assert [place.relative_path for place in reader.all_files()] == ["one"]
        with Catalog.open_to_read(path) as reader:
            assert len(list(reader.all_files())) == 2


def test_a_reader_writes_nothing(path: Path) -> None:
    with Catalog.open(path) as catalog, Catalog.open_to_read(path) as reader:
        with pytest.raises(CatalogNotWritable):
            reader.record_files([FileRow("v", "one", 1, 1)])
        assert list(catalog.all_files()) == []


def test_there_is_nothing_to_read_and_nothing_is_made(path: Path) -> None:
    with pytest.raises(CatalogNotWritable):
        Catalog.open_to_read(path)
    assert not path.exists()


def test_a_reader_of_a_damaged_catalog_says_so(path: Path) -> None:
    fill(path)
    wreck(path)
    with pytest.raises(CatalogDamaged), Catalog.open_to_read(path) as reader:
        list(reader.all_files())


@pytest.mark.parametrize(
    ("step", "error"), [(1, CatalogTooNew), (-1, CatalogInUse)], ids=["later", "earlier"]
)
def test_a_reader_knows_one_version_only(path: Path, step: int, error: type[Exception]) -> None:
    fill(path, 1)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {Catalog.FORMAT.version + step}")
    with pytest.raises(error):
        Catalog.open_to_read(path)


# Where


def test_default_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DUPEFINDER_DATA", str(tmp_path))
    assert default_catalog_path() == tmp_path / "catalog.sqlite"
    for unset in ("", None):
        if unset is None:
            monkeypatch.delenv("DUPEFINDER_DATA")
        else:
            monkeypatch.setenv("DUPEFINDER_DATA", unset)
        folder = platformdirs.user_data_path("dupefinder")
        assert default_catalog_path() == folder / "catalog.sqlite"


def test_a_new_catalog_is_made_with_its_folder_and_marked(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "catalog.sqlite"
    with Catalog.open(path) as catalog:
        assert catalog.path == path.resolve()
        assert catalog.set_aside is None
        assert catalog._all("PRAGMA journal_mode") == [("wal",)]
        assert catalog._all("PRAGMA synchronous") == [(1,)]
    header = path.read_bytes()[:100]
    assert int.from_bytes(header[68:72], "big") == APPLICATION_ID
    assert int.from_bytes(header[60:64], "big") == Catalog.FORMAT.version
    assert names_in(path.parent) == {"catalog.sqlite", "catalog.sqlite.lock"}


def test_contents_are_there_after_closing_and_opening(path: Path) -> None:
    fill(path, 3)
    with Catalog.open(path) as catalog:
        assert len(catalog.known_files("v")) == 3
        assert catalog.set_aside is None


def test_a_name_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xe9\xff.sqlite") if os.name == "posix" else tmp_path / "é"
    fill(path, 2)
    with Catalog.open(path) as catalog:
        assert len(catalog.known_files("v")) == 2


def test_a_link_leads_to_the_catalog(tmp_path: Path, path: Path) -> None:
    fill(path, 2)
    link = tmp_path / "link"
    try:
        link.symlink_to(path)
    except OSError as error:
        pytest.skip(f"no symbolic links here: {error}")
    with Catalog.open(link) as catalog:
        assert catalog.path == path.resolve()
        with pytest.raises(CatalogInUse):
            Catalog.open(path)


def test_closing_twice_does_no_harm(path: Path) -> None:
    catalog = Catalog.open(path)
    catalog.close()
    catalog.close()
    Catalog.open(path).close()


def test_closing_amid_a_transaction_takes_it_back(path: Path) -> None:
    with Catalog.open(path) as catalog:
        catalog._connection.execute("BEGIN")
        catalog._connection.execute("INSERT INTO volumes (volume_id) VALUES (x'00')")
    with Catalog.open(path) as catalog:
        assert catalog.info().volumes == ()


# What cannot be opened


@pytest.mark.parametrize("content", [b"\xff\xd8\xff\xe0 a photo" * 99, b"short"])
def test_a_photo_named_by_mistake_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    for _ in range(2):
        with pytest.raises(CatalogNotWritable, match="not a catalog"):
            Catalog.open(path)
        with pytest.raises(CatalogNotWritable, match="not a catalog"):
            erase(path)
    assert path.read_bytes() == content
    assert names_in(tmp_path) == {"photo.jpg"}


def test_the_database_of_another_program_is_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    content = path.read_bytes()
    for _ in range(2):
        with pytest.raises(CatalogNotWritable, match="another program's"):
            Catalog.open(path)
        with pytest.raises(CatalogNotWritable, match="another program's"):
            erase(path)
    assert path.read_bytes() == content
    assert names_in(path.parent) == {path.name}


@pytest.mark.parametrize(
    ("mark", "words"),
    [(b"dupj", "program's journal"), (b"dupd", "program's marks"), (b"else", "another program's")],
)
@pytest.mark.parametrize("name", ["journal.sqlite", "catalog.sqlite"])
def test_another_database_under_a_used_lock_is_left_alone(
    tmp_path: Path, mark: bytes, words: str, name: str
) -> None:
    path = tmp_path / name
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id = {int.from_bytes(mark, 'big')}")
        connection.execute("CREATE TABLE steps (path BLOB)")
    lock_path(path).write_text('{"left": "closed"}')
    content = path.read_bytes()
    with pytest.raises(CatalogNotWritable, match=words):
        Catalog.open(path)
    with pytest.raises(CatalogNotWritable, match=words):
        erase(path)
    assert path.read_bytes() == content
    assert names_in(tmp_path) == {name, f"{name}.lock"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names on this system")
def test_a_pipe_is_refused_without_waiting_for_a_writer(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(CatalogNotWritable, match="not a catalog"):
        Catalog.open(path)
    with pytest.raises(CatalogNotWritable, match="not a catalog"):
        erase(path)
    assert path.is_fifo()


def test_a_folder_in_the_catalogs_place(path: Path) -> None:
    path.mkdir()
    with pytest.raises(CatalogNotWritable):
        Catalog.open(path)
    assert names_in(path.parent) == {path.name}


def test_a_file_in_the_folders_place(path: Path) -> None:
    path.write_bytes(b"")
    with pytest.raises(CatalogNotWritable):
        Catalog.open(path / "catalog.sqlite")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the root user may write everywhere"
)
def test_a_read_only_catalog_is_told_at_once(path: Path) -> None:
    fill(path, 1)
    path.chmod(0o400)
    with pytest.raises(CatalogNotWritable):
        Catalog.open(path)


def test_a_later_version_is_left_untouched(path: Path) -> None:
    fill(path, 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA user_version = {Catalog.FORMAT.version + 1}")
    before = {file: file.read_bytes() for file in path.parent.iterdir()}
    with pytest.raises(CatalogTooNew) as raised:
        Catalog.open(path)
    assert raised.value.found_version == Catalog.FORMAT.version + 1
    assert {file: file.read_bytes() for file in path.parent.iterdir()} == before


def test_a_later_version_that_a_crash_left_in_the_log(path: Path, tmp_path: Path) -> None:
    with Catalog.open(path) as catalog:
        catalog._all(f"PRAGMA user_version = {Catalog.FORMAT.version + 1}")
        copy = crashed_copy(path, tmp_path / "copy")
    with pytest.raises(CatalogTooNew):
        Catalog.open(copy)
    assert not list(copy.parent.glob("*.damaged-*"))


# Versions


def test_readings_without_exposures_are_read_anew(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, MIGRATIONS[:6])
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        columns = "content_id, digest, parts_digest, size_bytes, fingerprint_version, format"
        facts = "width_px, height_px, exif_orientation, mode, bits_per_channel, frames"
        flags = "has_alpha, is_raw, is_lossless, has_gps, has_caption, extras"
        connection.execute(
            f"INSERT INTO contents ({columns}, {facts}, {flags})"
            " VALUES (1, ?, x'00', 9, 4, 'JPEG', 8, 8, 1, 'RGB', 8, 1, 0, 0, 0, 0, 0, '')",
            (bytes(32),),
        )
    with Catalog.open(path) as catalog:
        assert catalog.set_aside is None
        assert catalog.facts()[1].facts.exposure_ids == ()
        assert catalog.outdated_contents(FINGERPRINT_VERSION).tolist() == [1]


def test_an_older_version_is_migrated(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    fill(path, 2)
    later = Catalog.FORMAT.version + 1
    step = "ALTER TABLE files ADD COLUMN colour TEXT DEFAULT 'red'"
    monkeypatch.setattr(Catalog, "FORMAT", replace(Catalog.FORMAT, migrations=(*MIGRATIONS, step)))
    with Catalog.open(path) as catalog:
        assert catalog._all("SELECT DISTINCT colour FROM files") == [("red",)]
        assert catalog._all("PRAGMA user_version") == [(later,)]
        assert catalog.set_aside is None


def test_a_catalog_whose_making_was_cut_short(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    with Catalog.open(path) as catalog:
        assert catalog.set_aside is None
        assert catalog.info().files == 0


def test_an_empty_file_becomes_a_catalog(path: Path) -> None:
    path.touch()
    with Catalog.open(path) as catalog:
        assert catalog.set_aside is None
        assert catalog.info().files == 0


# Damage


def test_a_file_that_is_no_database_is_set_aside_with_its_log(path: Path) -> None:
    path.write_bytes(b"not a database")
    Path(f"{path}-wal").write_bytes(b"log")
    with Catalog.open(path) as catalog:
        aside = catalog.set_aside
        assert aside is not None
        assert aside.read_bytes() == b"not a database"
        assert Path(f"{aside}-wal").read_bytes() == b"log"
        assert aside.name.startswith("catalog.damaged-")
        assert aside.suffix == ".sqlite"
        catalog.record_files([FileRow("v", "a", 1, 1)])
    with Catalog.open(path) as catalog:
        assert catalog.set_aside is None
        assert set(catalog.known_files("v")) == {"a"}


def test_a_catalog_of_any_name_is_set_aside_once_it_was_one(tmp_path: Path) -> None:
    path = tmp_path / "mine"
    fill(path, 1)
    for content in (b"x" * 5000, path.read_bytes()[:60]):
        path.write_bytes(content)
        with Catalog.open(path) as catalog:
            assert catalog.set_aside is not None
            assert catalog.set_aside.read_bytes() == content
    assert len(list(tmp_path.glob("mine.damaged-*"))) == 2, "the first is not overwritten"


def test_damage_met_while_reading_is_set_aside_at_the_next_opening(path: Path) -> None:
    fill(path)
    wreck(path)
    with Catalog.open(path) as catalog:
        assert catalog.set_aside is None, "a catalog that was closed is not searched for damage"
        with pytest.raises(CatalogDamaged):
            catalog.known_files("v")
    with Catalog.open(path) as catalog:
        assert catalog.set_aside is not None
        assert catalog.set_aside.exists()
        assert catalog.known_files("v") == {}
    with Catalog.open(path) as catalog:
        assert catalog.set_aside is None


def test_damage_after_a_crash_is_found_at_once(path: Path, tmp_path: Path) -> None:
    fill(path)
    with Catalog.open(path):
        copy = crashed_copy(path, tmp_path / "copy")
    wreck(copy)
    with Catalog.open(copy) as catalog:
        assert catalog.set_aside is not None
        assert catalog.known_files("v") == {}


def test_a_crash_alone_loses_nothing(path: Path, tmp_path: Path) -> None:
    with Catalog.open(path) as catalog:
        catalog.record_files([FileRow("v", "a", 1, 1)])
        copy = crashed_copy(path, tmp_path / "copy")
    with Catalog.open(copy) as catalog:
        assert catalog.set_aside is None
        assert set(catalog.known_files("v")) == {"a"}


def test_missing_tables_are_damage(path: Path) -> None:
    fill(path, 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TABLE pairs")
    with Catalog.open(path) as catalog:
        assert catalog.set_aside is not None
        assert catalog.info().pairs == 0


def test_tables_that_no_step_can_lead_on_from_are_damage(path: Path) -> None:
    fill(path, 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version = 0")
    with Catalog.open(path) as catalog:
        assert catalog.set_aside is not None


def test_text_that_is_not_text_is_damage(path: Path) -> None:
    fill(path, 1)
    with Catalog.open(path) as catalog:
        catalog._connection.execute("UPDATE files SET problem_detail = CAST(x'ff' AS TEXT)")
        with pytest.raises(CatalogDamaged):
            catalog.known_files("v")
    with Catalog.open(path) as catalog:
        assert catalog.set_aside is not None


def test_a_damaged_catalog_that_is_gone_is_begun_anew(path: Path) -> None:
    fill(path)
    wreck(path)
    with Catalog.open(path) as catalog, pytest.raises(CatalogDamaged):
        catalog.known_files("v")
    path.unlink()
    with Catalog.open(path) as catalog:
        assert catalog.set_aside is None
        assert catalog.info().files == 0


# Two programs at once


def test_a_second_opening_is_refused(path: Path) -> None:
    with Catalog.open(path):
        with pytest.raises(CatalogInUse, match=f"process {os.getpid()} on .* since .* UTC"):
            Catalog.open(path)
        with pytest.raises(CatalogInUse):
            erase(path)
    Catalog.open(path).close()


def test_another_program_is_told_and_its_end_however_sudden_frees_the_catalog(path: Path) -> None:
    with held_by_another_program(path) as holder:
        with pytest.raises(CatalogInUse) as raised:
            Catalog.open(path)
        assert str(holder.pid) in raised.value.owner
        holder.kill()
        holder.wait()
        with Catalog.open(path) as catalog:
            assert catalog.set_aside is None
            assert set(catalog.known_files("v")) == {"kept"}
            assert catalog.take_suspects() == 1
            assert catalog.known_files("v")["suspect"].needs_shield


@pytest.mark.parametrize(
    "note",
    [b"{", b"[]", b"\xff\x00", b'{"left": "sideways"}', b"{}", b"x" * 9999],
    ids=["cut short", "list", "not text", "unknown", "empty", "long"],
)
def test_a_strange_note_in_the_lock_file(path: Path, note: bytes) -> None:
    fill(path, 1)
    lock = Path(f"{path}.lock")
    lock.write_bytes(note)
    with Catalog.open(path) as catalog:
        assert len(catalog.known_files("v")) == 1
        lock.write_bytes(note)
        with pytest.raises(CatalogInUse, match="another running program"):
            Catalog.open(path)
    assert json.loads(lock.read_bytes())["left"] == "closed"


def test_a_program_that_ignores_the_lock(path: Path) -> None:
    with Catalog.open(path) as catalog, closing(sqlite3.connect(path)) as other:
        catalog._all("PRAGMA busy_timeout = 0")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CatalogInUse, match="another program"):
            catalog.start_scan([])
        other.rollback()
        assert catalog.start_scan([]) == 1


# Erasing


def test_erase_removes_the_catalog_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(b"damaged")
    Path(f"{path}-wal").write_bytes(b"log")
    fill(path, 1)
    others = {
        "catalog.sqlite.bak",
        "catalog.damaged-yesterday.sqlite",
        "my catalog.damaged-20260101T000000Z.sqlite",
        "catalog.damaged-20260101T000000Z.sqlite.txt",
        "catalogXsqlite",
        "settings.toml",
    }
    for name in others:
        (tmp_path / name).write_bytes(b"")
    for suffix in ("-wal", "-shm"):
        (tmp_path / f"catalog.sqlite{suffix}").write_bytes(b"")
    (tmp_path / "catalog.damaged-20260101T000000Z-2.sqlite-shm").write_bytes(b"")
    erase(path)
    assert names_in(tmp_path) == others
    erase(path)
    assert names_in(tmp_path) == others
    Catalog.open(path).close()


def test_erasing_what_is_not_there(tmp_path: Path) -> None:
    erase(tmp_path / "nowhere" / "catalog.sqlite")
    assert names_in(tmp_path) == set()


def test_a_later_version_can_be_erased(path: Path) -> None:
    fill(path, 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA user_version = {Catalog.FORMAT.version + 1}")
    erase(path)
    assert names_in(path.parent) == set()

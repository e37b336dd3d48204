from pathlib import Path

from dupefinder.store.damaged_files import damaged_copies, set_aside


def test_a_database_goes_with_its_companions_and_over_nothing(tmp_path: Path) -> None:
    path = tmp_path / "file.sqlite"
    asides = []
    for number in (b"1", b"2", b"3"):
        path.write_bytes(number)
        Path(f"{path}-wal").write_bytes(number)
        asides.append(set_aside(path))
    assert [aside.read_bytes() for aside in asides] == [b"1", b"2", b"3"]
    assert [Path(f"{aside}-wal").read_bytes() for aside in asides] == [b"1", b"2", b"3"]
    (tmp_path / "file.damaged-yesterday.sqlite").touch()
    (tmp_path / "my file.damaged-20260101T000000Z.sqlite").touch()
    copies = [*asides, *(Path(f"{aside}-wal") for aside in asides)]
    assert damaged_copies(path) == sorted(copies)

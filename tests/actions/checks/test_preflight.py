"""The last look: every way in which what is there now differs from what was scanned."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from blake3 import blake3
from PIL import Image

from dupefinder.actions.checks import preflight
from dupefinder.actions.checks.full_decode import close_decoder
from dupefinder.actions.checks.preflight import Checked, check
from dupefinder.actions.records import PlannedFile, SkipCode, Skipped, Step
from dupefinder.core.companions import personal_attributes
from dupefinder.core.decisions.separated import (
    SeparatedPhoto,
    SeparatedPhotos,
    Separation,
    photo_keys,
)
from dupefinder.core.decode import DecodeLimits, decode_bytes
from dupefinder.core.file_parts import PartKind
from dupefinder.core.fingerprint import FINGERPRINT_VERSION
from dupefinder.core.records import Evidence, Reason, ReasonCode
from dupefinder.core.scan.temporary_places import Snapshots
from tests.core.pictures import camera_exif, dng, encode, jpeg, png, textured, with_xmp

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="files of POSIX")


@pytest.fixture(scope="module", autouse=True)
def decoder() -> object:
    """Leave no helper process to the next module."""
    yield
    close_decoder()


@pytest.fixture(scope="module")
def photo() -> bytes:
    return jpeg(textured())


@pytest.fixture
def a(tmp_path: Path, photo: bytes) -> Path:
    return write(tmp_path / "a" / "photo.jpg", photo)


@pytest.fixture
def b(tmp_path: Path, photo: bytes) -> Path:
    return write(tmp_path / "b" / "photo.jpg", photo)


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def taken(time: str, quality: int) -> bytes:
    """A photo of one camera."""
    exif = camera_exif()
    exif.get_ifd(0x8769)[36867] = time
    return jpeg(textured(), exif=exif, quality=quality)


def seen(path: Path) -> PlannedFile:
    status = path.stat()
    digest = blake3(path.read_bytes()).digest()
    return PlannedFile(str(path), status.st_size, status.st_mtime_ns, digest)


def scanned(
    victim: Path, survivor: Path, evidence: Evidence = Evidence.SAME_BYTES, *companions: Path
) -> Step:
    return Step(seen(victim), seen(survivor), evidence, tuple(map(str, companions)))


def code_of(result: Skipped | Checked) -> SkipCode:
    assert isinstance(result, Skipped)
    return result.code


def test_unchanged_copies_pass(a: Path, b: Path) -> None:
    checked = check(scanned(a, b))
    assert isinstance(checked, Checked)
    assert os.path.samestat(checked.victim_stat, a.lstat())
    assert checked.victim_stat.st_mtime_ns == a.lstat().st_mtime_ns
    assert checked.companion_stats == ()


@pytest.mark.parametrize(
    "place",
    [
        *("Trash/files", ".Trash-1000/files", ".Trash/1000/files", "dupefinder-set-aside/2021"),
        *(".snapshots/1", ".zfs/snapshot/daily", "lost+found/x", "System Volume Information/x"),
    ],
)
def test_a_copy_that_may_be_emptied_is_none_that_stays(
    tmp_path: Path, a: Path, photo: bytes, place: str
) -> None:
    folder = tmp_path / place
    folder.mkdir(parents=True)
    (folder.parent / "info").mkdir()
    survivor = write(folder / "photo.jpg", photo)
    assert check(scanned(a, survivor)) == Skipped(str(a), SkipCode.SURVIVOR_IN_TRASH, str(survivor))


def test_a_copy_in_a_mounted_snapshot_is_none_that_stays(
    a: Path, b: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Snapshots, "hold", lambda _, path: path == os.path.realpath(b))
    assert code_of(check(scanned(a, b))) is SkipCode.SURVIVOR_IN_TRASH


@POSIX
def test_a_trash_by_another_name_is_one(
    tmp_path: Path, a: Path, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "bin" / "files").mkdir(parents=True)
    (tmp_path / "data" / "Trash").symlink_to(tmp_path / "bin")
    survivor = write(tmp_path / "bin" / "files" / "photo.jpg", photo)
    assert code_of(check(scanned(a, survivor))) is SkipCode.SURVIVOR_IN_TRASH
    (tmp_path / "linked").symlink_to(tmp_path / "bin" / "files")
    linked = tmp_path / "linked" / "photo.jpg"
    assert code_of(check(scanned(a, linked))) is SkipCode.SURVIVOR_IN_TRASH


def test_a_further_copy_in_a_trash_is_one_too_few(
    tmp_path: Path, a: Path, b: Path, photo: bytes
) -> None:
    (tmp_path / ".Trash-1000").mkdir()
    further = write(tmp_path / ".Trash-1000" / "files" / "photo.jpg", photo)
    step = replace(scanned(a, b), also_stay=(seen(further),))
    assert check(step) == Skipped(str(a), SkipCode.TOO_FEW_COPIES, str(further))


def test_other_times_do_not_matter(a: Path, b: Path) -> None:
    step = scanned(a, b)
    for path in (a, b):
        os.utime(path, ns=(1, 3_600_000_000_000))
    assert isinstance(check(step), Checked)


def test_empty_files_pass_too(tmp_path: Path) -> None:
    step = scanned(write(tmp_path / "a", b""), write(tmp_path / "b", b""))
    assert isinstance(check(step), Checked)


def change_one_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    status = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def replace_by_pipe(path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes with names on this system")
    path.unlink()
    os.mkfifo(path)


def replace_by_link_to_copy(path: Path) -> None:
    copy = path.with_name("elsewhere")
    path.rename(copy)
    try:
        path.symlink_to(copy)
    except OSError:
        pytest.skip("no permission to make links")


def replace_folder_by_file(path: Path) -> None:
    shutil.rmtree(path.parent)
    path.parent.write_bytes(b"")


CHANGES: list[tuple[Callable[[Path], None], str, str]] = [
    (Path.unlink, "vanished", "survivor-vanished"),
    (replace_folder_by_file, "vanished", "survivor-vanished"),
    (change_one_byte, "changed", "survivor-changed"),
    (truncate, "changed", "survivor-changed"),
    (replace_by_folder, "not-a-regular-file", "not-a-regular-file"),
    (replace_by_pipe, "not-a-regular-file", "not-a-regular-file"),
    (replace_by_link_to_copy, "not-a-regular-file", "not-a-regular-file"),
]


@pytest.mark.parametrize("evidence", [Evidence.SAME_BYTES, Evidence.SAME_PIXELS])
@pytest.mark.parametrize(("change", "of_victim", "of_survivor"), CHANGES)
def test_any_change_since_the_scan_keeps_the_photo(
    a: Path,
    b: Path,
    evidence: Evidence,
    change: Callable[[Path], None],
    of_victim: str,
    of_survivor: str,
) -> None:
    step = scanned(a, b, evidence)
    swapped = scanned(b, a, evidence)
    change(a)
    assert code_of(check(step)).value == of_victim
    assert code_of(check(swapped)).value == of_survivor
    assert check(swapped) == Skipped(str(b), SkipCode(of_survivor), str(a))


def test_a_hard_link_of_the_survivor_stays(a: Path, b: Path) -> None:
    step = scanned(a, b)
    a.unlink()
    try:
        os.link(b, a)
    except OSError:
        pytest.skip("no hard links here")
    assert check(step) == Skipped(str(a), SkipCode.SAME_FILE, str(b))


def test_the_survivor_by_another_path_stays(tmp_path: Path, a: Path) -> None:
    try:
        (tmp_path / "link").symlink_to(a.parent, target_is_directory=True)
    except OSError:
        pytest.skip("no permission to make links")
    assert code_of(check(scanned(a, tmp_path / "link" / a.name))) is SkipCode.SAME_FILE
    assert code_of(check(scanned(a, a))) is SkipCode.SAME_FILE


def test_a_link_to_the_survivor_in_the_victims_place_stays(a: Path, b: Path) -> None:
    step = scanned(a, b)
    a.unlink()
    try:
        a.symlink_to(b)
    except OSError:
        pytest.skip("no permission to make links")
    assert code_of(check(step)) is SkipCode.NOT_A_REGULAR_FILE
    assert code_of(check(scanned(b, a))) is SkipCode.NOT_A_REGULAR_FILE


def test_another_size_is_told_without_reading(
    a: Path, b: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step, swapped = scanned(a, b), scanned(b, a)
    truncate(a)

    def refuse(*_: object) -> int:
        raise AssertionError("nothing need be read")

    monkeypatch.setattr(os, "open", refuse)
    assert code_of(check(step)) is SkipCode.CHANGED
    assert code_of(check(swapped)) is SkipCode.SURVIVOR_CHANGED


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="the superuser reads everything"
)
def test_photos_without_permission_to_read_stay(a: Path, b: Path) -> None:
    step, swapped = scanned(a, b), scanned(b, a)
    a.chmod(0)
    assert code_of(check(step)) is SkipCode.UNREADABLE
    assert code_of(check(swapped)) is SkipCode.SURVIVOR_UNREADABLE


@pytest.mark.parametrize(("number", "words"), [(13, "no permission"), (5, "broken disk")])
def test_photos_with_read_errors_stay(
    a: Path, b: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    step, swapped = scanned(a, b), scanned(b, a)
    really_open = os.open

    def open_or_fail(path: str, flags: int, *more: int) -> int:
        if path == str(a):
            raise OSError(number, words)
        return really_open(path, flags, *more)

    monkeypatch.setattr(os, "open", open_or_fail)
    assert check(step) == Skipped(str(a), SkipCode.UNREADABLE, words)
    assert check(swapped) == Skipped(str(b), SkipCode.SURVIVOR_UNREADABLE, words)


def test_online_only_files_are_not_downloaded(
    a: Path, b: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = scanned(a, b)
    absent = b.lstat().st_ino
    monkeypatch.setattr(
        preflight, "recall_sign", lambda status: "sign" if status.st_ino == absent else None
    )
    assert code_of(check(step)) is SkipCode.SURVIVOR_UNREADABLE


@pytest.mark.parametrize("path", ["/a\0b.jpg", pytest.param("/\ud800.jpg", marks=POSIX)])
def test_names_that_cannot_be_are_no_crash(a: Path, path: str) -> None:
    step = scanned(a, a)
    odd = replace(step.survivor, path=path)
    assert code_of(check(replace(step, victim=odd))) is SkipCode.UNREADABLE
    assert code_of(check(replace(step, survivor=odd))) is SkipCode.SURVIVOR_UNREADABLE


@pytest.mark.skipif(sys.platform == "win32", reason="no file is replaced there while it is open")
def test_a_photo_that_changes_while_it_is_read_stays(
    a: Path, b: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = scanned(a, b)
    really_stat = os.fstat

    def replaced_meanwhile(descriptor: int) -> os.stat_result:
        status = really_stat(descriptor)
        if os.path.samestat(status, a.lstat()):
            os.replace(shutil.copyfile(b, a.with_name("new")), a)
        return status

    monkeypatch.setattr(os, "fstat", replaced_meanwhile)
    assert code_of(check(step)) is SkipCode.CHANGED


@pytest.mark.parametrize("evidence", [Evidence.LOOK_ALIKE, Evidence.RAW_PAIR])
def test_evidence_without_proof_removes_nothing(a: Path, b: Path, evidence: Evidence) -> None:
    assert code_of(check(scanned(a, b, evidence))) is SkipCode.NOT_A_DUPLICATE


def test_the_same_bytes_are_the_same_bytes(a: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "b.jpg", a.read_bytes()[::-1])
    assert code_of(check(scanned(a, other))) is SkipCode.NOT_A_DUPLICATE


def test_a_protected_photo_stays_even_here(a: Path, b: Path) -> None:
    step = scanned(a, b)
    assert code_of(check(replace(step, victim=replace(step.victim, protected=True)))) is (
        SkipCode.PROTECTED
    )


class TestDecoding:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("b.png", encode(textured(), "PNG")),
            ("b.heic", encode(textured(), "HEIF")),
            ("b.webp", encode(textured(), "WEBP", lossless=True)),
            ("b.tif", encode(textured(), "TIFF", save_all=True, append_images=[textured(seed=1)])),
            ("b.mpo", encode(textured(), "MPO", save_all=True, append_images=[textured(seed=1)])),
        ],
    )
    def test_a_whole_survivor_passes(
        self, a: Path, tmp_path: Path, name: str, content: bytes
    ) -> None:
        write(a, jpeg(textured(), quality=50))
        result = check(scanned(a, write(tmp_path / name, content), Evidence.RE_ENCODED))
        assert isinstance(result, Checked), result

    def test_a_raw_survivor_of_a_raw_file_passes(self, tmp_path: Path) -> None:
        one, other = (
            write(tmp_path / name, dng(textured(), jpeg(textured(160, 120), quality=quality)))
            for name, quality in (("a.dng", 80), ("b.dng", 90))
        )
        assert isinstance(check(scanned(one, other, Evidence.CHOSEN)), Checked)

    def test_a_lossless_photo_with_one_other_level_stays(self, tmp_path: Path) -> None:
        levels = np.asarray(textured()).copy()
        levels[100, 100, 0] ^= 1
        other = Image.fromarray(levels)
        files = [
            write(tmp_path / name, encode(picture, "PNG"))
            for name, picture in (("a.png", textured()), ("b.png", other))
        ]
        result = check(scanned(files[0], files[1], Evidence.RE_ENCODED))
        assert code_of(result) is SkipCode.NO_LONGER_PROVEN

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("b.jpg", jpeg(textured())[:-2000]),
            ("b.png", encode(textured(), "PNG")[:-2000]),
            ("b.heic", encode(textured(), "HEIF")[:-3000]),
            ("b.jpg", b"no picture at all"),
            ("b.jpg", b""),
            (
                "b.tif",
                encode(textured(), "TIFF", save_all=True, append_images=[textured(seed=1)])[:-99],
            ),
        ],
    )
    def test_a_survivor_that_breaks_off_does_not(
        self, a: Path, tmp_path: Path, name: str, content: bytes
    ) -> None:
        survivor = write(tmp_path / name, content)
        result = check(scanned(a, survivor, Evidence.RE_ENCODED))
        assert code_of(result) is SkipCode.SURVIVOR_DAMAGED
        assert isinstance(result, Skipped)
        assert result.detail.startswith(str(survivor))

    def test_the_same_bytes_need_not_be_whole(self, tmp_path: Path) -> None:
        broken = jpeg(textured())[:-2000]
        step = scanned(write(tmp_path / "a.jpg", broken), write(tmp_path / "b.jpg", broken))
        assert isinstance(check(step), Checked)

    def test_one_that_is_too_large_to_decode_is_unreadable(self, a: Path, b: Path) -> None:
        step = scanned(a, b, Evidence.RE_ENCODED)
        limits = DecodeLimits(max_pixels=1000)
        assert code_of(check(step, limits=limits)) is SkipCode.SURVIVOR_UNREADABLE

    def test_one_that_takes_too_long_is_unreadable(self, a: Path, b: Path) -> None:
        # Large, so that it never comes in time, however busy the machine is.
        write(b, jpeg(textured().resize((2400, 1800))))
        step = scanned(a, b, Evidence.RE_ENCODED)
        result = check(step, limits=DecodeLimits(timeout_s=1e-4))
        assert code_of(result) is SkipCode.SURVIVOR_UNREADABLE

    def test_one_that_claims_to_be_beyond_all_memory_is_unreadable(
        self, a: Path, tmp_path: Path
    ) -> None:
        # The claim alone is refused: nothing of that size is ever decoded.
        survivor = write(tmp_path / "b.png", png(40_000, 30_000, 8, 0, b""))
        result = check(scanned(a, survivor, Evidence.RE_ENCODED))
        assert code_of(result) is SkipCode.SURVIVOR_UNREADABLE


class TestCompanions:
    @pytest.fixture
    def step(self, a: Path, b: Path) -> Step:
        films = [write(path.with_suffix(".mov"), b"film") for path in (a, b)]
        return scanned(a, b, Evidence.SAME_BYTES, films[0])

    def test_they_go_along_with_a_twin(self, step: Step, a: Path) -> None:
        checked = check(step)
        assert isinstance(checked, Checked)
        (status,) = checked.companion_stats
        assert os.path.samestat(status, a.with_suffix(".mov").lstat())

    @pytest.mark.parametrize("change", [Path.unlink, change_one_byte, truncate])
    @pytest.mark.parametrize("whose", ["a", "b"])
    def test_without_it_the_photo_stays(
        self, step: Step, tmp_path: Path, change: Callable[[Path], None], whose: str
    ) -> None:
        change(tmp_path / whose / "photo.mov")
        film = str(tmp_path / "a" / "photo.mov")
        assert check(step) == Skipped(step.victim.path, SkipCode.HAS_COMPANIONS, film)

    def test_one_that_came_meanwhile_needs_a_twin(self, step: Step, a: Path, b: Path) -> None:
        write(a.with_suffix(".xmp"), b"meta")
        assert code_of(check(step)) is SkipCode.HAS_COMPANIONS
        write(b.with_suffix(".xmp"), b"meta")
        checked = check(step)
        assert isinstance(checked, Checked)
        assert len(checked.companion_stats) == 1  # nobody planned that it goes

    def test_one_that_is_shared_meanwhile_keeps_the_photo(self, step: Step, a: Path) -> None:
        write(a.with_suffix(".png"), b"another photo")
        assert code_of(check(step)) is SkipCode.HAS_COMPANIONS

    def test_files_that_are_no_companions_never_go_along(
        self, a: Path, b: Path, tmp_path: Path
    ) -> None:
        other = write(tmp_path / "a" / "other.jpg", b"other")
        step = scanned(a, b, Evidence.SAME_BYTES, other)
        assert check(step) == Skipped(str(a), SkipCode.HAS_COMPANIONS, str(other))

    def test_a_raw_file_beside_needs_its_twin_and_stays(self, a: Path, b: Path) -> None:
        step = scanned(a, b)
        write(a.with_suffix(".cr2"), b"raw")
        assert code_of(check(step)) is SkipCode.HAS_COMPANIONS
        write(b.with_suffix(".cr2"), b"raw")
        checked = check(step)
        assert isinstance(checked, Checked)
        assert checked.companion_stats == ()

    def test_a_folder_that_cannot_be_listed_keeps_its_photos(
        self, step: Step, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(_path: str) -> object:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "scandir", refuse)
        assert check(step) == Skipped(step.victim.path, SkipCode.UNREADABLE, "Permission denied")


def test_removals_without_loss_lose_no_tags(
    a: Path, b: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposed = scanned(a, b)
    marked = replace(proposed, accepts_loss=True)
    tagged = {str(a)}
    monkeypatch.setattr(
        personal_attributes,
        "extended_attributes",
        lambda path: {"user.xdg.tags": b"beach"} if path in tagged else {},
    )
    assert isinstance(check(marked), Checked)
    # A reason is for people: whatever it says, or nobody, weakens nothing.
    for why in (None, *map(Reason, ReasonCode)):
        skip = Skipped(str(a), SkipCode.SAYS_MORE, PartKind.NOTE.code)
        assert check(replace(proposed, why=why)) == skip
    tagged.add(str(b))
    assert isinstance(check(proposed), Checked)


class TestProof:
    """The evidence of a scan is found anew in the files as they are."""

    def step(self, tmp_path: Path, content: bytes, evidence: Evidence) -> Step:
        """A JPEG that shall go, and what is said to show the same."""
        victim = write(tmp_path / "a.jpg", jpeg(textured()))
        return scanned(victim, write(tmp_path / "b.jpg", content), evidence)

    @pytest.mark.parametrize("evidence", [Evidence.SAME_PIXELS, Evidence.RE_ENCODED])
    def test_another_photo_is_no_copy_whatever_was_said(
        self, tmp_path: Path, evidence: Evidence
    ) -> None:
        step = self.step(tmp_path, jpeg(textured(seed=1)), evidence)
        assert check(step) == Skipped(
            step.victim.path, SkipCode.NO_LONGER_PROVEN, step.survivor.path
        )

    def test_one_pixel_that_differs_is_not_the_same(self, tmp_path: Path) -> None:
        picture = textured()
        one = encode(picture, "PNG")
        picture.putpixel((5, 5), (1, 2, 3))
        other = encode(picture, "PNG")
        step = scanned(
            write(tmp_path / "a.png", one), write(tmp_path / "b.png", other), Evidence.SAME_PIXELS
        )
        assert code_of(check(step)) is SkipCode.NO_LONGER_PROVEN
        # Nothing loses a pixel that saves without loss: it was no saving that changed it.
        again = replace(step, evidence=Evidence.RE_ENCODED)
        assert code_of(check(again)) is SkipCode.NO_LONGER_PROVEN

    def test_another_exposure_is_another_photo_whatever_was_said(self, tmp_path: Path) -> None:
        victim = write(tmp_path / "a.jpg", taken("2011:02:03 04:05:07", quality=90))
        survivor = write(tmp_path / "b.jpg", taken("2011:02:03 04:05:06", quality=92))
        for evidence in (Evidence.RE_ENCODED, Evidence.EDITED):
            assert check(scanned(victim, survivor, evidence)) == Skipped(
                str(victim), SkipCode.NOT_A_DUPLICATE, str(survivor)
            )
        write(survivor, taken("2011:02:03 04:05:07", quality=92))
        assert isinstance(check(scanned(victim, survivor, Evidence.RE_ENCODED)), Checked)
        write(survivor, taken("2011:02:03 04:05:06", quality=90))
        for evidence in (Evidence.SAME_PIXELS, Evidence.RE_ENCODED):
            step = scanned(victim, survivor, evidence)
            assert isinstance(check(replace(step, accepts_loss=True)), Checked)
            assert check(step) == Skipped(str(victim), SkipCode.SAYS_MORE, "exact-time")

    def test_removals_without_loss_lose_no_texts(self, tmp_path: Path) -> None:
        victim = write(tmp_path / "a.jpg", jpeg(textured(), comment=b"grandma wrote"))
        step = scanned(victim, write(tmp_path / "b.jpg", jpeg(textured())), Evidence.SAME_PIXELS)
        assert isinstance(check(replace(step, accepts_loss=True)), Checked)  # a person marked it
        for why in (None, *map(Reason, ReasonCode)):
            skip = Skipped(step.victim.path, SkipCode.SAYS_MORE, "words")
            assert check(replace(step, why=why)) == skip
        swapped = replace(step, victim=step.survivor, survivor=step.victim)
        assert isinstance(check(swapped), Checked)

    @pytest.mark.parametrize("evidence", [Evidence.SAME_PIXELS, Evidence.RE_ENCODED])
    @pytest.mark.parametrize("lacking", ["trailing-data", "frames", "transparency", "16 bits"])
    def test_data_beside_the_picture_is_not_lost(
        self, tmp_path: Path, lacking: str, evidence: Evidence
    ) -> None:
        """A plan may have been written by anybody."""
        shown = textured()
        faint = shown.copy()
        faint.putalpha(Image.new("L", shown.size, 254))
        deep = np.asarray(shown.convert("L")).astype(np.uint16) * 257 + 1
        contents = {
            "trailing-data": (jpeg(shown) + b"grandma wrote", jpeg(shown)),
            "frames": (jpeg(shown) + jpeg(textured(seed=1)), jpeg(shown)),
            "transparency": (encode(faint, "PNG"), encode(shown, "PNG")),
            "16 bits": (encode(Image.fromarray(deep), "PNG"), encode(shown.convert("L"), "PNG")),
        }
        paths = tmp_path / "a" / "photo", tmp_path / "b" / "photo"
        victim, survivor = map(write, paths, contents[lacking])
        step = scanned(victim, survivor, evidence)
        assert isinstance(check(step), Skipped)
        assert isinstance(check(replace(step, accepts_smaller=True)), Skipped)
        swapped = replace(step, victim=step.survivor, survivor=step.victim)
        assert isinstance(check(replace(swapped, evidence=Evidence.RE_ENCODED)), Checked)

    def test_metadata_in_the_sidecar_of_the_kept_copy_is_not_lost(self, tmp_path: Path) -> None:
        exif = Image.Exif()
        exif[306] = "2011:02:03 04:05:07"
        victim = write(tmp_path / "a.jpg", jpeg(textured(), exif=exif))
        survivor = write(tmp_path / "b.jpg", jpeg(textured()))
        step = scanned(victim, survivor, Evidence.SAME_PIXELS)
        lacking = Skipped(str(victim), SkipCode.SAYS_MORE, "date")
        assert check(step) == lacking
        rescued = check(step, rescue_metadata=True)
        assert isinstance(rescued, Checked)
        assert rescued.rescue is not None
        sidecar = write(Path(rescued.rescue.path), rescued.rescue.content)
        assert isinstance(check(step), Checked)
        write(sidecar, b"something else")
        assert check(step) == lacking

    def test_stronger_evidence_than_was_said_is_welcome(self, tmp_path: Path) -> None:
        content = jpeg(textured(), comment=b"another")
        for evidence in (Evidence.SAME_PIXELS, Evidence.RE_ENCODED):
            assert isinstance(check(self.step(tmp_path, content, evidence)), Checked)

    def test_weaker_evidence_is_not(self, tmp_path: Path) -> None:
        content = jpeg(textured().point(lambda level: min(level + 30, 255)))
        step = self.step(tmp_path, content, Evidence.RE_ENCODED)
        assert code_of(check(step)) is SkipCode.NO_LONGER_PROVEN
        # An edited copy goes by a person's choice alone, so no list can call it one.
        edited = Skipped(step.victim.path, SkipCode.NOT_A_DUPLICATE, step.survivor.path)
        assert check(replace(step, evidence=Evidence.EDITED)) == edited

    def test_a_victim_that_breaks_off_goes_by_choice(self, tmp_path: Path) -> None:
        victim = write(tmp_path / "a.jpg", jpeg(textured())[:-200])
        survivor = write(tmp_path / "b.jpg", jpeg(textured()))
        assert isinstance(check(scanned(victim, survivor, Evidence.CHOSEN)), Checked)

    def test_a_victim_that_is_no_picture_stays(self, tmp_path: Path, b: Path) -> None:
        victim = write(tmp_path / "a.jpg", b"no picture at all")
        assert code_of(check(scanned(victim, b, Evidence.RE_ENCODED))) is SkipCode.UNREADABLE


def called_different(one: Path, other: Path) -> SeparatedPhotos:
    """The decision as it is made, with the small pictures that the catalog adds at once."""
    photos = []
    for part, path in enumerate((one, other)):
        content = path.read_bytes()
        photo = decode_bytes(content, str(path), DecodeLimits(), blake3(content).digest())
        small = photo.grey, photo.chroma
        keys = photo_keys(
            photo.digest, photo.facts, fingerprint_version=FINGERPRINT_VERSION, small=small
        )
        photos.append(SeparatedPhoto(keys, part))
    return SeparatedPhotos([Separation(tuple(photos))])


def test_photos_called_different_stay(tmp_path: Path) -> None:
    a = write(tmp_path / "a.jpg", jpeg(textured(), quality=60))
    b = write(tmp_path / "b.jpg", jpeg(textured(), quality=95))
    assert isinstance(check(scanned(a, b, Evidence.RE_ENCODED)), Checked)
    separated = called_different(a, b)
    step = scanned(a, b, Evidence.RE_ENCODED)
    assert check(step, separated=separated) == Skipped(str(a), SkipCode.CALLED_DIFFERENT, str(b))
    # Tagged since, and scanned by somebody who knew nothing of the decision.
    write(a, with_xmp(a.read_bytes(), 'xmp:Rating="4"'))
    write(b, with_xmp(b.read_bytes(), 'xmp:Rating="4"'))
    step = scanned(a, b, Evidence.RE_ENCODED)
    assert isinstance(check(step), Checked)
    assert code_of(check(step, separated=separated)) is SkipCode.CALLED_DIFFERENT
    # Compressed anew without loss since, as some programs do whenever they save.
    write(a, with_xmp(jpeg(textured(), quality=60, progressive=True), 'xmp:Rating="4"'))
    step = scanned(a, b, Evidence.RE_ENCODED)
    assert isinstance(check(step), Checked)
    assert code_of(check(step, separated=separated)) is SkipCode.CALLED_DIFFERENT
    another = write(tmp_path / "c.jpg", with_xmp(jpeg(textured(), quality=90), 'xmp:Rating="4"'))
    assert isinstance(check(scanned(a, another, Evidence.RE_ENCODED), separated=separated), Checked)


def test_copies_of_the_same_bytes_that_were_called_different_stay(a: Path, b: Path) -> None:
    separated = called_different(a, b)
    assert code_of(check(scanned(a, b), separated=separated)) is SkipCode.CALLED_DIFFERENT

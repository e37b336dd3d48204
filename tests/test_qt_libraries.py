"""Libraries that Qt lacks are told by the command that installs them."""

from collections.abc import Callable

import pytest

from dupefinder import qt_libraries

EGL_AND_CURSOR = ["libEGL.so.1", "libxcb-cursor.so.0"]


@pytest.mark.parametrize(
    ("release", "command"),
    [
        ({"ID": "debian"}, "apt-get install libegl1 libxcb-cursor0"),
        ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, "apt-get install libegl1"),
        ({"ID": "fedora"}, "dnf install 'libEGL.so.1()(64bit)' 'libxcb-cursor.so.0()(64bit)'"),
        ({"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, "dnf install 'libEGL.so.1()"),
        ({"ID": "opensuse-leap", "ID_LIKE": "suse opensuse"}, "zypper install 'libEGL.so.1()"),
        ({"ID": "opensuse-tumbleweed"}, "zypper install 'libEGL.so.1()(64bit)'"),
        ({"ID": "arch"}, "pacman -S libglvnd xcb-util-cursor"),
        ({"ID": "alpine"}, "apk add so:libEGL.so.1 so:libxcb-cursor.so.0"),
    ],
)
def test_the_command_fits_the_distribution(
    linux: Callable[..., None], release: dict[str, str], command: str
) -> None:
    linux(release=release)
    assert f"\n  sudo {command}" in qt_libraries.advice(EGL_AND_CURSOR)
    linux(release=release, root=True)
    assert f"\n  {command}" in qt_libraries.advice(EGL_AND_CURSOR)


@pytest.mark.parametrize("release", [None, {}, {"ID": "void"}])
def test_an_unknown_system_is_told_the_libraries(
    linux: Callable[..., None], release: dict[str, str] | None
) -> None:
    linux(release=release)
    assert "libEGL.so.1, libxcb-cursor.so.0" in qt_libraries.advice(EGL_AND_CURSOR)


def test_a_package_with_two_libraries_is_named_once() -> None:
    both = ["libglib-2.0.so.0", "libgthread-2.0.so.0"]
    assert qt_libraries.packages_with(both, "apt-get") == ["libglib2.0-0"]


@pytest.mark.skipif(not qt_libraries.on_linux(), reason="libraries are looked for on Linux")
def test_a_library_is_missing_when_it_does_not_load() -> None:
    assert qt_libraries.missing_libraries(["libc.so.6"]) == []
    assert qt_libraries.missing_libraries(["libnosuch.so.7"]) == ["libnosuch.so.7"]


def test_other_systems_lack_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qt_libraries, "on_linux", lambda: False)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert qt_libraries.missing_libraries(["libnosuch.so.7"]) == []
    assert qt_libraries.has_display()


def test_wayland_alone_needs_no_x11_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.delenv("DISPLAY", raising=False)
    assert "libwayland-cursor.so.0" in qt_libraries.window_libraries()
    assert "libxcb-cursor.so.0" not in qt_libraries.window_libraries()
    monkeypatch.setenv("DISPLAY", ":0")
    assert "libxcb-cursor.so.0" in qt_libraries.window_libraries()

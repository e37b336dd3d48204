"""Packages hold what the program uses, and the system's own libraries stay the system's."""

import sys
import sysconfig

import pytest
from bundle_contents import belongs, comes_along, homes


@pytest.mark.parametrize(
    "place",
    [
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6\\plugins\\platforms\\qwindows.dll",
        "PySide6/Qt/plugins/platforms/libqcocoa.dylib",
        "PySide6/Qt/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so",
        "PySide6/plugins/imageformats/qjpeg.dll",
        "PySide6/Qt/translations/qtbase_ja.qm",
        "dupefinder/_resources/help/index.md",
        "cv2/cv2.abi3.so",
    ],
)
def test_used_files_belong_to_the_bundle(place: str) -> None:
    assert belongs(place)


@pytest.mark.parametrize(
    "place",
    [
        "PySide6/Qt/plugins/platforms/libqvnc.so",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/plugins/tls/qopensslbackend.dll",
        "PySide6/Qt/plugins/imageformats/libqtiff.so",
        "PySide6/Qt/translations/qtbase_ko.qm",
        "PySide6/Qt/translations/qt_de.qm",
        "PySide6/opengl32sw.dll",
        "dupefinder/_resources/pictures/review.png",
        "dupefinder\\_resources\\languages\\de\\LC_MESSAGES\\dupefinder.po",
        "cv2/opencv_videoio_ffmpeg500_64.dll",
        "libQt6EglFSDeviceIntegration.so.6",
        "simplejpeg/_jpeg.pyi",
    ],
)
def test_unused_files_are_left_out_of_the_bundle(place: str) -> None:
    assert not belongs(place)


HOMES = ("/builds/environment", "/opt/python")


@pytest.mark.parametrize(
    "source",
    [
        "/builds/environment/lib/python3.13/site-packages/numpy.libs/libgfortran.so.5",
        "/opt/python/lib/libpython3.13.so.1.0",
        "/usr/lib/x86_64-linux-gnu/libssl.so.3",
        "/usr/lib/x86_64-linux-gnu/libxcb-cursor.so.0",
        "/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0",
    ],
)
def test_libraries_that_desktops_may_lack_come_along(source: str) -> None:
    assert comes_along(source.rpartition("/")[2], source, HOMES)


@pytest.mark.parametrize(
    "name",
    ["libstdc++.so.6", "libX11.so.6", "libfontconfig.so.1", "libglib-2.0.so.0", "libreadline.so.8"],
)
def test_drivers_fonts_and_what_they_share_stay_the_systems(name: str) -> None:
    assert not comes_along(name, f"/usr/lib/x86_64-linux-gnu/{name}", HOMES)


def test_modules_of_the_systems_python_come_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "base_prefix", "/usr")
    monkeypatch.setattr(sysconfig, "get_path", lambda name: {"stdlib": "/usr/lib/python3.11"}[name])
    module = "_ctypes.cpython-311-x86_64-linux-gnu.so"
    assert comes_along(module, f"/usr/lib/python3.11/lib-dynload/{module}", homes())
    assert not comes_along("libX11.so.6", "/usr/lib/x86_64-linux-gnu/libX11.so.6", homes())

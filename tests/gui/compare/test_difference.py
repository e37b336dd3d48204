import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from dupefinder.core.records import Orientation
from dupefinder.gui.compare.difference import GAIN, Difference, Differences, difference_of
from dupefinder.gui.compare.geometry import transform_of
from tests.gui.stand_ins import catch

IDENTITY = Orientation.IDENTITY


def picture(width_px: int = 40, height_px: int = 30, grey: int = 100) -> QImage:
    image = QImage(width_px, height_px, QImage.Format.Format_RGB32)
    image.fill(QColor(grey, grey, grey))
    return image


def with_spot(image: QImage) -> QImage:
    spotted = image.copy()
    painter = QPainter(spotted)
    painter.fillRect(QRect(0, 0, image.width() // 4, image.height() // 2), QColor(200, 100, 100))
    painter.end()
    return spotted


def test_equal_photos_make_black() -> None:
    difference = difference_of(picture(), IDENTITY, picture(), IDENTITY)
    assert difference.share == 0
    assert difference.image == picture(grey=0)


def test_differing_pixels_are_bright_in_the_difference() -> None:
    difference = difference_of(picture(), IDENTITY, with_spot(picture()), IDENTITY)
    assert difference.share == pytest.approx(1 / 8)
    assert difference.image.pixelColor(2, 2).red() == 255
    assert difference.image.pixelColor(30, 20).red() == 0


def test_little_is_shown_brighter_than_it_is() -> None:
    difference = difference_of(picture(grey=100), IDENTITY, picture(grey=105), IDENTITY)
    assert difference.image.pixelColor(5, 5).red() == 5 * GAIN
    assert difference.share == 0


def test_photos_of_other_sizes_are_compared_at_the_smaller_one() -> None:
    large, small = with_spot(picture(161, 120)), picture(40, 30)
    for one, other in ((large, small), (small, large)):
        difference = difference_of(one, IDENTITY, other, IDENTITY)
        assert (difference.image.width(), difference.image.height()) == (40, 30)
        assert difference.share == pytest.approx(1 / 8, abs=0.03)


@pytest.mark.parametrize("orientation", list(Orientation))
def test_turned_photos_are_laid_on_each_other(orientation: Orientation) -> None:
    one = with_spot(picture())
    undone = transform_of(orientation).inverted()[0]
    turned = one.transformed(undone)
    assert difference_of(one, IDENTITY, turned, orientation).share == 0
    assert difference_of(turned, orientation, one, IDENTITY).share == 0


def test_a_crop_is_laid_where_it_was_cut_out() -> None:
    photo = with_spot(picture(80, 60))
    crop = photo.copy(QRect(8, 12, 40, 30))
    placement = (0.5, 0, 0.1, 0, 0.5, 0.2)
    difference = difference_of(photo, IDENTITY, crop, IDENTITY, placement)
    assert (difference.image.width(), difference.image.height()) == (80, 60)
    assert difference.share == 0
    assert difference.image.pixelColor(10, 14) == QColor(0, 0, 0)
    assert difference.image.pixelColor(47, 41) == QColor(0, 0, 0)
    outside = difference.image.pixelColor(2, 2)
    assert outside.blue() > outside.red() > 0
    assert difference.image.pixelColor(50, 30) == outside
    elsewhere = difference_of(photo, IDENTITY, crop, IDENTITY, (0.5, 0, 0, 0, 0.5, 0))
    assert elsewhere.share > 0


def test_a_frame_around_a_photo_is_no_difference() -> None:
    photo = with_spot(picture(80, 60))
    framed = picture(160, 120, 255)
    painter = QPainter(framed)
    painter.drawImage(40, 30, photo)
    painter.end()
    placement = (2, 0, -0.5, 0, 2, -0.5)
    assert difference_of(photo, IDENTITY, framed, IDENTITY, placement).share == 0
    assert difference_of(photo, IDENTITY, framed, IDENTITY).share > 0.1


def test_nothing_in_common_is_no_difference() -> None:
    placement = (1.0, 0.0, 2.0, 0.0, 1.0, 0.0)
    assert difference_of(picture(), IDENTITY, picture(), IDENTITY, placement).share == 0


@pytest.mark.parametrize("width_px", [1, 3, 5])
def test_odd_sizes_are_fine(width_px: int) -> None:
    difference = difference_of(
        picture(width_px, 1), IDENTITY, picture(width_px, 1, grey=200), IDENTITY
    )
    assert difference.share == 1


def test_it_is_made_in_another_thread(qtbot: QtBot) -> None:
    differences = Differences()
    with qtbot.waitSignal(differences.made) as caught:
        differences.want(picture(), IDENTITY, with_spot(picture()), IDENTITY)
    assert isinstance(caught.args[0], Difference)


def test_only_the_last_one_that_is_wanted_comes(qtbot: QtBot) -> None:
    differences = Differences()
    made = catch(differences.made)
    differences.want(picture(), IDENTITY, with_spot(picture()), IDENTITY)
    differences.want(picture(), IDENTITY, picture(), IDENTITY)
    qtbot.waitUntil(lambda: len(made) == 1)
    assert made[0].share == 0
    differences.want(picture(), IDENTITY, picture(), IDENTITY)
    differences.drop()
    differences.wait()
    differences.want(picture(), IDENTITY, with_spot(picture()), IDENTITY)
    qtbot.waitUntil(lambda: len(made) == 2)
    assert made[1].share > 0

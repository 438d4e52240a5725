"""Icons: every one that is named ships, and they take the colours of the theme that is on."""

import re

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon

from opendoors_desktop.gui.actions import TABLE
from opendoors_desktop.gui.icons import icon, icon_pixmap
from opendoors_desktop.gui.theme import Mode, keeper, theme, tokens


def is_drawn_in(pixmap, color: str) -> bool:
    """Whether a picture has ink, and all of it in one colour (its edges are rounded in their last bit)."""
    image = pixmap.toImage()
    points = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    ink = [point for point in points if point.alpha() > 250]
    return bool(ink) and all(_is_near(point, QColor(color)) for point in ink)


def _is_near(one: QColor, other: QColor) -> bool:
    distances = (one.red() - other.red(), one.green() - other.green(), one.blue() - other.blue())
    return max(map(abs, distances)) <= 2


def test_every_icon_that_is_named_ships(repository):
    names = {spec.icon for spec in TABLE if spec.icon} | {kind["icon"] for kind in tokens()["stepTypes"].values()}
    for file in (repository / "opendoors_desktop" / "gui").rglob("*.py"):
        names |= set(re.findall(r"\bicon(?:_button)?\(\s*\"([a-z0-9-]+)\"", file.read_text(encoding="utf-8")))

    shipped = {file.stem for file in (repository / "resources" / "icons").glob("*.svg")}
    assert names - shipped == set()


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_a_picture_is_as_sharp_as_its_screen(ratio):
    picture = icon_pixmap("mail", "#0D6D75", 16, ratio)

    assert picture.size() == QSize(round(16 * ratio), round(16 * ratio))
    assert picture.devicePixelRatio() == ratio
    assert is_drawn_in(picture, "#0D6D75")


def test_an_icon_follows_the_theme_and_its_state():
    sign = icon("mail", "text-muted", "accent-text")
    size = QSize(48, 48)
    assert is_drawn_in(sign.pixmap(size), theme().colors["text-muted"])
    assert is_drawn_in(sign.pixmap(size, QIcon.Mode.Normal, QIcon.State.On), theme().colors["accent-text"])
    assert is_drawn_in(sign.pixmap(size, QIcon.Mode.Disabled), theme().colors["text-disabled"])

    keeper().choose(Mode.DARK)
    try:
        assert is_drawn_in(sign.pixmap(size), theme().colors["text-muted"])
    finally:
        keeper().choose(Mode.LIGHT)

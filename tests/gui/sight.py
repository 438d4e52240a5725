"""What a machine can see of a window: cut words, parts over one another, faint text, small or nameless parts."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPixmap, QRegion
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QScrollBar,
    QSizeGrip,
    QSplitterHandle,
    QStackedWidget,
    QTabBar,
    QTableView,
    QToolButton,
    QWidget,
)

from opendoors_desktop.gui.notices import _Toast
from opendoors_desktop.gui.rail import RailButton
from opendoors_desktop.gui.widgets.sign import Sign
from opendoors_desktop.gui.widgets.text import ElidedLabel

LEAST_TARGET: Final = 24
LEAST_CONTRAST: Final = 4.5
LEAST_OF_PICTURES: Final = 3.0
SHORT: Final = 12
"""Words of so few letters always have room."""

ALWAYS_OFF: Final = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
PICTURE: Final = "a picture"

LIES_OVER: Final = (_Toast, QScrollBar, QSizeGrip, QSplitterHandle)
"""What may lie over its neighbours."""


def faults(window: QWidget) -> list[str]:
    """What is wrong with how the parts of a window are laid out and named, a line each."""
    parts = [window, *(each for each in window.findChildren(QWidget) if is_seen(each, window))]
    found = [fault for each in parts for fault in _faults_of(each, window)]
    return sorted(set(found))


def _faults_of(part: QWidget, window: QWidget) -> Iterator[str]:
    if not _is_inside_control(part):
        yield from _overlaps(part)
    if _is_cut(part):
        yield f"cut: {told(part)}"
    if _leaves_its_parent(part, window) or _is_too_wide(part):
        yield f"outside: {told(part)}"
    if is_control(part):
        if min(part.width(), part.height()) < LEAST_TARGET:
            yield f"small: {told(part)} {part.width()}×{part.height()}"
        if not part.accessibleName() and not getattr(part, "text", str)():
            yield f"nameless: {told(part)}"


def told(part: QWidget | None) -> str:
    """What a person would call a part of the window."""
    if part is None:
        return "nothing"
    text = part.text() if isinstance(part, (QLabel, QAbstractButton, QLineEdit)) else ""
    return f"{type(part).__name__} {(text or part.accessibleName() or part.objectName())[:60]!r}"


def is_seen(part: QWidget, window: QWidget) -> bool:
    """Whether any of a part is on the screen, as far as its own window goes."""
    return part.isVisible() and part.window() is window and not part.visibleRegion().isEmpty()


def is_control(part: QWidget) -> bool:
    """Whether a person works with it by mouse and keys."""
    can = bool(part.focusPolicy() & Qt.FocusPolicy.TabFocus) and part.isEnabled()
    return can and not _is_inside_control(part) and not isinstance(part, (QAbstractScrollArea, QTabBar))


def _is_inside_control(part: QWidget) -> bool:
    parent = part.parentWidget()
    return parent is not None and (
        isinstance(parent, (QComboBox, QAbstractSpinBox, QLineEdit, QTabBar, QAbstractItemView))
        or part.objectName().startswith("qt_")
    )


# Words ----------------------------------------------------------------------------------------------------------------


def _is_cut(part: QWidget) -> bool:
    if isinstance(part, ElidedLabel):
        return 0 < len(part.text()) <= SHORT and part.width() < part.fontMetrics().horizontalAdvance(part.text())
    if isinstance(part, QLabel):
        return bool(part.text()) and _label_is_cut(part)
    if isinstance(part, RailButton):
        return part.width() < part.fontMetrics().horizontalAdvance(part.text()) + 4
    if isinstance(part, (QPushButton, QToolButton)) and part.text() and not _is_inside_control(part):
        return part.width() < part.minimumSizeHint().width() or part.height() < part.fontMetrics().height()
    if isinstance(part, QComboBox):
        words = part.fontMetrics().horizontalAdvance(part.currentText())
        return len(part.currentText()) <= 24 and part.width() < words + 24
    if isinstance(part, QLineEdit) and not part.text():
        return part.width() < part.fontMetrics().horizontalAdvance(part.placeholderText())
    if isinstance(part, QTabBar):
        return part.sizeHint().width() > part.width()
    return False


def _label_is_cut(label: QLabel) -> bool:
    room = label.contentsRect().size()
    if label.wordWrap():
        longest = max(
            (label.fontMetrics().horizontalAdvance(word) for word in re.split(r"[\s\u200b]", label.text())), default=0
        )
        return label.heightForWidth(label.width()) > label.height() or longest > room.width()
    return label.sizeHint().width() > label.width() or label.fontMetrics().height() > label.height()


def _is_too_wide(part: QWidget) -> bool:
    """Whether what scrolls up and down alone has parts beyond its edge."""
    if not isinstance(part, QScrollArea) or part.horizontalScrollBarPolicy() != ALWAYS_OFF:
        return False
    inside = part.widget()
    return inside is not None and inside.width() > part.viewport().width()


def _leaves_its_parent(part: QWidget, window: QWidget) -> bool:
    """Whether its parent shows only a piece of it; what scrolls may be anywhere."""
    parent = part.parentWidget()
    if part is window or parent is None or parent.objectName() == "qt_scrollarea_viewport" or _is_inside_control(part):
        return False
    return not isinstance(part, (QScrollBar, QSplitterHandle)) and not parent.rect().contains(part.geometry())


# Places ---------------------------------------------------------------------------------------------------------------


def _overlaps(parent: QWidget) -> Iterator[str]:
    if isinstance(parent, (QStackedWidget, QAbstractItemView)):
        return
    parts = [
        each
        for each in parent.children()
        if isinstance(each, QWidget)
        and each.isVisible()
        and not each.isWindow()
        and not isinstance(each, LIES_OVER)
        and not each.objectName().startswith("qt_")
        and not each.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    ]
    for one, other in combinations(parts, 2):
        if one.geometry().intersects(other.geometry()):
            yield f"overlap: {told(one)} and {told(other)}"


# Colours --------------------------------------------------------------------------------------------------------------


def picture_of(window: QWidget, ratio: int = 1) -> QImage:
    """A window as it looks on a screen of `ratio` pixels to a unit."""
    pixmap = QPixmap(window.size() * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    window.render(pixmap, QPoint(), QRegion(window.rect()))
    return pixmap.toImage().convertToFormat(QImage.Format.Format_RGB32)


def faint(window: QWidget, picture: QImage) -> list[str]:
    """The words of a window that stand out too little from what is behind them, by the rule of WCAG."""
    found = []
    for place, words in _places_of_words(window):
        ratio = contrast_in(picture, place)
        if ratio < (LEAST_OF_PICTURES if words.endswith(PICTURE) else LEAST_CONTRAST):
            found.append(f"faint: {words} {ratio:.1f}")
    return found


def _places_of_words(window: QWidget) -> Iterator[tuple[QRect, str]]:
    for part in window.findChildren(QWidget):
        if not is_seen(part, window) or not part.isEnabled():
            continue
        if isinstance(part, (QLabel, QAbstractButton)) and part.visibleRegion().boundingRect() == part.rect():
            place = QRect(part.mapTo(window, QPoint()), part.size()).adjusted(3, 3, -3, -3)
            if part.text().strip():
                yield place, told(part)
            elif isinstance(part, QAbstractButton) and not part.icon().isNull():
                yield place, f"{told(part)}, {PICTURE}"
        elif isinstance(part, Sign):
            yield (
                QRect(part.mapTo(window, QPoint()), part.size()),
                f"{told(part)} in {told(part.parentWidget())}, {PICTURE}",
            )
        elif isinstance(part, QAbstractItemView):
            yield from _cells_of(part, window)


def _cells_of(view: QAbstractItemView, window: QWidget) -> Iterator[tuple[QRect, str]]:
    model, port = view.model(), view.viewport()
    if model is None or not view.isEnabled():
        return
    seen = port.visibleRegion().boundingRect()
    for row in range(min(model.rowCount(), 12)):
        for column in range(view.horizontalHeader().count() if isinstance(view, QTableView) else 1):
            index = model.index(row, column)
            place = view.visualRect(index) & seen
            if place.width() > 16 and place.height() > 16 and isinstance(index.data(), str) and index.data().strip():
                yield QRect(port.mapTo(window, place.topLeft()), place.size()), f"cell {index.data()[:40]!r}"


def contrast_in(picture: QImage, place: QRect) -> float:
    """The contrast between the colour that fills a place and the one that stands out most from it."""
    ratio = int(picture.devicePixelRatio())
    piece = picture.copy(QRect(place.topLeft() * ratio, place.size() * ratio))
    if piece.isNull():
        return 21.0
    counted = Counter(memoryview(bytes(piece.constBits())).cast("I"))
    ground = counted.most_common(1)[0][0]
    often = [color for color, times in counted.most_common(400) if times > 1]
    return max((_ratio(ground, color) for color in often), default=21.0)


def _ratio(one: int, other: int) -> float:
    dim, bright = sorted((_luminance(one), _luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def _luminance(color: int) -> float:
    parts = [(color >> shift & 255) / 255 for shift in (16, 8, 0)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

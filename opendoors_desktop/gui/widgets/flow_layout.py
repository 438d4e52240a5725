"""A layout of parts in a row that goes on in the next one where there is no room."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QStyle, QWidget


class FlowLayout(QLayout):
    """Parts at the size they want, from the leading edge on, in as many rows as they need."""

    def __init__(self, parent: QWidget | None = None, gap: int = 4) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay_out(QRect(0, 0, width, 0), is_real=False)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        sizes = [item.minimumSize() for item in self._items if not item.isEmpty()]
        return QSize(
            max((size.width() for size in sizes), default=0), max((size.height() for size in sizes), default=0)
        )

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay_out(rect, is_real=True)

    def _lay_out(self, rect: QRect, *, is_real: bool) -> int:
        """Place the parts, or only reckon; gives the height they take."""
        whole, around = rect, self.contentsMargins()
        rect = rect.marginsRemoved(around)
        left, top, high = rect.left(), rect.top(), 0
        parent = self.parentWidget()
        direction = Qt.LayoutDirection.LeftToRight if parent is None else parent.layoutDirection()
        for item in self._items:
            if item.isEmpty():
                continue
            hint = item.sizeHint()
            size = QSize(min(hint.width(), max(1, rect.width())), hint.height())
            if left > rect.left() and left + size.width() > rect.right() + 1:
                left, top, high = rect.left(), top + high + self._gap, 0
            if is_real:
                item.setGeometry(QStyle.visualRect(direction, whole, QRect(QPoint(left, top), size)))
            left += size.width() + self._gap
            high = max(high, size.height())
        return top + high - rect.top() + around.top() + around.bottom()

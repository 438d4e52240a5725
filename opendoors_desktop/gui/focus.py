"""Where the focus goes in a pane."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


def first_focus(pane: QWidget) -> QWidget | None:
    """What in a pane takes the focus: the pane itself, or the first of its parts that can; None where nothing does."""
    if not pane.isVisible():
        return None
    if pane.focusPolicy() & Qt.FocusPolicy.TabFocus and pane.isEnabled():
        return pane
    takes = (each for each in pane.findChildren(QWidget) if each.isVisible() and each.isEnabled())
    return next((each for each in takes if each.focusPolicy() & Qt.FocusPolicy.TabFocus), None)


def step_out(panes: list[QWidget]) -> bool:
    """Give the focus to the pane before the one that has it, in reading order; False where there is none."""
    focus = QApplication.focusWidget()
    here = next((n for n, pane in enumerate(panes) if focus is pane or (focus and pane.isAncestorOf(focus))), 0)
    target = next((found for pane in reversed(panes[:here]) if (found := first_focus(pane)) is not None), None)
    if target is not None:
        target.setFocus(Qt.FocusReason.BacktabFocusReason)
    return target is not None

"""Rows of lists: one height, words cut once, mirrored where the language runs from right to left."""

from PySide6.QtCore import QRect, QStringListModel, Qt
from PySide6.QtWidgets import QListView

from opendoors_desktop.gui.theme import Mode, keeper, make_theme, theme
from opendoors_desktop.gui.widgets.row_delegate import RowDelegate


class Plain(RowDelegate):
    """Draws the words and notes where."""

    drawn: tuple[QRect, ...] = ()

    def draw(self, brush):
        words = brush.index.data()
        place = brush.rect.adjusted(40, 0, -100, 0)
        brush.text(place, words)
        brush.pill(brush.rect.adjusted(brush.rect.width() - 90, 0, 0, 0), "Held", "warning", "pause")
        self.drawn = (*self.drawn, brush.placed(place))


def shown(qtbot, direction=Qt.LayoutDirection.LeftToRight, words=("Ann", "x" * 10_000)):
    view = QListView()
    qtbot.addWidget(view)
    view.setLayoutDirection(direction)
    view.setModel(QStringListModel(list(words), view))
    delegate = Plain(view)
    view.setItemDelegate(delegate)
    view.resize(300, 120)
    view.show()
    view.setCurrentIndex(view.model().index(0, 0))
    return view, delegate


def test_ten_thousand_characters_are_cut_to_their_room_and_break_no_row(qtbot):
    view, delegate = shown(qtbot)
    view.grab()

    assert view.sizeHintForRow(1) == theme().px(36)
    assert len(delegate.cut("x" * 10_000, "body", 120)) < 30
    assert delegate.cut("a\nb", "body", 120) == "a b"


def test_rows_are_mirrored_and_the_edge_stands_at_the_leading_side(qtbot):
    accent = theme().color("accent")
    for direction, is_left in ((Qt.LayoutDirection.LeftToRight, True), (Qt.LayoutDirection.RightToLeft, False)):
        view, delegate = shown(qtbot, direction)
        picture = view.viewport().grab().toImage()
        row = view.visualRect(view.model().index(0, 0))
        edge = row.left() + 1 if is_left else row.right() - 1
        assert picture.pixelColor(edge, row.center().y()) == accent
        assert delegate.drawn[0].left() == (row.left() + 40 if is_left else row.left() + 100)


def test_in_high_contrast_a_tint_becomes_an_outline_in_the_colour_of_its_meaning(qtbot, monkeypatch):
    strong = make_theme(is_dark=False, family="Inter", base=13, high_contrast=True)
    monkeypatch.setattr(keeper(), "theme", strong)
    view, _ = shown(qtbot)
    picture = view.viewport().grab().toImage()
    row = view.visualRect(view.model().index(1, 0))
    column = [picture.pixelColor(row.right() - 50, y) for y in range(row.top(), row.bottom())]
    assert strong.color("warning-bg") == strong.color("surface")
    assert column.count(strong.color("warning")) >= 2
    assert strong.outline("chart-1-soft") == "chart-1"
    assert strong.outline("accent") == theme().outline("accent") == ""


def test_another_look_forgets_what_was_cut(qtbot):
    _, delegate = shown(qtbot)
    delegate.cut("words", "body", 10)
    assert delegate._cut
    keeper().choose(Mode.DARK)
    assert not delegate._cut
    keeper().choose(Mode.LIGHT)

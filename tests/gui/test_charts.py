"""Charts: gone through by keys and mouse, told in words and as tables, painted on whole pixels in either direction."""

from datetime import date, timedelta

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QToolTip

from opendoors_desktop.domain.winner import credible_range
from opendoors_desktop.gui.theme import theme
from opendoors_desktop.gui.widgets.chart_card import ChartCard
from opendoors_desktop.gui.widgets.day_chart import DayBar, DayChart, scale_end
from opendoors_desktop.gui.widgets.funnel_chart import FunnelChart, Stage
from opendoors_desktop.gui.widgets.range_chart import RangeChart, RateRange, axis_end

MONDAY = date(2026, 9, 14)
DAYS = [DayBar(MONDAY + timedelta(days), 10 * days, days % 3, days == 4) for days in range(5)]


@pytest.fixture
def shown(qtbot):
    cards = []

    def show(chart):
        card = ChartCard("Figures", chart)
        cards.append(card)
        qtbot.addWidget(card)
        card.resize(600, 240)
        card.show()
        chart.setFocus()
        return card

    yield show
    cards.clear()


@pytest.fixture
def days(shown):
    chart = DayChart("Per working day")
    chart.show_days(DAYS)
    shown(chart)
    return chart


def card_of(chart):
    card = chart.window()
    assert isinstance(card, ChartCard)
    return card


def test_left_and_right_go_from_mark_to_mark_and_stop_at_the_ends(days, qtbot):
    for key, current in ((Qt.Key.Key_Right, 0), (Qt.Key.Key_Right, 1), (Qt.Key.Key_End, 4), (Qt.Key.Key_Right, 4),
                         (Qt.Key.Key_Left, 3), (Qt.Key.Key_Home, 0), (Qt.Key.Key_Left, 0)):  # fmt: skip
        qtbot.keyClick(days, key)
        assert days.current == current
    assert "14 Sep: emails sent 0, human replies 0" in QToolTip.text()
    qtbot.keyClick(days, Qt.Key.Key_End)
    assert "Today: emails sent 40, human replies 1" in QToolTip.text()


def test_the_mouse_over_a_mark_tells_it(days, qtbot):
    qtbot.mouseMove(days, days.marks()[2].center() + QPoint(1, 0))
    qtbot.mouseMove(days, days.marks()[2].center())
    qtbot.waitUntil(lambda: "16 Sep: emails sent 20" in QToolTip.text())
    assert days.mark_at(QPoint(0, days.height() - 1)) is None


def test_a_chart_is_named_and_told_in_one_line(days):
    assert days.accessibleName() == "Per working day"
    assert days.accessibleDescription() == "Working days 5, emails sent 100, human replies 4"


def test_the_figures_can_be_had_as_a_table_and_as_text(days, qtbot):
    days.table_wanted.emit()
    model = card_of(days).figures.model()
    assert card_of(days).shows_table
    assert [model.index(2, column).data() for column in range(3)] == ["2026-09-16", "20", "2"]

    days.show_days(DAYS[:2])
    card_of(days).follow()
    assert model.rowCount() == 2

    days.copy()
    assert QGuiApplication.clipboard().text() == "Day\tEmails sent\tHuman replies\n2026-09-14\t0\t0\n2026-09-15\t10\t1"


def test_its_menu_shows_the_table_the_chart_again_and_copies(days, qtbot):
    card = card_of(days)

    def choose(words):
        qtbot.mouseClick(card.more, Qt.MouseButton.LeftButton)
        menu = next(each for each in card.findChildren(QMenu) if each.isVisible())
        next(action for action in menu.actions() if action.text() == words).trigger()
        menu.close()

    choose("Show as table")
    assert card.shows_table
    choose("Show as chart")
    assert not card.shows_table
    choose("Copy data")
    assert QGuiApplication.clipboard().text().startswith("Day\tEmails sent")

    QApplication.sendEvent(
        days, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), days.mapToGlobal(QPoint(5, 5)))
    )
    menu = next(each for each in days.findChildren(QMenu) if each.isVisible())
    assert [action.text() for action in menu.actions()] == ["Show as table", "Copy data"]
    menu.close()


def test_the_table_of_a_chart_obeys_the_rules_of_models(days, qtmodeltester):
    days.table_wanted.emit()
    qtmodeltester.check(card_of(days).figures.model())


def test_bars_are_as_long_as_their_numbers(shown):
    chart = FunnelChart("Funnel")
    chart.show_stages([Stage("Contacted", 400), Stage("Delivered", 200, 1.0), Stage("Opened", None)])
    shown(chart)
    blue = theme().color("chart-2").rgb()
    picture = chart.grab().toImage()

    lengths = [
        sum(picture.pixelColor(x, mark.center().y()).rgb() == blue for x in range(chart.width()))
        for mark in chart.marks()
    ]

    assert lengths[0] > 100
    assert lengths[1] == pytest.approx(lengths[0] / 2, abs=3)
    assert lengths[2] == 0
    assert chart.told(2) == "Opened: not measured"
    assert chart.told(1) == "Delivered: 200, 100.0% of those delivered"


def test_in_a_language_from_right_to_left_a_chart_is_mirrored(shown, qtbot):
    chart = FunnelChart("Funnel")
    chart.show_stages([Stage("Contacted", 400)])
    card = shown(chart)

    def blue_ends():
        picture, y = chart.grab().toImage(), chart.marks()[0].center().y()
        columns = [x for x in range(chart.width()) if picture.pixelColor(x, y) == theme().color("chart-2")]
        return min(columns), max(columns)

    left, right = blue_ends()
    card.setLayoutDirection(Qt.LayoutDirection.RightToLeft)

    assert blue_ends() == pytest.approx((chart.width() - 1 - right, chart.width() - 1 - left), abs=1)
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert chart.current == 0


def test_edges_lie_on_the_pixels_of_the_screen(days, monkeypatch):
    for ratio in (1.0, 1.25, 1.5, 2.0):
        monkeypatch.setattr(days, "devicePixelRatioF", lambda ratio=ratio: ratio)
        edges = days.crisp(QRectF(3.3, 4.7, 0.1, 17.2))
        for edge in (edges.left(), edges.top(), edges.right(), edges.bottom()):
            assert (edge * ratio) % 1 == pytest.approx(0, abs=1e-9) or (edge * ratio) % 1 == pytest.approx(1, abs=1e-9)
        assert edges.width() * ratio >= 1


def test_rates_are_told_with_their_fraction_and_range(shown):
    chart = RangeChart("A/B test")
    chart.show_ranges([
        RateRange("A", 7, 193, *credible_range(193, 7)),
        RateRange("B", 15, 194, *credible_range(194, 15), is_paused=True),
        RateRange("C", 0, 0, 0.0, 1.0),
    ])  # fmt: skip
    shown(chart)
    assert chart.told(0) == "A: 3.6%, 7 of 193; 95% credible range 1.8%–7.3%"
    assert chart.table().rows[1][:3] == ("B (paused)", "7.7%", "15 of 194, paused")
    assert chart.table().rows[2] == ("C", "–", "0 of 0", "–")


def test_scales_end_on_round_numbers_with_whole_parts():
    assert [scale_end(most, 2) for most in (0, 1, 3, 4, 9, 45, 51, 101, 999)] == [2, 2, 4, 4, 10, 50, 60, 120, 1000]
    assert [scale_end(most, 1) for most in (0, 1, 3, 4, 7, 12)] == [1, 1, 3, 4, 10, 15]
    assert [axis_end(high) for high in (0.0, 0.0731, 0.124, 0.14, 0.99, 1.0)] == [0.02, 0.08, 0.14, 0.14, 1.0, 1.0]

"""The dashboard of a sequence, on a real store: its numbers fit each other and the records, and it is live."""

import asyncio
import csv
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QHelpEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton, QToolTip

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.goal import GoalProgress, GoalState
from opendoors_desktop.domain.metrics import Totals
from opendoors_desktop.domain.variants import AbTest, Variant, WinnerCriteria, assign_variant
from opendoors_desktop.engine.commands.enrollments import pause_enrollment
from opendoors_desktop.engine.commands.sequences import show_sequence
from opendoors_desktop.gui.csv_export import write_csv
from opendoors_desktop.gui.models.dashboard_sight import DashboardSight, Span, day_bars
from opendoors_desktop.gui.models.dashboard_words import goal_words, tiles
from opendoors_desktop.gui.models.step_figures import StepFiguresModel
from opendoors_desktop.gui.pages.sequence_dashboard import SequenceDashboard
from opendoors_desktop.gui.widgets.help_tip import HelpTip
from opendoors_desktop.store.check import recount
from opendoors_desktop.store.queries.people_list import PeopleFigure
from opendoors_desktop.store.queries.people_states import PeopleState
from opendoors_desktop.store.queries.sequence_dashboard import DayFigures, headlines, read_dashboard
from opendoors_desktop.store.queries.sequence_facts import find_facts
from tests.builders import TimedPost, add_contacts, add_sequence, email, enroll_all, make_room, run_now, statuses, task
from tests.fixtures_store import NOW
from tests.sequence_builders import key

TEST = AbTest((Variant("A", "One", None, 1), Variant("B", "Two", None, 1)))


@pytest.fixture
def show(window, qtbot):
    """Shows a sequence's dashboard in the window and waits for its figures."""

    def open_one(sequence_id):
        dashboard = SequenceDashboard(window.bench)
        window.stack.addWidget(dashboard)
        window.stack.setCurrentWidget(dashboard)
        dashboard.handlers_changed.connect(lambda: window.actions_table.follow(dashboard.handlers()))
        dashboard.show_sequence(sequence_id)
        qtbot.waitUntil(lambda: dashboard.is_made)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        qtbot.waitUntil(lambda: dashboard.faces.face in {"content", "empty"})
        qtbot.waitUntil(lambda: dashboard.sight is None or dashboard.people.faces.face in {"content", "empty"})
        return dashboard

    return open_one


def played(room, parts=(), people=5, **more):
    """A sequence whose first emails have left."""
    made = make_room(room.context, parts, people=people, **more)
    asyncio.run(run_now(room.context, TimedPost(room.clock)))
    return made


def with_test(room, **counts):
    """A played sequence with an A/B test whose variants have these (delivered, replied)."""
    made = played(room, [email(ab_test_enabled=True, ab_test=TEST, id=key(1)), email(3)], people=2)
    with room.context.store.write() as unit:
        unit.run("DELETE FROM step_totals", {})
        for name, (delivered, replied) in counts.items():
            unit.run(
                "INSERT INTO step_totals (step_id, variant_id, sequence_id, sent, delivered, replied)"
                " VALUES (:step, :name, :sequence, :delivered, :delivered, :replied)",
                {
                    "step": key(1),
                    "name": name,
                    "sequence": made.sequence_id,
                    "delivered": delivered,
                    "replied": replied,
                },
            )
    return made


def change(room, sql, **values):
    with room.context.store.write() as unit:
        unit.run(f"UPDATE {sql}", values)


def told(dashboard, name):
    tile = dashboard.headlines.tiles[name].headline
    return tile.value, tile.fraction


def buttons_of(widget):
    return {each.text(): each for each in widget.findChildren(QPushButton)}


def texts(dashboard, column):
    model = dashboard.people.people
    return [model.index(row, column).data() for row in range(model.rowCount())]


# Figures


def test_before_the_first_send_tiles_are_dashes_and_say_when_it_starts(room, show):
    made = make_room(room.context, people=3)

    dashboard = show(made.sequence_id)

    assert told(dashboard, "enrolled") == ("3", "3 this week")
    assert told(dashboard, "contacted")[0] == "–"
    assert told(dashboard, "contacted")[1].startswith("Starts today ")
    assert {told(dashboard, name) for name in ("delivered", "replied", "bounced", "meetings")} == {("–", "")}
    assert dashboard.tests.isHidden()


def test_numbers_equal_what_the_records_bear_out_and_each_other(room, show):
    made = played(room, [email(), task(), email(3)], people=7)
    pause_enrollment(room.context, made.enrollment_ids[0])
    change(room, "sequence_enrollments SET hold_reason = 'missing_data' WHERE id = :id", id=made.enrollment_ids[1])

    dashboard = show(made.sequence_id)

    with room.context.store.read() as unit:
        assert recount(unit, room.context.scope.workspace_id) == []
        board = read_dashboard(unit, room.context.scope.workspace_id, made.sequence_id)
    assert board is not None
    assert told(dashboard, "enrolled")[0] == str(board.totals.enrolled) == "7"
    assert told(dashboard, "delivered") == ("100.0%", "7 of 7")
    chips = {state: int(chip.text().rsplit(" ", 1)[1]) for state, chip in dashboard.people.filters.items()}
    assert chips.pop(None) == sum(chips.values()) == 7
    assert (chips[PeopleState.PAUSED], chips[PeopleState.HELD]) == (1, 1)
    assert dashboard.people.people.rowCount() == 7
    steps = dashboard.steps.figures
    assert [steps.index(0, column).data() for column in (1, 2, 5)] == ["7", "7", "0.0%"]
    assert dashboard.days.note.text() == "7 sent, 0 replies"


def test_each_filter_shows_as_many_as_it_counts(room, show, qtbot):
    made = played(room, [email(), task(), email(3)], people=6)
    pause_enrollment(room.context, made.enrollment_ids[0])
    change(room, "sequence_enrollments SET hold_reason = 'missing_data' WHERE id = :id", id=made.enrollment_ids[1])
    dashboard = show(made.sequence_id)

    for chip in dashboard.people.filters.values():
        number = int(chip.text().rsplit(" ", 1)[1])
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda number=number: dashboard.people.people.rowCount() == number)
        qtbot.waitUntil(lambda number=number: dashboard.people.faces.face == ("content" if number else "empty"))
        assert chip.isChecked()
    qtbot.mouseClick(buttons_of(dashboard.people)["Clear filters"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dashboard.people.people.rowCount() == 6)
    assert dashboard.people.narrowed is None


def test_a_tile_narrows_the_people_to_those_it_counts(room, show, qtbot):
    made = played(room, people=4)
    change(room, "sequences SET total_replied = 1")
    change(
        room,
        "sequence_enrollments SET replied_at = :at, status = 'stopped', completion_reason = 'replied' WHERE id = :id",
        at=NOW, id=made.enrollment_ids[2],
    )  # fmt: skip
    dashboard = show(made.sequence_id)
    tile = dashboard.headlines.tiles["replied"]

    tile.setFocus()
    qtbot.keyClick(tile, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: dashboard.people.people.rowCount() == 1)
    assert dashboard.people.narrowed is PeopleFigure.REPLIED
    assert tile.isChecked()
    assert told(dashboard, "replied") == ("25.0%", "1 of 4")
    assert "1 ÷ 4 = 25.0%" in tile.headline.help.text

    qtbot.mouseClick(dashboard.headlines.tiles["enrolled"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dashboard.people.people.rowCount() == 4)
    assert not tile.isChecked()


def test_every_tile_says_its_arithmetic():
    totals = Totals(412, 398, 387, 241, 66, 41, 17, 9, 6, 11)
    found = {each.key: each for each in tiles(headlines(totals), this_week=38, starts_at=None, now=NOW)}

    assert [(each.value, each.fraction) for each in found.values()] == [
        ("412", "38 this week"), ("398", "14 start later"), ("97.2%", "387 of 398"),
        ("10.6%", "41 of 387"), ("4.4%", "17 of 387"), ("9", "2.3% of delivered"),
        ("1.6%", "6 of 387"), ("2.8%", "11 of 398"),
    ]  # fmt: skip
    assert found["replied"].help.text.endswith("at least one delivered email. 41 ÷ 387 = 10.6%.")
    assert "÷" not in found["enrolled"].help.text


# Live


def test_it_follows_what_others_do_and_stays_where_it_was_scrolled_to(room, show, window, qtbot):
    window.resize(960, 640)
    made = played(room, people=3)
    dashboard = show(made.sequence_id)
    bar = dashboard.area.verticalScrollBar()
    bar.setValue(120)
    assert bar.value() == 120

    enroll_all(room.context, made.sequence_id, add_contacts(room.context, 4, first=10))

    qtbot.waitUntil(lambda: told(dashboard, "enrolled")[0] == "7")
    qtbot.waitUntil(lambda: dashboard.people.people.rowCount() == 7)
    assert dashboard.people.filters[None].text() == "All 7"
    assert bar.value() == 120


def test_while_it_is_hidden_nothing_is_asked(room, show, window, qtbot):
    made = played(room, people=3)
    dashboard = show(made.sequence_id)
    window.go("outbox")
    before = dashboard.sight

    with qtbot.waitSignal(window.bench.news.changed):
        enroll_all(room.context, made.sequence_id, add_contacts(room.context, 1, first=10))
    window.bench.jobs.read(lambda _: None, lambda _: None)
    assert dashboard.sight is before

    window.stack.setCurrentWidget(dashboard)
    qtbot.waitUntil(lambda: told(dashboard, "enrolled")[0] == "4")
    assert dashboard.sight is not before


def test_the_days_are_chosen_and_all_else_stays_of_the_whole_sequence(room, show, qtbot):
    made = played(room, [email(), email(20)], people=2)
    change(room, "sequences SET activated_at = :at", at=NOW)
    room.clock.advance_to(NOW + timedelta(days=21))
    asyncio.run(run_now(room.context, TimedPost(room.clock)))
    dashboard = show(made.sequence_id)
    assert dashboard.days.note.text() == "4 sent, 0 replies"

    dashboard.span.setCurrentIndex(dashboard.span.findData(Span.LAST_7.value))
    qtbot.waitUntil(lambda: dashboard.days.note.text() == "2 sent, 0 replies")

    assert told(dashboard, "delivered") == ("100.0%", "2 of 2")
    assert [dashboard.steps.figures.index(row, 1).data() for row in (0, 1)] == ["2", "2"]
    assert "All other figures are of the whole sequence" in dashboard.span.toolTip()
    dashboard.span.setCurrentIndex(dashboard.span.findData(Span.WHOLE.value))
    qtbot.waitUntil(lambda: dashboard.days.note.text() == "4 sent, 0 replies")
    assert len(dashboard.days.chart.marks()) == 22


def test_another_sequence_takes_the_place_of_the_one_before(room, show, qtbot):
    first = played(room, people=3)
    other = add_sequence(room.context, first.mailbox, [email(), task()], name="Other")
    enroll_all(room.context, other, add_contacts(room.context, 2, first=50))
    dashboard = show(first.sequence_id)
    dashboard.people.narrow(PeopleState.FINISHED)

    dashboard.show_sequence(other)

    qtbot.waitUntil(lambda: dashboard.faces.face == "content" and told(dashboard, "enrolled")[0] == "2")
    qtbot.waitUntil(lambda: dashboard.people.people.rowCount() == 2)
    assert dashboard.people.narrowed is None
    assert dashboard.steps.figures.rowCount() == 2


# A/B tests


def test_ahead_by_96_percent_is_too_early_to_name(room, show):
    dashboard = show(with_test(room, A=(193, 7), B=(194, 15)).sequence_id)
    panel = dashboard.tests

    assert panel.title.text() == "A/B test, step 1"
    assert panel.criteria.text() == "replies ÷ delivered"
    assert panel.verdict.text() == "B ahead, 96% likely; too early to name."
    assert panel.detail.text().startswith("Bars span the 95% credible range: A\u00a01.8")
    assert panel.chart.told(1).startswith("B: 7.7%, 15 of 194")
    assert not panel.go_on.isEnabled()
    assert panel.go_on.toolTip() == "The test is going on."


def test_below_150_each_it_says_how_many_emails_are_missing(room, show):
    panel = show(with_test(room, A=(110, 2), B=(110, 9)).sequence_id).tests
    assert panel.verdict.text() == "Too early, about 80 more emails."
    assert "So far B is ahead" in panel.detail.text()


def test_a_winner_is_named_where_the_rule_names_one(room, show):
    panel = show(with_test(room, A=(400, 10), B=(400, 60)).sequence_id).tests
    assert panel.verdict.text() == "B has won: 100% likely to be the best."
    assert panel.send.property("kind") == "primary"


def test_nothing_delivered_offers_nobody(room, show):
    panel = show(with_test(room).sequence_id).tests
    assert panel.detail.text() == "Nothing was delivered yet."
    assert not panel.send.isEnabled()


def test_T33_send_b_to_everyone_keeps_the_step_and_its_history_and_is_undone(room, show, window, qtbot):
    made = with_test(room, A=(193, 7), B=(194, 15))
    dashboard = show(made.sequence_id)
    panel = dashboard.tests

    def test_now():
        found = show_sequence(room.context, made.sequence_id).flow.by_id[key(1)].ab_test
        assert found is not None
        return found

    qtbot.mouseClick(buttons_of(panel)["Send B to everyone"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.verdict.text() == "Everyone gets B from now on.")
    assert {assign_variant(test_now(), key(number), key(1), 1) for number in range(50)} == {"B"}
    assert panel.chart.table().rows[0][:3] == ("A", "3.6%", "7 of 193")
    assert dashboard.steps.figures.index(0, 2).data() == "387"
    assert not panel.send.isEnabled()

    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: panel.verdict.text() == "B ahead, 96% likely; too early to name.")
    assert test_now().winner_id is None

    qtbot.mouseClick(panel.send, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(panel.go_on.isEnabled)
    qtbot.mouseClick(panel.go_on, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: test_now().winner_id is None)
    qtbot.waitUntil(panel.send.isEnabled)
    assert window.bench.notices.toast_text == "The test goes on."


def test_of_several_tests_the_one_of_the_current_step_is_shown(room, show, qtbot):
    steps = [email(ab_test_enabled=True, ab_test=TEST), email(2), email(2, ab_test_enabled=True, ab_test=TEST)]
    dashboard = show(played(room, steps, people=2).sequence_id)
    panel = dashboard.tests
    assert [panel.steps.itemText(row) for row in range(panel.steps.count())] == ["Step 1", "Step 3"]

    dashboard.steps.setFocus()
    dashboard.steps.selectRow(0)
    for _ in range(2):
        qtbot.keyClick(dashboard.steps, Qt.Key.Key_Down)
    assert panel.title.text() == "A/B test, step 3"

    panel.steps.setCurrentIndex(0)
    assert panel.title.text() == "A/B test, step 1"


def test_how_a_winner_is_named_is_said_on_demand(room, show, qtbot):
    panel = show(with_test(room, A=(193, 7), B=(194, 15)).sequence_id).tests
    qtbot.mouseClick(panel.help, Qt.MouseButton.LeftButton)
    tip = panel.findChild(HelpTip)
    qtbot.waitUntil(tip.isVisible)
    assert "The rate is replies ÷ delivered" in tip.text.text()
    assert "from 150 delivered emails each on" in tip.note.text()


def test_opens_decide_only_with_a_warning(room, show):
    opens = replace(TEST, winner_criteria=WinnerCriteria.OPEN_RATE)
    made = played(room, [email(ab_test_enabled=True, ab_test=opens)], people=2)
    panel = show(made.sequence_id).tests
    assert panel.criteria.text() == "opens ÷ delivered"
    assert "Opens are an estimate" in panel.detail.text()


# People


def test_people_are_checked_paused_and_brought_back_by_keys_alone(room, show, window, qtbot):
    made = played(room, [email(), email(3)], people=3)
    dashboard = show(made.sequence_id)
    view, actions = dashboard.people.view, window.actions_table
    assert not actions["enrollment.pause"].isEnabled()

    view.setFocus()
    for key_ in (Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Space):
        qtbot.keyClick(view, key_)
    assert actions["enrollment.pause"].isEnabled()
    actions["enrollment.pause"].trigger()

    qtbot.waitUntil(lambda: dashboard.people.filters[PeopleState.PAUSED].text() == "Paused 2")
    assert statuses(room.context) == {"active": 1, "paused": 2}
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: dashboard.people.filters[PeopleState.PAUSED].text() == "Paused 0")
    assert statuses(room.context) == {"active": 3}


def test_a_row_is_opened_by_enter_and_its_menu_by_its_key(room, show, qtbot):
    dashboard = show(played(room, people=2).sequence_id)
    view = dashboard.people.view
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    dashboard.people.opened.disconnect()
    with qtbot.waitSignal(dashboard.people.opened) as told_of:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert told_of.args == [dashboard.people.current()]

    dashboard.people.menu_wanted.disconnect()
    with qtbot.waitSignal(dashboard.people.menu_wanted) as wanted:
        middle = view.viewport().rect().center()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, middle, view.viewport().mapToGlobal(middle))
        QApplication.sendEvent(view.viewport(), event)
    assert wanted.args[0] == dashboard.people.current()


# Export


def export_to(file, dashboard, window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = dashboard.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(file))
    dialog.close()
    qtbot.waitUntil(lambda: "written" in window.bench.notices.toast_text)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.reader(opened))


def test_ctrl_e_writes_the_people_that_are_shown_and_no_formula(room, show, window, qtbot, tmp_path):
    made = played(room, [email(), email(3)], people=5)
    pause_enrollment(room.context, made.enrollment_ids[3])
    change(room, "contacts SET company_name = '=1+1', first_name = '@Zoe'")
    dashboard = show(made.sequence_id)

    rows = export_to(tmp_path / "all.csv", dashboard, window, qtbot)
    assert rows[0][:4] == ["Contact", "Email", "Company", "Status"]
    assert len(rows) == 6
    assert {row[2] for row in rows[1:]} == {"'=1+1"}
    assert all(row[0].startswith("'@Zoe") for row in rows[1:])

    dashboard.people.narrow(PeopleState.PAUSED)
    window.bench.notices.toast("")
    assert [row[3] for row in export_to(tmp_path / "paused.csv", dashboard, window, qtbot)[1:]] == ["Paused"]
    assert list(tmp_path.glob("*.part")) == []


def test_P_prints_the_cards_to_a_pdf_and_says_where_it_cannot(room, show, window, qtbot, tmp_path):
    dashboard = show(played(room, [email(), task(), email(3)]).sequence_id)

    def print_to(file):
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        qtbot.keyClick(window, Qt.Key.Key_P)
        dialog = dashboard.findChild(QFileDialog)
        assert dialog.defaultSuffix() == "pdf"
        dialog.fileSelected.emit(str(file))
        dialog.close()

    print_to(tmp_path / "board.pdf")
    qtbot.waitUntil(lambda: window.bench.notices.toast_text == "board.pdf written.")
    pdf = (tmp_path / "board.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 3

    print_to(tmp_path / "nowhere" / "board.pdf")
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None)
    box = window.findChild(QMessageBox)
    assert "can’t be written" in box.text()
    box.reject()


def test_ctrl_e_in_the_steps_writes_the_steps(room, show, window, qtbot, tmp_path):
    dashboard = show(played(room, [email(), task(), email(3)]).sequence_id)
    dashboard.steps.setFocus()
    rows = export_to(tmp_path / "steps.csv", dashboard, window, qtbot)
    assert [row[:4] for row in rows] == [
        ["Number", "Type", "Step", "Reached"],
        ["1", "Email", "Hello {{ first_name }}", "5"],
        ["2", "Task", "Write a card", "5"],
        ["3", "Email", "Hello {{ first_name }}", "0"],
    ]


def test_ctrl_e_in_a_chart_writes_its_figures(room, show, window, qtbot, tmp_path):
    dashboard = show(played(room).sequence_id)
    dashboard.funnel.chart.setFocus()
    rows = export_to(tmp_path / "funnel.csv", dashboard, window, qtbot)
    assert rows[:2] == [["Stage", "Contacts", "Share of delivered"], ["Contacted", "5", "–"]]
    window.bench.notices.toast("")
    dashboard.days.chart.setFocus()
    assert export_to(tmp_path / "days.csv", dashboard, window, qtbot)[-1] == ["2026-03-02", "5", "0"]


def test_a_file_that_was_there_stays_when_writing_breaks_off(window, qtbot, tmp_path):
    file = tmp_path / "tables" / "x.csv"
    file.parent.mkdir()
    file.write_text("before", encoding="utf-8")

    def rows():
        yield ("1",)
        raise RuntimeError("the store went away")

    said: list[Exception] = []
    window.bench.jobs.start_long(lambda *_: write_csv(file, ["a"], rows()), None, said.append)

    qtbot.waitUntil(lambda: len(said) == 1)
    assert file.read_text(encoding="utf-8") == "before"
    assert [each.name for each in file.parent.iterdir()] == ["x.csv"]


def test_the_wheel_over_the_choice_of_days_scrolls_the_page_until_it_has_the_focus(room, show):
    dashboard = show(played(room).sequence_id)
    chosen = dashboard.span.currentIndex()

    def turn():
        middle = QPointF(dashboard.span.rect().center())
        wheel = QWheelEvent(
            middle, dashboard.span.mapToGlobal(middle), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(dashboard.span, wheel)

    turn()
    assert dashboard.span.currentIndex() == chosen
    dashboard.span.setFocus()
    turn()
    assert dashboard.span.currentIndex() == chosen + 1


def test_words_that_do_not_fit_are_told_whole(room, show, qtbot):
    made = played(room, people=2)
    change(room, "sequence_steps SET name = :name", name="A very long name <b>of a step</b> " * 9)
    dashboard = show(made.sequence_id)
    steps = dashboard.steps
    place = steps.visualRect(steps.figures.index(0, 0)).center()

    QApplication.sendEvent(
        steps.viewport(), QHelpEvent(QEvent.Type.ToolTip, place, steps.viewport().mapToGlobal(place))
    )

    qtbot.waitUntil(lambda: "&lt;b&gt;of a step" in QToolTip.text())
    assert QToolTip.text().count("A very long name") == 9


def test_a_file_that_cannot_be_written_is_told(room, show, window, qtbot, tmp_path):
    dashboard = show(played(room).sequence_id)
    qtbot.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = dashboard.findChild(QFileDialog)
    assert dialog is not None
    said: list[InputError] = []
    window.bench.notices.show_error = said.append

    dialog.fileSelected.emit(str(tmp_path / "nowhere" / "x.csv"))

    qtbot.waitUntil(lambda: len(said) == 1)
    assert "can’t be written" in said[0].title


# Faces, room, words


def test_a_sequence_that_is_gone_is_said_so(room, show):
    dashboard = show(key(77))
    assert dashboard.faces.face == "empty"
    assert "isn’t there any more" in dashboard.faces.currentWidget().accessibleName()


def test_what_fails_is_told_and_asked_again(room, show, qtbot):
    made = played(room)
    dashboard = show(made.sequence_id)
    dashboard._query.failed.emit(RuntimeError("the disk"))
    assert dashboard.faces.face == "error"

    qtbot.mouseClick(buttons_of(dashboard.faces)["Retry"], Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: dashboard.faces.face == "content")
    assert told(dashboard, "enrolled")[0] == "5"


@pytest.mark.parametrize("size", [(960, 640), (1440, 900)])
def test_cards_wrap_and_the_page_never_scrolls_sideways(room, show, window, qtbot, size):
    window.resize(*size)
    dashboard = show(with_test(room, A=(193, 7), B=(194, 15)).sequence_id)
    qtbot.waitUntil(lambda: dashboard.area.horizontalScrollBar().maximum() == 0)
    assert dashboard.area.widget().width() <= dashboard.area.viewport().width()

    def corner(card):
        return card.mapTo(dashboard, card.rect().topLeft())

    is_wide = size[0] == 1440
    qtbot.waitUntil(lambda: (corner(dashboard.funnel).y() == corner(dashboard.days).y()) is is_wide)
    assert (corner(dashboard.funnel).x() < corner(dashboard.days).x()) is is_wide


def test_hostile_names_are_shown_as_they_are_in_one_line(room, show, qtbot):
    made = played(room, people=2)
    change(room, "contacts SET first_name = :name, company_name = :name", name="<b>Zoe</b>\n\u202e" + "x" * 10_000)
    change(room, "sequence_steps SET name = :name", name="<i>Step</i>\n" + "y" * 200)
    dashboard = show(made.sequence_id)
    assert texts(dashboard, 1)[0].startswith("<b>Zoe</b> ")
    assert "\n" not in dashboard.steps.figures.index(0, 0).data()
    assert dashboard.people.view.grab().width() > 0
    heights = {dashboard.people.view.rowHeight(row) for row in range(2)}
    assert len(heights) == 1


def test_rows_and_cards_are_spoken_in_whole_sentences(room, show):
    dashboard = show(played(room, people=2).sequence_id)
    role = Qt.ItemDataRole.AccessibleTextRole
    assert dashboard.steps.figures.index(0, 0).data(role) == (
        "Step 1, Email, Hello {{ first_name }}: reached 2, 2, opened –, clicked –, replied 0.0%, opted out 0"
    )
    person = dashboard.people.people.index(0, 0).data(role)
    assert person.startswith("Zoe1, –, Finished, next step 1")
    interface = QAccessible.queryAccessibleInterface(dashboard.funnel.chart)
    assert interface.text(QAccessible.Text.Name) == "Funnel"
    assert "Delivered: 2" in interface.text(QAccessible.Text.Description)


def test_f6_goes_round_the_cards_and_ctrl_f_to_the_filters(room, show, window, qtbot):
    dashboard = show(with_test(room, A=(193, 7), B=(194, 15)).sequence_id)
    assert dashboard.panes() == [
        dashboard.headlines, dashboard.funnel, dashboard.days, dashboard.steps, dashboard.tests, dashboard.people.bar,
        dashboard.people.view,
    ]  # fmt: skip
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(dashboard.people.filters[None].hasFocus)
    assert dashboard.people.filters[None].isChecked()


def test_the_table_of_steps_obeys_the_rules_of_models(room, show, qtmodeltester):
    dashboard = show(played(room, [email(), task(), email(3)]).sequence_id)
    model = dashboard.steps.figures
    qtmodeltester.check(model)
    cards = dashboard.sight.dashboard.steps
    model.show_cards(cards[:1])
    qtmodeltester.check(model)
    assert isinstance(model, StepFiguresModel)
    assert model.rowCount() == 1


# Days and goals, without a window


def sight_of(room, days, today):
    made = make_room(room.context)
    with room.context.store.read() as unit:
        board = read_dashboard(unit, room.context.scope.workspace_id, made.sequence_id)
        facts = find_facts(unit, room.context.scope.workspace_id, made.sequence_id)
    assert board is not None
    assert facts is not None
    working = replace(facts, sending_days=(True,) * 5 + (False,) * 2)
    return DashboardSight(board, working, tuple(days), 0, GoalProgress(GoalState.NONE, 0, None), NOW, today)


def test_days_of_rest_have_a_bar_only_where_something_was(room):
    monday = date(2026, 3, 2)
    days = [DayFigures(monday + timedelta(number), sent=5 if number == 5 else 0) for number in range(7)]
    bars, is_weekly = day_bars(sight_of(room, days, monday + timedelta(6)))
    assert [bar.on.weekday() for bar in bars] == [0, 1, 2, 3, 4, 5]
    assert not is_weekly


def test_very_many_days_are_shown_by_the_week(room):
    monday = date(2026, 3, 2)
    days = [DayFigures(monday + timedelta(number), sent=1, replied=number % 2) for number in range(280)]
    bars, is_weekly = day_bars(sight_of(room, days, monday + timedelta(279)))
    assert is_weekly
    assert len(bars) == 40
    assert {bar.sent for bar in bars} == {7}
    assert sum(bar.replied for bar in bars) == 140
    assert [bar.is_today for bar in bars] == [False] * 39 + [True]


def test_a_goal_is_on_course_or_behind():
    behind = GoalProgress(GoalState.BEHIND, 9, 40, 20.4, 10)
    assert goal_words(behind, date(2026, 12, 24)) == "Goal: 9 of 40 by 24 Dec, behind: 20 expected by now"
    assert goal_words(GoalProgress(GoalState.REACHED, 41, 40), None) == "Goal reached: 41 of 40"
    assert goal_words(GoalProgress(GoalState.NONE, 0, None), None) == ""

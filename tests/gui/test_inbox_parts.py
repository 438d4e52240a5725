"""The parts of the inbox by themselves: its models, what a message may do on the screen, and the answer box."""

from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from PySide6.QtCore import QModelIndex, Qt, QUrl
from PySide6.QtWidgets import QApplication

from opendoors_desktop.domain.effect import EffectKind
from opendoors_desktop.domain.inbound import AutoReplyKind, BounceKind
from opendoors_desktop.domain.meaning import Meaning
from opendoors_desktop.domain.reaction import Bucket
from opendoors_desktop.gui.actions import TABLE
from opendoors_desktop.gui.inbox import letter_text
from opendoors_desktop.gui.inbox.answer_box import AnswerBox
from opendoors_desktop.gui.inbox.effect_words import _PLAIN, _SIGNS
from opendoors_desktop.gui.inbox.letter_card import Letter, LetterCard, initials
from opendoors_desktop.gui.inbox.letter_text import LetterText
from opendoors_desktop.gui.inbox.letters import LONGEST_HTML, is_light
from opendoors_desktop.gui.inbox.mail_list import MailList
from opendoors_desktop.gui.inbox.mail_list_model import PAGE, MailRow, Section, SectionRow
from opendoors_desktop.gui.inbox.places import NEEDS_A_LOOK, Place, PlaceKind, PlaceList, PlaceRow
from opendoors_desktop.gui.inbox.words import MEANINGS, look_of
from opendoors_desktop.gui.jobs import Jobs
from opendoors_desktop.mail.shown_html import clean_html
from opendoors_desktop.store.queries.answer_drafts import AnswerDraft
from tests.gui.inbox_room import HOSTILE_HTML, MARKUP

LOOK = MEANINGS[Meaning.INTERESTED]


def row(number: int, **changes) -> MailRow:
    made = MailRow(
        UUID(int=number), f"Ann {number}", "Northfold", "09:00", "Hello", "A word", LOOK, True, f"Ann {number}", number
    )
    return replace(made, **changes)


@dataclass
class Pile:
    """Mails by number, and how often they were read."""

    numbers: list[int]
    asked: int = 0

    def page(self, _reading, after, limit):
        self.asked += 1
        rest = self.numbers if after is None else self.numbers[self.numbers.index(after) + 1 :]
        return [row(number) for number in rest[:limit]]


@pytest.fixture
def jobs(room, qtbot):
    found = Jobs(room.build)
    found.start()
    yield found
    found.close()


@pytest.fixture
def listing(jobs, qtbot) -> MailList:
    found = MailList(jobs)
    qtbot.addWidget(found)
    found.resize(320, 400)
    found.show()
    return found


def numbers_of(listing):
    return [each.mail for each in listing.mails.mails]


def test_mails_are_read_page_by_page_and_section_by_section(listing, qtbot, qtmodeltester):
    opened, done = Pile(list(range(100))), Pile(list(range(200, 250)))
    sections = [Section("Open", opened.page, 100), Section("Done", done.page)]
    listing.mails.show(sections)
    qtbot.waitUntil(lambda: len(numbers_of(listing)) == PAGE)
    assert isinstance(listing.mails.data(listing.mails.index(0), Qt.ItemDataRole.UserRole), SectionRow)
    assert listing.mails.data(listing.mails.index(0), Qt.ItemDataRole.AccessibleTextRole) == "Open, 100"
    qtmodeltester.check(listing.mails)

    listing.verticalScrollBar().setValue(listing.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: len(numbers_of(listing)) > PAGE)

    def is_whole() -> bool:
        listing.mails.fetchMore(QModelIndex())
        return numbers_of(listing) == opened.numbers + done.numbers

    qtbot.waitUntil(is_whole)
    assert not more(listing)
    qtmodeltester.check(listing.mails)


def more(listing):
    return listing.mails.canFetchMore(QModelIndex())


def test_who_is_looked_at_stays_current_when_others_come_and_the_next_is_when_it_goes(listing, qtbot):
    pile = Pile([1, 2, 3, 4])
    sections = [Section("Open", pile.page)]
    listing.mails.show(sections)
    qtbot.waitUntil(lambda: numbers_of(listing) == [1, 2, 3, 4])
    listing.choose(UUID(int=3))
    pile.numbers = [9, 1, 2, 3, 4]
    listing.mails.refresh(sections)
    qtbot.waitUntil(lambda: numbers_of(listing) == pile.numbers)
    assert listing.current.mail == 3
    pile.numbers = [9, 1, 2, 4]
    listing.mails.refresh(sections)
    qtbot.waitUntil(lambda: numbers_of(listing) == pile.numbers)
    assert listing.current.mail == 4
    pile.numbers = []
    listing.mails.refresh(sections)
    qtbot.waitUntil(lambda: numbers_of(listing) == [])
    assert listing.current is None


def test_places_hold_their_choice_and_pass_the_model_tester(qtbot, qtmodeltester):
    places = PlaceList()
    qtbot.addWidget(places)
    places.show()
    bounce = Place(PlaceKind.MEANING, "bounce")
    rows = [
        PlaceRow("Needs a look", NEEDS_A_LOOK, "inbox", number=3),
        PlaceRow("By meaning"),
        PlaceRow(MARKUP * 10, bounce, "mail-x", "danger", 2, trouble=MARKUP),
    ]
    places.show_rows(rows)
    qtmodeltester.check(places.places)
    chosen: list[Place] = []
    places.chosen.connect(chosen.append)
    qtbot.keyClick(places, Qt.Key.Key_Down)
    assert chosen == [bounce]
    places.show_rows([rows[0], rows[1], replace(rows[2], number=5)])
    assert places.place == bounce
    spoken = places.places.data(places.currentIndex(), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith(f"5, {MARKUP}")
    assert not places.grab().isNull()


def test_nothing_a_message_names_is_loaded_and_its_links_keep_their_true_targets(qtbot, monkeypatch):
    wanted: list[int] = []
    refuse = letter_text._nothing
    monkeypatch.setattr(letter_text, "_nothing", lambda kind: wanted.append(kind) or refuse(kind))
    text = LetterText("Message")
    qtbot.addWidget(text)
    text.resize(400, 100)
    text.show()
    text.show_html(HOSTILE_HTML)  # as it came: even uncleaned nothing of it is fetched
    QApplication.processEvents()
    assert wanted
    text.show_html(clean_html(HOSTILE_HTML).html)
    QApplication.processEvents()
    assert "alert(1)" not in text.toPlainText()
    assert "www.example.com" in text.toPlainText()
    asked: list[tuple[str, str]] = []
    text.link_wanted.connect(lambda target, words: asked.append((target, words)))
    place = text.toPlainText().index("www.example.com") + 3
    cursor = text.textCursor()
    cursor.setPosition(place)
    text.setTextCursor(cursor)
    text.anchorClicked.emit(QUrl(cursor.charFormat().anchorHref()))
    assert asked == [("https://evil.example.net/steal", "www.example.com")]
    assert not text.openLinks()
    assert not text.openExternalLinks()


def test_plain_text_is_shown_as_it_is_with_its_evidence_marked_behind_any_letters(qtbot):
    words = f"😀 {MARKUP} yes, on Friday. See https://example.com/a)."
    start = words.index("yes")
    text = LetterText("Message")
    qtbot.addWidget(text)
    text.resize(400, 100)
    text.show()
    text.show_plain(words, [(start, start + len("yes, on Friday"))])
    assert text.toPlainText() == words
    cursor = text.textCursor()
    place = len(words[:start].encode("utf-16-le")) // 2
    cursor.setPosition(place + 1)
    assert cursor.charFormat().background().color().name() != "#000000"
    assert cursor.charFormat().hasProperty(cursor.charFormat().Property.BackgroundBrush)
    cursor.setPosition(place)
    assert not cursor.charFormat().hasProperty(cursor.charFormat().Property.BackgroundBrush)
    cursor.setPosition(text.toPlainText().index("example.com") + 2)
    assert cursor.charFormat().anchorHref() == "https://example.com/a"


def test_only_html_that_is_laid_out_fast_is_shown_as_such():
    assert is_light("<table><tr><td>x</td></tr></table>" * 10)
    assert not is_light("<table><tr><td>" * 6 + "x" + "</td></tr></table>" * 6)
    assert not is_light("<p>x</p>" * LONGEST_HTML)


def letter(**changes) -> Letter:
    made = Letter(UUID(int=1), False, "Ann Lee", "me@example.com", "Today", "A word", "A word")
    return replace(made, **changes)


def shown_in(card: LetterCard) -> str:
    return "" if card.text is None or not card.text.isVisible() else card.text.toPlainText()


def test_a_message_folds_its_quotes_and_shows_its_html_when_asked(qtbot):
    card = LetterCard(letter(whole="A word\n\n> before", html="<p>A <b>word</b></p>", files=("a.pdf",)), is_open=False)
    qtbot.addWidget(card)
    card.resize(420, 300)
    card.show()
    assert shown_in(card) == ""
    qtbot.mouseClick(card.head, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown_in(card) == "A word")
    qtbot.mouseClick(card.quote_button, Qt.MouseButton.LeftButton)
    assert shown_in(card) == "A word\n\n> before"
    shape = card.shape_button
    assert shape is not None
    qtbot.mouseClick(shape, Qt.MouseButton.LeftButton)
    assert shown_in(card) == "A word"
    assert shape.text() == "Show plain"
    card.head.setFocus()
    qtbot.keyClick(card.head, Qt.Key.Key_Space)
    assert shown_in(card) == ""


def test_an_answer_is_kept_when_it_is_left_and_files_are_taken_off_again(qtbot):
    box = AnswerBox()
    qtbot.addWidget(box)
    box.show()
    kept: list[tuple[UUID, AnswerDraft]] = []
    box.kept.connect(lambda key, draft: kept.append((key, draft)))
    one, other = UUID(int=1), UUID(int=2)
    box.show_mail(one, "me@example.com")
    assert not box.send_button.isEnabled()
    assert box.send_button.toolTip() == "There is nothing to send yet."
    box.text.setPlainText("Dear Ann")
    box.add_files(["/a/b.pdf", "/a/c.pdf"])
    qtbot.mouseClick(box.stops()[2], Qt.MouseButton.LeftButton)
    box.show_mail(other, "me@example.com")
    assert kept == [(one, AnswerDraft("Dear Ann", ("/a/c.pdf",)))]
    assert box.draft.is_empty
    box.show_draft(one, kept[0][1])
    assert box.draft.is_empty
    box.show_draft(other, AnswerDraft("Dear Bea"))
    assert box.draft.text == "Dear Bea"
    box.show_mail(other, "me@example.com", "Nobody would read it.")
    assert not box.send_button.isEnabled()
    assert box.text.isReadOnly()


def test_each_mail_and_each_effect_has_words_of_its_own():
    looks = {look_of(bucket, None, None, None).word for bucket in Bucket}
    looks |= {look_of("auto_reply", None, None, kind).word for kind in AutoReplyKind}
    looks |= {look_of("bounce", None, kind, None).word for kind in BounceKind}
    looks |= {look_of("reply", meaning, None, None).word for meaning in Meaning}
    assert len(looks) == len(Meaning) + len(BounceKind) + 4
    assert set(_SIGNS) == set(EffectKind)
    assert set(_PLAIN) < set(EffectKind)


def test_the_keys_of_meanings_are_the_domains():
    keys = {spec.name.removeprefix("meaning."): spec.keys for spec in TABLE if spec.name.startswith("meaning.")}
    assert keys == {meaning.value: meaning.key for meaning in Meaning}


@pytest.mark.parametrize(
    "name, letters", [("Yuki Tanabe-Holm", "YT"), ("ann@example.com", "AE"), ("", ""), ("<b>", ""), ("محمد", "م")]
)
def test_initials_are_letters_alone(name, letters):
    assert initials(name) == letters


def test_a_list_that_fits_a_page_is_read_once(listing, qtbot):
    pile = Pile(list(range(30)))
    listing.mails.show([Section("Open", pile.page)])
    qtbot.waitUntil(lambda: len(numbers_of(listing)) == 30)
    assert not more(listing)
    assert pile.asked == 1

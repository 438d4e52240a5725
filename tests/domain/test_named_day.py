"""The day somebody names as that of their return, in ten languages and in figures."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.named_day import later_day, return_day

MONDAY = date(2026, 7, 20)

NAMED = [
    ("I am out of office from 20 July to 7 August 2026, back on Monday 10 August.", "2026-08-10"),
    (
        "Ich bin vom 20.07.2026 bis einschließlich 07.08.2026 nicht da. Ab dem 10.08. bin ich wieder erreichbar.",
        "2026-08-10",
    ),
    ("Ich bin bis zum 31. Juli im Urlaub", "2026-07-31"),
    ("Ich bin am 3. August zurück.", "2026-08-03"),
    ("Bin ab 3.8. wieder da", "2026-08-03"),
    ("Je suis absent du bureau jusqu'au 15 août inclus.", "2026-08-15"),
    ("Je serai de retour le lundi 17 août 2026", "2026-08-17"),
    ("Je suis en congés du 20/07 au 03/08", "2026-08-03"),
    ("Estaré fuera de la oficina hasta el 31 de agosto de 2026", "2026-08-31"),
    ("Vuelvo el 1 de septiembre", "2026-09-01"),
    ("Sono assente fino al 24/08/2026", "2026-08-24"),
    ("Rientrerò il 25 agosto", "2026-08-25"),
    ("Estou de férias até 10 de agosto. Regresso a 11/08", "2026-08-11"),
    ("Ik ben afwezig tot en met 14 augustus", "2026-08-14"),
    ("Ik ben maandag 17 augustus weer terug", "2026-08-17"),
    ("Jestem na urlopie do 14 sierpnia 2026", "2026-08-14"),
    ("Wracam 17.08.2026", "2026-08-17"),
    ("Jag är på semester till och med 9 augusti", "2026-08-09"),
    ("Я в отпуске до 5 августа", "2026-08-05"),
    ("2026-08-03 まで不在", "2026-08-03"),
    ("8月3日に戻ります", "2026-08-03"),
    ("I'm away, back tomorrow", "2026-07-21"),
    ("I will return next week", "2026-07-27"),
    ("I will be back next month", "2026-08-01"),
    ("I will be back next year", "2027-01-02"),
    ("I will be back on Friday", "2026-07-24"),
    ("I'm out until Monday", "2026-07-27"),
    ("I will be back in two weeks", "2026-08-03"),
    ("Returning in March 2027", "2027-03-01"),
    ("Back in q4", "2026-10-01"),
    ("Back in march 2027-03-05", "2027-03-05"),
    ("Out of the office July 20 - August 3, 2026.", "2026-08-03"),
    ("I'm on leave through Wednesday, August 5th. For urgent matters call 555 123 4567.", "2026-08-05"),
    ("In reply to your mail of 20 July 2026: I'm away until 24 July.", "2026-07-24"),
    ("I'm away until 3/8/2026", "2026-08-03"),
    ("I'm away until 8/3/26", "2026-08-03"),
    ("I'm away until 31/12/2026", "2026-12-31"),
    ("I'm away until 12/31/2026", "2026-12-31"),
    ("I'm away until Jan 5th", "2027-01-05"),
    ("I'm away until 5 Jan '27", "2027-01-05"),
]


@pytest.mark.parametrize("text, on", NAMED)
def test_the_day_of_return_is_found(text, on):
    found = return_day(text, MONDAY)

    assert found is not None
    assert found.on.isoformat() == on
    assert found.words


@pytest.mark.parametrize(
    "text",
    [
        "I am out of the office with limited access to email.",
        "From 1 August I work elsewhere.",
        "Back on 31.02.2026",
        "Back on 45.13.",
        "I was away until 3 March 2020",
        "Back on 1 August 2031",
        "Versions 3.11 and 10.4.2.1 are affected",
    ],
)
def test_no_day_is_made_up(text):
    assert return_day(text, MONDAY) is None


def returns(text, written_on):
    found = return_day(text, written_on)
    assert found is not None
    return found.on


def test_figures_that_can_be_read_in_two_ways_mean_the_day_that_comes_first():
    assert returns("out until 05/01/2010", date(2010, 1, 4)) == date(2010, 1, 5)
    assert returns("out until 02/03/2026", date(2026, 2, 1)) == date(2026, 2, 3)
    assert returns("out until 01/02/2020 or 03.01.2026", date(2026, 1, 1)) == date(2026, 1, 3)


@pytest.mark.parametrize(
    "text, on",
    [
        ("try me in three months", "2026-10-20"),
        ("Melden Sie sich bitte im September wieder", "2026-09-01"),
        ("reach out in Q4", "2026-10-01"),
        ("im 1. Quartal 2027", "2027-01-01"),
        ("call me next year", "2027-01-02"),
        ("nach den Ferien in 2 Wochen", "2026-08-03"),
        ("in einem Monat", "2026-08-20"),
    ],
)
def test_a_later_day_is_found(text, on):
    found = later_day(text, MONDAY)

    assert found is not None
    assert found.on.isoformat() == on


def test_a_mail_of_a_nonsensical_date_names_none():
    assert return_day("back on 1 August", date(9999, 12, 31)) is None
    assert later_day("in September", date(1, 1, 1)) is None


def test_months_are_counted_to_a_day_they_have():
    found = later_day("in one month", date(2026, 1, 31))

    assert found is not None
    assert found.on == date(2026, 2, 28)
    assert later_day("Q5, 31.02., maybe", MONDAY) is None
    assert later_day("in may, perhaps", MONDAY) is None


@given(st.text(max_size=300), st.dates())
def test_any_text_has_a_day_or_none(text, written_on):
    found = return_day(text, written_on)
    assert found is None or found.on >= written_on - timedelta(days=1)
    later = later_day(text, written_on)
    assert later is None or later.on > written_on

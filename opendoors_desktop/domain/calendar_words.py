# ruff: noqa: E501  (a month or weekday is a line)
"""Months, weekdays and the small words of dates, as mail says them in ten languages; lower case, without accents."""

from typing import Final

_MONTHS: Final = """
january jan januar janner janvier janv enero ene gennaio gen janeiro januari styczen stycznia sty января январь
february feb februar feber fevrier fevr fev febrero febbraio fevereiro februari luty lutego lut февраля февраль
march mar marz maerz mrz mars marzo marco maart mrt marzec marca marts марта март
april apr avril avr abril abr aprile kwiecien kwietnia kwi апреля апрель
may mai mayo maggio mag maio mei maj maja мая май
june jun juni juin junio giugno giu junho czerwiec czerwca cze июня июнь
july jul juli juillet juil julio luglio lug julho lipiec lipca lip июля июль
august aug aout agosto ago augustus augusti sierpien sierpnia sie августа август
september sep sept septembre septiembre setiembre settembre sett set setembro wrzesien wrzesnia wrz сентября сентябрь
october oct oktober okt octobre octubre ottobre ott outubro out pazdziernik pazdziernika paz oktobra октября октябрь
november nov novembre noviembre novembro listopad listopada lis ноября ноябрь
december dec dezember dez decembre diciembre dic dicembre dezembro desember des grudzien grudnia gru декабря декабрь
"""
_WEEKDAYS: Final = """
monday mon montag lundi lunes lunedi segunda-feira segunda maandag poniedzialek poniedzialku mandag понедельник понедельника
tuesday tue tues dienstag mardi martes martedi terca-feira dinsdag wtorek wtorku tisdag tirsdag вторник вторника
wednesday wed mittwoch mercredi miercoles mercoledi quarta-feira woensdag sroda srode srody onsdag среда среду среды
thursday thu thurs donnerstag jeudi jueves giovedi quinta-feira donderdag czwartek czwartku torsdag четверг четверга
friday fri freitag vendredi viernes venerdi sexta-feira vrijdag piatek piatku fredag пятница пятницу пятницы
saturday sat samstag sonnabend samedi sabado sabato zaterdag sobota sobote soboty lordag суббота субботу субботы
sunday sun sonntag dimanche domingo domenica zondag niedziela niedziele niedzieli sondag воскресенье воскресенья
"""


def _numbered(table: str, first: int) -> dict[str, int]:
    lines = table.strip().splitlines()
    return {word: number for number, line in enumerate(lines, first) for word in line.split()}


MONTHS: Final = _numbered(_MONTHS, 1)
"""Number of the month by its name."""

WEEKDAYS: Final = _numbered(_WEEKDAYS, 0)
"""Number of the weekday by its name, Monday is 0."""

NEXT_DAY: Final = (
    "tomorrow",
    "morgen",
    "demain",
    "manana",
    "domani",
    "amanha",
    "jutro",
    "imorgon",
    "i morgon",
    "завтра",
)

NEXT_WEEK: Final = (
    "next week", "nachste woche", "nachster woche", "nachsten woche", "kommende woche", "la semaine prochaine",
    "semaine prochaine", "la proxima semana", "la semana que viene", "la prossima settimana", "na proxima semana",
    "proxima semana", "volgende week", "w przyszlym tygodniu", "przyszlym tygodniu", "nasta vecka",
    "на следующей неделе",
)  # fmt: skip

NEXT_MONTH: Final = (
    "next month", "nachsten monat", "kommenden monat", "le mois prochain", "mois prochain", "el proximo mes",
    "proximo mes", "el mes que viene", "il mese prossimo", "il prossimo mese", "no proximo mes", "volgende maand",
    "w przyszlym miesiacu", "przyszlym miesiacu", "nasta manad", "в следующем месяце",
)  # fmt: skip

NEXT_YEAR: Final = (
    "next year", "nachstes jahr", "nachsten jahr", "im neuen jahr", "l'annee prochaine", "annee prochaine",
    "el proximo ano", "el ano que viene", "l'anno prossimo", "no proximo ano", "proximo ano", "volgend jaar",
    "w przyszlym roku", "nasta ar", "in the new year", "в следующем году",
)  # fmt: skip

QUARTER_WORDS: Final = "quarter|quartal|trimestre|kwartaal|kwartal|kvartal|квартал"

UNITS: Final = {
    "day": 1, "days": 1, "tag": 1, "tage": 1, "tagen": 1, "jour": 1, "jours": 1, "dia": 1, "dias": 1, "giorno": 1,
    "giorni": 1, "dag": 1, "dagen": 1, "dni": 1, "dzien": 1, "dagar": 1, "дня": 1, "дней": 1,
    "week": 7, "weeks": 7, "woche": 7, "wochen": 7, "semaine": 7, "semaines": 7, "semana": 7, "semanas": 7,
    "settimana": 7, "settimane": 7, "weken": 7, "tydzien": 7, "tygodnie": 7, "tygodni": 7, "vecka": 7, "veckor": 7,
    "неделю": 7, "недели": 7, "недель": 7,
    "month": 30, "months": 30, "monat": 30, "monate": 30, "monaten": 30, "mois": 30, "mes": 30, "meses": 30,
    "mese": 30, "mesi": 30, "maand": 30, "maanden": 30, "miesiac": 30, "miesiace": 30, "miesiecy": 30, "manad": 30,
    "manader": 30, "месяц": 30, "месяца": 30, "месяцев": 30,
}  # fmt: skip
"""Days in a unit of time by its name."""

NUMBERS: Final = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ein": 1, "einem": 1, "einer": 1,
    "einen": 1, "zwei": 2, "drei": 3, "vier": 4, "sechs": 6, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4,
    "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "due": 2, "tre": 3, "quattro": 4, "um": 1, "uma": 1, "dois": 2,
    "duas": 2, "quatro": 4, "een": 1, "twee": 2, "drie": 3, "dwa": 2, "trzy": 3, "en": 1, "ett": 1, "tva": 2,
    "a couple of": 2, "a few": 3, "ein paar": 3, "quelques": 3, "unas": 3, "seis": 6, "sei": 6, "zes": 6, "sex": 6,
}  # fmt: skip

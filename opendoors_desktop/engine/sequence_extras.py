"""Settings of a sequence's JSON file beside those the rules work on: holidays by country, tracking, the goal's name.

They stand at the top of the document: `holiday_country`, `holiday_subdivision`, `out_of_office_days`, `track_opens`,
`track_clicks`, `goal_name`; each may be left out.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.domain.json_reader import JsonFault, JsonObject
from opendoors_desktop.engine.holiday_tables import check_country
from opendoors_desktop.engine.sequence_limits import LONGEST_AWAY, LONGEST_NAME
from opendoors_desktop.store.sequence_settings import SequenceSettings

NAMES = ("holiday_country", "holiday_subdivision", "out_of_office_days", "track_opens", "track_clicks", "goal_name")


def write_extras(document: Mapping[str, Any], settings: SequenceSettings) -> dict[str, Any]:
    """The document with these settings put in behind its own; what is as it is by default is left out."""
    extras = {
        "holiday_country": settings.holiday_country,
        "holiday_subdivision": settings.holiday_subdivision,
        "out_of_office_days": settings.out_of_office_days,
        "track_opens": settings.tracks_opens or None,
        "track_clicks": settings.tracks_clicks or None,
        "goal_name": settings.goal_name,
    }
    steps = {name: value for name, value in document.items() if name in {"steps", "templates"}}
    rest = {name: value for name, value in document.items() if name not in steps}
    return rest | {name: value for name, value in extras.items() if value is not None} | steps


def without_extras(document: object) -> object:
    """The document without these settings, as the rules' own reader takes it."""
    if not isinstance(document, dict):
        return document
    return {name: value for name, value in document.items() if name not in NAMES}


def read_extras(document: object, base: SequenceSettings, faults: list[JsonFault]) -> SequenceSettings:
    """`base` with the settings the document holds; adds a fault with its path for each that can't be used."""
    if not isinstance(document, dict):
        return base
    found = JsonObject({name: value for name, value in document.items() if name in NAMES}, "$", faults)
    country, part = found.get_text("holiday_country", 2), found.get_text("holiday_subdivision", 10)
    try:
        check_country(country, part)
    except InputError as error:
        member = "holiday_country" if error.code == "unknown_country" else "holiday_subdivision"
        found.fault(member, f"{error.title} {error.advice}")
        country = part = None
    return replace(
        base,
        holiday_country=country,
        holiday_subdivision=part,
        out_of_office_days=found.get_whole("out_of_office_days", 0, LONGEST_AWAY),
        tracks_opens=found.get_flag("track_opens", default=False),
        tracks_clicks=found.get_flag("track_clicks", default=False),
        goal_name=found.get_text("goal_name", LONGEST_NAME),
    )

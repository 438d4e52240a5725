"""What every command is given: lists as they come, and a word where there is none."""

from pathlib import Path

import pytest

from opendoors_desktop.cli.session import Session, no_server, no_window
from opendoors_desktop.config import Listen, Options
from opendoors_desktop.engine.context import Context


@pytest.fixture
def options(tmp_path: Path) -> Options:
    return Options(str(tmp_path / "x.db"), tmp_path, tmp_path)


def never(_options: Options) -> Context:
    raise AssertionError("no store is needed")


@pytest.mark.parametrize("as_json, told", [(False, "No tasks are due.\n"), (True, "")])
def test_an_empty_list_is_told_to_a_person_alone(options, capsys, as_json, told):
    Session(options, as_json, never).stream([], {}, nothing="No tasks are due.")

    assert capsys.readouterr() == ("", told)


def test_without_a_display_the_tour_has_no_window(options):
    assert no_window(options) is None


def test_who_puts_the_parts_together_has_to_give_a_server():
    with pytest.raises(AssertionError, match="composition root"):
        no_server(None, Listen(), lambda _: None)  # type: ignore[arg-type]

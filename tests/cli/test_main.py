"""The command line as a whole: options that every command takes, errors in words and in JSON, exit statuses."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from opendoors_desktop.app import build
from opendoors_desktop.cli import main as cli
from opendoors_desktop.cli.main import run, status_of, take_common
from opendoors_desktop.cli.output import Status, tell_error
from opendoors_desktop.cli.session import Session
from opendoors_desktop.domain.errors import (
    InputError,
    MailError,
    NotFound,
    NotPossible,
    OpenDoorsError,
    SecretError,
    StoreError,
)


@pytest.fixture
def a_command(monkeypatch, data_dir) -> Callable[[Callable[[Session], int | None]], None]:
    """Let the command `try` do what a test wants."""

    def give(act: Callable[[Session], int | None]) -> None:
        app = typer.Typer()

        @app.callback()
        def root() -> None: ...

        @app.command("try")
        def command(context: typer.Context, number: int = 1) -> int | None:
            return act(context.obj)

        monkeypatch.setattr(cli, "app", app)

    return give


@pytest.mark.parametrize(
    "arguments,expected",
    [
        (["contacts", "list"], (["contacts", "list"], None, False)),
        (["--json", "contacts", "--store", "a.db", "list"], (["contacts", "list"], "a.db", True)),
        (["contacts", "list", "--store=a.db", "--json"], (["contacts", "list"], "a.db", True)),
        (["enroll", "--", "--json", "--store"], (["enroll", "--", "--json", "--store"], None, False)),
    ],
)
def test_common_options_may_stand_anywhere(arguments, expected):
    assert take_common(arguments) == expected


@pytest.mark.parametrize("arguments", [["--store"], ["--store="], ["list", "--store", ""]])
def test_a_store_without_a_name_is_wrong_use(arguments, data_dir, capsys):
    assert run([*arguments], build) == Status.BAD_INPUT
    assert "--store has no value" in capsys.readouterr().err


def test_the_options_reach_the_command(a_command, data_dir):
    seen: list[Session] = []
    a_command(lambda session: seen.append(session))

    assert run(["try", "--store", "x.db", "--json"], build) == Status.DONE
    assert (seen[0].options.store_url, seen[0].options.data_dir, seen[0].as_json) == ("x.db", data_dir, True)


def test_the_store_is_closed_behind_a_command(a_command, data_dir):
    def work(session: Session) -> None:
        with session.open() as context, context.store.read() as unit:
            assert unit.row("SELECT name FROM workspaces") == ("My workspace",)

    a_command(work)

    assert run(["try"], build) == Status.DONE
    assert not list(data_dir.glob("*-wal"))


def test_done_in_part_is_what_the_command_says(a_command):
    a_command(lambda session: Status.IN_PART)

    assert run(["try"], build) == 1


@pytest.mark.parametrize(
    "error,status",
    [(InputError, 2), (NotFound, 2), (NotPossible, 2), (SecretError, 2), (StoreError, 3), (MailError, 4)],
)
def test_each_kind_of_error_has_its_status(error, status):
    assert status_of(error("title", "advice")) == status


def refuse(session: Session) -> None:
    raise NotFound("There is no sequence “Spring”.", "List them with: opendoors sequence list", where="Spring")


def test_an_error_is_told_with_its_advice(a_command, capsys):
    a_command(refuse)

    assert run(["try"], build) == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.splitlines() == [
        "Spring: There is no sequence “Spring”.",
        "List them with: opendoors sequence list",
    ]


def test_an_error_in_json_is_one_object_on_standard_error(a_command, capsys):
    a_command(refuse)

    assert run(["try", "--json"], build) == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert json.loads(written.err) == {
        "error": {
            "code": "not_found",
            "title": "There is no sequence “Spring”.",
            "advice": "List them with: opendoors sequence list",
            "where": "Spring",
        }
    }


@pytest.mark.parametrize("arguments", [["tri"], ["try", "--number", "x"], ["try", "more"], ["try", "--loud"]])
def test_wrong_use_is_told_in_both_forms(a_command, capsys, arguments):
    a_command(lambda session: None)

    assert run(arguments, build) == 2
    assert "--help" in capsys.readouterr().err
    assert run([*arguments, "--json"], build) == 2
    assert json.loads(capsys.readouterr().err)["error"]["code"] == "usage"


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_bug_is_told_calmly_and_logged_with_its_trace(a_command, data_dir, capsys, caplog, form):
    def stumble(session: Session) -> None:
        with session.open():
            raise ZeroDivisionError("of ana@example.com")

    a_command(stumble)

    assert run(["try", *form], build) == Status.BUG
    written = capsys.readouterr()
    assert "Traceback" not in written.err
    assert "diagnostics" in written.err
    assert written.out == ""
    logged = json.loads((data_dir / "logs" / "opendoors.log").read_text(encoding="utf-8").splitlines()[-1])
    assert "ZeroDivisionError" in logged["trace"]
    assert "ana@" not in logged["trace"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, typer.Abort])
def test_an_interruption_is_no_error(a_command, stop):
    def interrupt(session: Session) -> None:
        raise stop

    a_command(interrupt)

    assert run(["try"], build) == Status.INTERRUPTED


def test_a_reader_that_has_seen_enough_is_no_error(a_command):
    def write(session: Session) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    a_command(write)

    assert run(["try"], build) == Status.DONE


def test_the_version_is_shown(data_dir, capsys):
    assert run(["--version"], build) == 0
    assert capsys.readouterr().out.startswith("opendoors 0.")


def test_T72_any_script_can_be_printed_whatever_the_terminals_encoding(tmp_path, python, repository):
    script = "from opendoors_desktop.cli import main\nmain._write_utf_8()\nprint('Gr\\u00fc\\u00dfe \\u4f60\\u597d')"
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}

    done = subprocess.run([python, "-c", script], cwd=repository, env=environment, capture_output=True, check=True)

    assert done.stdout.decode("utf-8").strip() == "Grüße 你好"


def test_a_stream_that_is_no_terminal_nor_file_is_left_alone(monkeypatch, data_dir):
    monkeypatch.setattr(sys, "stdout", io.StringIO())

    assert run(["--version"], build) == 0


def test_show_prints_lines_for_a_person_and_json_for_a_program(capsys):
    for as_json in (False, True):
        session = Session(None, as_json, build)  # type: ignore[arg-type]  # showing needs no options
        session.show({"a": "ü"}, lambda: iter(["one", "two"]))
        session.show({"a": "ü"})

    assert capsys.readouterr().out == 'one\ntwo\n{\n  "a": "ü"\n}\n{"a": "ü"}\n{"a": "ü"}\n'


def test_an_error_without_advice_or_place_is_one_line(capsys):
    tell_error(OpenDoorsError("Alone.", ""), as_json=False)

    assert capsys.readouterr().err == "Alone.\n"


def test_python_m_runs_the_program(data_dir, python, repository):
    command = [python, "-m", "opendoors_desktop", "diagnostics", "--json"]

    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["store"]["rows"]["workspaces"] == 1


def test_diagnostics_works_where_the_store_does_not(data_dir, tmp_path, capsys):
    (tmp_path / "broken.db").write_bytes(b"not a database, and never was one" * 99)

    assert run(["diagnostics", "--json", "--store", str(tmp_path / "broken.db")], build) == 0

    report = json.loads(capsys.readouterr().out)
    assert isinstance(report["store"], str)
    assert report["options"]["log_level"] == "info"


def test_diagnostics_writes_a_file(data_dir, tmp_path, capsys):
    out = tmp_path / "report.json"

    assert run(["diagnostics", "--out", str(out)], build) == 0

    assert json.loads(out.read_text(encoding="utf-8"))["versions"]["opendoors"]
    assert str(out) in capsys.readouterr().err


def test_diagnostics_says_when_the_file_cannot_be_written(data_dir, tmp_path, capsys):
    assert run(["diagnostics", "--out", str(Path(tmp_path) / "missing" / "report.json")], build) == 2
    assert "can't be written" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["contacts", "--help"], ["enroll", "--help"], ["nothing"]])
def test_asking_for_help_loads_no_database_and_no_templates(arguments, data_dir, python, repository):
    code = (
        "import sys\nfrom opendoors_desktop.cli.main import run\nrun(sys.argv[1:], lambda options: None)\n"
        "heavy = ('sqlalchemy', 'alembic', 'jinja2', 'psycopg', 'keyring')\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)"
    )

    done = subprocess.run([python, "-c", code, *arguments], cwd=repository, capture_output=True, text=True, check=True)

    assert done.stderr.splitlines()[-1] == "[]"

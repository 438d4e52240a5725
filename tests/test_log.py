"""The log: what gets in, and above all what doesn't."""

import io
import json
import logging
import os
import subprocess
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from opendoors_desktop.config import read_options
from opendoors_desktop.log import FILES, TEXT_LIMIT, JsonLines, Redactor, start_log, stop_log
from opendoors_desktop.store.secrets import MemorySecrets, ToldSecrets

logger = logging.getLogger("opendoors_desktop.engine.sender")

PASSWORD = "korrekt-pferd-batterie"
BODY = "Dear Ana, this offer is for your eyes alone."


@pytest.fixture
def log_file(data_dir: Path) -> Path:
    return read_options({"OPENDOORS_DATA_DIR": str(data_dir)}).log_file


@pytest.fixture
def screen() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def redactor(data_dir: Path, screen: io.StringIO) -> Iterator[Redactor]:
    yield start_log(read_options({"OPENDOORS_DATA_DIR": str(data_dir)}), stream=screen)
    stop_log()


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_line_tells_when_where_and_what(redactor, log_file):
    logger.info("sent %d emails", 3, extra={"mailbox": "m-1", "took": 0.5, "reason": None})

    [line] = lines(log_file)
    assert str(line.pop("at")).endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "opendoors_desktop.engine.sender",
        "thread": "MainThread",
        "message": "sent 3 emails",
        "mailbox": "m-1",
        "took": 0.5,
        "reason": None,
    }


def test_fault_44_no_planted_secret_gets_into_the_log_or_onto_the_screen(redactor, log_file, screen, caplog):
    secrets = ToldSecrets(MemorySecrets(), redactor.hide)
    secrets.set("mailbox", PASSWORD)
    try:
        raise ValueError(f"535 for AUTH PLAIN AGFuYQBodW50ZXIy with {PASSWORD} by ana.lopez@example.com")
    except ValueError:
        logger.exception("login of ana.lopez@example.com failed: %s", PASSWORD)
    logger.warning(
        "render failed", extra={"body": BODY, "subject": BODY, "message_bytes": BODY.encode(), "chunk": BODY.encode()}
    )
    logger.error("refused: Authorization: Bearer abcdefghi, token=abcdefghi %r", {"password": "tiny"})

    written = log_file.read_text(encoding="utf-8") + screen.getvalue()
    for private in (PASSWORD, "ana.lopez", "AGFuYQBodW50ZXIy", "abcdefghi", "tiny", BODY, "eyes alone"):
        assert private not in written
    assert "example.com" in written
    assert [line["level"] for line in lines(log_file)] == ["error", "warning", "error"]
    assert "ValueError" in str(lines(log_file)[0]["trace"])
    assert lines(log_file)[1]["body"] == "(left out)"
    assert lines(log_file)[1]["chunk"] == f"({len(BODY)} bytes)"


def test_a_home_folder_names_nobody(monkeypatch, data_dir, log_file):
    monkeypatch.setattr(Path, "home", lambda: data_dir.parent)
    start_log(read_options({"OPENDOORS_DATA_DIR": str(data_dir)}))
    logger.info("store opened", extra={"path": data_dir / "opendoors.db"})
    stop_log()

    assert lines(log_file)[0]["path"] == str(Path("~/data/opendoors.db"))


def test_a_long_text_is_cut(redactor, log_file):
    logger.info("x" * 100_000)

    assert len(str(lines(log_file)[0]["message"])) < TEXT_LIMIT + 50


def test_a_foreign_line_break_makes_no_line_of_its_own(redactor, log_file):
    logger.info('550 no\r\n{"level": "error"}\u2028\x00')

    assert len(log_file.read_bytes().splitlines()) == 1


def test_a_wrong_number_of_arguments_costs_no_line():
    record = logging.LogRecord("opendoors_desktop", logging.INFO, "", 0, "sent %d of %d", (3,), None)

    assert json.loads(JsonLines(Redactor()).format(record))["message"] == "sent %d of %d"


def test_a_full_disk_costs_a_line_and_prints_nothing(redactor, monkeypatch, capsys):
    [_, handler] = logging.getLogger("opendoors_desktop").handlers

    def no_space(text: str) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as moment:
        moment.setattr(handler, "stream", types.SimpleNamespace(write=no_space, flush=int, tell=int))
        logger.info("for %s", PASSWORD)

    assert capsys.readouterr() == ("", "")


def test_secrets_too_short_to_be_told_apart_are_not_hidden():
    redact = Redactor()
    redact.hide("a")

    assert redact("a cat") == "a cat"


def test_half_a_surrogate_costs_no_line(redactor, log_file):
    logger.info("name \ud83d")

    assert lines(log_file)[0]["message"] == "name \ud83d"


def test_the_screen_shows_warnings_alone_and_no_trace(redactor, screen, caplog):
    logger.info("all is well")
    try:
        raise KeyError("x")
    except KeyError:
        logger.exception("lost")

    assert screen.getvalue() == "error: lost\n"


def test_the_level_is_the_options(data_dir, log_file, screen):
    start_log(read_options({"OPENDOORS_DATA_DIR": str(data_dir), "OPENDOORS_LOG": "error"}), stream=screen)
    logger.info("nothing")
    stop_log()

    assert lines(log_file) == []
    assert screen.getvalue() == ""


def test_files_turn_over_and_old_ones_go(redactor, log_file, monkeypatch):
    [_, handler] = logging.getLogger("opendoors_desktop").handlers
    monkeypatch.setattr(handler, "maxBytes", 1000)
    for number in range(100):
        logger.info("line %d", number)

    assert len(list(log_file.parent.iterdir())) == FILES
    assert lines(log_file)[-1]["message"] == "line 99"


def test_starting_again_writes_each_line_once(redactor, data_dir, log_file, screen):
    start_log(read_options({"OPENDOORS_DATA_DIR": str(data_dir)}), stream=screen)
    logger.info("once")

    assert len(lines(log_file)) == 1


def test_fault_44_without_a_writable_folder_the_program_goes_on_and_says_so(tmp_path, screen, caplog):
    (tmp_path / "file").touch()
    start_log(read_options({"OPENDOORS_DATA_DIR": str(tmp_path / "file" / "data")}), stream=screen)
    stop_log()

    assert "The log can't be written" in screen.getvalue()


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights in lists of its own")
def test_nobody_else_reads_the_log(redactor, log_file):
    logger.info("sent")

    assert log_file.parent.stat().st_mode & 0o077 == 0


def test_a_log_in_a_folder_of_another_script_is_utf_8(tmp_path, python):
    folder = tmp_path / "Büro"
    script = (
        "import logging, sys\n"
        "from opendoors_desktop.config import read_options\n"
        "from opendoors_desktop.log import start_log\n"
        "start_log(read_options({'OPENDOORS_DATA_DIR': sys.argv[1]}))\n"
        "logging.getLogger('opendoors_desktop').info('Gr\\xfc\\xdfe')"
    )
    subprocess.run([python, "-X", "utf8=0", "-c", script, str(folder)], env={**os.environ, "LC_ALL": "C"}, check=True)

    assert lines(folder / "logs" / "opendoors.log")[0]["message"] == "Grüße"

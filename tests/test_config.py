"""Options: where each comes from, and which ones are refused."""

import logging
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import platformdirs
import pytest

from opendoors_desktop.config import Options, only_store, read_options
from opendoors_desktop.domain.errors import InputError


def test_without_anything_the_platforms_folders_are_used():
    options = read_options({})

    assert options.data_dir == platformdirs.user_data_path("OpenDoors", appauthor=False)
    assert options.config_dir == platformdirs.user_config_path("OpenDoors", appauthor=False)
    assert options.store_url == str(options.data_dir / "opendoors.db")
    assert options.log_level == logging.INFO
    assert {options.keyring, options.fault_point, options.now, options.speed} == {None}


def test_a_chosen_folder_holds_everything(tmp_path):
    folder = tmp_path / "Büro Ωmega"

    options = read_options({"OPENDOORS_DATA_DIR": str(folder)})

    assert options == Options(str(folder / "opendoors.db"), folder, folder)
    for path in (options.log_file, options.secrets_dir, options.key_file):
        assert path.is_relative_to(folder)
    assert not folder.exists()


def test_a_folder_is_taken_from_the_home_and_made_absolute(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))

    assert read_options({"OPENDOORS_DATA_DIR": "~/mail"}).data_dir == tmp_path / "mail"
    assert read_options({"OPENDOORS_DATA_DIR": "mail"}).data_dir == Path.cwd() / "mail"


def test_the_argument_goes_before_the_environment():
    environment = {"OPENDOORS_STORE": "postgresql://team@db.example.com/mail", "OPENDOORS_DATA_DIR": "/data"}

    assert read_options(environment).store_url == "postgresql://team@db.example.com/mail"
    assert read_options(environment, store="sqlite:///here.db").store_url == "sqlite:///here.db"


def test_an_empty_variable_counts_as_unset():
    empty = dict.fromkeys(
        ["OPENDOORS_STORE", "OPENDOORS_DATA_DIR", "OPENDOORS_LOG", "OPENDOORS_KEYRING", "OPENDOORS_NOW"], " "
    )

    assert read_options(empty) == read_options({})


def test_every_variable_is_read():
    options = read_options(
        {
            "OPENDOORS_LOG": "Debug",
            "OPENDOORS_KEYRING": "file",
            "OPENDOORS_FAULT": "after-claim",
            "OPENDOORS_CACHE": "redis://localhost:6379/0",
            "OPENDOORS_NOW": "2026-03-02T09:00:00+01:00",
            "OPENDOORS_SPEED": "60",
        }
    )

    assert options.log_level == logging.DEBUG
    assert options.keyring == "file"
    assert options.fault_point == "after-claim"
    assert options.cache_url == "redis://localhost:6379/0"
    assert options.now == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert options.speed == 60


@pytest.mark.parametrize(
    "name,value",
    [
        ("OPENDOORS_LOG", "loud"),
        ("OPENDOORS_NOW", "tomorrow"),
        ("OPENDOORS_NOW", "2026-03-02T09:00:00"),
        ("OPENDOORS_NOW", "0001-01-01T00:00:00+14:00"),
        ("OPENDOORS_SPEED", "fast"),
        ("OPENDOORS_SPEED", "0"),
        ("OPENDOORS_SPEED", "-1"),
        ("OPENDOORS_SPEED", "inf"),
        ("OPENDOORS_SPEED", "nan"),
    ],
)
def test_a_value_that_cannot_be_understood_names_its_variable(name, value):
    environment = {"OPENDOORS_NOW": "2026-03-02T08:00:00Z", name: value}

    with pytest.raises(InputError) as told:
        read_options(environment)

    assert told.value.where == name
    assert value in told.value.title


@pytest.mark.parametrize(
    "arguments, expected",
    [
        (["--store", "x.db"], "x.db"),
        (["--store=postgresql://host/od"], "postgresql://host/od"),
        (["--store", ""], None),
        (["--store="], None),
        (["--store", "x.db", "db", "info"], None),
        (["--json"], None),
        ([], None),
    ],
)
def test_a_store_and_nothing_else_is_a_window_on_it(arguments, expected):
    assert only_store(arguments) == expected


def test_a_speed_without_a_virtual_clock_is_refused():
    with pytest.raises(InputError, match="60"):
        read_options({"OPENDOORS_SPEED": "60"})


def test_reading_options_is_light(python):
    script = (
        "import sys; from opendoors_desktop.config import read_options; read_options({})\n"
        "print(sorted({'sqlalchemy', 'keyring', 'typer', 'cryptography', 'asyncio'} & set(sys.modules)))"
    )

    answer = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True).stdout

    assert answer.strip() == "[]"

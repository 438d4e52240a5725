"""The libraries: each explained, locked with hashes, and without the address of a host."""

import re
import tomllib

import pytest

from tests.architecture.source import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.lock", "requirements-build.lock", "requirements-dev.lock")


def library(requirement: str) -> str:
    """The normalised name a requirement begins with."""
    return re.split(r"[\[<>=!~; ]", requirement)[0].lower().replace("_", "-")


def pins(lock: str) -> dict[str, str]:
    """Name and version of everything a lock file pins."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==(\S+)", text, re.MULTILINE))


def test_every_library_is_explained():
    table = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = {row.strip().lower() for row in re.findall(r"^\| (\w[\w-]*) \|", table, re.MULTILINE)} - {"library"}

    assert {library(entry) for entry in PROJECT["project"]["dependencies"]} == explained


def test_the_locks_hold_what_the_project_asks_for():
    runtime, development = pins(LOCKS[0]), pins(LOCKS[2])
    asked = {library(entry) for entry in PROJECT["project"]["dependencies"]}
    tools = {library(entry) for entry in PROJECT["dependency-groups"]["dev"] if isinstance(entry, str)}

    assert asked <= set(runtime)
    assert tools <= set(development)
    assert runtime.items() <= development.items()
    assert pins(LOCKS[1]).items() <= development.items()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_hashes_and_no_host(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[\w-]+(?:\[[^]]*\])?==)", text, flags=re.MULTILINE)

    assert [entry for entry in entries if entry.strip() and "--hash=sha256:" not in entry] == []
    assert not re.search(r"://|index|find-links", text)


def test_the_licence_is_the_one_the_project_names():
    assert PROJECT["project"]["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")

"""Where a store is, read from what a person gives."""

from pathlib import Path

import pytest

from opendoors_desktop.domain.errors import StoreError
from opendoors_desktop.store.location import Dialect, parse_location


@pytest.mark.parametrize(
    "url, path",
    [
        ("sqlite:////data/Müller/store.db", "/data/Müller/store.db"),
        ("sqlite:////data/with%20space/store.db", "/data/with space/store.db"),
        ("sqlite:///store.db", str(Path("store.db").absolute())),
        ("sqlite+pysqlite:///store.db", str(Path("store.db").absolute())),
        ("/data/store.db", "/data/store.db"),
        ("store.db", str(Path("store.db").absolute())),
        ("~/store.db", str(Path("~/store.db").expanduser())),
    ],
)
def test_a_file_is_found(url: str, path: str):
    location = parse_location(url)
    assert (location.dialect, location.target, location.name) == (Dialect.SQLITE, path, path)
    assert location.path == Path(path)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg", "PostgreSQL"])
def test_a_database_is_found_whatever_the_scheme_is_called(scheme: str):
    location = parse_location(f"{scheme}://sam@db.example.com/team")
    assert (location.dialect, location.target) == (Dialect.POSTGRES, "postgresql://sam@db.example.com/team")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://sam:hush@db.example.com/team",
        "postgresql://db.example.com/team?user=sam&password=hush",
        "postgresql://db.example.com/team?sslpassword=hush&user=sam",
        "postgresql://sam:hu%40sh@db.example.com/team",
    ],
)
def test_a_password_is_never_shown(url: str):
    location = parse_location(url)
    assert "hu" in location.target
    assert "hush" not in location.name
    assert "hu%40sh" not in location.name
    assert "db.example.com/team" in location.name


@pytest.mark.parametrize(
    "url", ["", " ", ":memory:", "sqlite://", "sqlite:///", "a\0b", "mysql://sam:hush@host/db", "http://x"]
)
def test_anything_else_is_refused_with_what_to_give_instead(url: str):
    with pytest.raises(StoreError) as refused:
        parse_location(url)
    assert refused.value.code == "store_url"
    assert "postgresql://" in refused.value.advice
    assert "hush" not in f"{refused.value.title} {refused.value.where}"

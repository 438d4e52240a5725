"""Entering a store: the first room is made once, and a virtual clock stays at home."""

import getpass
import zoneinfo
from datetime import UTC, datetime
from uuid import UUID

import pytest
import tzlocal

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.engine import entrance
from opendoors_desktop.engine.clock import VirtualClock, id_source
from opendoors_desktop.engine.entrance import enter, is_loopback, refuse_far_hosts
from opendoors_desktop.store.database import Store

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(str(tmp_path / "opendoors.db"))
    yield opened
    opened.close()


@pytest.fixture
def new_id():
    return id_source(VirtualClock(NOW))


def add_mailbox(store: Store, new_id, smtp_host: str, imap_host: str | None = None) -> None:
    scope = enter(store, NOW, new_id)
    with store.write() as unit:
        unit.run(
            "INSERT INTO email_accounts (id, customer_id, workspace_id, user_id, address, address_key, smtp_host,"
            " smtp_port, imap_host, created_at, updated_at) VALUES (:id, :customer_id, :workspace_id, :user_id,"
            " :address, :address, :smtp_host, 587, :imap_host, :now, :now)",
            {
                "id": new_id(),
                "customer_id": scope.customer_id,
                "workspace_id": scope.workspace_id,
                "user_id": scope.user_id,
                "address": f"{smtp_host}@example.com",
                "smtp_host": smtp_host,
                "imap_host": imap_host,
                "now": NOW,
            },
        )


def test_the_first_entrance_makes_a_room_in_this_computers_zone(store, new_id, monkeypatch):
    monkeypatch.setattr(tzlocal, "get_localzone_name", lambda: "Asia/Kolkata")
    monkeypatch.setattr(getpass, "getuser", lambda: "robin")

    scope = enter(store, NOW, new_id)

    assert enter(store, NOW, new_id) == scope
    assert all(isinstance(key, UUID) for key in (scope.customer_id, scope.workspace_id, scope.user_id))
    with store.read() as unit:
        assert unit.rows("SELECT name, time_zone FROM workspaces") == [("My workspace", "Asia/Kolkata")]
        assert unit.rows("SELECT name FROM users") == [("robin",)]


@pytest.mark.parametrize("fault", [KeyError("uid"), OSError("no user"), ImportError("pwd")])
def test_a_container_may_know_no_user(monkeypatch, fault):
    def unknown() -> str:
        raise fault

    monkeypatch.setattr(getpass, "getuser", unknown)

    assert entrance._user_name() == "Me"


@pytest.mark.parametrize(
    "name,zone", [("local", "UTC"), ("Etc/UTC", "UTC"), ("Mars/Base", "UTC"), ("Asia/Tokyo", "Asia/Tokyo")]
)
def test_an_unknown_zone_of_the_computer_counts_as_utc(monkeypatch, name, zone):
    monkeypatch.setattr(tzlocal, "get_localzone_name", lambda: name)

    assert entrance._zone_of_computer() == zone


def test_a_computer_without_a_zone_counts_as_utc(monkeypatch):
    def broken() -> str:
        raise zoneinfo.ZoneInfoNotFoundError("no zone")

    monkeypatch.setattr(tzlocal, "get_localzone_name", broken)

    assert entrance._zone_of_computer() == "UTC"


@pytest.mark.parametrize(
    "smtp,imap", [("mail.example.com", None), ("localhost", "imap.example.com"), ("192.0.2.7", None)]
)
def test_a_virtual_clock_is_refused_where_a_mailbox_is_elsewhere(store, new_id, smtp, imap):
    add_mailbox(store, new_id, smtp, imap)

    with pytest.raises(InputError) as told:
        refuse_far_hosts(store)

    assert told.value.where == "OPENDOORS_NOW"


def test_a_virtual_clock_may_run_where_every_mailbox_is_here(store, new_id):
    add_mailbox(store, new_id, "localhost", "127.0.0.2")
    add_mailbox(store, new_id, "::1")
    refuse_far_hosts(store)

    with store.read() as unit:
        assert unit.row("SELECT count(*) FROM email_accounts") == (2,)


@pytest.mark.parametrize(
    "host,here",
    [("localhost", True), ("LOCALHOST.", True), ("127.1.2.3", True), ("[::1]", True), ("example.com", False),
     ("localhost.example.com", False), ("0.0.0.0", False), ("", False)],
)  # fmt: skip
def test_only_loopback_is_here(host, here):
    assert is_loopback(host) is here

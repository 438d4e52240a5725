"""`opendoors api-token`: shown once, kept as a hash, told by its beginning."""

from hashlib import sha256

import pytest

from opendoors_desktop.store.migrate import open_store


def test_a_token_is_shown_once_and_kept_as_a_hash(cli, data_dir):
    made = cli("api-token", "create", "CRM", "--json").value

    assert made["token"].startswith("od_")
    assert len(made["token"]) == 46
    [listed] = cli("api-token", "list", "--json").lines
    assert listed["prefix"] == made["token"][:11]
    assert made["token"] not in cli("api-token", "list", "--json").out
    store = open_store(str(data_dir / "opendoors.db"))
    with store.read() as unit:
        assert unit.rows("SELECT token_hash FROM api_tokens") == [(sha256(made["token"].encode()).digest(),)]
    store.close()


def test_a_person_sees_the_token_on_standard_output_alone(cli):
    done = cli("api-token", "create", "CRM")

    assert done.out.startswith("od_")
    assert done.out.count("\n") == 1
    assert "isn't shown again" in done.err


@pytest.mark.parametrize("named_by", ["id", "name", "prefix"])
def test_a_token_is_revoked_by_what_names_it(cli, named_by):
    made = cli("api-token", "create", "CRM", "--days", "30", "--read-only", "--json").value

    assert (made["scopes"], made["expires_at"] > made["created_at"]) == (["read"], True)
    assert cli("api-token", "revoke", made[named_by], "--json").value["revoked_at"]
    assert cli("api-token", "revoke", made[named_by], "--json", status=2).error["code"] == "not_found"


def test_two_tokens_of_a_name_are_told_apart_by_their_ids(cli):
    ids = {cli("api-token", "create", "CRM", "--json").value["id"] for _ in range(2)}

    error = cli("api-token", "revoke", "CRM", "--json", status=2).error

    assert error["code"] == "ambiguous"
    assert all(each in error["advice"] for each in ids)


@pytest.mark.parametrize("arguments", [(" ",), ("CRM", "--days", "0"), ("CRM", "--user", "nobody@example.org")])
def test_what_makes_no_token(cli, arguments):
    cli("api-token", "create", *arguments, status=2)

    assert cli("api-token", "list", "--json").lines == []

"""Steps by the API: added at the end or where they are wished, replaced, moved, taken out, refused with paths."""

import pytest

from opendoors_desktop.store.database import Store
from tests.api.conftest import Client, new_sequence


@pytest.fixture
def store(sqlite_store) -> Store:
    """The rules of steps don't depend on the database."""
    return sqlite_store


@pytest.fixture
def path(client) -> str:
    """The steps of a sequence: an email, a condition with a call in its yes lane, a delay."""
    path = f"/api/sequences/{new_sequence(client)['id']}/steps"
    client.post(path, {"step_type": "email", "subject_template": "Hello", "body_template": "Hi {{ first_name }}"})
    opened = {"field": "email_opened", "operator": "equals", "value": True, "step_reference": 1}
    condition = {"step_type": "conditional", "delay_days": 3, "conditions": {"conditions": [opened], "operator": "AND"}}
    parent = client.post(path, condition)
    client.post(path, {"step_type": "call", "task_title": "Call", "parent_step_id": parent["id"], "branch": "yes"})
    client.post(path, {"step_type": "delay", "delay_days": 4})
    return path


def order(client: Client, path: str) -> list[str]:
    """The steps in their order, those in lanes with the lane."""
    items = client.get(path)["items"]
    assert [each["step_order"] for each in items] == list(range(1, len(items) + 1))
    return [f"{each['branch']}:{each['step_type']}" if each["branch"] else each["step_type"] for each in items]


def test_steps_are_added_at_the_end_of_their_lane(client, path):
    assert order(client, path) == ["email", "conditional", "yes:call", "delay"]
    shown = client.get(path)["items"][1]
    assert shown["conditions"]["conditions"][0]["step_reference"] == 1
    assert (shown["condition_operator"], shown["times_executed"], shown["success_rate"]) == ("AND", 0, None)
    assert client.get(path.removesuffix("/steps"))["steps"] == client.get(path)["items"]


def test_a_step_goes_where_its_number_says(client, path):
    assert (
        client.post(path, {"step_type": "linkedin", "linkedin_action": "connect", "step_order": 2})["step_order"] == 2
    )
    assert order(client, path) == ["email", "linkedin", "conditional", "yes:call", "delay"]
    refused = client.post(path, {"step_type": "delay", "step_order": 4}, status=422)
    assert [(each["path"], each["reason"]) for each in refused["errors"]] == [
        ("$.step_order", "in this lane it can be step 1, 2, 3, 5, 6")
    ]


def test_references_keep_their_step_when_others_come_between(client, path):
    client.post(path, {"step_type": "delay", "step_order": 1})

    assert client.get(path)["items"][2]["conditions"]["conditions"][0]["step_reference"] == 2


def test_a_put_replaces_a_step_and_moves_it(client, path):
    items = client.get(path)["items"]
    call, parent = items[2], items[1]
    got = client.ask("GET", f"{path}/{call['id']}")
    assert client.put(f"{path}/{call['id']}", {"step_type": "task"}, status=428)["code"] == "if_match_needed"
    put = client.put(f"{path}/{call['id']}", {"step_type": "task", "task_title": "Card"}, If_Match=got.tag)
    assert (put["step_type"], put["task_title"], put["parent_step_id"], put["step_order"]) == (
        "task", "Card", parent["id"], 3,
    )  # fmt: skip
    assert client.put(f"{path}/{call['id']}", {"step_type": "task"}, If_Match=got.tag, status=412)["detail"]
    client.put(f"{path}/{call['id']}", {"step_type": "task", "parent_step_id": None, "step_order": 1}, If_Match="*")
    assert order(client, path) == ["task", "email", "conditional", "delay"]


def test_a_step_that_is_referred_to_stays(client, path):
    items = client.get(path)["items"]

    refused = client.ask("DELETE", f"{path}/{items[0]['id']}", status=409).json
    assert (refused["code"], "step 2" in refused["title"]) == ("step_referred_to", True)
    assert client.ask("DELETE", f"{path}/{items[1]['id']}", status=204).body == b""
    assert order(client, path) == ["email", "delay"]


BAD_STEPS: list[tuple[dict[str, object], str]] = [
    ({"step_type": "fax"}, "$.step_type"),
    ({"step_type": "delay", "delay_days": -1}, "$.delay_days"),
    ({"step_type": "delay", "branch": "yes"}, "$.branch"),
    ({"step_type": "delay", "step_order": 99}, "$.step_order"),
    ({"step_type": "conditional", "conditions": {"conditions": []}}, "$.conditions.conditions"),
    (
        {"step_type": "conditional", "conditions": {"conditions": [{"field": "mood", "operator": "equals"}]}},
        "$.conditions.conditions[0].field",
    ),
    (
        {
            "step_type": "conditional",
            "conditions": {"conditions": [{"field": "email_opened", "operator": "equals", "value": 1}]},
        },
        "$.conditions.conditions[0].value",
    ),
    ({"step_type": "email", "ab_test_variants": {"variants": []}}, "$.ab_test_variants.variants"),
    ({"step_type": "email", "conditions": {"a": "\0"}}, "$.conditions"),
]


@pytest.mark.parametrize("body, fault", BAD_STEPS)
def test_every_fault_of_a_step_is_told_with_its_path(client, path, body, fault):
    assert fault in {each["path"] for each in client.post(path, body, status=422)["errors"]}
    assert len(client.get(path)["items"]) == 4


def test_steps_of_others_are_not_there(client, path):
    other = f"/api/sequences/{new_sequence(client, 'Other')['id']}/steps"
    step = client.get(path)["items"][0]["id"]

    assert client.get(f"{other}/{step}", expects=404)
    assert client.put(f"{other}/{step}", {"step_type": "delay"}, If_Match="*", status=404)
    client.ask("DELETE", f"{other}/{step}", status=404)


def test_T61_a_step_without_a_type_is_refused_rather_than_guessed_at(client, path):
    refused = client.post(path, {"subject_template": "Hello", "body_template": "Hi"}, status=422)

    assert [each["path"] for each in refused["errors"]] == ["$.step_type"]

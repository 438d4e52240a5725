"""A/B tests as JSON: read with every fault at once, and written back whole.

The JSON is `{"variants": [{"id", "subject", "body", "weight", "is_paused"}], "test_type", "winner_criteria",
"winner_id", "promote_winner"}`; a variant's texts, `is_paused`, `winner_id` and `promote_winner` may be absent.
"""

from typing import Any

from opendoors_desktop.domain.json_reader import BadJson, JsonFault, JsonObject
from opendoors_desktop.domain.variants import AbTest, TestType, Variant, WinnerCriteria

MAX_VARIANTS = 10
MAX_ID = 64
MAX_SUBJECT = 998
MAX_BODY = 500_000
MAX_WEIGHT = 1_000_000


def parse_ab_test(document: object) -> AbTest:
    """The test that a JSON value says; raises BadJson with every fault and its path."""
    faults: list[JsonFault] = []
    test = read_ab_test(document, "$", faults)
    if test is None:
        raise BadJson("The A/B test can't be used", faults)
    return test


def read_ab_test(document: object, path: str, faults: list[JsonFault]) -> AbTest | None:
    """The test at a path of a larger document; None after adding at least one fault to the list."""
    before = len(faults)
    found = JsonObject(document, path, faults)
    found.require("test_type", f"one of {', '.join(TestType)}")
    found.require("winner_criteria", f"one of {', '.join(WinnerCriteria)}")
    kind = found.get_choice("test_type", TestType, TestType.CONTENT) or TestType.CONTENT
    criteria = found.get_choice("winner_criteria", WinnerCriteria, WinnerCriteria.REPLY_RATE)
    variants = tuple(
        _variant(JsonObject(item, at, faults), kind) for at, item in found.get_list("variants", MAX_VARIANTS)
    )
    if found.is_object and not variants:
        found.fault("variants", "at least one variant is needed")
    _check_ids(found, variants)
    test = AbTest(
        variants,
        kind,
        criteria or WinnerCriteria.REPLY_RATE,
        found.get_text("winner_id", MAX_ID),
        found.get_flag("promote_winner", default=False),
    )
    if test.winner_id is not None and test.find(test.winner_id) is None:
        found.fault("winner_id", "no variant has this id")
    found.close()
    return test if len(faults) == before else None


def _variant(found: JsonObject, kind: TestType) -> Variant:
    found.require("id", "a short name that no other variant has")
    found.require("weight", "this variant's share, a whole number")
    name = found.get_text("id", MAX_ID)
    if name is not None and not name.strip():
        found.fault("id", "an empty text names no variant")
    variant = Variant(
        id=name or "",
        subject=found.get_text("subject", MAX_SUBJECT),
        body=found.get_text("body", MAX_BODY),
        weight=found.get_whole("weight", 0, MAX_WEIGHT) or 0,
        is_paused=found.get_flag("is_paused", default=False),
    )
    if variant.subject is not None and kind is TestType.BODY:
        found.fault("subject", "this test is of bodies: leave the subject out, or make it a content test")
    if variant.body is not None and kind is TestType.SUBJECT_LINE:
        found.fault("body", "this test is of subject lines: leave the body out, or make it a content test")
    found.close()
    return variant


def _check_ids(found: JsonObject, variants: tuple[Variant, ...]) -> None:
    seen: set[str] = set()
    for index, variant in enumerate(variants):
        if variant.id and variant.id in seen:
            found.fault(f"variants[{index}].id", f"another variant is called {variant.id} as well")
        seen.add(variant.id)
    if variants and not any(variant.weight for variant in variants):
        found.fault("variants", "all weights are 0: nobody would get a variant")


def ab_test_to_json(test: AbTest) -> dict[str, Any]:
    """The test as JSON; what is absent by default is left out."""
    written: dict[str, Any] = {
        "variants": [_written(variant) for variant in test.variants],
        "test_type": test.test_type.value,
        "winner_criteria": test.winner_criteria.value,
    }
    if test.winner_id is not None:
        written["winner_id"] = test.winner_id
    if test.promote_winner:
        written["promote_winner"] = True
    return written


def _written(variant: Variant) -> dict[str, Any]:
    written: dict[str, Any] = {"id": variant.id}
    if variant.subject is not None:
        written["subject"] = variant.subject
    if variant.body is not None:
        written["body"] = variant.body
    written["weight"] = variant.weight
    if variant.is_paused:
        written["is_paused"] = True
    return written

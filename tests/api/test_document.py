"""The OpenAPI document holds: whatever is asked by it, no answer is a fault of the program or one it doesn't name."""

import warnings
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.stateful import run_state_machine_as_test

from opendoors_desktop.api.server import ApiServer
from opendoors_desktop.engine.commands.api_tokens import create_token
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from tests.builders import add_contacts, add_mailbox

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks


def wrong_data_is_refused(context: Any, response: Any, case: Any) -> bool | None:
    """Data that doesn't fit its schema is refused, what is too large for any schema among it."""
    if response.status_code == 413:
        return None
    refused: bool | None = checks.negative_data_rejection(context, response, case)
    return refused


CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    wrong_data_is_refused,
]
"""What every answer is held against; that data which fits its schema is taken isn't among it: rules may refuse it."""

QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@pytest.fixture
def store(sqlite_store) -> Store:
    """What the document says doesn't depend on the database."""
    return sqlite_store


@pytest.fixture
def schema(context: Context, server: ApiServer) -> Iterator[Any]:
    """The document as schemathesis reads it, asked of the server with a token that may write."""
    add_contacts(context, 3)
    add_mailbox(context)
    headers = {"Authorization": f"Bearer {create_token(context, 'schemathesis').text}"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = schemathesis.openapi.from_url(f"{server.address}/api/openapi.json")
        found.config.update(headers=headers)
        yield found


def verify(schema: Any, mode: GenerationMode, examples: int) -> None:
    """Ask every operation so many times, by data that fits its schema or by data that doesn't."""
    quick = settings(max_examples=examples, deadline=None, derandomize=True, database=None, suppress_health_check=QUIET)
    for result in schema.get_all_operations():

        @quick
        @given(case=result.ok().as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            case.call_and_validate(checks=CHECKS)

        with suppress(Unsatisfiable):  # what takes nothing can't be asked wrongly
            ask()


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_operation_answers_what_the_document_does_not_name(schema, mode):
    verify(schema, mode, 3)


@pytest.mark.chaos
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_operation_does_so_asked_many_times(schema, mode):
    verify(schema, mode, 40)


def verify_ways(schema: Any, examples: int, steps: int) -> None:
    """Ask one operation after the other, with what the answers before brought."""

    class Machine(schema.as_state_machine()):  # type: ignore[misc]  # made at run time
        """Holds each answer against the document."""

        def validate_response(self, response: Any, case: Any, **_more: Any) -> None:
            """Called behind every request."""
            case.validate_response(response, checks=CHECKS)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=[*QUIET, *HealthCheck],
        ),
    )


def test_answers_lead_on_to_answers_the_document_names(schema):
    verify_ways(schema, 4, 8)


@pytest.mark.chaos
def test_long_ways_lead_nowhere_else(schema):
    verify_ways(schema, 40, 30)

"""Templates in the store, and the steps that follow them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from opendoors_desktop.domain.errors import InputError, NotFound
from opendoors_desktop.domain.sequence import SequenceStatus
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.followed_templates import follow, sequences_following
from opendoors_desktop.store.sequences import get_record, get_sequence, get_sequences
from opendoors_desktop.store.templates import (
    Template,
    add_template,
    find_template,
    get_template,
    list_templates,
    update_template,
)
from opendoors_desktop.store.tenancy import Scope
from tests.fixtures_store import NOW
from tests.sequence_builders import add_example_sequence, email, key, no_holidays

LATER = NOW + timedelta(hours=2)
HELLO = Template(key(1), "Hello", "Hi {{ title }}", "<p>{{ title }}</p>", True, ("warm",), frozenset({"title"}))


def add(store: Store, scope: Scope, *templates: Template) -> None:
    with store.write() as unit:
        for template in templates:
            add_template(unit, scope.workspace_id, template, by=scope.user_id, now=NOW)


def test_a_template_comes_back_as_it_was(store: Store, scope: Scope):
    add(store, scope, HELLO)
    changed = replace(HELLO, name="Hé", subject="", body="x", body_is_html=False, tags=(), variables=frozenset())
    with store.write() as unit:
        assert get_template(unit, scope.workspace_id, key(1)) == replace(HELLO, updated_at=NOW)
        update_template(unit, scope.workspace_id, changed, by=scope.user_id, now=LATER)
        assert get_template(unit, scope.workspace_id, key(1)) == replace(changed, updated_at=LATER)


def test_a_retired_template_is_no_longer_offered(store: Store, scope: Scope):
    add(store, scope, HELLO, replace(HELLO, id=key(2), name="Bye"))
    with store.write() as unit:
        assert [each.name for each in list_templates(unit, scope.workspace_id)] == ["Bye", "Hello"]
        update_template(unit, scope.workspace_id, replace(HELLO, retired_at=LATER), by=scope.user_id, now=LATER)
        assert [each.name for each in list_templates(unit, scope.workspace_id)] == ["Bye"]
        assert len(list_templates(unit, scope.workspace_id, with_retired=True)) == 2


def test_a_template_is_found_by_id_or_name(store: Store, scope: Scope):
    add(store, scope, HELLO, replace(HELLO, id=key(2)), replace(HELLO, id=key(3), name=str(key(1))))
    with store.write() as unit:
        found = find_template(unit, scope.workspace_id, str(key(1)))
        assert found is not None
        assert found.id == key(1)
        with pytest.raises(InputError) as caught:
            find_template(unit, scope.workspace_id, "Hello")
        assert str(key(2)) in caught.value.advice
        update_template(unit, scope.workspace_id, replace(HELLO, retired_at=LATER), by=scope.user_id, now=LATER)
        found = find_template(unit, scope.workspace_id, "Hello")
        assert found is not None
        assert found.id == key(2)
        assert find_template(unit, scope.workspace_id, "Nothing") is None


def test_a_retired_template_is_found_when_no_other_has_its_name(store: Store, scope: Scope):
    add(store, scope, HELLO)
    with store.write() as unit:
        update_template(unit, scope.workspace_id, replace(HELLO, retired_at=LATER), by=scope.user_id, now=LATER)
        found = find_template(unit, scope.workspace_id, "Hello")
    assert found is not None
    assert found.retired_at == LATER


def test_an_unknown_template_is_said_to_be_none(store: Store, scope: Scope):
    with store.write() as unit:
        with pytest.raises(NotFound):
            get_template(unit, scope.workspace_id, key(1))
        with pytest.raises(NotFound):
            update_template(unit, scope.workspace_id, HELLO, by=scope.user_id, now=NOW)


def test_a_step_that_follows_a_template_has_its_texts_as_they_are_now(store: Store, scope: Scope):
    add(store, scope, HELLO)
    own = email(1, key(500), subject_template=None, body_template=None)
    add_example_sequence(store, scope, key(500), [own, email(2, key(500))])
    with store.write() as unit:
        follow(unit, key(1), HELLO.id)
        assert sequences_following(unit, HELLO.id) == [key(500)]
        for template in (HELLO, replace(HELLO, subject="", body="New", body_is_html=False)):
            update_template(unit, scope.workspace_id, template, by=scope.user_id, now=LATER)
            sequence = get_sequence(unit, scope.workspace_id, key(500), no_holidays)
            step = sequence.flow.by_id[key(1)]
            assert (step.subject_template or "", step.body_template) == (template.subject, template.body)
            assert (step.body_is_html, step.variables) == (template.body_is_html, HELLO.variables)
            assert sequence.flow.by_id[key(2)] == email(2, key(500))
            assert [sequence] == get_sequences(unit, scope.workspace_id, [SequenceStatus.DRAFT], no_holidays)
            assert get_record(unit, scope.workspace_id, key(500)).flow.by_id[key(1)] == own
        follow(unit, key(1), None)
        assert get_sequence(unit, scope.workspace_id, key(500), no_holidays).flow.by_id[key(1)] == own
        assert sequences_following(unit, HELLO.id) == []


def test_T27_a_step_whose_template_was_retired_has_no_text(store: Store, scope: Scope):
    add(store, scope, HELLO)
    add_example_sequence(store, scope, key(500), [email(1, key(500))])
    with store.write() as unit:
        follow(unit, key(1), HELLO.id)
        update_template(unit, scope.workspace_id, replace(HELLO, retired_at=LATER), by=scope.user_id, now=LATER)
        step = get_sequence(unit, scope.workspace_id, key(500), no_holidays).flow.by_id[key(1)]
    assert (step.subject_template, step.body_template) == (None, None)

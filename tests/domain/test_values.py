"""Changing frozen values: as `dataclasses.replace`, only faster."""

from dataclasses import FrozenInstanceError, fields, replace

import pytest

from opendoors_desktop.domain.enrollment import Enrollment, EnrollmentStatus
from opendoors_desktop.domain.values import changed, changer, maker
from tests.domain.flow_builders import enrolled


def test_a_changed_value_differs_in_what_was_named_alone() -> None:
    person = enrolled()
    later = changed(person, round=2, status=EnrollmentStatus.PAUSED)
    assert later == replace(person, round=2, status=EnrollmentStatus.PAUSED)
    assert person == enrolled()
    assert changed(person) == person


def test_a_name_that_is_no_field_is_refused() -> None:
    with pytest.raises(TypeError, match="rounds"):
        changed(enrolled(), rounds=2)


def test_a_changer_takes_the_new_values_in_the_order_of_its_names() -> None:
    change = changer(Enrollment, "status", "round")
    person = enrolled()
    assert change(person, EnrollmentStatus.PAUSED, 2) == replace(person, round=2, status=EnrollmentStatus.PAUSED)
    with pytest.raises(TypeError, match="has no field rounds"):
        changer(Enrollment, "rounds")


def test_what_a_maker_makes_is_the_value_itself_and_as_frozen() -> None:
    person = enrolled()
    made = maker(Enrollment)(**{each.name: getattr(person, each.name) for each in fields(person)})
    assert type(made) is Enrollment
    assert made == person
    assert hash(made) == hash(person)
    with pytest.raises(FrozenInstanceError):
        made.round = 2  # type: ignore[misc]
    with pytest.raises(TypeError, match="missing"):
        maker(Enrollment)(id=person.id)

"""Changing frozen values: as `dataclasses.replace`, only faster."""

from dataclasses import replace

import pytest

from opendoors_desktop.domain.enrollment import EnrollmentStatus
from opendoors_desktop.domain.values import changed
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

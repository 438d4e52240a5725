"""Every kind of activity has its words."""

from uuid import UUID

import pytest

from opendoors_desktop.domain.activity import Activity, ActivityKind
from tests.domain.flow_builders import MONDAY


@pytest.mark.parametrize("kind", list(ActivityKind))
def test_a_kind_is_told_in_a_few_words_and_is_about_nothing_by_default(kind):
    assert 0 < len(kind.sentence) <= 40
    assert len(kind.value) <= 40
    happened = Activity(UUID(int=1), MONDAY, kind)
    assert (happened.contact_id, happened.detail) == (None, {})

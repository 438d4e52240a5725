"""Who works in the workspace."""

from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import people
from opendoors_desktop.store.people import Person


def list_members(context: Context) -> list[Person]:
    """The members who are still there, by name."""
    with context.store.read() as unit:
        return list(people.list_people(unit, context.scope.workspace_id).values())

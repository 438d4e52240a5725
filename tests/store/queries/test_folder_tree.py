"""The tree of folders and sequences, on both databases."""

from pathlib import Path

import pytest

from opendoors_desktop.engine.context import Context
from opendoors_desktop.store.database import Store
from opendoors_desktop.store.queries.folder_tree import read_folder_tree
from tests.builders import add_mailbox, add_sequence, make_room, open_context
from tests.fixtures_store import NOW


@pytest.fixture
def context(store: Store, tmp_path: Path) -> Context:
    return open_context(store, tmp_path)


def add_folder(context, name, parent_id=None, *, position=0, color=None):
    folder_id = context.new_id()
    with context.store.write() as unit:
        unit.run(
            "INSERT INTO sequence_folders (id, customer_id, workspace_id, name, parent_folder_id, sort_order, color,"
            " created_by, created_at) VALUES (:id, :customer, :workspace, :name, :parent, :position, :color, :by, :at)",
            {
                "id": folder_id,
                "customer": context.scope.customer_id,
                "workspace": context.scope.workspace_id,
                "name": name,
                "parent": parent_id,
                "position": position,
                "color": color,
                "by": context.scope.user_id,
                "at": NOW,
            },
        )
    return folder_id


def test_folders_count_the_sequences_of_their_subfolders(context):
    outbound = add_folder(context, "Outbound", position=1, color="#336699")
    logistics = add_folder(context, "Logistics", outbound)
    empty = add_folder(context, "Events")
    mailbox = add_mailbox(context)
    add_sequence(context, mailbox, name="zoo", folder_id=logistics)
    add_sequence(context, mailbox, name="Ant", folder_id=logistics)
    add_sequence(context, mailbox, name="Bee", folder_id=outbound)
    add_sequence(context, mailbox, name="Cat")

    with context.store.read() as unit:
        tree = read_folder_tree(unit, context.scope.workspace_id)

    assert [(each.name, each.sequences) for each in tree.folders] == [("Events", 0), ("Logistics", 2), ("Outbound", 3)]
    assert [each.id for each in tree.folders] == [empty, logistics, outbound]
    assert (tree.folders[1].parent_id, tree.folders[2].color, tree.folders[2].position) == (outbound, "#336699", 1)
    assert [each.name for each in tree.sequences] == ["Ant", "Bee", "Cat", "zoo"]
    assert [each.folder_id for each in tree.sequences] == [logistics, outbound, None, logistics]


def test_archived_sequences_stand_apart_and_every_status_is_counted(context):
    folder = add_folder(context, "Outbound")
    room = make_room(context, people=2, folder_id=folder)
    gone = add_sequence(context, room.mailbox, name="Gone", folder_id=folder)
    with context.store.write() as unit:
        unit.run("UPDATE sequences SET status = 'archived' WHERE id = :id", {"id": gone})

    with context.store.read() as unit:
        tree = read_folder_tree(unit, context.scope.workspace_id)
        elsewhere = read_folder_tree(unit, context.new_id())

    assert [(each.name, each.enrolled, each.status) for each in tree.sequences] == [("Example", 2, "active")]
    assert [each.id for each in tree.archived] == [gone]
    assert tree.folders[0].sequences == 1
    assert tree.counts == {"draft": 0, "active": 1, "paused": 0, "stopped": 0, "archived": 1}
    assert (elsewhere.folders, elsewhere.sequences, sum(elsewhere.counts.values())) == ((), (), 0)

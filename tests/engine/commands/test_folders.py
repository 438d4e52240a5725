"""Folders made, named, moved, put in order and deleted."""

from concurrent.futures import ThreadPoolExecutor  # noqa: TID251  # two people at once
from dataclasses import replace

import pytest

from opendoors_desktop.domain.errors import InputError, NotFound, NotPossible
from opendoors_desktop.domain.folder import Branching
from opendoors_desktop.engine.commands.folders import (
    FolderPlace,
    add_folder,
    color_folder,
    delete_folder,
    describe_folder,
    find_folder,
    folder_tree,
    move_folder,
    order_folders,
    rename_folder,
    replace_folder,
    restore_folder,
)
from opendoors_desktop.engine.commands.sequences import create_sequence, move_sequence, new_settings, show_sequence
from opendoors_desktop.engine.context import Context
from tests.engine.sequence_rooms import actions
from tests.sequence_builders import key


def names(branches: tuple[Branching, ...]) -> list[object]:
    told: list[object] = []
    for branch in branches:
        told.append(branch.folder.name)
        if branch.children:
            told.append(names(branch.children))
    return told


def test_folders_nest_and_stand_in_the_order_they_were_made(any_context: Context):
    top = add_folder(any_context, " Top ", color="#A0b1c2", description="All")
    add_folder(any_context, "Zebra", top)
    add_folder(any_context, "Ant", top)
    add_folder(any_context, "Other")
    assert names(folder_tree(any_context)) == ["Top", ["Zebra", "Ant"], "Other"]
    assert folder_tree(any_context)[0].folder.color == "#A0b1c2"
    assert actions(any_context) == ["folder_added"] * 4


def test_a_folder_is_found_by_id_path_or_name(context: Context):
    top = add_folder(context, "Top")
    inside = add_folder(context, "Same", top)
    outside = add_folder(context, "Same")
    assert find_folder(context, str(inside).upper()) == inside
    assert find_folder(context, "Top/Same") == inside
    assert find_folder(context, "Same") == outside
    rename_folder(context, outside, "Else")
    assert find_folder(context, "Same") == inside
    add_folder(context, "Same", outside)
    with pytest.raises(InputError) as caught:
        find_folder(context, "Same")
    assert "Top/Same" in caught.value.advice
    with pytest.raises(NotFound):
        find_folder(context, "Nothing")


@pytest.mark.parametrize("name", ["", "  ", "n" * 256, "a\0"])
def test_a_name_must_be_one(context: Context, name: str):
    with pytest.raises(InputError):
        add_folder(context, name)
    folder_id = add_folder(context, "Top")
    with pytest.raises(InputError):
        rename_folder(context, folder_id, name)


def test_colour_and_description_are_checked(context: Context):
    folder_id = add_folder(context, "Top")
    for color in ("red", "#12345", "#1234567", "#12345g"):
        with pytest.raises(InputError):
            color_folder(context, folder_id, color)
    color_folder(context, folder_id, "#123456")
    color_folder(context, folder_id, None)
    describe_folder(context, folder_id, "What for")
    with pytest.raises(InputError):
        describe_folder(context, folder_id, "x" * 10_001)
    (branch,) = folder_tree(context)
    assert (branch.folder.color, branch.folder.description) == (None, "What for")


def test_a_folder_is_never_put_into_itself(any_context: Context):
    top = add_folder(any_context, "Top")
    middle = add_folder(any_context, "Middle", top)
    low = add_folder(any_context, "Low", middle)
    for parent in (top, middle, low):
        with pytest.raises(NotPossible) as caught:
            move_folder(any_context, top, parent)
        assert caught.value.code == "folder_circle"
    move_folder(any_context, low, None)
    assert names(folder_tree(any_context)) == ["Top", ["Middle"], "Low"]
    move_folder(any_context, top, low)
    assert names(folder_tree(any_context)) == ["Low", ["Top", ["Middle"]]]


def test_two_moves_at_once_close_no_circle(any_context: Context):
    for _ in range(5):
        one, two = add_folder(any_context, "One"), add_folder(any_context, "Two")
        with ThreadPoolExecutor(2) as pool:
            moves = [pool.submit(move_folder, any_context, a, b) for a, b in ((one, two), (two, one))]
        refused = [move for move in moves if move.exception() is not None]
        assert len(refused) == 1
        assert isinstance(refused[0].exception(), NotPossible)
        for folder_id in (one, two):
            delete_folder(any_context, folder_id)
    assert folder_tree(any_context) == ()


def test_siblings_are_put_in_order(any_context: Context):
    one, two, three, _ = (add_folder(any_context, name) for name in ("One", "Two", "Three", "Four"))
    inside = add_folder(any_context, "Inside", one)
    order_folders(any_context, [three, one])
    assert names(folder_tree(any_context)) == ["Three", "One", ["Inside"], "Two", "Four"]
    order_folders(any_context, [])
    with pytest.raises(InputError):
        order_folders(any_context, [two, inside])
    with pytest.raises(NotFound):
        order_folders(any_context, [key(1)])
    move_folder(any_context, three, None)
    assert names(folder_tree(any_context)) == ["One", ["Inside"], "Two", "Four", "Three"]


def test_deleting_a_folder_moves_what_lies_in_it_up(any_context: Context):
    top = add_folder(any_context, "Top")
    middle = add_folder(any_context, "Middle", top)
    add_folder(any_context, "Low", middle)
    sequence_id = create_sequence(any_context, new_settings(any_context, "Example"))
    move_sequence(any_context, sequence_id, middle)
    deleted = delete_folder(any_context, middle)
    assert (len(deleted.folder_ids), deleted.sequence_ids) == (1, (sequence_id,))
    assert show_sequence(any_context, sequence_id).settings.folder_id == top
    assert names(folder_tree(any_context)) == ["Top", ["Low"]]


def test_what_is_not_there_cannot_be_changed(context: Context):
    folder_id = add_folder(context, "Top")
    for call in (
        lambda: add_folder(context, "In nothing", key(1)),
        lambda: move_folder(context, folder_id, key(1)),
        lambda: move_folder(context, key(1), folder_id),
        lambda: rename_folder(context, key(1), "x"),
        lambda: delete_folder(context, key(1)),
    ):
        with pytest.raises(NotFound):
            call()


def test_a_folder_is_put_before_another_and_tells_where_it_stood(any_context: Context):
    one, two, three = (add_folder(any_context, name) for name in ("One", "Two", "Three"))
    stood = move_folder(any_context, three, None, one)
    assert stood == FolderPlace(None)
    assert names(folder_tree(any_context)) == ["Three", "One", "Two"]

    stood = move_folder(any_context, three, two)
    assert stood == FolderPlace(None, one)
    assert names(folder_tree(any_context)) == ["One", "Two", ["Three"]]

    move_folder(any_context, three, stood.parent_id, stood.before_id)
    assert names(folder_tree(any_context)) == ["Three", "One", "Two"]


def test_names_and_colours_tell_what_they_were(any_context: Context):
    folder_id = add_folder(any_context, "Top", color="#123456")
    assert rename_folder(any_context, folder_id, "Other") == "Top"
    assert color_folder(any_context, folder_id, None) == "#123456"
    assert color_folder(any_context, folder_id, "#654321") is None


def test_a_deleted_folder_comes_back_with_what_lay_in_it_and_nothing_else(any_context: Context):
    top = add_folder(any_context, "Top")
    middle = add_folder(any_context, "Middle", top)
    add_folder(any_context, "Beside", top)
    low, gone = add_folder(any_context, "Low", middle), add_folder(any_context, "Gone elsewhere", middle)
    sequence_id = create_sequence(any_context, new_settings(any_context, "Example"))
    move_sequence(any_context, sequence_id, middle)
    deleted = delete_folder(any_context, middle)
    move_folder(any_context, gone, None)

    restore_folder(any_context, deleted)

    assert names(folder_tree(any_context)) == ["Top", ["Middle", ["Low"], "Beside"], "Gone elsewhere"]
    assert show_sequence(any_context, sequence_id).settings.folder_id == middle
    assert find_folder(any_context, "Top/Middle/Low") == low


def test_a_deleted_folder_comes_back_at_the_top_where_its_parent_is_gone_too(any_context: Context):
    top = add_folder(any_context, "Top")
    deleted = delete_folder(any_context, add_folder(any_context, "Inside", top))
    delete_folder(any_context, top)

    restore_folder(any_context, deleted)

    assert names(folder_tree(any_context)) == ["Inside"]


def test_a_folder_is_replaced_whole_or_not_at_all(any_context: Context):
    top = add_folder(any_context, "Top")
    inside = add_folder(any_context, "Inside", top)
    add_folder(any_context, "Last")
    [branch, _] = folder_tree(any_context)
    known = branch.children[0].folder

    replace_folder(any_context, replace(known, name=" Out ", parent_id=None, color="#aabbcc", description="Far"))
    assert names(folder_tree(any_context)) == ["Top", "Last", "Out"]
    replace_folder(any_context, replace(known, name="Still out", parent_id=None))
    assert names(folder_tree(any_context)) == ["Top", "Last", "Still out"]

    for refused in (
        replace(known, name="", parent_id=top),
        replace(known, parent_id=inside),
        replace(known, id=key(1)),
    ):
        with pytest.raises(InputError):
            replace_folder(any_context, refused)
    assert names(folder_tree(any_context)) == ["Top", "Last", "Still out"]

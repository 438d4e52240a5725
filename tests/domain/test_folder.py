"""Folders as a tree."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from opendoors_desktop.domain.folder import Branching, Folder, closes_circle, path_of, tree_of
from tests.sequence_builders import key

TOP = Folder(key(1), "Top")
MIDDLE = Folder(key(2), "Middle", key(1))
LOW = Folder(key(3), "Low", key(2))
KNOWN = {folder.id: folder for folder in (TOP, MIDDLE, LOW)}


def names(branches: tuple[Branching, ...]) -> list[object]:
    """The tree as nested lists of names."""
    told: list[object] = []
    for branch in branches:
        told.append(branch.folder.name)
        if branch.children:
            told.append(names(branch.children))
    return told


def test_siblings_stand_by_order_and_then_by_name():
    siblings = [
        Folder(key(4), "zebra", key(1), sort_order=1),
        Folder(key(5), "Bear", key(1), sort_order=2),
        Folder(key(6), "ant", key(1), sort_order=2),
    ]
    assert names(tree_of([*siblings, TOP])) == ["Top", ["zebra", "ant", "Bear"]]


def test_a_folder_whose_parent_is_missing_stands_at_the_top():
    assert names(tree_of([LOW])) == ["Low"]


def test_a_stored_circle_is_shown_from_its_first_folder():
    assert names(tree_of([replace(TOP, parent_id=key(3)), MIDDLE, LOW])) == ["Low", ["Top", ["Middle"]]]
    assert names(tree_of([replace(TOP, parent_id=key(1))])) == ["Top"]


def test_a_path_goes_from_the_top_down():
    assert path_of(key(3), KNOWN) == ("Top", "Middle", "Low")
    assert path_of(key(9), KNOWN) == ()
    assert path_of(key(1), {key(1): replace(TOP, parent_id=key(1))}) == ("Top",)


def test_a_folder_can_not_lie_in_itself():
    assert closes_circle(key(1), key(1), KNOWN)
    assert closes_circle(key(1), key(3), KNOWN)
    assert not closes_circle(key(3), key(1), KNOWN)
    assert not closes_circle(key(1), None, KNOWN)
    assert not closes_circle(key(9), key(2), {key(1): TOP, key(2): replace(MIDDLE, parent_id=key(2))})
    assert not closes_circle(key(1), key(2), {key(2): replace(MIDDLE, parent_id=key(8))})


@given(st.lists(st.tuples(st.integers(0, 7), st.one_of(st.none(), st.integers(0, 9)))))
def test_every_folder_is_in_the_tree_exactly_once_whatever_is_stored(stored: list[tuple[int, int | None]]):
    folders = {key(n): Folder(key(n), str(n), None if p is None else key(p)) for n, p in stored}

    def keys(branches: tuple[Branching, ...]) -> list[object]:
        return [each for branch in branches for each in (branch.folder.id, *keys(branch.children))]

    assert sorted(keys(tree_of(folders.values())), key=str) == sorted(folders, key=str)


@given(st.lists(st.tuples(st.integers(0, 7), st.one_of(st.none(), st.integers(0, 7))), max_size=40))
def test_moves_that_close_no_circle_never_make_one(moves: list[tuple[int, int | None]]):
    folders = {key(n): Folder(key(n), str(n)) for n in range(8)}
    for number, parent in moves:
        into = None if parent is None else key(parent)
        if not closes_circle(key(number), into, folders):
            folders[key(number)] = replace(folders[key(number)], parent_id=into)
    for folder in folders.values():
        here, steps = folder.parent_id, 0
        while here is not None:
            here, steps = folders[here].parent_id, steps + 1
            assert steps <= len(folders)

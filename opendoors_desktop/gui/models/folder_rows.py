"""The rows of the tree of folders and sequences: which there are, in what order, and what each shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from opendoors_desktop.store.queries.folder_tree import FolderTree, TreeFolder, TreeSequence


class RowKind(Enum):
    """What stands in a row: a folder, a sequence, or the heading over the archived ones."""

    FOLDER = "folder"
    SEQUENCE = "sequence"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One row; `above` is the number of the row it lies in (-1: at the top), `place` its place among those there.

    `inside` are the numbers of the rows that lie in it. `folder_id` is the folder it lies in, `count` the sequences in
    a folder or the contacts in a sequence.
    """

    kind: RowKind
    id: UUID | None
    name: str
    above: int
    place: int
    inside: tuple[int, ...] = ()
    folder_id: UUID | None = None
    status: str = ""
    count: int = 0
    color: str | None = None

    @property
    def key(self) -> tuple[RowKind, UUID | None]:
        """What the row stays the same by."""
        return self.kind, self.id


@dataclass(slots=True)
class _Draft:
    kind: RowKind
    id: UUID | None
    name: str
    above: int
    place: int
    folder_id: UUID | None
    status: str
    count: int
    color: str | None
    inside: list[int]


def rows_of(tree: FolderTree, words: str = "") -> tuple[TreeRow, ...]:
    """The rows depth-first: folders by their order, then sequences by name, the archived ones under a heading.

    With `words` only sequences and folders whose names have them all, and the folders that lead there.
    """
    return tuple(
        TreeRow(
            each.kind,
            each.id,
            each.name,
            each.above,
            each.place,
            tuple(each.inside),
            each.folder_id,
            each.status,
            each.count,
            each.color,
        )
        for each in _Rows(tree, words).drafts
    )


class _Rows:
    """Builds the rows of one tree."""

    def __init__(self, tree: FolderTree, words: str) -> None:
        self.drafts: list[_Draft] = []
        self._words = words.casefold().split()
        known = {folder.id for folder in tree.folders}
        self._folders: dict[UUID | None, list[TreeFolder]] = {}
        self._sequences: dict[UUID | None, list[TreeSequence]] = {}
        for folder in tree.folders:
            self._folders.setdefault(folder.parent_id if folder.parent_id in known else None, []).append(folder)
        for sequence in tree.sequences:
            self._sequences.setdefault(sequence.folder_id if sequence.folder_id in known else None, []).append(sequence)
        self._add_inside(None, -1, has_all=not self._words)
        self._add_archive([each for each in tree.archived if self._fits(each.name)])

    def _add_inside(self, folder_id: UUID | None, above: int, *, has_all: bool) -> None:
        for folder in self._folders.get(folder_id, ()):
            is_hit = has_all or self._fits(folder.name)
            if not is_hit and not any(self._fits(name) for name in self._names_in(folder.id)):
                continue
            number = self._add(RowKind.FOLDER, folder.id, folder.name, above, folder_id)
            self.drafts[number].count, self.drafts[number].color = folder.sequences, folder.color
            self._add_inside(folder.id, number, has_all=is_hit)
        self._add_sequences(
            [each for each in self._sequences.get(folder_id, ()) if has_all or self._fits(each.name)], above
        )

    def _add_sequences(self, sequences: Sequence[TreeSequence], above: int) -> None:
        for each in sequences:
            number = self._add(RowKind.SEQUENCE, each.id, each.name, above, each.folder_id)
            self.drafts[number].status, self.drafts[number].count = each.status, each.enrolled

    def _add_archive(self, archived: Sequence[TreeSequence]) -> None:
        if archived:
            number = self._add(RowKind.ARCHIVE, None, "", -1, None)
            self.drafts[number].count = len(archived)
            self._add_sequences(archived, number)

    def _add(self, kind: RowKind, key: UUID | None, name: str, above: int, folder_id: UUID | None) -> int:
        number = len(self.drafts)
        place = len(self.drafts[above].inside) if above >= 0 else sum(each.above == -1 for each in self.drafts)
        self.drafts.append(_Draft(kind, key, name, above, place, folder_id, "", 0, None, []))
        if above >= 0:
            self.drafts[above].inside.append(number)
        return number

    def _fits(self, name: str) -> bool:
        folded = name.casefold()
        return all(word in folded for word in self._words)

    def _names_in(self, folder_id: UUID) -> Iterator[str]:
        """The names of all that lies in a folder, at any depth."""
        yield from (each.name for each in self._sequences.get(folder_id, ()))
        for folder in self._folders.get(folder_id, ()):
            yield folder.name
            yield from self._names_in(folder.id)

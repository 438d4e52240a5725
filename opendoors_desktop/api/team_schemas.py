"""What sequences refer to: folders, mailboxes, people; and whose token it is."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from opendoors_desktop.api.fields import Body, Key, Shown, text


class FolderBody(Body):
    """A folder of sequences."""

    name: Annotated[str, text(255, 1)]
    parent_folder_id: Key | None = Field(default=None, description="None: at the top.")
    description: Annotated[str, text(10_000)] | None = None
    color: Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$", strict=True)] | None = None


class ShownFolder(Shown):
    """A folder of sequences."""

    id: UUID
    name: str
    parent_folder_id: UUID | None
    description: str | None
    color: str | None
    sort_order: int


class FolderList(Shown):
    """All folders, depth-first."""

    items: list[ShownFolder]


class ShownMailbox(Shown):
    """A mailbox sequences send from."""

    id: UUID
    address: str
    from_name: str
    status: str


class MailboxList(Shown):
    """The mailboxes in use."""

    items: list[ShownMailbox]


class ShownUser(Shown):
    """A member of the workspace."""

    id: UUID
    name: str
    email: str
    role: str


class UserList(Shown):
    """The members of the workspace."""

    items: list[ShownUser]


class Me(Shown):
    """Whom the token stands for, and what it may."""

    user_id: UUID
    workspace_id: UUID
    role: str
    may_write: bool

"""Contacts as requests bring them and answers show them."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field

from opendoors_desktop.api.fields import Body, JsonObject, Shown, text

LONGEST: Final = 2_000


class ContactBody(Body):
    """A contact's fields; a member that is left out is empty."""

    email: Annotated[str, text(320, 3)] = Field(examples=["ana@example.org"])
    first_name: Annotated[str, text(LONGEST)] = ""
    last_name: Annotated[str, text(LONGEST)] = ""
    company: Annotated[str, text(LONGEST)] = ""
    title: Annotated[str, text(LONGEST)] = ""
    phone: Annotated[str, text(LONGEST)] = ""
    linkedin_url: Annotated[str, text(LONGEST)] = ""
    city: Annotated[str, text(LONGEST)] = ""
    state: Annotated[str, text(LONGEST)] = ""
    country: Annotated[str, text(LONGEST)] = ""
    time_zone: Annotated[str, text(100)] = Field(default="", examples=["Europe/Berlin"])
    tags: Annotated[list[Annotated[str, text(100, 1)]], Field(max_length=100)] = Field(default_factory=list)
    custom: JsonObject = Field(default_factory=dict, description="The workspace's own fields by name, as texts.")


class ContactQuery(Body):
    """Which contacts are asked for, from where on; by when they were added, found words by how close they are."""

    email: Annotated[str, text(320, 1)] | None = Field(default=None, description="The one of this address, if any.")
    tag: Annotated[str, text(100, 1)] | None = None
    q: Annotated[str, text(200, 1)] | None = Field(
        default=None, description="Words that begin a name, company or address: the closest `limit`, no further pages."
    )
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    cursor: Annotated[str, text(4_000)] | None = None


class ShownContact(Shown):
    """A contact with all its fields."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    company: str
    title: str
    phone: str
    linkedin_url: str
    city: str
    state: str
    country: str
    time_zone: str
    tags: list[str]
    custom: dict[str, Any]
    created_at: datetime | None
    updated_at: datetime | None


class ContactPage(Shown):
    """A page of contacts; `next_cursor` leads to the one behind it, null at the end."""

    items: list[ShownContact]
    next_cursor: str | None

"""What sequences refer to beside folders: mailboxes and people; and whose token it is."""

from fastapi import Response

from opendoors_desktop.api.answers import ok
from opendoors_desktop.api.auth import Reader
from opendoors_desktop.api.routing import Routes
from opendoors_desktop.api.team_schemas import MailboxList, Me, UserList
from opendoors_desktop.engine.commands import mailboxes, members

routes = Routes("team")


@routes.show("/email-accounts", MailboxList, "List mailboxes")
def list_email_accounts(caller: Reader) -> Response:
    """The mailboxes sequences can send from."""
    found = mailboxes.list_mailboxes(caller.context)
    names = ("id", "address", "from_name", "status")
    return ok({"items": [{name: getattr(box, name) for name in names} for box in found]})


@routes.show("/users", UserList, "List the members of the workspace")
def list_users(caller: Reader) -> Response:
    """Who may own sequences and be given tasks."""
    return ok({"items": members.list_members(caller.context)})


@routes.show("/me", Me, "Show whose token it is")
def get_me(caller: Reader) -> Response:
    """Whom the token stands for, and what it may."""
    scope = caller.context.scope
    return ok(
        {
            "user_id": scope.user_id,
            "workspace_id": scope.workspace_id,
            "role": caller.caller.role,
            "may_write": caller.caller.may_write,
        }
    )

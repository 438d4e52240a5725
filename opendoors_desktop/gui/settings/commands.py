"""What a person does in the settings, as commands with their undo."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.gui.api_beside import ApiBeside
from opendoors_desktop.gui.jobs import Command

if TYPE_CHECKING:
    from opendoors_desktop.engine.commands.api_tokens import NewToken
    from opendoors_desktop.engine.commands.serving import ApiSwitch
    from opendoors_desktop.engine.commands.store_care import Findings
    from opendoors_desktop.engine.context import Context


def change(what: str, api: ApiBeside | None, **values: Any) -> Command[dict[str, Any]]:
    """Change settings of the workspace by their names; `what` names them for people."""

    def put(context: "Context", wanted: dict[str, Any]) -> dict[str, Any]:
        from opendoors_desktop.engine.commands.workspace import change_workspace

        before: dict[str, Any] = {}

        def changed(known: Any) -> Any:
            before.update({name: getattr(known, name) for name in wanted})
            return replace(known, **wanted)

        change_workspace(context, changed)
        if api is not None:
            api.follow(context)
        return before

    return Command(
        _tr("Change {what}").format(what=what),
        lambda context: put(context, values),
        put,
    )


def set_fallback(field: str, title: str, text: str) -> Command[str]:
    """Let a text stand in for an empty field of contacts ("": nothing does)."""

    def put(context: "Context", wanted: str) -> str:
        from opendoors_desktop.engine.commands import workspace

        before = workspace.show_workspace(context).fallbacks.get(field, "")
        workspace.set_fallback(context, field, wanted)
        return before

    return Command(
        _tr("Change what stands in for {field}").format(field=title),
        lambda context: put(context, text),
        put,
    )


def switch_api(api: ApiBeside, *, is_on: bool, port: int | None) -> "Command[ApiSwitch]":
    """Have the window answer the REST API at a port (None: the usual one), or not, at once.

    Where the port can't be had everything stays as it was, and it is told.
    """

    def put(context: "Context", wanted: "ApiSwitch") -> "ApiSwitch":
        from opendoors_desktop.domain.errors import OpenDoorsError
        from opendoors_desktop.engine.commands import serving

        before = serving.read_api(context)
        serving.switch_api(context, wanted)
        try:
            api.follow(context)
        except OpenDoorsError:
            serving.switch_api(context, before)
            if before.is_on:
                api.follow(context)
            raise
        return before

    def do(context: "Context") -> "ApiSwitch":
        from opendoors_desktop.engine.commands.serving import ApiSwitch

        return put(context, ApiSwitch(is_on, port))

    text = _tr("Switch the REST API on") if is_on else _tr("Switch the REST API off")
    return Command(text, do, put)


def create_token(name: str, days: int | None, *, is_read_only: bool) -> "Command[NewToken]":
    """Make a key to the API that lasts so many days (None: until it is revoked); undone, it opens nothing."""

    def do(context: "Context") -> "NewToken":
        from opendoors_desktop.engine.commands import api_tokens

        lasts = None if days is None else timedelta(days=days)
        return api_tokens.create_token(context, name, lasts=lasts, is_read_only=is_read_only)

    return Command(
        _tr("Create token {name}").format(name=name), do, lambda context, made: _revoke(context, made.token.id)
    )


def revoke_token(token_id: UUID, name: str) -> Command[None]:
    """Let a key open nothing any more; there is no way back."""
    return Command(_tr("Revoke token {name}").format(name=name), lambda context: _revoke(context, token_id))


def back_up() -> Command[Path]:
    """Make a backup now."""

    def do(context: "Context") -> Path:
        from opendoors_desktop.engine.commands.backups import back_up as make

        return make(context)

    return Command(_tr("Back up now"), do)


def check_store(context: "Context") -> "Findings":
    """Count everything again and look at the file; takes long."""
    from opendoors_desktop.engine.commands.store_care import check_store as check

    return check(context)


def _revoke(context: "Context", token_id: UUID) -> None:
    from opendoors_desktop.engine.commands.api_tokens import revoke_token as revoke

    revoke(context, str(token_id))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Settings", text)

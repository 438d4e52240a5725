"""Snippets and call scripts as a person handles them: written, changed, retired, taken back."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import InputError, NotFound
from opendoors_desktop.engine.commands.audit import note
from opendoors_desktop.engine.commands.enrollments import scene_of
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.everyone import replan_everyone
from opendoors_desktop.engine.sequence_saving import variables_teller
from opendoors_desktop.engine.step_texts import SENDER_FIELDS
from opendoors_desktop.mail.template import analyse_text
from opendoors_desktop.store import call_scripts, snippets
from opendoors_desktop.store.call_scripts import CallScript
from opendoors_desktop.store.snippets import Snippet
from opendoors_desktop.store.steps import read_flow, save_steps
from opendoors_desktop.store.unit import Unit

LONGEST_NAME = 255
LONGEST_SHORTCUT = 40
LONGEST_BODY = 500_000


def list_snippets(context: Context, *, with_retired: bool = False) -> list[Snippet]:
    """The snippets of the workspace by name."""
    with context.store.read() as unit:
        return snippets.list_snippets(unit, context.scope.workspace_id, with_retired=with_retired)


def add_snippet(
    context: Context, name: str, body: str, *, shortcut: str | None = None, body_is_html: bool = True
) -> UUID:
    """Keep a new snippet; raises InputError with everything that is wrong with it."""
    snippet = Snippet(context.new_id(), name.strip(), body, shortcut or None, body_is_html)
    with context.store.write() as unit:
        _keep_snippet(context, unit, snippet)
    return snippet.id


def change_snippet(context: Context, snippet_id: UUID, change: Callable[[Snippet], Snippet]) -> Snippet:
    """Save a changed snippet; emails that have its text keep it. Raises NotFound, InputError."""
    with context.store.write() as unit:
        before = snippets.get_snippet(unit, context.scope.workspace_id, snippet_id)
        after = replace(change(before), id=snippet_id, retired_at=before.retired_at)
        _keep_snippet(context, unit, after)
    return after


def retire_snippet(context: Context, snippet_id: UUID, *, is_retired: bool = True) -> None:
    """Take a snippet out of use, or back; raises NotFound."""
    with context.store.write() as unit:
        snippet = snippets.get_snippet(unit, context.scope.workspace_id, snippet_id)
        retired_at = context.clock.now() if is_retired else None
        _keep_snippet(context, unit, replace(snippet, retired_at=retired_at))


def list_scripts(context: Context, *, with_retired: bool = False) -> list[CallScript]:
    """The call scripts of the workspace by name."""
    with context.store.read() as unit:
        known = call_scripts.list_scripts(unit, context.scope.workspace_id).values()
    return [script for script in known if with_retired or script.retired_at is None]


def add_script(context: Context, name: str, body: str) -> UUID:
    """Keep a new call script; raises InputError with everything that is wrong with it."""
    script = CallScript(context.new_id(), name.strip(), body, frozenset())
    with context.store.write() as unit:
        _keep_script(context, unit, script)
    return script.id


def change_script(context: Context, script_id: UUID, change: Callable[[CallScript], CallScript]) -> CallScript:
    """Save a changed script; who lacks what it now needs is held at its calls. Raises NotFound, InputError."""
    with context.store.write() as unit:
        before = _get_script(context, unit, script_id)
        return _keep_script(context, unit, replace(change(before), id=script_id, retired_at=before.retired_at))


def retire_script(context: Context, script_id: UUID, *, is_retired: bool = True) -> None:
    """Take a script out of use, or back; steps that have it keep it. Raises NotFound."""
    with context.store.write() as unit:
        script = _get_script(context, unit, script_id)
        _keep_script(context, unit, replace(script, retired_at=context.clock.now() if is_retired else None))


def _keep_snippet(context: Context, unit: Unit, snippet: Snippet) -> None:
    faults = _faults(snippet.name, snippet.body)
    if snippet.shortcut is not None and (
        len(snippet.shortcut) > LONGEST_SHORTCUT or any(each.isspace() or each == "\0" for each in snippet.shortcut)
    ):
        faults.append(f"A shortcut is one word of at most {LONGEST_SHORTCUT} characters.")
    others = snippets.list_snippets(unit, context.scope.workspace_id)
    taken = {each.shortcut for each in others if each.id != snippet.id} - {None}
    if snippet.retired_at is None and snippet.shortcut in taken:
        faults.append(f"Another snippet has the shortcut “{snippet.shortcut}”.")
    _refuse(faults, snippet.name)
    now = context.clock.now()
    snippets.put_snippet(unit, context.scope.workspace_id, snippet, by=context.scope.user_id, now=now)
    note(context, unit, "snippet_saved", "snippet", snippet.id, name=snippet.name)
    unit.changed(Topic.TEMPLATES)


def _keep_script(context: Context, unit: Unit, script: CallScript) -> CallScript:
    """Write a script, tell the steps that have it what it needs, and decide anew who is in their sequences."""
    _refuse(_faults(script.name, script.body), script.name)
    told = replace(script, variables=analyse_text(script.body).needed - SENDER_FIELDS)
    workspace_id, now = context.scope.workspace_id, context.clock.now()
    call_scripts.put_script(unit, workspace_id, told, by=context.scope.user_id, now=now)
    for sequence_id in call_scripts.sequences_reading(unit, script.id):
        save_steps(unit, sequence_id, read_flow(unit, sequence_id).steps, variables_teller(unit, workspace_id), now)
        replan_everyone(scene_of(unit, context, sequence_id))
        unit.changed(Topic.SEQUENCES)
    note(context, unit, "script_saved", "call_script", script.id, name=script.name)
    unit.changed(Topic.TEMPLATES)
    return told


def _get_script(context: Context, unit: Unit, script_id: UUID) -> CallScript:
    found = call_scripts.list_scripts(unit, context.scope.workspace_id).get(script_id)
    if found is None:
        raise NotFound("There is no such call script.", "Look at the list of scripts.", where=str(script_id))
    return found


def _faults(name: str, body: str) -> list[str]:
    faults = []
    if not name.strip() or len(name) > LONGEST_NAME or "\0" in name:
        faults.append(f"The name has 1 to {LONGEST_NAME} characters.")
    if len(body) > LONGEST_BODY or "\0" in body:
        faults.append(f"The text has at most {LONGEST_BODY:,} characters, and none that is NUL.")
    return faults + [f"Line {problem.line}: {problem.message}." for problem in analyse_text(body).problems]


def _refuse(faults: list[str], name: str) -> None:
    if faults:
        title = faults[0] if len(faults) == 1 else f"{len(faults)} things are wrong with “{name[:80]}”."
        advice = "Correct it and save again." if len(faults) == 1 else "\n".join(faults)
        raise InputError(title, advice, where=name[:80], code="bad_text")

"""Templates as a person handles them: written, changed, found, retired, taken back."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from opendoors_desktop.domain.changes import Topic
from opendoors_desktop.domain.errors import InputError, NotPossible
from opendoors_desktop.engine.commands.audit import note
from opendoors_desktop.engine.commands.enrollments import scene_of
from opendoors_desktop.engine.context import Context
from opendoors_desktop.engine.everyone import replan_everyone
from opendoors_desktop.mail.frames import TemplateSource
from opendoors_desktop.mail.template import check_template, variables_of
from opendoors_desktop.store import followed_templates, templates
from opendoors_desktop.store.templates import Template, get_template, no_such_template
from opendoors_desktop.store.unit import Unit

LONGEST_NAME = 255
LONGEST_SUBJECT = 5_000
LONGEST_BODY = 500_000
MOST_TAGS = 100
LONGEST_TAG = 100


def list_templates(context: Context, *, with_retired: bool = False) -> list[Template]:
    """The templates of the workspace by name."""
    with context.store.read() as unit:
        return templates.list_templates(unit, context.scope.workspace_id, with_retired=with_retired)


def find_template(context: Context, name_or_id: str) -> Template:
    """The template of that id or exact name; raises NotFound, InputError where a name means several."""
    with context.store.read() as unit:
        found = templates.find_template(unit, context.scope.workspace_id, name_or_id)
    if found is None:
        raise no_such_template(name_or_id)
    return found


def add_template(
    context: Context,
    name: str,
    subject: str = "",
    body: str = "",
    *,
    body_is_html: bool = True,
    tags: Iterable[str] = (),
) -> UUID:
    """Keep a new template; raises InputError with everything that is wrong with it, line by line."""
    template = _told(Template(context.new_id(), name.strip(), subject, body, body_is_html, tuple(tags)))
    _check(template)
    with context.store.write() as unit:
        templates.add_template(
            unit, context.scope.workspace_id, template, by=context.scope.user_id, now=context.clock.now()
        )
        note(context, unit, "template_added", "template", template.id, name=template.name)
        unit.changed(Topic.TEMPLATES)
    return template.id


def change_template(context: Context, template_id: UUID, change: Callable[[Template], Template]) -> Template:
    """Save changed texts, name or tags; steps that follow the template have the new texts from now on.

    Emails already built keep theirs. Raises NotFound, InputError with everything that is wrong.
    """
    with context.store.write() as unit:
        before = get_template(unit, context.scope.workspace_id, template_id)
        after = _told(replace(change(before), id=template_id, retired_at=before.retired_at))
        _check(after)
        _save(context, unit, after, "template_changed")
    return after


def retire_template(context: Context, template_id: UUID) -> int:
    """Take a template out of use; contacts at a step that follows it are held there once, as at an unfinished step.

    Gives the number of sequences with such a step. Raises NotFound, NotPossible.
    """
    return _retire(context, template_id, context.clock.now())


def restore_template(context: Context, template_id: UUID) -> int:
    """Take a retired template back; who is held for it goes on. As `retire_template`."""
    return _retire(context, template_id, None)


def _retire(context: Context, template_id: UUID, at: datetime | None) -> int:
    with context.store.write() as unit:
        before = get_template(unit, context.scope.workspace_id, template_id)
        if (before.retired_at is None) is (at is None):
            state = "in use" if at is None else "retired"
            raise NotPossible(f"“{before.name}” is {state} already.", "Nothing needs to be done.", where=before.name)
        action = "template_restored" if at is None else "template_retired"
        return _save(context, unit, replace(before, retired_at=at), action)


def _save(context: Context, unit: Unit, template: Template, action: str) -> int:
    """Write a template and decide anew everyone whose step follows it; gives the number of such sequences."""
    scope = context.scope
    templates.update_template(unit, scope.workspace_id, template, by=scope.user_id, now=context.clock.now())
    following = followed_templates.sequences_following(unit, template.id)
    for sequence_id in following:
        replan_everyone(scene_of(unit, context, sequence_id))
    note(context, unit, action, "template", template.id, name=template.name, sequences=len(following))
    unit.changed(Topic.TEMPLATES)
    if following:
        unit.changed(Topic.SEQUENCES, Topic.ENROLLMENTS, Topic.OUTBOX)
    return len(following)


def _told(template: Template) -> Template:
    """The template with the fields its texts can't do without."""
    return replace(template, variables=variables_of(template.subject) | variables_of(template.body))


def _check(template: Template) -> None:
    faults = []
    if not template.name or len(template.name) > LONGEST_NAME:
        faults.append(f"A template's name has 1 to {LONGEST_NAME} characters.")
    if len(template.subject) > LONGEST_SUBJECT or len(template.body) > LONGEST_BODY:
        faults.append(f"A subject has at most {LONGEST_SUBJECT:,} characters, a body {LONGEST_BODY:,}.")
    if len(template.tags) > MOST_TAGS or any(not tag.strip() or len(tag) > LONGEST_TAG for tag in template.tags):
        faults.append(f"A template has at most {MOST_TAGS} tags of 1 to {LONGEST_TAG} characters.")
    if any("\0" in text for text in (template.name, template.subject, template.body, *template.tags)):
        faults.append("A text holds the character NUL.")
    source = TemplateSource("", template.subject, template.body, template.body_is_html)
    faults += [f"{each.part}, line {each.line}: {each.message}." for each in check_template(source)]
    if faults:
        title = faults[0] if len(faults) == 1 else f"{len(faults)} things are wrong with the template."
        advice = "Correct it and save again." if len(faults) == 1 else "\n".join(faults)
        raise InputError(title, advice, where=template.name[:80], code="bad_template")

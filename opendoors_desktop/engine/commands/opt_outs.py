"""People who unsubscribe by the link in an email, told from its signature; suppressed for good, however often."""

from dataclasses import replace

from opendoors_desktop.domain.activity import ActivityKind
from opendoors_desktop.domain.address import address_key
from opendoors_desktop.domain.public_link import OPT_OUT, is_signed, read_email_id
from opendoors_desktop.domain.suppression import Suppression, SuppressionReason, SuppressionScope
from opendoors_desktop.engine.commands.suppressions import BATCH
from opendoors_desktop.engine.contact_effects import look_again
from opendoors_desktop.engine.context import Context
from opendoors_desktop.store import contacts, opt_outs, suppressions
from opendoors_desktop.store.ledger import Ledger, Subject
from opendoors_desktop.store.opt_outs import LinkedEmail
from opendoors_desktop.store.unit import Unit

SOURCE = "link"
NO_KEY = bytes(32)
"""Signs for emails that aren't there, so that a token that names none takes as long as one that does."""


def is_opt_out_link(context: Context, token: str) -> bool:
    """Whether a link to unsubscribe with this token stood in an email of ours."""
    return _find(context, token) is not None


def opt_out(context: Context, token: str) -> bool:
    """Suppress the address an email went to, in that email's workspace, and end what sends to it; False for no link.

    Doing it again changes nothing, and neither does it for a person who was erased.
    """
    email = _find(context, token)
    if email is None:
        return False
    key = address_key(email.address)
    if not key:
        return True
    own = replace(context, scope=email.scope)
    workspace_id, now = email.scope.workspace_id, context.clock.now()
    entry = Suppression(context.new_id(), SuppressionScope.ADDRESS, key, SuppressionReason.UNSUBSCRIBED, SOURCE, now)
    with context.store.write() as unit:
        suppressions.add_suppression(unit, workspace_id, entry, contact_id=email.contact_id)
        _count(unit, own, email)
        concerned = contacts.ids_at(unit, workspace_id, key, is_domain=False)
        look_again(unit, own, concerned[:BATCH])
    return True


def _find(context: Context, token: str) -> LinkedEmail | None:
    email_id = read_email_id(token)
    email = None
    if email_id is not None:
        with context.store.read() as unit:
            email = opt_outs.find_linked_email(unit, email_id)
    signed = is_signed(NO_KEY if email is None else email.key, OPT_OUT, token)
    return email if signed else None


def _count(unit: Unit, context: Context, email: LinkedEmail) -> None:
    """Note the opt-out with the enrollment the email belongs to, once; nobody of ours did it."""
    scope, now = email.scope, context.clock.now()
    if email.enrollment_id is None or email.sequence_id is None:
        return
    if opt_outs.has_opted_out(unit, email.enrollment_id, email.sequence_id):
        return
    ledger = Ledger(context.new_id, None)
    about = Subject(scope.customer_id, scope.workspace_id, email.contact_id, email.enrollment_id, email.sequence_id)
    ledger.happened(
        ActivityKind.UNSUBSCRIBED, now, about, step_id=email.step_id, outgoing_id=email.id, variant_id=email.variant_id
    )
    if opt_outs.has_arrived(unit, email.enrollment_id):
        ledger.sequence(email.sequence_id, unsubscribed=1)
    if email.step_id is not None:
        ledger.variant(email.step_id, email.variant_id, email.sequence_id, unsubscribed=1)
    ledger.write(unit)

"""The words a column may hold, in the order Postgres keeps them; the first lists are those of the given data model."""

from sqlalchemy import Enum


def _enum(name: str, words: str) -> Enum:
    """A native enum on Postgres; text with a named check on SQLite."""
    return Enum(*words.split(), name=name, create_constraint=True, validate_strings=True)


SEQUENCE_STATUS = _enum("sequence_status_enum", "draft active paused stopped archived")
GOAL_TYPE = _enum("goal_type_enum", "replies meetings sales custom")
STEP_TYPE = _enum("step_type_enum", "email task linkedin call conditional delay")
CONDITION_OPERATOR = _enum("condition_operator_enum", "AND OR")
LINKEDIN_ACTION = _enum("linkedin_action_enum", "connect message view_profile")
ENROLLMENT_SOURCE = _enum("enrollment_source_enum", "manual bulk_import api automation")
ENROLLMENT_STATUS = _enum("enrollment_status_enum", "active paused completed stopped bounced unsubscribed")
COMPLETION_REASON = _enum(
    "completion_reason_enum",
    "finished unsubscribed bounced manual_stop goal_achieved replied company_replied failed",
)

ROLE = _enum("role_enum", "owner admin member viewer")
BRANCH = _enum("branch_enum", "yes no")

OUTGOING_KIND = _enum("outgoing_kind_enum", "sequence manual reply test")
OUTGOING_STATE = _enum("outgoing_state_enum", "planned claimed sending sent deferred failed uncertain cancelled")
INBOUND_BUCKET = _enum("inbound_bucket_enum", "reply auto_reply bounce unsubscribe complaint unmatched")
BOUNCE_KIND = _enum("bounce_kind_enum", "hard soft delay")
MEANING = _enum(
    "meaning_enum",
    "interested question not_now not_interested wrong_person left_company out_of_office unsubscribe unsure",
)
HIT_KIND = _enum("hit_kind_enum", "open click")
HIT_CLASS = _enum("hit_class_enum", "human proxy machine")

TASK_KIND = _enum("task_kind_enum", "task call linkedin email reply")
TASK_STATE = _enum("task_state_enum", "open done skipped cancelled")

SUPPRESSION_SCOPE = _enum("suppression_scope_enum", "address domain hash")
SUPPRESSION_REASON = _enum("suppression_reason_enum", "unsubscribed complaint hard_bounce do_not_contact erased")
FIELD_KIND = _enum("field_kind_enum", "text number date boolean")

MAILBOX_STATUS = _enum("mailbox_status_enum", "active paused failed")
MAIL_SECURITY = _enum("mail_security_enum", "tls starttls none")
IMPORT_STATE = _enum("import_state_enum", "running done cancelled failed undone")
DELIVERY_STATE = _enum("delivery_state_enum", "waiting delivered failed")
PACE_KIND = _enum("pace_kind_enum", "sequence_day sequence_new_day company_day mailbox_day")

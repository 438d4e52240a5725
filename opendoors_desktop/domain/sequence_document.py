"""A whole sequence as one JSON document: read with every fault at once, and written.

The names are those of the tables `sequences` and `sequence_steps`. A document, all but the first two and `step_type`
optional:

    {
      "opendoors_sequence": 1,                     the version of this form
      "name": "Spring fair",                       up to 255 characters
      "description": "…", "tags": ["fair"],
      "goal_type": "meetings", "goal_target": 20, "goal_deadline": "2026-06-30",
      "sending_timezone": "Europe/Berlin", "use_contact_timezone": false,
      "sending_window_start": "09:00", "sending_window_end": "17:00",
      "sending_days": [true, true, true, true, true, false, false],      Monday first
      "holidays": ["2026-05-01"], "delays_in_working_days": true,
      "max_emails_per_day": 100, "max_new_contacts_per_day": null,       null: no limit
      "throttle_delay_minutes": 5,
      "stop_on_reply": true, "stop_on_company_reply": false, "stop_on_bounce": true, "stop_on_unsubscribe": true,
      "allow_new_round": false, "allow_parallel": false,
      "default_email_account": "ana@example.com",
      "email_account_shares": [{"email_account": "ana@example.com", "weight": 1}],
      "steps": [
        {"step_type": "email", "subject_template": "Hello", "body_template": "Hi {{ first_name }}",
         "email_account": "ana@example.com", "ab_test_enabled": true, "ab_test_variants": {…}},
        {"step_type": "conditional", "delay_days": 3, "wait_until_true": true,
         "conditions": {"conditions": [{"field": "email_opened", "operator": "equals", "value": true,
                                        "step_reference": 1}], "operator": "AND"},
         "yes": [{"step_type": "call", "task_title": "Call", "task_assignee": "ben@example.com"}],
         "no": [{"step_type": "delay", "delay_days": 4}], "finish_no": true}
      ],
      "templates": [{"name": "Follow-up", "subject": null, "body": "…", "body_is_html": false}]
    }

Steps nest in the lanes `yes` and `no`. As rows they may stand in one list as well: each with its `step_order`, those in
lanes with `parent_step_order` and `branch`. Steps are numbered depth-first from 1; a `step_order`, where given, must be
that number, and `step_reference` uses it.
"""

from opendoors_desktop.domain.document_reader import parse_document
from opendoors_desktop.domain.document_writer import to_document

__all__ = ["parse_document", "to_document"]

CREATE TABLE claim_queue (
  mailbox_id BLOB NOT NULL,
  sequence_id BLOB NOT NULL,
  lane SMALLINT NOT NULL,
  wake_at INTEGER NOT NULL,
  enrollment_id BLOB NOT NULL,
  CONSTRAINT pk_claim_queue PRIMARY KEY (mailbox_id, sequence_id, lane, wake_at, enrollment_id)
)
 WITHOUT ROWID;

CREATE TABLE pace_counts (
  kind VARCHAR(16) NOT NULL,
  scope_id BLOB NOT NULL,
  day TEXT NOT NULL,
  used INTEGER DEFAULT 0 NOT NULL,
  CONSTRAINT pk_pace_counts PRIMARY KEY (kind, scope_id, day),
  CONSTRAINT ck_pace_counts_pace_kind_enum CHECK (kind IN ('sequence_day', 'sequence_new_day', 'company_day', 'mailbox_day'))
)
 WITHOUT ROWID;

CREATE TABLE outgoing_emails (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  customer_id BLOB NOT NULL,
  workspace_id BLOB NOT NULL,
  kind VARCHAR(8) NOT NULL,
  state VARCHAR(9) DEFAULT 'planned' NOT NULL,
  enrollment_id BLOB,
  sequence_id BLOB,
  step_id BLOB,
  round INTEGER DEFAULT 1 NOT NULL,
  contact_id BLOB,
  company_id BLOB,
  mailbox_id BLOB NOT NULL,
  variant_id VARCHAR(64),
  is_first BOOLEAN DEFAULT 0 NOT NULL,
  to_address VARCHAR(320) NOT NULL,
  message_id VARCHAR(255) NOT NULL,
  in_reply_to TEXT,
  planned_at INTEGER,
  claimed_at INTEGER,
  fencing BIGINT,
  slot_at INTEGER,
  first_attempted_at INTEGER,
  last_attempted_at INTEGER,
  attempts INTEGER DEFAULT 0 NOT NULL,
  retry_at INTEGER,
  sent_at INTEGER,
  smtp_phase VARCHAR(20),
  smtp_code INTEGER,
  smtp_status VARCHAR(20),
  smtp_text TEXT,
  server_message_id TEXT,
  failure_kind VARCHAR(40),
  opened_at INTEGER,
  clicked_at INTEGER,
  replied_at INTEGER,
  bounced_at INTEGER,
  draft TEXT,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  bounce_kind VARCHAR(5),
  subject TEXT,
  user_id BLOB,
  answers_inbound_id BLOB,
  pinned_at INTEGER,
  is_urgent BOOLEAN DEFAULT 0 NOT NULL,
  tracks_opens BOOLEAN DEFAULT 0 NOT NULL,
  tracks_clicks BOOLEAN DEFAULT 0 NOT NULL,
  suppression_waived_by BLOB,
  sent_copy_at INTEGER,
  sent_copy_claimed_at INTEGER,
  resolution VARCHAR(20),
  resolved_at INTEGER,
  resolved_by BLOB,
  CONSTRAINT pk_outgoing_emails PRIMARY KEY (id),
  CONSTRAINT uq_outgoing_emails_message_id UNIQUE (message_id),
  CONSTRAINT ck_outgoing_emails_outgoing_kind_enum CHECK (kind IN ('sequence', 'manual', 'reply', 'test')),
  CONSTRAINT ck_outgoing_emails_outgoing_state_enum CHECK (state IN ('planned', 'claimed', 'sending', 'sent', 'deferred', 'failed', 'uncertain', 'cancelled')),
  CONSTRAINT ck_outgoing_emails_bounce_kind_enum CHECK (bounce_kind IN ('hard', 'soft', 'delay'))
);

CREATE UNIQUE INDEX uq_outgoing_emails_step_round ON outgoing_emails (enrollment_id, step_id, round) WHERE kind = 'sequence';

CREATE INDEX ix_outgoing_emails_open ON outgoing_emails (state, mailbox_id) WHERE state IN ('planned', 'claimed', 'sending', 'deferred', 'uncertain');

CREATE INDEX ix_outgoing_emails_by_hand ON outgoing_emails (contact_id) WHERE kind <> 'sequence';

CREATE INDEX ix_outgoing_emails_server_message ON outgoing_emails (server_message_id) WHERE server_message_id IS NOT NULL;

CREATE INDEX ix_outgoing_emails_mailbox_attempted ON outgoing_emails (mailbox_id, first_attempted_at);

CREATE INDEX ix_outgoing_emails_tried_again ON outgoing_emails (mailbox_id, last_attempted_at) WHERE last_attempted_at <> first_attempted_at;

CREATE TABLE email_activities (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  occurred_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  customer_id BLOB NOT NULL,
  workspace_id BLOB NOT NULL,
  kind VARCHAR(40) NOT NULL,
  enrollment_id BLOB,
  sequence_id BLOB,
  step_id BLOB,
  contact_id BLOB,
  mailbox_id BLOB,
  outgoing_email_id BLOB,
  variant_id VARCHAR(64),
  user_id BLOB,
  detail TEXT,
  CONSTRAINT pk_email_activities PRIMARY KEY (id)
);

CREATE INDEX ix_email_activities_sequence ON email_activities (sequence_id, occurred_at, kind);

CREATE INDEX ix_email_activities_contact ON email_activities (contact_id, occurred_at);

CREATE TABLE step_totals (
  step_id BLOB NOT NULL,
  variant_id VARCHAR(64) DEFAULT '' NOT NULL,
  sequence_id BLOB NOT NULL,
  sent INTEGER DEFAULT 0 NOT NULL,
  delivered INTEGER DEFAULT 0 NOT NULL,
  opened INTEGER DEFAULT 0 NOT NULL,
  clicked INTEGER DEFAULT 0 NOT NULL,
  replied INTEGER DEFAULT 0 NOT NULL,
  positive INTEGER DEFAULT 0 NOT NULL,
  bounced INTEGER DEFAULT 0 NOT NULL,
  unsubscribed INTEGER DEFAULT 0 NOT NULL,
  CONSTRAINT pk_step_totals PRIMARY KEY (step_id, variant_id)
)
 WITHOUT ROWID;

CREATE TABLE customers (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  name VARCHAR(255) NOT NULL,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  CONSTRAINT pk_customers PRIMARY KEY (id)
);

CREATE TABLE store_identity (
  single_row SMALLINT DEFAULT '1' NOT NULL,
  id BLOB NOT NULL,
  machine_id VARCHAR(64) NOT NULL,
  sending_counter BIGINT DEFAULT 0 NOT NULL,
  doubted_at INTEGER,
  doubt VARCHAR(40),
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  CONSTRAINT pk_store_identity PRIMARY KEY (single_row),
  CONSTRAINT ck_store_identity_single_row CHECK (single_row = 1)
);

CREATE TABLE changes (
  topic VARCHAR(40) NOT NULL,
  number BIGINT DEFAULT 0 NOT NULL,
  CONSTRAINT pk_changes PRIMARY KEY (topic)
);

CREATE TABLE outgoing_messages (
  outgoing_id BLOB NOT NULL,
  message BLOB NOT NULL,
  sha256 BLOB NOT NULL,
  dated_at INTEGER NOT NULL,
  CONSTRAINT pk_outgoing_messages PRIMARY KEY (outgoing_id),
  CONSTRAINT fk_outgoing_messages_outgoing_id_outgoing_emails FOREIGN KEY(outgoing_id) REFERENCES outgoing_emails (id) ON DELETE CASCADE
);

CREATE TABLE links (
  outgoing_email_id BLOB NOT NULL,
  number SMALLINT NOT NULL,
  workspace_id BLOB NOT NULL,
  target TEXT NOT NULL,
  is_opt_out BOOLEAN DEFAULT 0 NOT NULL,
  CONSTRAINT pk_links PRIMARY KEY (outgoing_email_id, number),
  CONSTRAINT fk_links_outgoing_email_id_outgoing_emails FOREIGN KEY(outgoing_email_id) REFERENCES outgoing_emails (id) ON DELETE CASCADE
)
 WITHOUT ROWID;

CREATE TABLE hits (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  workspace_id BLOB NOT NULL,
  outgoing_email_id BLOB NOT NULL,
  link_number SMALLINT,
  kind VARCHAR(5) NOT NULL,
  hit_class VARCHAR(7) NOT NULL,
  class_reason VARCHAR(60),
  occurred_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  address VARCHAR(64),
  user_agent TEXT,
  method VARCHAR(10) DEFAULT 'GET' NOT NULL,
  CONSTRAINT pk_hits PRIMARY KEY (id),
  CONSTRAINT fk_hits_outgoing_email_id_outgoing_emails FOREIGN KEY(outgoing_email_id) REFERENCES outgoing_emails (id) ON DELETE CASCADE,
  CONSTRAINT ck_hits_hit_kind_enum CHECK (kind IN ('open', 'click')),
  CONSTRAINT ck_hits_hit_class_enum CHECK (hit_class IN ('human', 'proxy', 'machine'))
);

CREATE INDEX ix_hits_outgoing_email ON hits (outgoing_email_id, occurred_at);

CREATE TABLE workspaces (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  customer_id BLOB NOT NULL,
  name VARCHAR(255) NOT NULL,
  time_zone VARCHAR(50) DEFAULT 'UTC' NOT NULL,
  emergency_stop_at INTEGER,
  emergency_stop_by BLOB,
  postal_address TEXT DEFAULT '' NOT NULL,
  opt_out_line TEXT DEFAULT '' NOT NULL,
  opt_out_line_is_on BOOLEAN DEFAULT 1 NOT NULL,
  public_url TEXT,
  erasure_key BLOB NOT NULL,
  tracking_key BLOB NOT NULL,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  updated_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  CONSTRAINT pk_workspaces PRIMARY KEY (id),
  CONSTRAINT fk_workspaces_customer_id_customers FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE INDEX ix_workspaces_customer_id ON workspaces (customer_id);

CREATE TABLE users (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  customer_id BLOB NOT NULL,
  email VARCHAR(320),
  email_key VARCHAR(320),
  name VARCHAR(255) NOT NULL,
  time_zone VARCHAR(50) DEFAULT 'UTC' NOT NULL,
  database_role VARCHAR(63),
  last_seen_at INTEGER,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  updated_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  retired_at INTEGER,
  CONSTRAINT pk_users PRIMARY KEY (id),
  CONSTRAINT uq_users_customer_id_email_key UNIQUE (customer_id, email_key),
  CONSTRAINT uq_users_database_role UNIQUE (database_role),
  CONSTRAINT fk_users_customer_id_customers FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE TABLE attachments (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  workspace_id BLOB NOT NULL,
  owner_kind VARCHAR(20) NOT NULL,
  owner_id BLOB NOT NULL,
  file_name TEXT NOT NULL,
  media_type VARCHAR(255) NOT NULL,
  size INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  content_id TEXT,
  content BLOB NOT NULL,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  created_by BLOB,
  CONSTRAINT pk_attachments PRIMARY KEY (id),
  CONSTRAINT fk_attachments_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_attachments_owner ON attachments (owner_id);

CREATE TABLE email_accounts (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  customer_id BLOB NOT NULL,
  workspace_id BLOB NOT NULL,
  user_id BLOB NOT NULL,
  address VARCHAR(320) NOT NULL,
  address_key VARCHAR(320) NOT NULL,
  from_name TEXT DEFAULT '' NOT NULL,
  reply_to VARCHAR(320),
  signature_html TEXT DEFAULT '' NOT NULL,
  signature_text TEXT DEFAULT '' NOT NULL,
  color VARCHAR(7),
  provider VARCHAR(40),
  auth_method VARCHAR(20) DEFAULT 'password' NOT NULL,
  oauth_provider VARCHAR(40),
  secret_name VARCHAR(255),
  smtp_host VARCHAR(255) NOT NULL,
  smtp_port INTEGER NOT NULL,
  smtp_security VARCHAR(8) DEFAULT 'starttls' NOT NULL,
  smtp_username VARCHAR(320),
  imap_host VARCHAR(255),
  imap_port INTEGER,
  imap_security VARCHAR(8),
  imap_username VARCHAR(320),
  imap_sent_folder VARCHAR(255),
  keeps_sent_copies BOOLEAN DEFAULT 1 NOT NULL,
  sends_while_imap_is_away BOOLEAN DEFAULT 0 NOT NULL,
  daily_cap INTEGER,
  hourly_cap INTEGER,
  gap_seconds INTEGER DEFAULT 0 NOT NULL,
  company_daily_cap INTEGER,
  ramp_starts_on TEXT,
  ramp_first_cap INTEGER,
  ramp_step_per_day INTEGER,
  zone VARCHAR(50) DEFAULT 'UTC' NOT NULL,
  days_off TEXT DEFAULT '[]' NOT NULL,
  status VARCHAR(6) DEFAULT 'active' NOT NULL,
  status_reason VARCHAR(40),
  status_detail TEXT,
  status_since INTEGER,
  connections INTEGER DEFAULT 2 NOT NULL,
  held_until INTEGER,
  held_attempts INTEGER DEFAULT 0 NOT NULL,
  policy_streak INTEGER DEFAULT 0 NOT NULL,
  last_slot_at INTEGER,
  last_sent_at INTEGER,
  last_read_at INTEGER,
  reading_error TEXT,
  reading_error_since INTEGER,
  checks TEXT DEFAULT '{}' NOT NULL,
  checked_at INTEGER,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  created_by BLOB,
  updated_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  updated_by BLOB,
  retired_at INTEGER,
  CONSTRAINT pk_email_accounts PRIMARY KEY (id),
  CONSTRAINT fk_email_accounts_customer_id_customers FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT fk_email_accounts_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_email_accounts_user_id_users FOREIGN KEY(user_id) REFERENCES users (id),
  CONSTRAINT ck_email_accounts_mail_security_enum CHECK (smtp_security IN ('tls', 'starttls', 'none')),
  CONSTRAINT ck_email_accounts_mail_security_enum CHECK (imap_security IN ('tls', 'starttls', 'none')),
  CONSTRAINT ck_email_accounts_mailbox_status_enum CHECK (status IN ('active', 'paused', 'failed'))
);

CREATE UNIQUE INDEX uq_email_accounts_address ON email_accounts (workspace_id, address_key) WHERE retired_at IS NULL;

CREATE TABLE companies (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  workspace_id BLOB NOT NULL,
  domain VARCHAR(255),
  name VARCHAR(255) DEFAULT '' NOT NULL,
  custom TEXT DEFAULT '{}' NOT NULL,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  updated_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  CONSTRAINT pk_companies PRIMARY KEY (id),
  CONSTRAINT uq_companies_workspace_id_domain UNIQUE (workspace_id, domain),
  CONSTRAINT fk_companies_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE contact_fields (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  workspace_id BLOB NOT NULL,
  name VARCHAR(60) NOT NULL,
  label VARCHAR(255) NOT NULL,
  kind VARCHAR(7) DEFAULT 'text' NOT NULL,
  is_custom BOOLEAN DEFAULT 1 NOT NULL,
  fallback TEXT,
  sort_order INTEGER DEFAULT 0 NOT NULL,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  updated_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  retired_at INTEGER,
  CONSTRAINT pk_contact_fields PRIMARY KEY (id),
  CONSTRAINT uq_contact_fields_workspace_id_name UNIQUE (workspace_id, name),
  CONSTRAINT fk_contact_fields_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT ck_contact_fields_field_kind_enum CHECK (kind IN ('text', 'number', 'date', 'boolean'))
);

CREATE TABLE contact_tags (
  workspace_id BLOB NOT NULL,
  tag TEXT NOT NULL,
  contact_id BLOB NOT NULL,
  CONSTRAINT pk_contact_tags PRIMARY KEY (workspace_id, tag, contact_id)
)
 WITHOUT ROWID;

CREATE TABLE tags (
  workspace_id BLOB NOT NULL,
  name VARCHAR(255) NOT NULL,
  color VARCHAR(7),
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  CONSTRAINT pk_tags PRIMARY KEY (workspace_id, name),
  CONSTRAINT fk_tags_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE suppressions (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  workspace_id BLOB NOT NULL,
  scope VARCHAR(7) NOT NULL,
  value VARCHAR(320) NOT NULL,
  reason VARCHAR(14) NOT NULL,
  source TEXT DEFAULT '' NOT NULL,
  detail TEXT,
  contact_id BLOB,
  outgoing_email_id BLOB,
  inbound_email_id BLOB,
  suppressed_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  created_by BLOB,
  lifted_at INTEGER,
  lifted_by BLOB,
  CONSTRAINT pk_suppressions PRIMARY KEY (id),
  CONSTRAINT fk_suppressions_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT ck_suppressions_suppression_scope_enum CHECK (scope IN ('address', 'domain', 'hash')),
  CONSTRAINT ck_suppressions_suppression_reason_enum CHECK (reason IN ('unsubscribed', 'complaint', 'hard_bounce', 'do_not_contact', 'erased'))
);

CREATE UNIQUE INDEX uq_suppressions_active ON suppressions (workspace_id, scope, value, reason) WHERE lifted_at IS NULL;

CREATE TABLE saved_views (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  workspace_id BLOB NOT NULL,
  user_id BLOB,
  page VARCHAR(40) NOT NULL,
  name VARCHAR(255) NOT NULL,
  filter TEXT DEFAULT '{}' NOT NULL,
  columns TEXT DEFAULT '[]' NOT NULL,
  sort TEXT DEFAULT '[]' NOT NULL,
  sort_order INTEGER DEFAULT 0 NOT NULL,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  updated_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  CONSTRAINT pk_saved_views PRIMARY KEY (id),
  CONSTRAINT fk_saved_views_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_saved_views_user_id_users FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX ix_saved_views_workspace_id ON saved_views (workspace_id);

CREATE TABLE import_batches (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  workspace_id BLOB NOT NULL,
  file_name TEXT DEFAULT '' NOT NULL,
  file_sha256 BLOB,
  state VARCHAR(9) DEFAULT 'running' NOT NULL,
  mapping TEXT DEFAULT '{}' NOT NULL,
  options TEXT DEFAULT '{}' NOT NULL,
  sequence_id BLOB,
  rows_done INTEGER DEFAULT 0 NOT NULL,
  created INTEGER DEFAULT 0 NOT NULL,
  updated INTEGER DEFAULT 0 NOT NULL,
  unchanged INTEGER DEFAULT 0 NOT NULL,
  skipped INTEGER DEFAULT 0 NOT NULL,
  enrolled INTEGER DEFAULT 0 NOT NULL,
  problem_count INTEGER DEFAULT 0 NOT NULL,
  problems TEXT DEFAULT '[]' NOT NULL,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  created_by BLOB,
  finished_at INTEGER,
  undone_at INTEGER,
  CONSTRAINT pk_import_batches PRIMARY KEY (id),
  CONSTRAINT fk_import_batches_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT ck_import_batches_import_state_enum CHECK (state IN ('running', 'done', 'cancelled', 'failed', 'undone'))
);

CREATE INDEX ix_import_batches_workspace_id ON import_batches (workspace_id);

CREATE TABLE api_tokens (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  workspace_id BLOB NOT NULL,
  user_id BLOB NOT NULL,
  name VARCHAR(255) NOT NULL,
  prefix VARCHAR(16) NOT NULL,
  token_hash BLOB NOT NULL,
  scopes TEXT DEFAULT '[]' NOT NULL,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  expires_at INTEGER,
  last_used_at INTEGER,
  revoked_at INTEGER,
  CONSTRAINT pk_api_tokens PRIMARY KEY (id),
  CONSTRAINT uq_api_tokens_token_hash UNIQUE (token_hash),
  CONSTRAINT fk_api_tokens_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_api_tokens_user_id_users FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE TABLE idempotency_keys (
  workspace_id BLOB NOT NULL,
  token_id BLOB NOT NULL,
  "key" VARCHAR(255) NOT NULL,
  method VARCHAR(10) NOT NULL,
  path TEXT NOT NULL,
  request_sha256 BLOB NOT NULL,
  status INTEGER,
  response BLOB,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  expires_at INTEGER NOT NULL,
  CONSTRAINT pk_idempotency_keys PRIMARY KEY (workspace_id, token_id, "key"),
  CONSTRAINT fk_idempotency_keys_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_idempotency_keys_expires_at ON idempotency_keys (expires_at);

CREATE TABLE webhooks (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  workspace_id BLOB NOT NULL,
  url TEXT NOT NULL,
  events TEXT DEFAULT '[]' NOT NULL,
  secret_name VARCHAR(255),
  is_active BOOLEAN DEFAULT 1 NOT NULL,
  failures INTEGER DEFAULT 0 NOT NULL,
  last_status INTEGER,
  last_error TEXT,
  last_delivered_at INTEGER,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  created_by BLOB,
  updated_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  retired_at INTEGER,
  CONSTRAINT pk_webhooks PRIMARY KEY (id),
  CONSTRAINT fk_webhooks_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_webhooks_workspace_id ON webhooks (workspace_id);

CREATE TABLE audit_log (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  workspace_id BLOB NOT NULL,
  occurred_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  user_id BLOB,
  source VARCHAR(20) NOT NULL,
  action VARCHAR(60) NOT NULL,
  object_kind VARCHAR(40),
  object_id BLOB,
  detail TEXT,
  CONSTRAINT pk_audit_log PRIMARY KEY (id),
  CONSTRAINT fk_audit_log_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_audit_log_workspace_occurred ON audit_log (workspace_id, occurred_at);

CREATE INDEX ix_audit_log_object ON audit_log (object_id, occurred_at);

CREATE TABLE sequence_folders (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  customer_id BLOB NOT NULL,
  workspace_id BLOB NOT NULL,
  name VARCHAR(255) NOT NULL,
  description TEXT,
  color VARCHAR(7),
  parent_folder_id BLOB,
  sort_order INTEGER DEFAULT 0,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000),
  created_by BLOB NOT NULL,
  updated_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000),
  CONSTRAINT pk_sequence_folders PRIMARY KEY (id),
  CONSTRAINT fk_sequence_folders_customer_id_customers FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT fk_sequence_folders_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_sequence_folders_parent_folder_id_sequence_folders FOREIGN KEY(parent_folder_id) REFERENCES sequence_folders (id),
  CONSTRAINT fk_sequence_folders_created_by_users FOREIGN KEY(created_by) REFERENCES users (id)
);

CREATE INDEX ix_sequence_folders_workspace_id ON sequence_folders (workspace_id);

CREATE TABLE schedules (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  workspace_id BLOB NOT NULL,
  name VARCHAR(255) NOT NULL,
  time_zone VARCHAR(50) DEFAULT 'UTC' NOT NULL,
  days TEXT DEFAULT '[true,true,true,true,true,false,false]' NOT NULL,
  window_start TEXT,
  window_end TEXT,
  holiday_country VARCHAR(2),
  holiday_subdivision VARCHAR(10),
  is_default BOOLEAN DEFAULT 0 NOT NULL,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  updated_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  CONSTRAINT pk_schedules PRIMARY KEY (id),
  CONSTRAINT ck_schedules_days CHECK (json_array_length(days) = 7),
  CONSTRAINT fk_schedules_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_schedules_workspace_id ON schedules (workspace_id);

CREATE TABLE holidays (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  workspace_id BLOB NOT NULL,
  country VARCHAR(2) DEFAULT '' NOT NULL,
  day TEXT NOT NULL,
  name VARCHAR(255) DEFAULT '' NOT NULL,
  is_working BOOLEAN DEFAULT 0 NOT NULL,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  CONSTRAINT pk_holidays PRIMARY KEY (id),
  CONSTRAINT uq_holidays_workspace_id_country_day UNIQUE (workspace_id, country, day),
  CONSTRAINT fk_holidays_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE memberships (
  workspace_id BLOB NOT NULL,
  user_id BLOB NOT NULL,
  role VARCHAR(6) NOT NULL,
  invited_by BLOB,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  CONSTRAINT pk_memberships PRIMARY KEY (workspace_id, user_id),
  CONSTRAINT fk_memberships_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_memberships_user_id_users FOREIGN KEY(user_id) REFERENCES users (id),
  CONSTRAINT ck_memberships_role_enum CHECK (role IN ('owner', 'admin', 'member', 'viewer'))
);

CREATE INDEX ix_memberships_user_id ON memberships (user_id);

CREATE TABLE settings (
  workspace_id BLOB NOT NULL,
  owner_id BLOB NOT NULL,
  name VARCHAR(100) NOT NULL,
  value TEXT NOT NULL,
  updated_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  updated_by BLOB,
  CONSTRAINT pk_settings PRIMARY KEY (workspace_id, owner_id, name),
  CONSTRAINT fk_settings_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE machines (
  workspace_id BLOB NOT NULL,
  machine_id VARCHAR(64) NOT NULL,
  name VARCHAR(255) DEFAULT '' NOT NULL,
  sending_is_on BOOLEAN DEFAULT 0 NOT NULL,
  sending_changed_at INTEGER,
  sending_changed_by BLOB,
  last_seen_at INTEGER,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  CONSTRAINT pk_machines PRIMARY KEY (workspace_id, machine_id),
  CONSTRAINT fk_machines_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE outcomes (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  workspace_id BLOB NOT NULL,
  kind VARCHAR(8) NOT NULL,
  name VARCHAR(60) NOT NULL,
  label VARCHAR(255) NOT NULL,
  key_number SMALLINT,
  effect VARCHAR(40) DEFAULT 'continue' NOT NULL,
  effect_detail TEXT DEFAULT '{}' NOT NULL,
  is_success BOOLEAN DEFAULT 0 NOT NULL,
  goal_event VARCHAR(20),
  asks_for_date BOOLEAN DEFAULT 0 NOT NULL,
  sort_order INTEGER DEFAULT 0 NOT NULL,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  updated_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  retired_at INTEGER,
  CONSTRAINT pk_outcomes PRIMARY KEY (id),
  CONSTRAINT uq_outcomes_workspace_id_kind_name UNIQUE (workspace_id, kind, name),
  CONSTRAINT fk_outcomes_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT ck_outcomes_task_kind_enum CHECK (kind IN ('task', 'call', 'linkedin', 'email', 'reply'))
);

CREATE TABLE templates (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  workspace_id BLOB NOT NULL,
  name VARCHAR(255) NOT NULL,
  subject TEXT DEFAULT '' NOT NULL,
  body TEXT DEFAULT '' NOT NULL,
  body_is_html BOOLEAN DEFAULT 1 NOT NULL,
  tags TEXT DEFAULT '[]' NOT NULL,
  variables TEXT DEFAULT '[]' NOT NULL,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  created_by BLOB,
  updated_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  updated_by BLOB,
  retired_at INTEGER,
  CONSTRAINT pk_templates PRIMARY KEY (id),
  CONSTRAINT fk_templates_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_templates_workspace_id ON templates (workspace_id);

CREATE TABLE snippets (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  workspace_id BLOB NOT NULL,
  name VARCHAR(255) NOT NULL,
  shortcut VARCHAR(40),
  body TEXT DEFAULT '' NOT NULL,
  body_is_html BOOLEAN DEFAULT 1 NOT NULL,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  created_by BLOB,
  updated_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  updated_by BLOB,
  retired_at INTEGER,
  CONSTRAINT pk_snippets PRIMARY KEY (id),
  CONSTRAINT fk_snippets_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_snippets_workspace_id ON snippets (workspace_id);

CREATE TABLE call_scripts (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  workspace_id BLOB NOT NULL,
  name VARCHAR(255) NOT NULL,
  body TEXT DEFAULT '' NOT NULL,
  variables TEXT DEFAULT '[]' NOT NULL,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  created_by BLOB,
  updated_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  updated_by BLOB,
  retired_at INTEGER,
  CONSTRAINT pk_call_scripts PRIMARY KEY (id),
  CONSTRAINT fk_call_scripts_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_call_scripts_workspace_id ON call_scripts (workspace_id);

CREATE TABLE mailbox_folders (
  mailbox_id BLOB NOT NULL,
  name VARCHAR(255) NOT NULL,
  workspace_id BLOB NOT NULL,
  role VARCHAR(20),
  is_watched BOOLEAN DEFAULT 1 NOT NULL,
  uid_validity BIGINT,
  last_uid BIGINT DEFAULT 0 NOT NULL,
  highest_modseq BIGINT,
  answered_at INTEGER,
  error TEXT,
  updated_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  CONSTRAINT pk_mailbox_folders PRIMARY KEY (mailbox_id, name),
  CONSTRAINT fk_mailbox_folders_mailbox_id_email_accounts FOREIGN KEY(mailbox_id) REFERENCES email_accounts (id) ON DELETE CASCADE,
  CONSTRAINT fk_mailbox_folders_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE mailbox_leases (
  mailbox_id BLOB NOT NULL,
  workspace_id BLOB NOT NULL,
  holder_id BLOB NOT NULL,
  host VARCHAR(255) NOT NULL,
  pid INTEGER NOT NULL,
  fencing BIGINT NOT NULL,
  taken_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  CONSTRAINT pk_mailbox_leases PRIMARY KEY (mailbox_id),
  CONSTRAINT fk_mailbox_leases_mailbox_id_email_accounts FOREIGN KEY(mailbox_id) REFERENCES email_accounts (id) ON DELETE CASCADE,
  CONSTRAINT fk_mailbox_leases_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE contacts (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  workspace_id BLOB NOT NULL,
  email VARCHAR(320),
  email_key VARCHAR(320),
  first_name TEXT COLLATE "NOCASE" DEFAULT '' NOT NULL,
  last_name TEXT COLLATE "NOCASE" DEFAULT '' NOT NULL,
  company_name TEXT COLLATE "NOCASE" DEFAULT '' NOT NULL,
  company_id BLOB,
  title TEXT DEFAULT '' NOT NULL,
  phone TEXT DEFAULT '' NOT NULL,
  linkedin_url TEXT DEFAULT '' NOT NULL,
  city TEXT DEFAULT '' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  country TEXT DEFAULT '' NOT NULL,
  time_zone VARCHAR(50) DEFAULT '' NOT NULL,
  zone VARCHAR(50),
  tags TEXT DEFAULT '[]' NOT NULL,
  custom TEXT DEFAULT '{}' NOT NULL,
  owner_id BLOB,
  source TEXT DEFAULT '' NOT NULL,
  import_batch_id BLOB,
  last_automatic_at INTEGER,
  last_automatic_sequence_id BLOB,
  last_contacted_at INTEGER,
  last_replied_at INTEGER,
  address_changed_at INTEGER,
  is_sample BOOLEAN DEFAULT 0 NOT NULL,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  created_by BLOB,
  updated_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  updated_by BLOB,
  archived_at INTEGER,
  erased_at INTEGER,
  merged_into_id BLOB,
  CONSTRAINT pk_contacts PRIMARY KEY (id),
  CONSTRAINT uq_contacts_workspace_id_email_key UNIQUE (workspace_id, email_key),
  CONSTRAINT fk_contacts_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_contacts_company_id_companies FOREIGN KEY(company_id) REFERENCES companies (id)
);

CREATE INDEX ix_contacts_import_batch ON contacts (import_batch_id) WHERE import_batch_id IS NOT NULL;

CREATE INDEX ix_contacts_archived ON contacts (archived_at) WHERE archived_at IS NOT NULL;

CREATE INDEX ix_contacts_name ON contacts (workspace_id, last_name, first_name, id, archived_at, erased_at) WHERE archived_at IS NULL AND erased_at IS NULL;

CREATE INDEX ix_contacts_company ON contacts (company_id);

CREATE INDEX ix_contacts_held_address ON contacts (address_changed_at) WHERE address_changed_at IS NOT NULL;

CREATE INDEX ix_contacts_added ON contacts (workspace_id, id, archived_at, erased_at) WHERE archived_at IS NULL AND erased_at IS NULL;

CREATE INDEX ix_contacts_company_name ON contacts (workspace_id, company_name, id, archived_at, erased_at) WHERE archived_at IS NULL AND erased_at IS NULL;

CREATE INDEX ix_contacts_email ON contacts (workspace_id, email_key, id, archived_at, erased_at) WHERE archived_at IS NULL AND erased_at IS NULL;

CREATE INDEX ix_contacts_first_name ON contacts (workspace_id, first_name, id, archived_at, erased_at) WHERE archived_at IS NULL AND erased_at IS NULL;

CREATE INDEX ix_contacts_last_contacted ON contacts (workspace_id, last_contacted_at, id, archived_at, erased_at) WHERE archived_at IS NULL AND erased_at IS NULL;

CREATE TABLE import_changes (
  batch_id BLOB NOT NULL,
  contact_id BLOB NOT NULL,
  "before" TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  CONSTRAINT pk_import_changes PRIMARY KEY (batch_id, contact_id),
  CONSTRAINT fk_import_changes_batch_id_import_batches FOREIGN KEY(batch_id) REFERENCES import_batches (id) ON DELETE CASCADE
)
 WITHOUT ROWID;

CREATE TABLE webhook_deliveries (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  workspace_id BLOB NOT NULL,
  webhook_id BLOB NOT NULL,
  event VARCHAR(60) NOT NULL,
  payload TEXT NOT NULL,
  state VARCHAR(9) DEFAULT 'waiting' NOT NULL,
  attempts INTEGER DEFAULT 0 NOT NULL,
  next_attempt_at INTEGER,
  status_code INTEGER,
  error TEXT,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  delivered_at INTEGER,
  CONSTRAINT pk_webhook_deliveries PRIMARY KEY (id),
  CONSTRAINT fk_webhook_deliveries_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_webhook_deliveries_webhook_id_webhooks FOREIGN KEY(webhook_id) REFERENCES webhooks (id) ON DELETE CASCADE,
  CONSTRAINT ck_webhook_deliveries_delivery_state_enum CHECK (state IN ('waiting', 'delivered', 'failed'))
);

CREATE INDEX ix_webhook_deliveries_waiting ON webhook_deliveries (next_attempt_at) WHERE state = 'waiting';

CREATE INDEX ix_webhook_deliveries_webhook_id ON webhook_deliveries (webhook_id);

CREATE TABLE sequences (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  customer_id BLOB NOT NULL,
  workspace_id BLOB NOT NULL,
  name VARCHAR(255) NOT NULL,
  description TEXT,
  status VARCHAR(8) DEFAULT 'draft',
  owner_id BLOB NOT NULL,
  folder_id BLOB,
  tags TEXT,
  goal_type VARCHAR(8),
  goal_target INTEGER,
  goal_deadline TEXT,
  default_email_account_id BLOB,
  sending_timezone VARCHAR(50) DEFAULT 'UTC',
  sending_window_start TEXT,
  sending_window_end TEXT,
  sending_days TEXT DEFAULT '[true,true,true,true,true,false,false]',
  max_emails_per_day INTEGER DEFAULT 100,
  throttle_delay_minutes INTEGER DEFAULT 60,
  stop_on_reply BOOLEAN DEFAULT 1,
  stop_on_bounce BOOLEAN DEFAULT 1,
  stop_on_unsubscribe BOOLEAN DEFAULT 1,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000),
  updated_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000),
  created_by BLOB NOT NULL,
  updated_by BLOB,
  total_enrolled INTEGER DEFAULT 0,
  total_sent INTEGER DEFAULT 0,
  total_delivered INTEGER DEFAULT 0,
  total_opened INTEGER DEFAULT 0,
  total_clicked INTEGER DEFAULT 0,
  total_replied INTEGER DEFAULT 0,
  total_bounced INTEGER DEFAULT 0,
  total_unsubscribed INTEGER DEFAULT 0,
  uses_contact_zone BOOLEAN DEFAULT 0 NOT NULL,
  delays_in_working_days BOOLEAN DEFAULT 0 NOT NULL,
  holiday_country VARCHAR(2),
  holiday_subdivision VARCHAR(10),
  max_new_contacts_per_day INTEGER,
  starts_at INTEGER,
  stop_company_on_reply BOOLEAN DEFAULT 0 NOT NULL,
  out_of_office_days INTEGER,
  allows_new_rounds BOOLEAN DEFAULT 0 NOT NULL,
  allows_other_sequences BOOLEAN DEFAULT 0 NOT NULL,
  tracks_opens BOOLEAN DEFAULT 0 NOT NULL,
  tracks_clicks BOOLEAN DEFAULT 0 NOT NULL,
  goal_name VARCHAR(255),
  version INTEGER DEFAULT 1 NOT NULL,
  activated_at INTEGER,
  paused_at INTEGER,
  stopped_at INTEGER,
  archived_at INTEGER,
  editing_by BLOB,
  editing_since INTEGER,
  is_sample BOOLEAN DEFAULT 0 NOT NULL,
  CONSTRAINT pk_sequences PRIMARY KEY (id),
  CONSTRAINT ck_sequences_sending_days CHECK (json_array_length(sending_days) = 7),
  CONSTRAINT fk_sequences_customer_id_customers FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT fk_sequences_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT ck_sequences_sequence_status_enum CHECK (status IN ('draft', 'active', 'paused', 'stopped', 'archived')),
  CONSTRAINT fk_sequences_owner_id_users FOREIGN KEY(owner_id) REFERENCES users (id),
  CONSTRAINT fk_sequences_folder_id_sequence_folders FOREIGN KEY(folder_id) REFERENCES sequence_folders (id),
  CONSTRAINT ck_sequences_goal_type_enum CHECK (goal_type IN ('replies', 'meetings', 'sales', 'custom')),
  CONSTRAINT fk_sequences_default_email_account_id_email_accounts FOREIGN KEY(default_email_account_id) REFERENCES email_accounts (id),
  CONSTRAINT fk_sequences_created_by_users FOREIGN KEY(created_by) REFERENCES users (id),
  CONSTRAINT fk_sequences_updated_by_users FOREIGN KEY(updated_by) REFERENCES users (id)
);

CREATE INDEX idx_sequences_status_updated ON sequences (status, updated_at);

CREATE INDEX idx_sequences_customer_workspace ON sequences (customer_id, workspace_id);

CREATE TABLE contact_addresses (
  workspace_id BLOB NOT NULL,
  email_key VARCHAR(320) NOT NULL,
  contact_id BLOB NOT NULL,
  is_former BOOLEAN DEFAULT 0 NOT NULL,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  CONSTRAINT pk_contact_addresses PRIMARY KEY (workspace_id, email_key, contact_id),
  CONSTRAINT fk_contact_addresses_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_contact_addresses_contact_id_contacts FOREIGN KEY(contact_id) REFERENCES contacts (id) ON DELETE CASCADE
);

CREATE INDEX ix_contact_addresses_contact_id ON contact_addresses (contact_id);

CREATE TABLE notes (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  workspace_id BLOB NOT NULL,
  contact_id BLOB NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  created_by BLOB,
  updated_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  retired_at INTEGER,
  CONSTRAINT pk_notes PRIMARY KEY (id),
  CONSTRAINT fk_notes_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_notes_contact_id_contacts FOREIGN KEY(contact_id) REFERENCES contacts (id) ON DELETE CASCADE
);

CREATE INDEX ix_notes_contact_id ON notes (contact_id);

CREATE TABLE sequence_steps (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  sequence_id BLOB NOT NULL,
  step_order INTEGER NOT NULL,
  step_type VARCHAR(11) NOT NULL,
  delay_days INTEGER DEFAULT 0,
  delay_hours INTEGER DEFAULT 0,
  delay_minutes INTEGER DEFAULT 0,
  subject_template TEXT,
  body_template TEXT,
  email_account_id BLOB,
  ab_test_enabled BOOLEAN DEFAULT 0,
  ab_test_variants TEXT,
  conditions TEXT,
  condition_operator VARCHAR(3) DEFAULT 'AND',
  task_title TEXT,
  task_description TEXT,
  task_assignee_id BLOB,
  task_due_days INTEGER,
  linkedin_action VARCHAR(12),
  linkedin_message TEXT,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000),
  updated_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000),
  times_executed INTEGER DEFAULT 0,
  success_rate NUMERIC(5, 2),
  customer_id BLOB NOT NULL,
  workspace_id BLOB NOT NULL,
  parent_step_id BLOB,
  branch VARCHAR(3),
  finish_yes BOOLEAN DEFAULT 0 NOT NULL,
  finish_no BOOLEAN DEFAULT 0 NOT NULL,
  wait_until_true BOOLEAN DEFAULT 0 NOT NULL,
  name VARCHAR(255),
  body_is_html BOOLEAN DEFAULT 1 NOT NULL,
  is_manual BOOLEAN DEFAULT 0 NOT NULL,
  waits_for_task BOOLEAN DEFAULT 1 NOT NULL,
  call_script_id BLOB,
  template_id BLOB,
  ab_test_winner_id VARCHAR(64),
  ab_test_winner_at INTEGER,
  ab_test_promotes_winner BOOLEAN DEFAULT 0 NOT NULL,
  variables TEXT DEFAULT '[]' NOT NULL,
  times_succeeded INTEGER DEFAULT 0 NOT NULL,
  is_enabled BOOLEAN DEFAULT 1 NOT NULL,
  retired_at INTEGER,
  CONSTRAINT pk_sequence_steps PRIMARY KEY (id),
  CONSTRAINT ck_sequence_steps_lane CHECK ((parent_step_id IS NULL) = (branch IS NULL)),
  CONSTRAINT fk_sequence_steps_sequence_id_sequences FOREIGN KEY(sequence_id) REFERENCES sequences (id) ON DELETE CASCADE,
  CONSTRAINT ck_sequence_steps_step_type_enum CHECK (step_type IN ('email', 'task', 'linkedin', 'call', 'conditional', 'delay')),
  CONSTRAINT fk_sequence_steps_email_account_id_email_accounts FOREIGN KEY(email_account_id) REFERENCES email_accounts (id),
  CONSTRAINT ck_sequence_steps_condition_operator_enum CHECK (condition_operator IN ('AND', 'OR')),
  CONSTRAINT fk_sequence_steps_task_assignee_id_users FOREIGN KEY(task_assignee_id) REFERENCES users (id),
  CONSTRAINT ck_sequence_steps_linkedin_action_enum CHECK (linkedin_action IN ('connect', 'message', 'view_profile')),
  CONSTRAINT fk_sequence_steps_parent_step_id_sequence_steps FOREIGN KEY(parent_step_id) REFERENCES sequence_steps (id) ON DELETE CASCADE,
  CONSTRAINT ck_sequence_steps_branch_enum CHECK (branch IN ('yes', 'no')),
  CONSTRAINT fk_sequence_steps_call_script_id_call_scripts FOREIGN KEY(call_script_id) REFERENCES call_scripts (id),
  CONSTRAINT fk_sequence_steps_template_id_templates FOREIGN KEY(template_id) REFERENCES templates (id)
);

CREATE INDEX idx_sequence_steps_sequence_order ON sequence_steps (sequence_id, step_order);

CREATE INDEX ix_sequence_steps_parent_step_id ON sequence_steps (parent_step_id);

CREATE TABLE sequence_versions (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  workspace_id BLOB NOT NULL,
  sequence_id BLOB NOT NULL,
  number INTEGER NOT NULL,
  document TEXT NOT NULL,
  summary TEXT DEFAULT '' NOT NULL,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  created_by BLOB,
  CONSTRAINT pk_sequence_versions PRIMARY KEY (id),
  CONSTRAINT uq_sequence_versions_sequence_id_number UNIQUE (sequence_id, number),
  CONSTRAINT fk_sequence_versions_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_sequence_versions_sequence_id_sequences FOREIGN KEY(sequence_id) REFERENCES sequences (id) ON DELETE CASCADE
);

CREATE TABLE sequence_mailboxes (
  sequence_id BLOB NOT NULL,
  mailbox_id BLOB NOT NULL,
  workspace_id BLOB NOT NULL,
  share INTEGER DEFAULT 1 NOT NULL,
  CONSTRAINT pk_sequence_mailboxes PRIMARY KEY (sequence_id, mailbox_id),
  CONSTRAINT fk_sequence_mailboxes_sequence_id_sequences FOREIGN KEY(sequence_id) REFERENCES sequences (id) ON DELETE CASCADE,
  CONSTRAINT fk_sequence_mailboxes_mailbox_id_email_accounts FOREIGN KEY(mailbox_id) REFERENCES email_accounts (id),
  CONSTRAINT fk_sequence_mailboxes_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_sequence_mailboxes_mailbox_id ON sequence_mailboxes (mailbox_id);

CREATE TABLE sequence_enrollments (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  sequence_id BLOB NOT NULL,
  contact_id BLOB NOT NULL,
  enrolled_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000),
  enrolled_by BLOB,
  enrollment_source VARCHAR(11) DEFAULT 'manual',
  current_step_id BLOB,
  status VARCHAR(12) DEFAULT 'active',
  last_step_completed_at INTEGER,
  next_step_scheduled_at INTEGER,
  completed_at INTEGER,
  completion_reason VARCHAR(15),
  total_emails_sent INTEGER DEFAULT 0,
  total_opens INTEGER DEFAULT 0,
  total_clicks INTEGER DEFAULT 0,
  total_replies INTEGER DEFAULT 0,
  customer_id BLOB NOT NULL,
  workspace_id BLOB NOT NULL,
  round INTEGER DEFAULT 1 NOT NULL,
  started_at INTEGER,
  mailbox_id BLOB,
  time_zone VARCHAR(50) DEFAULT 'UTC' NOT NULL,
  records TEXT DEFAULT '[]' NOT NULL,
  hold_reason VARCHAR(40),
  hold_detail TEXT,
  waiting_until INTEGER,
  paused_at INTEGER,
  thread_references TEXT,
  thread_subject TEXT,
  last_email_at INTEGER,
  thread_mailbox_id BLOB,
  not_before INTEGER,
  shifted_seconds FLOAT DEFAULT 0 NOT NULL,
  wake_mailbox_id BLOB,
  wake_lane SMALLINT,
  wake_at INTEGER,
  start_step_id BLOB,
  is_hidden BOOLEAN DEFAULT 0 NOT NULL,
  is_exclusive BOOLEAN DEFAULT 1 NOT NULL,
  reply_meaning VARCHAR(14),
  replied_at INTEGER,
  reply_waived_at INTEGER,
  goal_achieved_at INTEGER,
  CONSTRAINT pk_sequence_enrollments PRIMARY KEY (id),
  CONSTRAINT uq_sequence_enrollments_sequence_id_contact_id UNIQUE (sequence_id, contact_id),
  CONSTRAINT fk_sequence_enrollments_sequence_id_sequences FOREIGN KEY(sequence_id) REFERENCES sequences (id),
  CONSTRAINT fk_sequence_enrollments_contact_id_contacts FOREIGN KEY(contact_id) REFERENCES contacts (id),
  CONSTRAINT fk_sequence_enrollments_enrolled_by_users FOREIGN KEY(enrolled_by) REFERENCES users (id),
  CONSTRAINT ck_sequence_enrollments_enrollment_source_enum CHECK (enrollment_source IN ('manual', 'bulk_import', 'api', 'automation')),
  CONSTRAINT fk_sequence_enrollments_current_step_id_sequence_steps FOREIGN KEY(current_step_id) REFERENCES sequence_steps (id),
  CONSTRAINT ck_sequence_enrollments_enrollment_status_enum CHECK (status IN ('active', 'paused', 'completed', 'stopped', 'bounced', 'unsubscribed')),
  CONSTRAINT ck_sequence_enrollments_completion_reason_enum CHECK (completion_reason IN ('finished', 'unsubscribed', 'bounced', 'manual_stop', 'goal_achieved', 'replied', 'company_replied', 'failed')),
  CONSTRAINT ck_sequence_enrollments_meaning_enum CHECK (reply_meaning IN ('interested', 'question', 'not_now', 'not_interested', 'wrong_person', 'left_company', 'out_of_office', 'unsubscribe', 'unsure'))
);

CREATE INDEX idx_enrollments_next_scheduled ON sequence_enrollments (next_step_scheduled_at) WHERE status = 'active';

CREATE UNIQUE INDEX uq_sequence_enrollments_engaged ON sequence_enrollments (contact_id) WHERE is_exclusive AND status IN ('active', 'paused');

CREATE INDEX idx_enrollments_contact ON sequence_enrollments (contact_id);

CREATE INDEX idx_enrollments_sequence_status ON sequence_enrollments (sequence_id, status);

CREATE INDEX ix_sequence_enrollments_goal ON sequence_enrollments (sequence_id) WHERE goal_achieved_at IS NOT NULL;

CREATE INDEX ix_sequence_enrollments_held ON sequence_enrollments (sequence_id, contact_id) WHERE hold_reason IS NOT NULL;

CREATE INDEX ix_sequence_enrollments_replied ON sequence_enrollments (sequence_id, reply_meaning) WHERE replied_at IS NOT NULL;

CREATE INDEX ix_sequence_enrollments_next ON sequence_enrollments (sequence_id, next_step_scheduled_at, contact_id, current_step_id, status) WHERE status = 'active';

CREATE INDEX ix_sequence_enrollments_over ON sequence_enrollments (sequence_id, status, contact_id, completion_reason) WHERE status <> 'active';

CREATE TABLE inbound_emails (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  customer_id BLOB NOT NULL,
  workspace_id BLOB NOT NULL,
  mailbox_id BLOB NOT NULL,
  fingerprint BLOB NOT NULL,
  folder VARCHAR(255) DEFAULT '' NOT NULL,
  uid_validity BIGINT,
  uid BIGINT,
  message_id TEXT,
  in_reply_to TEXT,
  message_references TEXT,
  from_address TEXT DEFAULT '' NOT NULL,
  from_key TEXT DEFAULT '' NOT NULL,
  from_name TEXT DEFAULT '' NOT NULL,
  to_addresses TEXT DEFAULT '' NOT NULL,
  subject TEXT DEFAULT '' NOT NULL,
  sent_at INTEGER,
  received_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  bucket VARCHAR(11) NOT NULL,
  kind VARCHAR(40) DEFAULT '' NOT NULL,
  subtype VARCHAR(40),
  bounce_kind VARCHAR(5),
  bounced_address VARCHAR(320),
  smtp_status VARCHAR(20),
  diagnostic TEXT,
  matched_by VARCHAR(40),
  is_probable BOOLEAN DEFAULT 0 NOT NULL,
  contact_id BLOB,
  enrollment_id BLOB,
  sequence_id BLOB,
  step_id BLOB,
  outgoing_email_id BLOB,
  meaning VARCHAR(14),
  meaning_on TEXT,
  meaning_set_by BLOB,
  evidence TEXT DEFAULT '[]' NOT NULL,
  effects TEXT DEFAULT '[]' NOT NULL,
  visible_text TEXT DEFAULT '' NOT NULL,
  return_on TEXT,
  needs_review BOOLEAN DEFAULT 0 NOT NULL,
  read_at INTEGER,
  done_at INTEGER,
  snoozed_until INTEGER,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  CONSTRAINT pk_inbound_emails PRIMARY KEY (id),
  CONSTRAINT uq_inbound_emails_mailbox_id_fingerprint UNIQUE (mailbox_id, fingerprint),
  CONSTRAINT fk_inbound_emails_enrollment_id_sequence_enrollments FOREIGN KEY(enrollment_id) REFERENCES sequence_enrollments (id),
  CONSTRAINT fk_inbound_emails_mailbox_id_email_accounts FOREIGN KEY(mailbox_id) REFERENCES email_accounts (id),
  CONSTRAINT ck_inbound_emails_inbound_bucket_enum CHECK (bucket IN ('reply', 'auto_reply', 'bounce', 'unsubscribe', 'complaint', 'unmatched')),
  CONSTRAINT ck_inbound_emails_bounce_kind_enum CHECK (bounce_kind IN ('hard', 'soft', 'delay')),
  CONSTRAINT ck_inbound_emails_meaning_enum CHECK (meaning IN ('interested', 'question', 'not_now', 'not_interested', 'wrong_person', 'left_company', 'out_of_office', 'unsubscribe', 'unsure'))
);

CREATE INDEX ix_inbound_emails_received ON inbound_emails (workspace_id, received_at, id);

CREATE INDEX ix_inbound_emails_kind ON inbound_emails (workspace_id, kind, received_at, id);

CREATE INDEX ix_inbound_emails_mailbox ON inbound_emails (mailbox_id, received_at, id);

CREATE INDEX ix_inbound_emails_contact ON inbound_emails (contact_id);

CREATE INDEX ix_inbound_emails_message ON inbound_emails (message_id);

CREATE INDEX ix_inbound_emails_enrollment ON inbound_emails (enrollment_id);

CREATE INDEX ix_inbound_emails_open ON inbound_emails (workspace_id, received_at, id, bucket, mailbox_id) WHERE done_at IS NULL;

CREATE INDEX ix_inbound_emails_outgoing ON inbound_emails (outgoing_email_id);

CREATE TABLE tasks (
  id BLOB DEFAULT (randomblob(16)) NOT NULL,
  customer_id BLOB NOT NULL,
  workspace_id BLOB NOT NULL,
  kind VARCHAR(8) NOT NULL,
  state VARCHAR(9) DEFAULT 'open' NOT NULL,
  enrollment_id BLOB,
  sequence_id BLOB,
  step_id BLOB,
  round INTEGER DEFAULT 1 NOT NULL,
  contact_id BLOB,
  assignee_id BLOB,
  title TEXT DEFAULT '' NOT NULL,
  description TEXT DEFAULT '' NOT NULL,
  linkedin_action VARCHAR(12),
  linkedin_message TEXT,
  call_script_id BLOB,
  due_at INTEGER,
  snoozed_until INTEGER,
  priority SMALLINT DEFAULT 0 NOT NULL,
  outcome_id BLOB,
  outcome_on TEXT,
  notes TEXT DEFAULT '' NOT NULL,
  started_at INTEGER,
  duration_seconds INTEGER,
  completed_at INTEGER,
  completed_by BLOB,
  effects TEXT,
  inbound_email_id BLOB,
  outgoing_email_id BLOB,
  created_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  created_by BLOB,
  updated_at INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000) NOT NULL,
  CONSTRAINT pk_tasks PRIMARY KEY (id),
  CONSTRAINT uq_tasks_enrollment_id_step_id_round UNIQUE (enrollment_id, step_id, round),
  CONSTRAINT fk_tasks_enrollment_id_sequence_enrollments FOREIGN KEY(enrollment_id) REFERENCES sequence_enrollments (id),
  CONSTRAINT fk_tasks_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT ck_tasks_task_kind_enum CHECK (kind IN ('task', 'call', 'linkedin', 'email', 'reply')),
  CONSTRAINT ck_tasks_task_state_enum CHECK (state IN ('open', 'done', 'skipped', 'cancelled')),
  CONSTRAINT fk_tasks_assignee_id_users FOREIGN KEY(assignee_id) REFERENCES users (id),
  CONSTRAINT ck_tasks_linkedin_action_enum CHECK (linkedin_action IN ('connect', 'message', 'view_profile')),
  CONSTRAINT fk_tasks_outcome_id_outcomes FOREIGN KEY(outcome_id) REFERENCES outcomes (id)
);

CREATE INDEX ix_tasks_open ON tasks (workspace_id, due_at, id) WHERE state = 'open';

CREATE INDEX ix_tasks_completed ON tasks (workspace_id, completed_at);

CREATE INDEX ix_tasks_sequence ON tasks (sequence_id, step_id, state, outcome_id);

CREATE INDEX ix_tasks_contact ON tasks (contact_id);

CREATE TABLE inbound_messages (
  inbound_id BLOB NOT NULL,
  message BLOB NOT NULL,
  is_cut BOOLEAN DEFAULT 0 NOT NULL,
  CONSTRAINT pk_inbound_messages PRIMARY KEY (inbound_id),
  CONSTRAINT fk_inbound_messages_inbound_id_inbound_emails FOREIGN KEY(inbound_id) REFERENCES inbound_emails (id) ON DELETE CASCADE
);

CREATE TYPE enrollment_source_enum AS ENUM ('manual', 'bulk_import', 'api', 'automation');

CREATE TYPE enrollment_status_enum AS ENUM ('active', 'paused', 'completed', 'stopped', 'bounced', 'unsubscribed');

CREATE TYPE completion_reason_enum AS ENUM ('finished', 'unsubscribed', 'bounced', 'manual_stop', 'goal_achieved', 'replied', 'company_replied', 'failed');

CREATE TYPE meaning_enum AS ENUM ('interested', 'question', 'not_now', 'not_interested', 'wrong_person', 'left_company', 'out_of_office', 'unsubscribe', 'unsure');

CREATE TYPE pace_kind_enum AS ENUM ('sequence_day', 'sequence_new_day', 'company_day', 'mailbox_day');

CREATE TYPE outgoing_kind_enum AS ENUM ('sequence', 'manual', 'reply', 'test');

CREATE TYPE outgoing_state_enum AS ENUM ('planned', 'claimed', 'sending', 'sent', 'deferred', 'failed', 'uncertain', 'cancelled');

CREATE TYPE bounce_kind_enum AS ENUM ('hard', 'soft', 'delay');

CREATE TYPE inbound_bucket_enum AS ENUM ('reply', 'auto_reply', 'bounce', 'unsubscribe', 'complaint', 'unmatched');

CREATE TYPE hit_kind_enum AS ENUM ('open', 'click');

CREATE TYPE hit_class_enum AS ENUM ('human', 'proxy', 'machine');

CREATE TYPE mail_security_enum AS ENUM ('tls', 'starttls', 'none');

CREATE TYPE mailbox_status_enum AS ENUM ('active', 'paused', 'failed');

CREATE TYPE field_kind_enum AS ENUM ('text', 'number', 'date', 'boolean');

CREATE TYPE suppression_scope_enum AS ENUM ('address', 'domain', 'hash');

CREATE TYPE suppression_reason_enum AS ENUM ('unsubscribed', 'complaint', 'hard_bounce', 'do_not_contact', 'erased');

CREATE TYPE import_state_enum AS ENUM ('running', 'done', 'cancelled', 'failed', 'undone');

CREATE TYPE delivery_state_enum AS ENUM ('waiting', 'delivered', 'failed');

CREATE TYPE sequence_status_enum AS ENUM ('draft', 'active', 'paused', 'stopped', 'archived');

CREATE TYPE goal_type_enum AS ENUM ('replies', 'meetings', 'sales', 'custom');

CREATE TYPE step_type_enum AS ENUM ('email', 'task', 'linkedin', 'call', 'conditional', 'delay');

CREATE TYPE condition_operator_enum AS ENUM ('AND', 'OR');

CREATE TYPE linkedin_action_enum AS ENUM ('connect', 'message', 'view_profile');

CREATE TYPE branch_enum AS ENUM ('yes', 'no');

CREATE TYPE role_enum AS ENUM ('owner', 'admin', 'member', 'viewer');

CREATE TYPE task_kind_enum AS ENUM ('task', 'call', 'linkedin', 'email', 'reply');

CREATE TYPE task_state_enum AS ENUM ('open', 'done', 'skipped', 'cancelled');

CREATE TABLE claim_queue (
  mailbox_id UUID NOT NULL,
  sequence_id UUID NOT NULL,
  lane SMALLINT NOT NULL,
  wake_at TIMESTAMP WITH TIME ZONE NOT NULL,
  enrollment_id UUID NOT NULL,
  CONSTRAINT pk_claim_queue PRIMARY KEY (mailbox_id, sequence_id, lane, wake_at, enrollment_id)
);

CREATE TABLE pace_counts (
  kind pace_kind_enum NOT NULL,
  scope_id UUID NOT NULL,
  day DATE NOT NULL,
  used INTEGER DEFAULT 0 NOT NULL,
  CONSTRAINT pk_pace_counts PRIMARY KEY (kind, scope_id, day)
);

CREATE TABLE outgoing_emails (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  customer_id UUID NOT NULL,
  workspace_id UUID NOT NULL,
  kind outgoing_kind_enum NOT NULL,
  state outgoing_state_enum DEFAULT 'planned' NOT NULL,
  enrollment_id UUID,
  sequence_id UUID,
  step_id UUID,
  round INTEGER DEFAULT 1 NOT NULL,
  contact_id UUID,
  company_id UUID,
  mailbox_id UUID NOT NULL,
  variant_id VARCHAR(64),
  is_first BOOLEAN DEFAULT false NOT NULL,
  to_address VARCHAR(320) NOT NULL,
  message_id VARCHAR(255) NOT NULL,
  in_reply_to TEXT,
  planned_at TIMESTAMP WITH TIME ZONE,
  claimed_at TIMESTAMP WITH TIME ZONE,
  fencing BIGINT,
  slot_at TIMESTAMP WITH TIME ZONE,
  first_attempted_at TIMESTAMP WITH TIME ZONE,
  last_attempted_at TIMESTAMP WITH TIME ZONE,
  attempts INTEGER DEFAULT 0 NOT NULL,
  retry_at TIMESTAMP WITH TIME ZONE,
  sent_at TIMESTAMP WITH TIME ZONE,
  smtp_phase VARCHAR(20),
  smtp_code INTEGER,
  smtp_status VARCHAR(20),
  smtp_text TEXT,
  server_message_id TEXT,
  failure_kind VARCHAR(40),
  opened_at TIMESTAMP WITH TIME ZONE,
  clicked_at TIMESTAMP WITH TIME ZONE,
  replied_at TIMESTAMP WITH TIME ZONE,
  bounced_at TIMESTAMP WITH TIME ZONE,
  draft JSONB,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  bounce_kind bounce_kind_enum,
  subject TEXT,
  user_id UUID,
  answers_inbound_id UUID,
  pinned_at TIMESTAMP WITH TIME ZONE,
  is_urgent BOOLEAN DEFAULT false NOT NULL,
  tracks_opens BOOLEAN DEFAULT false NOT NULL,
  tracks_clicks BOOLEAN DEFAULT false NOT NULL,
  suppression_waived_by UUID,
  sent_copy_at TIMESTAMP WITH TIME ZONE,
  sent_copy_claimed_at TIMESTAMP WITH TIME ZONE,
  resolution VARCHAR(20),
  resolved_at TIMESTAMP WITH TIME ZONE,
  resolved_by UUID,
  CONSTRAINT pk_outgoing_emails PRIMARY KEY (id),
  CONSTRAINT uq_outgoing_emails_message_id UNIQUE (message_id)
);

CREATE UNIQUE INDEX uq_outgoing_emails_step_round ON outgoing_emails (enrollment_id, step_id, round) WHERE kind = 'sequence';

CREATE INDEX ix_outgoing_emails_open ON outgoing_emails (state, mailbox_id) WHERE state IN ('planned', 'claimed', 'sending', 'deferred', 'uncertain');

CREATE INDEX ix_outgoing_emails_by_hand ON outgoing_emails (contact_id) WHERE kind <> 'sequence';

CREATE INDEX ix_outgoing_emails_server_message ON outgoing_emails (server_message_id) WHERE server_message_id IS NOT NULL;

CREATE INDEX ix_outgoing_emails_mailbox_attempted ON outgoing_emails (mailbox_id, first_attempted_at);

CREATE INDEX ix_outgoing_emails_tried_again ON outgoing_emails (mailbox_id, last_attempted_at) WHERE last_attempted_at <> first_attempted_at;

CREATE TABLE email_activities (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  occurred_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  customer_id UUID NOT NULL,
  workspace_id UUID NOT NULL,
  kind VARCHAR(40) NOT NULL,
  enrollment_id UUID,
  sequence_id UUID,
  step_id UUID,
  contact_id UUID,
  mailbox_id UUID,
  outgoing_email_id UUID,
  variant_id VARCHAR(64),
  user_id UUID,
  detail JSONB,
  CONSTRAINT pk_email_activities PRIMARY KEY (occurred_at, id)
)
 PARTITION BY RANGE (occurred_at);

CREATE INDEX ix_email_activities_sequence ON email_activities (sequence_id, occurred_at, kind);

CREATE INDEX ix_email_activities_contact ON email_activities (contact_id, occurred_at);

CREATE TABLE step_totals (
  step_id UUID NOT NULL,
  variant_id VARCHAR(64) DEFAULT '' NOT NULL,
  sequence_id UUID NOT NULL,
  sent INTEGER DEFAULT 0 NOT NULL,
  delivered INTEGER DEFAULT 0 NOT NULL,
  opened INTEGER DEFAULT 0 NOT NULL,
  clicked INTEGER DEFAULT 0 NOT NULL,
  replied INTEGER DEFAULT 0 NOT NULL,
  positive INTEGER DEFAULT 0 NOT NULL,
  bounced INTEGER DEFAULT 0 NOT NULL,
  unsubscribed INTEGER DEFAULT 0 NOT NULL,
  CONSTRAINT pk_step_totals PRIMARY KEY (step_id, variant_id)
);

CREATE TABLE customers (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  name VARCHAR(255) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_customers PRIMARY KEY (id)
);

CREATE TABLE store_identity (
  single_row SMALLINT DEFAULT '1' NOT NULL,
  id UUID NOT NULL,
  machine_id VARCHAR(64) NOT NULL,
  sending_counter BIGINT DEFAULT 0 NOT NULL,
  doubted_at TIMESTAMP WITH TIME ZONE,
  doubt VARCHAR(40),
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_store_identity PRIMARY KEY (single_row),
  CONSTRAINT ck_store_identity_single_row CHECK (single_row = 1)
);

CREATE TABLE changes (
  topic VARCHAR(40) NOT NULL,
  number BIGINT DEFAULT 0 NOT NULL,
  CONSTRAINT pk_changes PRIMARY KEY (topic)
);

CREATE TABLE outgoing_messages (
  outgoing_id UUID NOT NULL,
  message BYTEA NOT NULL,
  sha256 BYTEA NOT NULL,
  dated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_outgoing_messages PRIMARY KEY (outgoing_id),
  CONSTRAINT fk_outgoing_messages_outgoing_id_outgoing_emails FOREIGN KEY(outgoing_id) REFERENCES outgoing_emails (id) ON DELETE CASCADE
);

CREATE TABLE links (
  outgoing_email_id UUID NOT NULL,
  number SMALLINT NOT NULL,
  workspace_id UUID NOT NULL,
  target TEXT NOT NULL,
  is_opt_out BOOLEAN DEFAULT false NOT NULL,
  CONSTRAINT pk_links PRIMARY KEY (outgoing_email_id, number),
  CONSTRAINT fk_links_outgoing_email_id_outgoing_emails FOREIGN KEY(outgoing_email_id) REFERENCES outgoing_emails (id) ON DELETE CASCADE
);

CREATE TABLE hits (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  workspace_id UUID NOT NULL,
  outgoing_email_id UUID NOT NULL,
  link_number SMALLINT,
  kind hit_kind_enum NOT NULL,
  hit_class hit_class_enum NOT NULL,
  class_reason VARCHAR(60),
  occurred_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  address VARCHAR(64),
  user_agent TEXT,
  method VARCHAR(10) DEFAULT 'GET' NOT NULL,
  CONSTRAINT pk_hits PRIMARY KEY (id),
  CONSTRAINT fk_hits_outgoing_email_id_outgoing_emails FOREIGN KEY(outgoing_email_id) REFERENCES outgoing_emails (id) ON DELETE CASCADE
);

CREATE INDEX ix_hits_outgoing_email ON hits (outgoing_email_id, occurred_at);

CREATE TABLE workspaces (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  customer_id UUID NOT NULL,
  name VARCHAR(255) NOT NULL,
  time_zone VARCHAR(50) DEFAULT 'UTC' NOT NULL,
  emergency_stop_at TIMESTAMP WITH TIME ZONE,
  emergency_stop_by UUID,
  postal_address TEXT DEFAULT '' NOT NULL,
  opt_out_line TEXT DEFAULT '' NOT NULL,
  opt_out_line_is_on BOOLEAN DEFAULT true NOT NULL,
  public_url TEXT,
  erasure_key BYTEA NOT NULL,
  tracking_key BYTEA NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_workspaces PRIMARY KEY (id),
  CONSTRAINT fk_workspaces_customer_id_customers FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE INDEX ix_workspaces_customer_id ON workspaces (customer_id);

CREATE TABLE users (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  customer_id UUID NOT NULL,
  email VARCHAR(320),
  email_key VARCHAR(320),
  name VARCHAR(255) NOT NULL,
  time_zone VARCHAR(50) DEFAULT 'UTC' NOT NULL,
  database_role VARCHAR(63),
  last_seen_at TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  retired_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_users PRIMARY KEY (id),
  CONSTRAINT uq_users_customer_id_email_key UNIQUE (customer_id, email_key),
  CONSTRAINT uq_users_database_role UNIQUE (database_role),
  CONSTRAINT fk_users_customer_id_customers FOREIGN KEY(customer_id) REFERENCES customers (id)
);

CREATE TABLE attachments (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  workspace_id UUID NOT NULL,
  owner_kind VARCHAR(20) NOT NULL,
  owner_id UUID NOT NULL,
  file_name TEXT NOT NULL,
  media_type VARCHAR(255) NOT NULL,
  size INTEGER NOT NULL,
  sha256 BYTEA NOT NULL,
  content_id TEXT,
  content BYTEA NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  created_by UUID,
  CONSTRAINT pk_attachments PRIMARY KEY (id),
  CONSTRAINT fk_attachments_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_attachments_owner ON attachments (owner_id);

CREATE TABLE email_accounts (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  customer_id UUID NOT NULL,
  workspace_id UUID NOT NULL,
  user_id UUID NOT NULL,
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
  smtp_security mail_security_enum DEFAULT 'starttls' NOT NULL,
  smtp_username VARCHAR(320),
  imap_host VARCHAR(255),
  imap_port INTEGER,
  imap_security mail_security_enum,
  imap_username VARCHAR(320),
  imap_sent_folder VARCHAR(255),
  keeps_sent_copies BOOLEAN DEFAULT true NOT NULL,
  sends_while_imap_is_away BOOLEAN DEFAULT false NOT NULL,
  daily_cap INTEGER,
  hourly_cap INTEGER,
  gap_seconds INTEGER DEFAULT 0 NOT NULL,
  company_daily_cap INTEGER,
  ramp_starts_on DATE,
  ramp_first_cap INTEGER,
  ramp_step_per_day INTEGER,
  zone VARCHAR(50) DEFAULT 'UTC' NOT NULL,
  days_off TEXT[] DEFAULT '{}' NOT NULL,
  status mailbox_status_enum DEFAULT 'active' NOT NULL,
  status_reason VARCHAR(40),
  status_detail TEXT,
  status_since TIMESTAMP WITH TIME ZONE,
  connections INTEGER DEFAULT 2 NOT NULL,
  held_until TIMESTAMP WITH TIME ZONE,
  held_attempts INTEGER DEFAULT 0 NOT NULL,
  policy_streak INTEGER DEFAULT 0 NOT NULL,
  last_slot_at TIMESTAMP WITH TIME ZONE,
  last_sent_at TIMESTAMP WITH TIME ZONE,
  last_read_at TIMESTAMP WITH TIME ZONE,
  reading_error TEXT,
  reading_error_since TIMESTAMP WITH TIME ZONE,
  checks JSONB DEFAULT '{}' NOT NULL,
  checked_at TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  created_by UUID,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_by UUID,
  retired_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_email_accounts PRIMARY KEY (id),
  CONSTRAINT fk_email_accounts_customer_id_customers FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT fk_email_accounts_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_email_accounts_user_id_users FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE UNIQUE INDEX uq_email_accounts_address ON email_accounts (workspace_id, address_key) WHERE retired_at IS NULL;

CREATE TABLE companies (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  workspace_id UUID NOT NULL,
  domain VARCHAR(255),
  name VARCHAR(255) DEFAULT '' NOT NULL,
  custom JSONB DEFAULT '{}' NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_companies PRIMARY KEY (id),
  CONSTRAINT uq_companies_workspace_id_domain UNIQUE (workspace_id, domain),
  CONSTRAINT fk_companies_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE contact_fields (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  workspace_id UUID NOT NULL,
  name VARCHAR(60) NOT NULL,
  label VARCHAR(255) NOT NULL,
  kind field_kind_enum DEFAULT 'text' NOT NULL,
  is_custom BOOLEAN DEFAULT true NOT NULL,
  fallback TEXT,
  sort_order INTEGER DEFAULT 0 NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  retired_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_contact_fields PRIMARY KEY (id),
  CONSTRAINT uq_contact_fields_workspace_id_name UNIQUE (workspace_id, name),
  CONSTRAINT fk_contact_fields_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE contact_tags (
  workspace_id UUID NOT NULL,
  tag TEXT NOT NULL,
  contact_id UUID NOT NULL,
  CONSTRAINT pk_contact_tags PRIMARY KEY (workspace_id, tag, contact_id)
);

CREATE TABLE tags (
  workspace_id UUID NOT NULL,
  name VARCHAR(255) NOT NULL,
  color VARCHAR(7),
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_tags PRIMARY KEY (workspace_id, name),
  CONSTRAINT fk_tags_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE suppressions (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  workspace_id UUID NOT NULL,
  scope suppression_scope_enum NOT NULL,
  value VARCHAR(320) NOT NULL,
  reason suppression_reason_enum NOT NULL,
  source TEXT DEFAULT '' NOT NULL,
  detail TEXT,
  contact_id UUID,
  outgoing_email_id UUID,
  inbound_email_id UUID,
  suppressed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  created_by UUID,
  lifted_at TIMESTAMP WITH TIME ZONE,
  lifted_by UUID,
  CONSTRAINT pk_suppressions PRIMARY KEY (id),
  CONSTRAINT fk_suppressions_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE UNIQUE INDEX uq_suppressions_active ON suppressions (workspace_id, scope, value, reason) WHERE lifted_at IS NULL;

CREATE TABLE saved_views (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  workspace_id UUID NOT NULL,
  user_id UUID,
  page VARCHAR(40) NOT NULL,
  name VARCHAR(255) NOT NULL,
  filter JSONB DEFAULT '{}' NOT NULL,
  columns JSONB DEFAULT '[]' NOT NULL,
  sort JSONB DEFAULT '[]' NOT NULL,
  sort_order INTEGER DEFAULT 0 NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_saved_views PRIMARY KEY (id),
  CONSTRAINT fk_saved_views_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_saved_views_user_id_users FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX ix_saved_views_workspace_id ON saved_views (workspace_id);

CREATE TABLE import_batches (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  workspace_id UUID NOT NULL,
  file_name TEXT DEFAULT '' NOT NULL,
  file_sha256 BYTEA,
  state import_state_enum DEFAULT 'running' NOT NULL,
  mapping JSONB DEFAULT '{}' NOT NULL,
  options JSONB DEFAULT '{}' NOT NULL,
  sequence_id UUID,
  rows_done INTEGER DEFAULT 0 NOT NULL,
  created INTEGER DEFAULT 0 NOT NULL,
  updated INTEGER DEFAULT 0 NOT NULL,
  unchanged INTEGER DEFAULT 0 NOT NULL,
  skipped INTEGER DEFAULT 0 NOT NULL,
  enrolled INTEGER DEFAULT 0 NOT NULL,
  problem_count INTEGER DEFAULT 0 NOT NULL,
  problems JSONB DEFAULT '[]' NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  created_by UUID,
  finished_at TIMESTAMP WITH TIME ZONE,
  undone_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_import_batches PRIMARY KEY (id),
  CONSTRAINT fk_import_batches_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_import_batches_workspace_id ON import_batches (workspace_id);

CREATE TABLE api_tokens (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  workspace_id UUID NOT NULL,
  user_id UUID NOT NULL,
  name VARCHAR(255) NOT NULL,
  prefix VARCHAR(16) NOT NULL,
  token_hash BYTEA NOT NULL,
  scopes TEXT[] DEFAULT '{}' NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE,
  last_used_at TIMESTAMP WITH TIME ZONE,
  revoked_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_api_tokens PRIMARY KEY (id),
  CONSTRAINT uq_api_tokens_token_hash UNIQUE (token_hash),
  CONSTRAINT fk_api_tokens_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_api_tokens_user_id_users FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE TABLE idempotency_keys (
  workspace_id UUID NOT NULL,
  token_id UUID NOT NULL,
  key VARCHAR(255) NOT NULL,
  method VARCHAR(10) NOT NULL,
  path TEXT NOT NULL,
  request_sha256 BYTEA NOT NULL,
  status INTEGER,
  response BYTEA,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_idempotency_keys PRIMARY KEY (workspace_id, token_id, key),
  CONSTRAINT fk_idempotency_keys_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_idempotency_keys_expires_at ON idempotency_keys (expires_at);

CREATE TABLE webhooks (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  workspace_id UUID NOT NULL,
  url TEXT NOT NULL,
  events TEXT[] DEFAULT '{}' NOT NULL,
  secret_name VARCHAR(255),
  is_active BOOLEAN DEFAULT true NOT NULL,
  failures INTEGER DEFAULT 0 NOT NULL,
  last_status INTEGER,
  last_error TEXT,
  last_delivered_at TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  created_by UUID,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  retired_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_webhooks PRIMARY KEY (id),
  CONSTRAINT fk_webhooks_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_webhooks_workspace_id ON webhooks (workspace_id);

CREATE TABLE audit_log (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  workspace_id UUID NOT NULL,
  occurred_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  user_id UUID,
  source VARCHAR(20) NOT NULL,
  action VARCHAR(60) NOT NULL,
  object_kind VARCHAR(40),
  object_id UUID,
  detail JSONB,
  CONSTRAINT pk_audit_log PRIMARY KEY (id),
  CONSTRAINT fk_audit_log_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_audit_log_workspace_occurred ON audit_log (workspace_id, occurred_at);

CREATE INDEX ix_audit_log_object ON audit_log (object_id, occurred_at);

CREATE TABLE sequence_folders (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  customer_id UUID NOT NULL,
  workspace_id UUID NOT NULL,
  name VARCHAR(255) NOT NULL,
  description TEXT,
  color VARCHAR(7),
  parent_folder_id UUID,
  sort_order INTEGER DEFAULT 0,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now(),
  created_by UUID NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now(),
  CONSTRAINT pk_sequence_folders PRIMARY KEY (id),
  CONSTRAINT fk_sequence_folders_customer_id_customers FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT fk_sequence_folders_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_sequence_folders_parent_folder_id_sequence_folders FOREIGN KEY(parent_folder_id) REFERENCES sequence_folders (id),
  CONSTRAINT fk_sequence_folders_created_by_users FOREIGN KEY(created_by) REFERENCES users (id)
);

CREATE INDEX ix_sequence_folders_workspace_id ON sequence_folders (workspace_id);

CREATE TABLE schedules (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  workspace_id UUID NOT NULL,
  name VARCHAR(255) NOT NULL,
  time_zone VARCHAR(50) DEFAULT 'UTC' NOT NULL,
  days BOOLEAN[] DEFAULT '{t,t,t,t,t,f,f}' NOT NULL,
  window_start TIME WITHOUT TIME ZONE,
  window_end TIME WITHOUT TIME ZONE,
  holiday_country VARCHAR(2),
  holiday_subdivision VARCHAR(10),
  is_default BOOLEAN DEFAULT false NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_schedules PRIMARY KEY (id),
  CONSTRAINT ck_schedules_days CHECK (cardinality(days) = 7),
  CONSTRAINT fk_schedules_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_schedules_workspace_id ON schedules (workspace_id);

CREATE TABLE holidays (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  workspace_id UUID NOT NULL,
  country VARCHAR(2) DEFAULT '' NOT NULL,
  day DATE NOT NULL,
  name VARCHAR(255) DEFAULT '' NOT NULL,
  is_working BOOLEAN DEFAULT false NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_holidays PRIMARY KEY (id),
  CONSTRAINT uq_holidays_workspace_id_country_day UNIQUE (workspace_id, country, day),
  CONSTRAINT fk_holidays_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE memberships (
  workspace_id UUID NOT NULL,
  user_id UUID NOT NULL,
  role role_enum NOT NULL,
  invited_by UUID,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_memberships PRIMARY KEY (workspace_id, user_id),
  CONSTRAINT fk_memberships_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_memberships_user_id_users FOREIGN KEY(user_id) REFERENCES users (id)
);

CREATE INDEX ix_memberships_user_id ON memberships (user_id);

CREATE TABLE settings (
  workspace_id UUID NOT NULL,
  owner_id UUID NOT NULL,
  name VARCHAR(100) NOT NULL,
  value JSONB NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_by UUID,
  CONSTRAINT pk_settings PRIMARY KEY (workspace_id, owner_id, name),
  CONSTRAINT fk_settings_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE machines (
  workspace_id UUID NOT NULL,
  machine_id VARCHAR(64) NOT NULL,
  name VARCHAR(255) DEFAULT '' NOT NULL,
  sending_is_on BOOLEAN DEFAULT false NOT NULL,
  sending_changed_at TIMESTAMP WITH TIME ZONE,
  sending_changed_by UUID,
  last_seen_at TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_machines PRIMARY KEY (workspace_id, machine_id),
  CONSTRAINT fk_machines_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE outcomes (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  workspace_id UUID NOT NULL,
  kind task_kind_enum NOT NULL,
  name VARCHAR(60) NOT NULL,
  label VARCHAR(255) NOT NULL,
  key_number SMALLINT,
  effect VARCHAR(40) DEFAULT 'continue' NOT NULL,
  effect_detail JSONB DEFAULT '{}' NOT NULL,
  is_success BOOLEAN DEFAULT false NOT NULL,
  goal_event VARCHAR(20),
  asks_for_date BOOLEAN DEFAULT false NOT NULL,
  sort_order INTEGER DEFAULT 0 NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  retired_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_outcomes PRIMARY KEY (id),
  CONSTRAINT uq_outcomes_workspace_id_kind_name UNIQUE (workspace_id, kind, name),
  CONSTRAINT fk_outcomes_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE templates (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  workspace_id UUID NOT NULL,
  name VARCHAR(255) NOT NULL,
  subject TEXT DEFAULT '' NOT NULL,
  body TEXT DEFAULT '' NOT NULL,
  body_is_html BOOLEAN DEFAULT true NOT NULL,
  tags TEXT[] DEFAULT '{}' NOT NULL,
  variables TEXT[] DEFAULT '{}' NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  created_by UUID,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_by UUID,
  retired_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_templates PRIMARY KEY (id),
  CONSTRAINT fk_templates_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_templates_workspace_id ON templates (workspace_id);

CREATE TABLE snippets (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  workspace_id UUID NOT NULL,
  name VARCHAR(255) NOT NULL,
  shortcut VARCHAR(40),
  body TEXT DEFAULT '' NOT NULL,
  body_is_html BOOLEAN DEFAULT true NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  created_by UUID,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_by UUID,
  retired_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_snippets PRIMARY KEY (id),
  CONSTRAINT fk_snippets_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_snippets_workspace_id ON snippets (workspace_id);

CREATE TABLE call_scripts (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  workspace_id UUID NOT NULL,
  name VARCHAR(255) NOT NULL,
  body TEXT DEFAULT '' NOT NULL,
  variables TEXT[] DEFAULT '{}' NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  created_by UUID,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_by UUID,
  retired_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_call_scripts PRIMARY KEY (id),
  CONSTRAINT fk_call_scripts_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_call_scripts_workspace_id ON call_scripts (workspace_id);

CREATE TABLE mailbox_folders (
  mailbox_id UUID NOT NULL,
  name VARCHAR(255) NOT NULL,
  workspace_id UUID NOT NULL,
  role VARCHAR(20),
  is_watched BOOLEAN DEFAULT true NOT NULL,
  uid_validity BIGINT,
  last_uid BIGINT DEFAULT 0 NOT NULL,
  highest_modseq BIGINT,
  answered_at TIMESTAMP WITH TIME ZONE,
  error TEXT,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_mailbox_folders PRIMARY KEY (mailbox_id, name),
  CONSTRAINT fk_mailbox_folders_mailbox_id_email_accounts FOREIGN KEY(mailbox_id) REFERENCES email_accounts (id) ON DELETE CASCADE,
  CONSTRAINT fk_mailbox_folders_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE mailbox_leases (
  mailbox_id UUID NOT NULL,
  workspace_id UUID NOT NULL,
  holder_id UUID NOT NULL,
  host VARCHAR(255) NOT NULL,
  pid INTEGER NOT NULL,
  fencing BIGINT NOT NULL,
  taken_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_mailbox_leases PRIMARY KEY (mailbox_id),
  CONSTRAINT fk_mailbox_leases_mailbox_id_email_accounts FOREIGN KEY(mailbox_id) REFERENCES email_accounts (id) ON DELETE CASCADE,
  CONSTRAINT fk_mailbox_leases_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE TABLE contacts (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  workspace_id UUID NOT NULL,
  email VARCHAR(320),
  email_key VARCHAR(320),
  first_name TEXT DEFAULT '' NOT NULL,
  last_name TEXT DEFAULT '' NOT NULL,
  company_name TEXT DEFAULT '' NOT NULL,
  company_id UUID,
  title TEXT DEFAULT '' NOT NULL,
  phone TEXT DEFAULT '' NOT NULL,
  linkedin_url TEXT DEFAULT '' NOT NULL,
  city TEXT DEFAULT '' NOT NULL,
  state TEXT DEFAULT '' NOT NULL,
  country TEXT DEFAULT '' NOT NULL,
  time_zone VARCHAR(50) DEFAULT '' NOT NULL,
  zone VARCHAR(50),
  tags TEXT[] DEFAULT '{}' NOT NULL,
  custom JSONB DEFAULT '{}' NOT NULL,
  owner_id UUID,
  source TEXT DEFAULT '' NOT NULL,
  import_batch_id UUID,
  last_automatic_at TIMESTAMP WITH TIME ZONE,
  last_automatic_sequence_id UUID,
  last_contacted_at TIMESTAMP WITH TIME ZONE,
  last_replied_at TIMESTAMP WITH TIME ZONE,
  address_changed_at TIMESTAMP WITH TIME ZONE,
  is_sample BOOLEAN DEFAULT false NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  created_by UUID,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_by UUID,
  archived_at TIMESTAMP WITH TIME ZONE,
  erased_at TIMESTAMP WITH TIME ZONE,
  merged_into_id UUID,
  CONSTRAINT pk_contacts PRIMARY KEY (id),
  CONSTRAINT uq_contacts_workspace_id_email_key UNIQUE (workspace_id, email_key),
  CONSTRAINT fk_contacts_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_contacts_company_id_companies FOREIGN KEY(company_id) REFERENCES companies (id)
);

CREATE INDEX ix_contacts_import_batch ON contacts (import_batch_id) WHERE import_batch_id IS NOT NULL;

CREATE INDEX ix_contacts_archived ON contacts (archived_at) WHERE archived_at IS NOT NULL;

CREATE INDEX ix_contacts_name ON contacts (workspace_id, (left(lower(last_name), 100)) COLLATE "C", (left(lower(first_name), 100)) COLLATE "C", id) WHERE archived_at IS NULL AND erased_at IS NULL;

CREATE INDEX ix_contacts_company ON contacts (company_id);

CREATE INDEX ix_contacts_held_address ON contacts (address_changed_at) WHERE address_changed_at IS NOT NULL;

CREATE INDEX ix_contacts_added ON contacts (workspace_id, id) WHERE archived_at IS NULL AND erased_at IS NULL;

CREATE INDEX ix_contacts_company_name ON contacts (workspace_id, (left(lower(company_name), 100)) COLLATE "C", id) WHERE archived_at IS NULL AND erased_at IS NULL;

CREATE INDEX ix_contacts_email ON contacts (workspace_id, (coalesce(email_key, '')) COLLATE "C", id) WHERE archived_at IS NULL AND erased_at IS NULL;

CREATE INDEX ix_contacts_first_name ON contacts (workspace_id, (left(lower(first_name), 100)) COLLATE "C", id) WHERE archived_at IS NULL AND erased_at IS NULL;

CREATE INDEX ix_contacts_last_contacted ON contacts (workspace_id, (coalesce(last_contacted_at, '1970-01-01 00:00:00+00'::timestamptz)), id) WHERE archived_at IS NULL AND erased_at IS NULL;

CREATE TABLE import_changes (
  batch_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  before JSONB NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_import_changes PRIMARY KEY (batch_id, contact_id),
  CONSTRAINT fk_import_changes_batch_id_import_batches FOREIGN KEY(batch_id) REFERENCES import_batches (id) ON DELETE CASCADE
);

CREATE TABLE webhook_deliveries (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  workspace_id UUID NOT NULL,
  webhook_id UUID NOT NULL,
  event VARCHAR(60) NOT NULL,
  payload JSONB NOT NULL,
  state delivery_state_enum DEFAULT 'waiting' NOT NULL,
  attempts INTEGER DEFAULT 0 NOT NULL,
  next_attempt_at TIMESTAMP WITH TIME ZONE,
  status_code INTEGER,
  error TEXT,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  delivered_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_webhook_deliveries PRIMARY KEY (id),
  CONSTRAINT fk_webhook_deliveries_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_webhook_deliveries_webhook_id_webhooks FOREIGN KEY(webhook_id) REFERENCES webhooks (id) ON DELETE CASCADE
);

CREATE INDEX ix_webhook_deliveries_waiting ON webhook_deliveries (next_attempt_at) WHERE state = 'waiting';

CREATE INDEX ix_webhook_deliveries_webhook_id ON webhook_deliveries (webhook_id);

CREATE TABLE sequences (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  customer_id UUID NOT NULL,
  workspace_id UUID NOT NULL,
  name VARCHAR(255) NOT NULL,
  description TEXT,
  status sequence_status_enum DEFAULT 'draft',
  owner_id UUID NOT NULL,
  folder_id UUID,
  tags TEXT[],
  goal_type goal_type_enum,
  goal_target INTEGER,
  goal_deadline DATE,
  default_email_account_id UUID,
  sending_timezone VARCHAR(50) DEFAULT 'UTC',
  sending_window_start TIME WITHOUT TIME ZONE,
  sending_window_end TIME WITHOUT TIME ZONE,
  sending_days BOOLEAN[] DEFAULT '{t,t,t,t,t,f,f}',
  max_emails_per_day INTEGER DEFAULT 100,
  throttle_delay_minutes INTEGER DEFAULT 60,
  stop_on_reply BOOLEAN DEFAULT true,
  stop_on_bounce BOOLEAN DEFAULT true,
  stop_on_unsubscribe BOOLEAN DEFAULT true,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now(),
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now(),
  created_by UUID NOT NULL,
  updated_by UUID,
  total_enrolled INTEGER DEFAULT 0,
  total_sent INTEGER DEFAULT 0,
  total_delivered INTEGER DEFAULT 0,
  total_opened INTEGER DEFAULT 0,
  total_clicked INTEGER DEFAULT 0,
  total_replied INTEGER DEFAULT 0,
  total_bounced INTEGER DEFAULT 0,
  total_unsubscribed INTEGER DEFAULT 0,
  uses_contact_zone BOOLEAN DEFAULT false NOT NULL,
  delays_in_working_days BOOLEAN DEFAULT false NOT NULL,
  holiday_country VARCHAR(2),
  holiday_subdivision VARCHAR(10),
  max_new_contacts_per_day INTEGER,
  starts_at TIMESTAMP WITH TIME ZONE,
  stop_company_on_reply BOOLEAN DEFAULT false NOT NULL,
  out_of_office_days INTEGER,
  allows_new_rounds BOOLEAN DEFAULT false NOT NULL,
  allows_other_sequences BOOLEAN DEFAULT false NOT NULL,
  tracks_opens BOOLEAN DEFAULT false NOT NULL,
  tracks_clicks BOOLEAN DEFAULT false NOT NULL,
  goal_name VARCHAR(255),
  version INTEGER DEFAULT 1 NOT NULL,
  activated_at TIMESTAMP WITH TIME ZONE,
  paused_at TIMESTAMP WITH TIME ZONE,
  stopped_at TIMESTAMP WITH TIME ZONE,
  archived_at TIMESTAMP WITH TIME ZONE,
  editing_by UUID,
  editing_since TIMESTAMP WITH TIME ZONE,
  is_sample BOOLEAN DEFAULT false NOT NULL,
  CONSTRAINT pk_sequences PRIMARY KEY (id),
  CONSTRAINT ck_sequences_sending_days CHECK (cardinality(sending_days) = 7),
  CONSTRAINT fk_sequences_customer_id_customers FOREIGN KEY(customer_id) REFERENCES customers (id),
  CONSTRAINT fk_sequences_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_sequences_owner_id_users FOREIGN KEY(owner_id) REFERENCES users (id),
  CONSTRAINT fk_sequences_folder_id_sequence_folders FOREIGN KEY(folder_id) REFERENCES sequence_folders (id),
  CONSTRAINT fk_sequences_default_email_account_id_email_accounts FOREIGN KEY(default_email_account_id) REFERENCES email_accounts (id),
  CONSTRAINT fk_sequences_created_by_users FOREIGN KEY(created_by) REFERENCES users (id),
  CONSTRAINT fk_sequences_updated_by_users FOREIGN KEY(updated_by) REFERENCES users (id)
);

CREATE INDEX idx_sequences_status_updated ON sequences (status, updated_at);

CREATE INDEX idx_sequences_customer_workspace ON sequences (customer_id, workspace_id);

CREATE TABLE contact_addresses (
  workspace_id UUID NOT NULL,
  email_key VARCHAR(320) NOT NULL,
  contact_id UUID NOT NULL,
  is_former BOOLEAN DEFAULT false NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_contact_addresses PRIMARY KEY (workspace_id, email_key, contact_id),
  CONSTRAINT fk_contact_addresses_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_contact_addresses_contact_id_contacts FOREIGN KEY(contact_id) REFERENCES contacts (id) ON DELETE CASCADE
);

CREATE INDEX ix_contact_addresses_contact_id ON contact_addresses (contact_id);

CREATE TABLE notes (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  workspace_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  body TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  created_by UUID,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  retired_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_notes PRIMARY KEY (id),
  CONSTRAINT fk_notes_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_notes_contact_id_contacts FOREIGN KEY(contact_id) REFERENCES contacts (id) ON DELETE CASCADE
);

CREATE INDEX ix_notes_contact_id ON notes (contact_id);

CREATE TABLE sequence_steps (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  sequence_id UUID NOT NULL,
  step_order INTEGER NOT NULL,
  step_type step_type_enum NOT NULL,
  delay_days INTEGER DEFAULT 0,
  delay_hours INTEGER DEFAULT 0,
  delay_minutes INTEGER DEFAULT 0,
  subject_template TEXT,
  body_template TEXT,
  email_account_id UUID,
  ab_test_enabled BOOLEAN DEFAULT false,
  ab_test_variants JSONB,
  conditions JSONB,
  condition_operator condition_operator_enum DEFAULT 'AND',
  task_title TEXT,
  task_description TEXT,
  task_assignee_id UUID,
  task_due_days INTEGER,
  linkedin_action linkedin_action_enum,
  linkedin_message TEXT,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now(),
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now(),
  times_executed INTEGER DEFAULT 0,
  success_rate NUMERIC(5, 2),
  customer_id UUID NOT NULL,
  workspace_id UUID NOT NULL,
  parent_step_id UUID,
  branch branch_enum,
  finish_yes BOOLEAN DEFAULT false NOT NULL,
  finish_no BOOLEAN DEFAULT false NOT NULL,
  wait_until_true BOOLEAN DEFAULT false NOT NULL,
  name VARCHAR(255),
  body_is_html BOOLEAN DEFAULT true NOT NULL,
  is_manual BOOLEAN DEFAULT false NOT NULL,
  waits_for_task BOOLEAN DEFAULT true NOT NULL,
  call_script_id UUID,
  template_id UUID,
  ab_test_winner_id VARCHAR(64),
  ab_test_winner_at TIMESTAMP WITH TIME ZONE,
  ab_test_promotes_winner BOOLEAN DEFAULT false NOT NULL,
  variables TEXT[] DEFAULT '{}' NOT NULL,
  times_succeeded INTEGER DEFAULT 0 NOT NULL,
  is_enabled BOOLEAN DEFAULT true NOT NULL,
  retired_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_sequence_steps PRIMARY KEY (id),
  CONSTRAINT ck_sequence_steps_lane CHECK ((parent_step_id IS NULL) = (branch IS NULL)),
  CONSTRAINT fk_sequence_steps_sequence_id_sequences FOREIGN KEY(sequence_id) REFERENCES sequences (id) ON DELETE CASCADE,
  CONSTRAINT fk_sequence_steps_email_account_id_email_accounts FOREIGN KEY(email_account_id) REFERENCES email_accounts (id),
  CONSTRAINT fk_sequence_steps_task_assignee_id_users FOREIGN KEY(task_assignee_id) REFERENCES users (id),
  CONSTRAINT fk_sequence_steps_parent_step_id_sequence_steps FOREIGN KEY(parent_step_id) REFERENCES sequence_steps (id) ON DELETE CASCADE,
  CONSTRAINT fk_sequence_steps_call_script_id_call_scripts FOREIGN KEY(call_script_id) REFERENCES call_scripts (id),
  CONSTRAINT fk_sequence_steps_template_id_templates FOREIGN KEY(template_id) REFERENCES templates (id)
);

CREATE INDEX idx_sequence_steps_sequence_order ON sequence_steps (sequence_id, step_order);

CREATE INDEX ix_sequence_steps_parent_step_id ON sequence_steps (parent_step_id);

CREATE TABLE sequence_versions (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  workspace_id UUID NOT NULL,
  sequence_id UUID NOT NULL,
  number INTEGER NOT NULL,
  document JSONB NOT NULL,
  summary TEXT DEFAULT '' NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  created_by UUID,
  CONSTRAINT pk_sequence_versions PRIMARY KEY (id),
  CONSTRAINT uq_sequence_versions_sequence_id_number UNIQUE (sequence_id, number),
  CONSTRAINT fk_sequence_versions_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_sequence_versions_sequence_id_sequences FOREIGN KEY(sequence_id) REFERENCES sequences (id) ON DELETE CASCADE
);

CREATE TABLE sequence_mailboxes (
  sequence_id UUID NOT NULL,
  mailbox_id UUID NOT NULL,
  workspace_id UUID NOT NULL,
  share INTEGER DEFAULT 1 NOT NULL,
  CONSTRAINT pk_sequence_mailboxes PRIMARY KEY (sequence_id, mailbox_id),
  CONSTRAINT fk_sequence_mailboxes_sequence_id_sequences FOREIGN KEY(sequence_id) REFERENCES sequences (id) ON DELETE CASCADE,
  CONSTRAINT fk_sequence_mailboxes_mailbox_id_email_accounts FOREIGN KEY(mailbox_id) REFERENCES email_accounts (id),
  CONSTRAINT fk_sequence_mailboxes_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);

CREATE INDEX ix_sequence_mailboxes_mailbox_id ON sequence_mailboxes (mailbox_id);

CREATE TABLE sequence_enrollments (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  sequence_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  enrolled_at TIMESTAMP WITH TIME ZONE DEFAULT now(),
  enrolled_by UUID,
  enrollment_source enrollment_source_enum DEFAULT 'manual',
  current_step_id UUID,
  status enrollment_status_enum DEFAULT 'active',
  last_step_completed_at TIMESTAMP WITH TIME ZONE,
  next_step_scheduled_at TIMESTAMP WITH TIME ZONE,
  completed_at TIMESTAMP WITH TIME ZONE,
  completion_reason completion_reason_enum,
  total_emails_sent INTEGER DEFAULT 0,
  total_opens INTEGER DEFAULT 0,
  total_clicks INTEGER DEFAULT 0,
  total_replies INTEGER DEFAULT 0,
  customer_id UUID NOT NULL,
  workspace_id UUID NOT NULL,
  round INTEGER DEFAULT 1 NOT NULL,
  started_at TIMESTAMP WITH TIME ZONE,
  mailbox_id UUID,
  time_zone VARCHAR(50) DEFAULT 'UTC' NOT NULL,
  records JSONB DEFAULT '[]' NOT NULL,
  hold_reason VARCHAR(40),
  hold_detail TEXT,
  waiting_until TIMESTAMP WITH TIME ZONE,
  paused_at TIMESTAMP WITH TIME ZONE,
  thread_references TEXT,
  thread_subject TEXT,
  last_email_at TIMESTAMP WITH TIME ZONE,
  thread_mailbox_id UUID,
  not_before TIMESTAMP WITH TIME ZONE,
  shifted_seconds FLOAT DEFAULT 0 NOT NULL,
  wake_mailbox_id UUID,
  wake_lane SMALLINT,
  wake_at TIMESTAMP WITH TIME ZONE,
  start_step_id UUID,
  is_hidden BOOLEAN DEFAULT false NOT NULL,
  is_exclusive BOOLEAN DEFAULT true NOT NULL,
  reply_meaning meaning_enum,
  replied_at TIMESTAMP WITH TIME ZONE,
  reply_waived_at TIMESTAMP WITH TIME ZONE,
  goal_achieved_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_sequence_enrollments PRIMARY KEY (customer_id, id),
  CONSTRAINT uq_sequence_enrollments_customer_id_sequence_id_contact_id UNIQUE (customer_id, sequence_id, contact_id),
  CONSTRAINT fk_sequence_enrollments_sequence_id_sequences FOREIGN KEY(sequence_id) REFERENCES sequences (id),
  CONSTRAINT fk_sequence_enrollments_contact_id_contacts FOREIGN KEY(contact_id) REFERENCES contacts (id),
  CONSTRAINT fk_sequence_enrollments_enrolled_by_users FOREIGN KEY(enrolled_by) REFERENCES users (id),
  CONSTRAINT fk_sequence_enrollments_current_step_id_sequence_steps FOREIGN KEY(current_step_id) REFERENCES sequence_steps (id)
)
 PARTITION BY LIST (customer_id);

CREATE INDEX idx_enrollments_next_scheduled ON sequence_enrollments (next_step_scheduled_at) WHERE status = 'active';

CREATE UNIQUE INDEX uq_sequence_enrollments_engaged ON sequence_enrollments (customer_id, contact_id) WHERE is_exclusive AND status IN ('active', 'paused');

CREATE INDEX idx_enrollments_contact ON sequence_enrollments (contact_id);

CREATE INDEX idx_enrollments_sequence_status ON sequence_enrollments (sequence_id, status);

CREATE INDEX ix_sequence_enrollments_goal ON sequence_enrollments (sequence_id) WHERE goal_achieved_at IS NOT NULL;

CREATE INDEX ix_sequence_enrollments_held ON sequence_enrollments (sequence_id, contact_id) WHERE hold_reason IS NOT NULL;

CREATE INDEX ix_sequence_enrollments_replied ON sequence_enrollments (sequence_id, reply_meaning) WHERE replied_at IS NOT NULL;

CREATE INDEX ix_sequence_enrollments_next ON sequence_enrollments (sequence_id, next_step_scheduled_at, contact_id, current_step_id, status) WHERE status = 'active';

CREATE INDEX ix_sequence_enrollments_over ON sequence_enrollments (sequence_id, status, contact_id, completion_reason) WHERE status <> 'active';

CREATE TABLE inbound_emails (
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  customer_id UUID NOT NULL,
  workspace_id UUID NOT NULL,
  mailbox_id UUID NOT NULL,
  fingerprint BYTEA NOT NULL,
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
  sent_at TIMESTAMP WITH TIME ZONE,
  received_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  bucket inbound_bucket_enum NOT NULL,
  kind VARCHAR(40) DEFAULT '' NOT NULL,
  subtype VARCHAR(40),
  bounce_kind bounce_kind_enum,
  bounced_address VARCHAR(320),
  smtp_status VARCHAR(20),
  diagnostic TEXT,
  matched_by VARCHAR(40),
  is_probable BOOLEAN DEFAULT false NOT NULL,
  contact_id UUID,
  enrollment_id UUID,
  sequence_id UUID,
  step_id UUID,
  outgoing_email_id UUID,
  meaning meaning_enum,
  meaning_on DATE,
  meaning_set_by UUID,
  evidence JSONB DEFAULT '[]' NOT NULL,
  effects JSONB DEFAULT '[]' NOT NULL,
  visible_text TEXT DEFAULT '' NOT NULL,
  return_on DATE,
  needs_review BOOLEAN DEFAULT false NOT NULL,
  read_at TIMESTAMP WITH TIME ZONE,
  done_at TIMESTAMP WITH TIME ZONE,
  snoozed_until TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_inbound_emails PRIMARY KEY (id),
  CONSTRAINT uq_inbound_emails_mailbox_id_fingerprint UNIQUE (mailbox_id, fingerprint),
  CONSTRAINT fk_inbound_emails_customer_id_enrollment_id_sequence_en_3f04 FOREIGN KEY(customer_id, enrollment_id) REFERENCES sequence_enrollments (customer_id, id),
  CONSTRAINT fk_inbound_emails_mailbox_id_email_accounts FOREIGN KEY(mailbox_id) REFERENCES email_accounts (id)
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
  id UUID DEFAULT gen_random_uuid() NOT NULL,
  customer_id UUID NOT NULL,
  workspace_id UUID NOT NULL,
  kind task_kind_enum NOT NULL,
  state task_state_enum DEFAULT 'open' NOT NULL,
  enrollment_id UUID,
  sequence_id UUID,
  step_id UUID,
  round INTEGER DEFAULT 1 NOT NULL,
  contact_id UUID,
  assignee_id UUID,
  title TEXT DEFAULT '' NOT NULL,
  description TEXT DEFAULT '' NOT NULL,
  linkedin_action linkedin_action_enum,
  linkedin_message TEXT,
  call_script_id UUID,
  due_at TIMESTAMP WITH TIME ZONE,
  snoozed_until TIMESTAMP WITH TIME ZONE,
  priority SMALLINT DEFAULT 0 NOT NULL,
  outcome_id UUID,
  outcome_on DATE,
  notes TEXT DEFAULT '' NOT NULL,
  started_at TIMESTAMP WITH TIME ZONE,
  duration_seconds INTEGER,
  completed_at TIMESTAMP WITH TIME ZONE,
  completed_by UUID,
  effects JSONB,
  inbound_email_id UUID,
  outgoing_email_id UUID,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  created_by UUID,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_tasks PRIMARY KEY (id),
  CONSTRAINT uq_tasks_enrollment_id_step_id_round UNIQUE (enrollment_id, step_id, round),
  CONSTRAINT fk_tasks_customer_id_enrollment_id_sequence_enrollments FOREIGN KEY(customer_id, enrollment_id) REFERENCES sequence_enrollments (customer_id, id),
  CONSTRAINT fk_tasks_workspace_id_workspaces FOREIGN KEY(workspace_id) REFERENCES workspaces (id),
  CONSTRAINT fk_tasks_assignee_id_users FOREIGN KEY(assignee_id) REFERENCES users (id),
  CONSTRAINT fk_tasks_outcome_id_outcomes FOREIGN KEY(outcome_id) REFERENCES outcomes (id)
);

CREATE INDEX ix_tasks_open ON tasks (workspace_id, due_at, id) WHERE state = 'open';

CREATE INDEX ix_tasks_completed ON tasks (workspace_id, completed_at);

CREATE INDEX ix_tasks_sequence ON tasks (sequence_id, step_id, state, outcome_id);

CREATE INDEX ix_tasks_contact ON tasks (contact_id);

CREATE TABLE inbound_messages (
  inbound_id UUID NOT NULL,
  message BYTEA NOT NULL,
  is_cut BOOLEAN DEFAULT false NOT NULL,
  CONSTRAINT pk_inbound_messages PRIMARY KEY (inbound_id),
  CONSTRAINT fk_inbound_messages_inbound_id_inbound_emails FOREIGN KEY(inbound_id) REFERENCES inbound_emails (id) ON DELETE CASCADE
);

CREATE TABLE sequence_enrollments_default PARTITION OF sequence_enrollments DEFAULT;

CREATE TABLE email_activities_default PARTITION OF email_activities DEFAULT;

CREATE FUNCTION opendoors_make_activity_partitions(months_ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  this_month timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
  month_start timestamptz;
  month_end timestamptz;
  partition_name text;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('opendoors_make_activity_partitions'));
  FOR ahead IN 0..months_ahead LOOP
    month_start := (this_month + make_interval(months => ahead)) AT TIME ZONE 'UTC';
    month_end := (this_month + make_interval(months => ahead + 1)) AT TIME ZONE 'UTC';
    partition_name := 'email_activities_' || to_char(month_start AT TIME ZONE 'UTC', 'YYYY_MM');
    CONTINUE WHEN to_regclass(partition_name) IS NOT NULL;
    -- A month that has rows in the default partition stays there: moving them would lock out every sender.
    CONTINUE WHEN EXISTS (
      SELECT FROM email_activities_default WHERE occurred_at >= month_start AND occurred_at < month_end);
    EXECUTE format('CREATE TABLE %I PARTITION OF email_activities FOR VALUES FROM (%L) TO (%L)',
      partition_name, month_start, month_end);
    made := made + 1;
  END LOOP;
  RETURN made;
END $$;

CREATE FUNCTION opendoors_workspaces() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT coalesce(array_agg(m.workspace_id), '{}')
  FROM memberships m JOIN users u ON u.id = m.user_id
  WHERE u.database_role = session_user AND u.retired_at IS NULL
$$;

ALTER TABLE api_tokens ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON api_tokens USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE attachments ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON attachments USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON audit_log USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE call_scripts ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON call_scripts USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE companies ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON companies USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE contact_addresses ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON contact_addresses USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE contact_fields ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON contact_fields USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE contact_tags ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON contact_tags USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE contacts ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON contacts USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE customers ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON customers USING (id IN (SELECT customer_id FROM workspaces));

ALTER TABLE email_accounts ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON email_accounts USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE email_activities ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON email_activities USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE hits ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON hits USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE holidays ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON holidays USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON idempotency_keys USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE import_batches ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON import_batches USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE import_changes ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON import_changes USING (EXISTS (SELECT FROM import_batches parent WHERE parent.id = batch_id));

ALTER TABLE inbound_emails ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON inbound_emails USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE inbound_messages ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON inbound_messages USING (EXISTS (SELECT FROM inbound_emails parent WHERE parent.id = inbound_id));

ALTER TABLE links ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON links USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE machines ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON machines USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE mailbox_folders ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON mailbox_folders USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE mailbox_leases ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON mailbox_leases USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON memberships USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE notes ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON notes USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE outcomes ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON outcomes USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE outgoing_emails ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON outgoing_emails USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE outgoing_messages ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON outgoing_messages USING (EXISTS (SELECT FROM outgoing_emails parent WHERE parent.id = outgoing_id));

ALTER TABLE saved_views ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON saved_views USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE schedules ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON schedules USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE sequence_enrollments ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON sequence_enrollments USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE sequence_folders ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON sequence_folders USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE sequence_mailboxes ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON sequence_mailboxes USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE sequence_steps ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON sequence_steps USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE sequence_versions ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON sequence_versions USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE sequences ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON sequences USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE settings ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON settings USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE snippets ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON snippets USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE suppressions ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON suppressions USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE tags ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON tags USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON tasks USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE templates ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON templates USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE users ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON users USING (customer_id IN (SELECT customer_id FROM workspaces));

ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON webhook_deliveries USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE webhooks ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON webhooks USING (workspace_id = ANY ((SELECT opendoors_workspaces())::uuid[]));

ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace_members ON workspaces USING (id = ANY ((SELECT opendoors_workspaces())::uuid[]));

-- Written once, for Postgres; src/store/engine/migrations.rs translates the types for SQLite. Times are Unix seconds
-- unless a comment says otherwise. Every idempotency_key makes one effect happen once: a repeated insert is a conflict.

-- One row per person, with any number of identities.
create table account (
  id bigint generated always as identity primary key,
  name text not null,
  -- True if the person chose the name: a sign-in no longer changes it.
  name_chosen boolean not null default false,
  language text,
  plan text not null,
  plan_until bigint,
  -- Price of thirty days, in Stars, at which the plan in effect was sold; 0 if it was given.
  plan_stars bigint not null default 0,
  -- When the plan in effect ends and something may follow: a plan that waits, or days of grace. Null if nothing follows.
  plan_turn_at bigint,
  -- Sum of the ledger, stored here so that one guarded update can decide a charge.
  token_balance bigint not null default 0 check (token_balance >= 0),
  -- Part of the balance that was given: the sign-up grant and allowances. Spent first; a merge does not move it.
  free_tokens bigint not null default 0 check (free_tokens >= 0),
  -- Keys ever created. Its update also locks the row while a key is added.
  keys_created bigint not null default 0,
  banned_at bigint,
  created_at bigint not null,
  -- Calendar month (UTC, '2026-11') of the last allowance, and its tokens in total: a better plan in the same month adds the
  -- difference.
  allowance_month text not null default '',
  allowance_tokens bigint not null default 0,
  -- When the account will be deleted. The person can cancel until then.
  deletion_due_at bigint,
  -- When the account was deleted or merged. The row stays, so that its id is never used again and no allowance is due.
  deleted_at bigint,
  -- The account that received everything in a merge.
  merged_into bigint
);

create index account_allowance on account (allowance_month, id);

create index account_plan_until on account (plan_until) where plan_until is not null;

create index account_plan_turn on account (plan_turn_at) where plan_turn_at is not null;

create index account_deletion_due on account (deletion_due_at) where deletion_due_at is not null;

create index account_merged_into on account (merged_into) where merged_into is not null;

-- A sign-in method of an account.
create table identity (
  -- 'telegram', 'email' or 'google'
  kind text not null,
  -- The id within that kind: a Telegram id, an address in lower case, Google's sub.
  subject text not null,
  account_id bigint not null references account (id) on delete cascade,
  label text,
  -- When the identity was added to this account; a merge adds those of the other one. Younger ones cannot remove older ones.
  created_at bigint not null,
  -- Order in which the account received its identities: by linking, or with all of another account in a merge.
  added_order bigint not null default 0,
  -- When a password reset disabled it; null while it may sign in.
  disabled_at bigint,
  -- When a password was reset by this address. For a week only a session begun by email may remove it.
  reset_at bigint,
  -- Language of the person's Telegram app, if we have texts in it. Notices use it until the person chooses a language.
  telegram_language text,
  -- Since when the bot cannot write to the person.
  unreachable_at bigint,
  -- When the person last wrote to the bot, to the day.
  last_seen_at bigint,
  primary key (kind, subject)
);

create index identity_of_account on identity (account_id);

create index identity_label on identity (lower(label));

-- Every change of a token balance, with its reason.
create table ledger (
  id bigint generated always as identity primary key,
  account_id bigint not null references account (id) on delete cascade,
  tokens bigint not null,
  balance bigint not null,
  reason text not null,
  idempotency_key text not null unique,
  created_at bigint not null,
  -- The key whose requests were charged. No constraint: the entry may outlive the key.
  key_id bigint
);

create index ledger_of_account on ledger (account_id, id);

-- Plans that follow the one in effect. Their time does not pass yet.
create table plan_period (
  account_id bigint not null references account (id) on delete cascade,
  plan text not null,
  is_paid boolean not null,
  -- Price of thirty days at which it was sold; 0 if it was given.
  stars bigint not null,
  -- Length in seconds; null for no end.
  secs bigint,
  primary key (account_id, plan, is_paid)
);

-- Orders: what a person wants to buy, at the price of that moment. Deleted 90 days after they expire, paid or not.
create table purchase_order (
  -- Payload of the invoice. Cannot be guessed.
  id text primary key,
  account_id bigint not null references account (id) on delete cascade,
  -- 'plan' or 'pack'
  kind text not null,
  -- Id of the plan or pack.
  product text not null,
  -- Title, price in Stars, and tokens of a pack, as offered.
  title text not null,
  stars bigint not null,
  tokens bigint,
  -- 'created', 'linked', 'checked', 'paid', 'refunded', 'refused', 'expired'
  state text not null,
  -- Address of the invoice.
  link text,
  created_at bigint not null,
  expires_at bigint not null,
  -- When the pre-checkout accepted it last.
  checked_at bigint
);

create index purchase_order_of_account on purchase_order (account_id, created_at);

create index purchase_order_age on purchase_order (expires_at);

-- Payments that Telegram reported, renewals included. Retained permanently: Telegram refers to them at any time.
create table purchase (
  id bigint generated always as identity primary key,
  -- Telegram's id of the payment. Each is delivered once.
  charge_id text not null unique,
  order_id text not null,
  account_id bigint not null references account (id) on delete cascade,
  -- Telegram user who paid; a refund goes to them.
  telegram_id bigint not null,
  kind text not null,
  product text not null,
  title text not null,
  stars bigint not null,
  tokens bigint,
  -- False if the product could not be delivered. The Stars are given back then.
  is_delivered boolean not null,
  -- End of the period that it bought.
  period_until bigint,
  -- 'paid' or 'refunded'
  state text not null,
  created_at bigint not null,
  refunded_at bigint
);

create index purchase_of_account on purchase (account_id, id);

-- Plans that Telegram charges every thirty days. Retained permanently with their purchases.
create table subscription (
  -- Every renewal carries the payload of the first invoice.
  order_id text primary key,
  account_id bigint not null references account (id) on delete cascade,
  telegram_id bigint not null,
  plan text not null,
  title text not null,
  stars bigint not null,
  -- The first payment, by which Telegram knows the subscription.
  charge_id text not null unique,
  -- 'active', 'cancelled', 'failed', 'ended'
  state text not null,
  -- When Telegram charges next.
  renews_at bigint not null,
  -- End of the paid time, once the plan continues without a payment.
  overdue_since bigint
);

create index subscription_of_account on subscription (account_id);

-- Calls that Telegram still has to take: refunds, and ends of subscriptions. A row is deleted with its success.
create table payment_request (
  id bigint generated always as identity primary key,
  -- 'refund' or 'cancel'
  kind text not null,
  telegram_id bigint not null,
  charge_id text not null,
  -- Telegram id of the admin who asked for it; null for the operator and for the service itself.
  admin_id bigint,
  created_at bigint not null,
  -- Number of leases. Only the holder of the last one may record a result.
  attempts bigint not null default 0,
  -- When it may be leased (again).
  due_at bigint not null,
  unique (kind, charge_id)
);

create index payment_request_due on payment_request (due_at, id);

-- How far Telegram's list of transactions was compared with the purchases.
create table payment_reconciliation (
  id bigint primary key,
  next_offset bigint not null,
  checked_at bigint not null
);

insert into payment_reconciliation (id, next_offset, checked_at) values (1, 0, 0);

-- Telegram users who had the trial. Retained permanently, beyond the account: it is given once.
create table trial (
  telegram_id bigint primary key,
  account_id bigint not null,
  started_at bigint not null
);

-- Sums of the charges per day and key read this index only.
create index ledger_charges on ledger (account_id, created_at, key_id, tokens)
where reason = 'charge' and tokens < 0;

-- One row per signed-in device, with the digest of its current refresh token.
create table session (
  id bigint generated always as identity primary key,
  account_id bigint not null references account (id) on delete cascade,
  device text not null,
  network text not null,
  created_at bigint not null,
  last_seen_at bigint not null,
  ended_at bigint,
  refresh_generation bigint not null default 0,
  refresh_digest bytea not null,
  -- Times of the latest rotations, oldest first, separated by spaces.
  rotations text not null default '',
  -- The identity that signed in. The session ends with it.
  identity_kind text not null default '',
  identity_subject text not null default '',
  -- Highest generation of the refresh token known to be used; -1 if none is.
  used_generation bigint not null default -1
);

-- The newest open ones are counted at every sign-in.
create index session_of_account on session (account_id, ended_at, id);

create index session_ended on session (ended_at) where ended_at is not null;

create table api_key (
  id bigint generated always as identity primary key,
  account_id bigint not null references account (id) on delete cascade,
  name text not null,
  -- The name without case, by which live keys are told apart.
  folded_name text not null,
  digest bytea not null unique,
  masked text not null,
  created_at bigint not null,
  last_used_at bigint,
  expires_at bigint,
  revoked_at bigint,
  -- The request that created the key.
  idempotency_key text unique,
  -- The secret before the current one is valid until its grace period ends.
  previous_digest bytea,
  previous_expires_at bigint,
  previous_last_used_at bigint,
  rotated_at bigint,
  -- The /24 or /48 of the last use.
  last_network text,
  -- The request that rotated the key last. A repetition issues another secret: the first answer may never have arrived.
  rotation_idempotency_key text
);

create unique index api_key_live_name on api_key (account_id, folded_name) where revoked_at is null;

create unique index api_key_previous_digest on api_key (previous_digest);

create index api_key_of_account on api_key (account_id, id);

create index api_key_expiry on api_key (expires_at) where revoked_at is null and expires_at is not null;

-- Secrets that a rotation replaced. A pasted one is recognized for two years.
create table replaced_secret (
  digest bytea primary key,
  key_id bigint not null references api_key (id) on delete cascade,
  replaced_at bigint not null
);

create index replaced_secret_of_key on replaced_secret (key_id);

create index replaced_secret_age on replaced_secret (replaced_at);

-- Public networks a key was used from, each a /24 or a /48.
create table key_network (
  key_id bigint not null references api_key (id) on delete cascade,
  network text not null,
  first_at bigint not null,
  primary key (key_id, network)
);

-- Admitted requests of a key per day, written together with its last use.
create table key_usage_daily (
  key_id bigint not null references api_key (id) on delete cascade,
  -- Start of the day (UTC).
  day bigint not null,
  requests bigint not null,
  primary key (key_id, day)
);

create index key_usage_daily_age on key_usage_daily (day);

-- Accounts whose keys, plan, name or status changed: cached copies older than the row are stale. An instance that missed
-- notifications reads on from the last row it saw.
create table account_change (
  id bigint generated always as identity primary key,
  account_id bigint not null,
  created_at bigint not null,
  -- The other account of a merge: both become stale at the same moment.
  related_account_id bigint
);

create index account_change_age on account_change (created_at);

-- Updates of the bot, in flight or done.
create table bot_update (
  update_id bigint primary key,
  done boolean not null,
  -- When it was claimed, or its lease extended.
  claimed_at bigint not null
);

create index bot_update_age on bot_update (claimed_at);

-- Updates, stored until they are done. They are confirmed to Telegram as soon as they are stored.
create table parked_update (
  update_id bigint primary key,
  -- Whose updates are handled one after another: the sender, or the chat of a message without one.
  queue_id bigint not null,
  -- As received, without secrets: of an API key only the digest is stored, and of a sign-in link nothing.
  body text not null,
  parked_at bigint not null
);

create index parked_update_queue on parked_update (queue_id, update_id);

-- The question to a person that the bot waits for.
create table dialogue (
  telegram_id bigint primary key,
  step text not null,
  -- The message that asks, which becomes the result; null until it is sent.
  message_id bigint,
  expires_at bigint not null
);

create index dialogue_expiry on dialogue (expires_at);

-- Messages that show a secret, until they are deleted. The secret is stored nowhere else.
create table secret_message (
  chat_id bigint not null,
  message_id bigint not null,
  sent_at bigint not null,
  -- When the deletion may be leased (again).
  delete_at bigint not null,
  primary key (chat_id, message_id)
);

create index secret_message_due on secret_message (delete_at);

-- Notifications for chat, each written in the transaction of its event and stored until it is sent.
create table notice (
  id bigint generated always as identity primary key,
  account_id bigint not null references account (id) on delete cascade,
  category text not null,
  -- JSON: the kind and its fields. Never a secret.
  content text not null,
  idempotency_key text not null unique,
  created_at bigint not null,
  -- Number of leases. Only the holder of the last one may record a result.
  attempts bigint not null default 0,
  -- When it may be leased (again); null once it has a result.
  due_at bigint,
  sent_at bigint,
  abandoned_at bigint,
  -- True while it waits for the person to become reachable.
  awaits_reachability boolean not null default false,
  -- The Telegram user who receives it, fixed with the event for security; null for the account's first one at delivery.
  chat_id bigint
);

create index notice_due on notice (due_at) where due_at is not null;

create index notice_of_account on notice (account_id);

create index notice_settled on notice (created_at) where due_at is null;

-- Categories of notices a person switched off.
create table notice_opt_out (
  account_id bigint not null references account (id) on delete cascade,
  category text not null,
  primary key (account_id, category)
);

-- Quiet hours by the person's own clock, both full hours; none if the hours are null.
create table quiet_hours (
  account_id bigint primary key references account (id) on delete cascade,
  start_hour bigint,
  end_hour bigint,
  utc_offset_minutes bigint not null default 0
);

-- Browsers that wait for a confirmation in the bot, for two minutes each.
create table bot_sign_in (
  id bigint generated always as identity primary key,
  -- Identifies the request in the link to the bot. Signs nobody in on its own.
  code text not null unique,
  -- SHA-256 of the browser's secret.
  poll_digest bytea not null unique,
  -- The number the browser shows.
  match_number bigint not null,
  -- The three numbers the bot shows, in their order, separated by spaces.
  choices text not null,
  device text not null,
  network text not null,
  -- 'waiting', 'approved', 'refused', 'used'
  state text not null,
  -- The account that opened the link first. Only it may answer.
  account_id bigint references account (id) on delete cascade,
  expires_at bigint not null,
  -- The account to link the answering person's Telegram to; null for a sign-in.
  link_account_id bigint,
  -- The Telegram id, as text, of the person who answered.
  telegram_subject text,
  -- The message in that person's chat that they answered.
  message_id bigint
);

create index bot_sign_in_age on bot_sign_in (expires_at);

create index bot_sign_in_of_account on bot_sign_in (account_id) where account_id is not null;

create index bot_sign_in_link_account on bot_sign_in (link_account_id) where link_account_id is not null;

-- One-time links from the chat that sign a browser in, valid for two minutes.
create table sign_in_link (
  -- SHA-256 of the token in the link.
  digest bytea primary key,
  account_id bigint not null references account (id) on delete cascade,
  -- The Telegram id, as text, of the person whose chat the link was made for.
  telegram_subject text not null default '',
  -- The message in that person's chat that shows the link, once it is sent.
  message_id bigint,
  expires_at bigint not null,
  used_at bigint
);

create index sign_in_link_age on sign_in_link (expires_at);

create index sign_in_link_of_account on sign_in_link (account_id);

-- Passwords of accounts with an email address.
create table password (
  account_id bigint primary key references account (id) on delete cascade,
  -- A PHC string of Argon2id, which names its own parameters.
  phc text not null,
  changed_at bigint not null,
  used_at bigint
);

-- Registrations whose address is not verified. They become an account with the verification.
create table email_registration (
  id bigint generated always as identity primary key,
  -- In lower case.
  address text not null,
  -- The address as typed.
  label text not null,
  name text not null,
  password_hash text not null,
  language text not null,
  device text not null,
  network text not null,
  created_at bigint not null,
  -- SHA-256 of the secret in the cookie of the browser that registered. It may confirm without the password.
  browser_digest bytea
);

create index email_registration_address on email_registration (address);

create index email_registration_age on email_registration (created_at);

-- Outbox of mails: their kind, not their text. A row is deleted once its mail is sent or given up.
create table mail (
  id bigint generated always as identity primary key,
  -- 'verify_registration', 'reset_password', 'link_address', 'password_changed', 'security_notice'
  kind text not null,
  -- The address as typed.
  recipient text not null,
  language text not null,
  registration_id bigint references email_registration (id) on delete cascade,
  account_id bigint references account (id) on delete cascade,
  -- Device and network of the request.
  device text not null,
  network text not null,
  created_at bigint not null,
  -- Number of leases. Only the holder of the last one may record a result.
  attempts bigint not null default 0,
  -- When it may be leased (again).
  due_at bigint not null,
  -- JSON of a notice, for a mail about the security of the account. Never a secret.
  content text,
  -- Number of events that this mail reports.
  times bigint not null default 1
);

create index mail_due on mail (due_at, id);

create index mail_age on mail (created_at);

create index mail_of_account on mail (account_id) where account_id is not null;

create index mail_of_registration on mail (registration_id) where registration_id is not null;

-- Pace of mails that report events: one of a kind to an address in an hour. Later events wait for the next one.
create table mail_pace (
  -- In lower case.
  address text not null,
  kind text not null,
  -- When the latest mail of the kind is or was due.
  due_at bigint not null,
  primary key (address, kind)
);

create index mail_pace_age on mail_pace (due_at);

-- One-time tokens in the links of mails. A token is created when its mail is sent, and another one with every retry.
create table email_token (
  -- SHA-256 of the token.
  digest bytea primary key,
  -- The kind of the mail.
  kind text not null,
  -- The address the mail was sent to, in lower case.
  address text not null,
  registration_id bigint references email_registration (id) on delete cascade,
  account_id bigint references account (id) on delete cascade,
  expires_at bigint not null,
  used_at bigint
);

create index email_token_address on email_token (address);

create index email_token_of_account on email_token (account_id) where account_id is not null;

create index email_token_of_registration on email_token (registration_id) where registration_id is not null;

create index email_token_age on email_token (expires_at);

-- Changes of sign-in methods that can be undone for seven days, one row per identity that may do it: those the account had
-- before the change and that were not young.
create table identity_undo (
  id bigint generated always as identity primary key,
  account_id bigint not null references account (id) on delete cascade,
  holder_kind text not null,
  holder_subject text not null,
  -- The identity that was removed, with its columns; null if one was added.
  removed_kind text,
  removed_subject text,
  removed_label text,
  removed_language text,
  removed_at bigint,
  removed_created_at bigint,
  removed_added_order bigint,
  -- Identities added since then are removed.
  since bigint not null,
  expires_at bigint not null,
  settled_at bigint
);

create index identity_undo_age on identity_undo (expires_at);

create index identity_undo_of_account on identity_undo (account_id);

-- One-time tokens in mails that undo a change, one per attempt to send the mail.
create table identity_undo_token (
  -- SHA-256 of the token.
  digest bytea primary key,
  undo_id bigint not null references identity_undo (id) on delete cascade
);

create index identity_undo_token_of on identity_undo_token (undo_id);

-- Offers to merge two accounts, each proven. They wait some minutes for a confirmation.
create table merge_offer (
  id bigint generated always as identity primary key,
  -- The account of the session, which stays.
  account_id bigint not null references account (id) on delete cascade,
  -- The account that would end, and its identity that was proven.
  other_id bigint not null,
  kind text not null,
  subject text not null,
  expires_at bigint not null,
  settled_at bigint
);

create index merge_offer_age on merge_offer (expires_at);

create index merge_offer_of_account on merge_offer (account_id);

create index merge_offer_of_other on merge_offer (other_id);

-- What happened to an account, shown to its person. Retained for 180 days. No constraint references the account: a row is
-- written at every sign-in, in the transaction that found the account.
create table account_activity (
  id bigint generated always as identity primary key,
  account_id bigint not null,
  created_at bigint not null,
  -- JSON: the kind and its fields. Never a secret.
  event text not null,
  -- 'person', 'bot', 'visitor', 'admin', 'operator', 'github' or 'system'
  actor text not null,
  -- Device and network of the request, if known.
  device text,
  network text,
  session_id bigint
);

create index account_activity_of on account_activity (account_id, id);

-- Failed sign-ins of an account per day. The first ones get a row of activity each, the rest share one.
create table sign_in_failure_count (
  account_id bigint not null,
  -- Start of the day (UTC).
  day bigint not null,
  count bigint not null,
  -- The shared row of account_activity.
  event_id bigint,
  primary key (account_id, day)
);

create index sign_in_failure_count_age on sign_in_failure_count (day);

-- Devices with their networks that signed in to an account. A sign-in from any other causes a notice.
create table known_source (
  account_id bigint not null,
  device text not null,
  network text not null,
  first_at bigint not null,
  primary key (account_id, device, network)
);

create index known_source_age on known_source (first_at);

-- Actions an admin requested in chat and has not confirmed.
create table pending_admin_action (
  id bigint generated always as identity primary key,
  -- Telegram id of the admin. Nobody else can confirm.
  admin_id bigint not null,
  account_id bigint not null references account (id) on delete cascade,
  -- JSON: the kind and its fields.
  action text not null,
  -- The update that requested it.
  idempotency_key text not null unique,
  created_at bigint not null,
  settled_at bigint
);

create index pending_admin_action_age on pending_admin_action (created_at);

create index pending_admin_action_of_account on pending_admin_action (account_id);

-- What admins did to other people's accounts. Retained permanently, beyond the account.
create table audit_log (
  id bigint generated always as identity primary key,
  created_at bigint not null,
  -- Telegram id of the admin; null for the operator at the command line.
  admin_id bigint,
  account_id bigint not null,
  action text not null,
  before text not null,
  after text not null,
  idempotency_key text not null unique,
  -- Change of the token balance by the action. An undo takes it back.
  tokens bigint not null default 0,
  -- JSON of all plans before and after an action that gave one, for an undo.
  plans text,
  -- The entry that this one undoes.
  undo_of bigint
);

create index audit_log_of_account on audit_log (account_id, id);

-- The latest action of an admin, for an undo. The operator counts as 0.
create index audit_log_of_admin on audit_log (coalesce(admin_id, 0), id);

create unique index audit_log_undo_of on audit_log (undo_of) where undo_of is not null;

-- One message to many people.
create table broadcast (
  id bigint generated always as identity primary key,
  -- The request that created the draft.
  idempotency_key text unique,
  -- Telegram id of the admin; null for the operator at the command line.
  author bigint,
  -- 'draft', 'scheduled', 'preparing', 'sending', 'paused', 'done', 'cancelled', 'retracting', 'retracted'
  state text not null,
  -- Grows with every edit.
  revision bigint not null default 0,
  -- Message and audience, as JSON.
  content text not null,
  category text not null,
  segment text not null,
  -- True if Stars are paid for a higher rate.
  paid boolean not null default false,
  start_at bigint,
  created_at bigint not null,
  -- Telegram id of the admin who confirmed the start; null for the operator at the command line.
  started_by bigint,
  -- Number of recipients the admin confirmed.
  confirmed_recipients bigint,
  started_at bigint,
  finished_at bigint,
  -- Why it paused on its own.
  last_error text,
  -- Fan-out: the last Telegram id examined, as text; whether all were; the number of recipients.
  fan_out_cursor text not null default '',
  fan_out_done boolean not null default false,
  recipients bigint not null default 0,
  -- The first recipient that was not leased.
  next_position bigint not null default 1,
  -- The first recipient whose message was not examined for deletion.
  retract_position bigint not null default 1,
  -- The first recipient whose row was not purged.
  purge_position bigint not null default 1,
  sent bigint not null default 0,
  unreachable bigint not null default 0,
  failed bigint not null default 0,
  uncertain bigint not null default 0,
  opted_out bigint not null default 0,
  retracted bigint not null default 0,
  -- Messages that could not be deleted.
  not_deleted bigint not null default 0,
  -- Time of the last sample of the rate in milliseconds, the recipients settled by then, and the rate per thousand seconds.
  rate_sample_at bigint not null default 0,
  rate_sample_settled bigint not null default 0,
  rate bigint not null default 0,
  -- The draft of which this is a test to the admins.
  test_of bigint,
  -- When sending began or a recipient last got a result, in milliseconds; whether admins were notified that it stalled since.
  progress_at bigint not null default 0,
  stalled boolean not null default false,
  -- Whether admins were notified of the end.
  reported boolean not null default false
);

create index broadcast_state on broadcast (state);

create index broadcast_to_report on broadcast (state) where not reported;

create index broadcast_with_recipients on broadcast (finished_at) where purge_position <= recipients;

-- Leased batches of recipients. Recipients without a result when the lease expires are uncertain.
create table broadcast_lease (
  id bigint generated always as identity primary key,
  broadcast_id bigint not null,
  -- 'fresh' and 'retract': the recipients of the range; 'again': the recipients with this lease_id.
  kind text not null,
  first_position bigint not null,
  last_position bigint not null,
  -- In milliseconds.
  expires_at bigint not null
);

create index broadcast_lease_expiry on broadcast_lease (expires_at);

create index broadcast_lease_of on broadcast_lease (broadcast_id);

-- Send rate that all instances share, per channel. Times in microseconds.
create table send_pace (
  channel text primary key,
  -- When the next message may be sent.
  next_at bigint not null,
  -- Pause that Telegram asked for, and its reason.
  flood_wait_until bigint not null default 0,
  flood_wait_reason text
);

insert into send_pace (channel, next_at) values ('bulk', 0), ('paid', 0), ('retract', 0);

-- Live status messages of broadcasts.
create table broadcast_card (
  chat_id bigint not null,
  message_id bigint not null,
  broadcast_id bigint not null references broadcast (id) on delete cascade,
  -- Topic of the chat, for the message that replaces a deleted one.
  thread_id bigint,
  -- When it may be edited (again), in milliseconds; null while nothing changes.
  due_at bigint,
  primary key (chat_id, message_id)
);

create index broadcast_card_due on broadcast_card (due_at) where due_at is not null;

create index broadcast_card_of on broadcast_card (broadcast_id);

-- What admins did to broadcasts. Retained permanently.
create table broadcast_audit_log (
  id bigint generated always as identity primary key,
  broadcast_id bigint not null,
  created_at bigint not null,
  -- Telegram id of the admin; null for the operator at the command line.
  admin_id bigint,
  action text not null,
  -- Detail such as the confirmed number of recipients.
  detail text
);

create index broadcast_audit_log_of on broadcast_audit_log (broadcast_id, id);

-- Clients of the OAuth provider: websites, programs and APIs. A removed one stays, so that its id is never used again.
create table oauth_client (
  -- 'c_' and 22 random characters, or the fixed name of a client that comes with the program.
  id text primary key,
  name text not null,
  -- 'confidential' or 'public'
  kind text not null,
  is_native boolean not null,
  uses_device boolean not null,
  is_trusted boolean not null,
  -- 'client_secret_basic', 'client_secret_post' or 'none'
  auth text not null,
  -- 'ES256' or 'RS256'
  alg text not null,
  -- SHA-256 of the secret. The one before it is valid until its grace period ends.
  secret_digest bytea,
  previous_secret_digest bytea,
  previous_secret_until bigint,
  -- JSON lists of texts.
  redirect_uris text not null,
  post_logout_redirect_uris text not null,
  origins text not null,
  resources text not null,
  -- Names, separated by spaces.
  scopes text not null,
  -- URI of the API that the client is.
  serves text,
  logo_uri text,
  home_uri text,
  -- Telegram id of the admin; null for the operator at the command line.
  created_by bigint,
  created_at bigint not null,
  disabled_at bigint,
  removed_at bigint
);

-- Keys that sign tokens. A retired key only verifies: its private part is deleted.
create table oauth_key (
  -- Thumbprint of the public key (RFC 7638).
  kid text primary key,
  -- 'ES256' or 'RS256'
  alg text not null,
  -- 'next', 'current' or 'retired'
  state text not null,
  -- The private key, encrypted with a key derived from the server secret.
  sealed bytea,
  -- The public key as JSON.
  jwk text not null,
  published_at bigint not null,
  -- When it began or will begin to sign; null for a next key that is not due.
  signs_from bigint,
  retired_at bigint
);

create unique index oauth_key_current on oauth_key (alg) where state = 'current';

create unique index oauth_key_next on oauth_key (alg) where state = 'next';

create index oauth_key_retired on oauth_key (retired_at) where retired_at is not null;

-- Authorization requests of clients, for ten minutes.
create table oauth_request (
  -- SHA-256 of the id that the browser carries, and of the secret in its cookie.
  digest bytea primary key,
  browser_digest bytea not null,
  client_id text not null,
  -- JSON of all parameters.
  parameters text not null,
  -- The /24 or /48 that it came from.
  network text not null,
  -- The newest session of all when it was made. A later session was begun after the request.
  last_session_id bigint not null,
  created_at bigint not null,
  expires_at bigint not null,
  answered_at bigint
);

create index oauth_request_age on oauth_request (expires_at);

create index oauth_request_network on oauth_request (network, expires_at) where answered_at is null;

-- Authorization codes, for a minute. A used one is recognized for a day: its second use ends the grant.
create table oauth_code (
  digest bytea primary key,
  client_id text not null,
  account_id bigint not null references account (id) on delete cascade,
  -- The session that the person authorized the client in.
  session_id bigint not null,
  redirect_uri text not null,
  -- PKCE, S256.
  challenge text not null,
  nonce text,
  scopes text not null,
  -- Audience of the access token.
  resource text not null,
  auth_time bigint not null,
  -- Method of the sign-in (RFC 8176).
  amr text not null,
  expires_at bigint not null,
  used_at bigint,
  -- The grant that its use gave.
  grant_id bigint
);

create index oauth_code_age on oauth_code (expires_at);

create index oauth_code_of_account on oauth_code (account_id);

-- Access of clients to accounts. Without offline access it ends with its session.
create table oauth_grant (
  id bigint generated always as identity primary key,
  account_id bigint not null references account (id) on delete cascade,
  client_id text not null,
  -- Id of the person as the client knows it. A merge does not change it.
  sub text not null,
  -- All scopes that the client received.
  scopes text not null,
  is_offline boolean not null,
  -- The session of the sign-in; null for the device flow.
  session_id bigint,
  auth_time bigint not null,
  amr text not null,
  device text not null,
  network text not null,
  created_at bigint not null,
  last_used_at bigint not null,
  ended_at bigint,
  -- 'cut_off', 'revoked', 'code_reused', 'refresh_reused', 'client', 'banned' or 'password'
  end_reason text
);

create unique index oauth_grant_of_session on oauth_grant (account_id, client_id, session_id)
where ended_at is null and session_id is not null;

create index oauth_grant_of_account on oauth_grant (account_id, id);

create index oauth_grant_of_client on oauth_grant (client_id, account_id) where ended_at is null;

-- The refresh token of a grant: a chain of single-use tokens, as that of a session.
create table oauth_refresh (
  grant_id bigint primary key references oauth_grant (id) on delete cascade,
  generation bigint not null,
  digest bytea not null,
  -- Scopes and audience that were granted with it.
  scopes text not null,
  resource text not null,
  -- When the person authorized it; the absolute limit counts from it.
  created_at bigint not null,
  rotated_at bigint not null
);

-- What each person allowed each client. Retained permanently: a client sees the same sub again, whatever happened since.
create table oauth_consent (
  account_id bigint not null references account (id) on delete cascade,
  client_id text not null,
  sub text not null,
  -- Scopes that are not asked about again; empty after the client was cut off.
  scopes text not null,
  consented_at bigint,
  primary key (account_id, client_id)
);

-- Devices that ask a person to authorize them, for ten minutes (RFC 8628).
create table oauth_device (
  id bigint generated always as identity primary key,
  -- SHA-256 of the code that the device polls with, and of the code that the person types.
  device_digest bytea not null unique,
  user_digest bytea not null unique,
  client_id text not null,
  scopes text not null,
  resource text not null,
  -- The number that the device shows, and the three that the person sees, in order, separated by spaces.
  match_number bigint not null,
  choices text not null,
  device text not null,
  network text not null,
  -- Shortest time between two polls, in seconds.
  interval_secs bigint not null,
  polled_at bigint,
  -- 'waiting', 'approved', 'denied', 'wrong_number' or 'used'
  state text not null,
  -- The account that opened it first. Only it may answer.
  account_id bigint references account (id) on delete cascade,
  auth_time bigint,
  amr text not null default '',
  expires_at bigint not null
);

create index oauth_device_age on oauth_device (expires_at);

create index oauth_device_of_account on oauth_device (account_id) where account_id is not null;

-- What admins did to clients and signing keys. Retained permanently.
create table oauth_audit_log (
  id bigint generated always as identity primary key,
  -- Empty for signing keys.
  client_id text not null,
  created_at bigint not null,
  -- Telegram id of the admin; null for the operator at the command line.
  admin_id bigint,
  action text not null,
  -- Detail such as the changed fields. Never a secret.
  detail text
);

create index oauth_audit_log_of on oauth_audit_log (client_id, id);

-- Written once, for Postgres; store/db.rs translates the types for SQLite. Times are Unix seconds.

-- One row a person, however many ways in they have.
create table account (
  id bigint generated always as identity primary key,
  name text not null,
  -- The person chose the name themselves: a sign-in leaves it alone.
  name_chosen boolean not null default false,
  language text,
  plan text not null,
  plan_until bigint,
  -- The sum of the ledger, kept beside it so that one guarded update can decide a charge.
  token_balance bigint not null default 0 check (token_balance >= 0),
  -- Counts keys ever made; its update also takes the row's lock while a key is added.
  keys_made bigint not null default 0,
  banned_at bigint,
  created_at bigint not null
);

-- A way into an account: 'telegram', 'email' or 'google', and the id there.
create table identity (
  kind text not null,
  subject text not null,
  account_id bigint not null references account (id) on delete cascade,
  label text,
  created_at bigint not null,
  primary key (kind, subject)
);

create index identity_of_account on identity (account_id);

create index identity_label on identity (lower(label));

-- Every change of a balance, with its reason and a key that lets it happen once.
create table ledger (
  id bigint generated always as identity primary key,
  account_id bigint not null references account (id) on delete cascade,
  tokens bigint not null,
  balance bigint not null,
  reason text not null,
  once_key text not null unique,
  created_at bigint not null
);

create index ledger_of_account on ledger (account_id, id);

-- One row a session: the token that is good now, and how it got there.
create table session (
  id bigint generated always as identity primary key,
  account_id bigint not null references account (id) on delete cascade,
  device text not null,
  network text not null,
  created_at bigint not null,
  last_seen_at bigint not null,
  ended_at bigint,
  generation bigint not null default 0,
  digest bytea not null,
  turns text not null default ''
);

create index session_of_account on session (account_id);

create table api_key (
  id bigint generated always as identity primary key,
  account_id bigint not null references account (id) on delete cascade,
  name text not null,
  digest bytea not null unique,
  masked text not null,
  created_at bigint not null,
  last_used_at bigint,
  expires_at bigint,
  revoked_at bigint,
  -- The request that made it: asked again, it gets the same key row, never a second one.
  once_key text unique
);

create unique index api_key_live_name on api_key (account_id, name) where revoked_at is null;

-- Signed payloads that were let in: each only once.
create table used_login (
  signature bytea primary key,
  expires_at bigint not null
);

create index used_login_expiry on used_login (expires_at);

-- Updates of the bot: in hand, or done.
create table seen_update (
  update_id bigint primary key,
  done boolean not null,
  seen_at bigint not null
);

create index seen_update_age on seen_update (seen_at);

-- What the bot asked a person and waits to hear.
create table dialogue (
  telegram_id bigint primary key,
  step text not null,
  expires_at bigint not null
);

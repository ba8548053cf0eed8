-- Tables whose rows SQLite stores in the tree of their primary key. By default it keeps a table by a number of its own, with the
-- primary key in a second tree.

-- Signatures of login payloads that were accepted: each only once. The purge reads the table by its key, page by page: an index
-- on expires_at would be written at every sign-in.
create table used_login_signature (
  signature blob primary key,
  expires_at integer not null
) strict, without rowid;

-- Recipients of broadcasts, numbered in the order of the fan-out.
create table broadcast_recipient (
  broadcast_id integer not null,
  position integer not null,
  -- A person's Telegram id is also the id of their chat.
  chat_id integer not null,
  -- 'pending', 'waiting' (for due_at), 'sending' (again), 'sent', 'unreachable', 'failed', 'uncertain', 'opted_out', 'retracted',
  -- 'not_deleted'
  state text not null default 'pending',
  message_id integer,
  -- Number of attempts that failed temporarily.
  attempts integer not null default 0,
  -- When the next attempt may be made, in milliseconds.
  due_at integer,
  -- The lease of a repeated attempt.
  lease_id integer,
  -- Why it was not sent, or is uncertain.
  reason text,
  settled_at integer,
  primary key (broadcast_id, position)
) strict, without rowid;

create index broadcast_recipient_waiting on broadcast_recipient (broadcast_id, due_at) where state = 'waiting';

create index broadcast_recipient_sending on broadcast_recipient (lease_id) where state = 'sending';

create index broadcast_recipient_failures on broadcast_recipient (broadcast_id, position)
where state in ('unreachable', 'failed', 'uncertain', 'not_deleted');

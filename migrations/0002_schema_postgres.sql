-- Functions that SQLite has and Postgres lacks, so that a list of rows travels as one parameter and one SQL text reads it in both:
-- `select value ->> 'id' from json_each($1)`, with `unhex(value ->> 'digest')` for bytes.
--
-- json_each is PL/pgSQL, which is planned once per connection; a function in SQL is planned by every statement that calls it.
-- `rows 1` makes the planner look each row up by its key. Otherwise it reads tables whole that were small at the last analyze,
-- even as they grow.
create function json_each(list text) returns table (value jsonb)
language plpgsql immutable strict parallel safe rows 1
as $$ begin for value in select * from jsonb_array_elements(list::jsonb) loop return next; end loop; end $$;

create function unhex(digits text) returns bytea
language sql immutable parallel safe
as $$ select decode(digits, 'hex') $$;

-- Signatures of login payloads that were accepted: each only once. The purge reads the table by its key, page by page: an index
-- on expires_at would be written at every sign-in.
create table used_login_signature (
  signature bytea primary key,
  expires_at bigint not null
);

-- Recipients of broadcasts, numbered in the order of the fan-out.
create table broadcast_recipient (
  broadcast_id bigint not null,
  position bigint not null,
  -- A person's Telegram id is also the id of their chat.
  chat_id bigint not null,
  -- 'pending', 'waiting' (for due_at), 'sending' (again), 'sent', 'unreachable', 'failed', 'uncertain', 'opted_out', 'retracted',
  -- 'not_deleted'
  state text not null default 'pending',
  message_id bigint,
  -- Number of attempts that failed temporarily.
  attempts bigint not null default 0,
  -- When the next attempt may be made, in milliseconds.
  due_at bigint,
  -- The lease of a repeated attempt.
  lease_id bigint,
  -- Why it was not sent, or is uncertain.
  reason text,
  settled_at bigint,
  primary key (broadcast_id, position)
);

create index broadcast_recipient_waiting on broadcast_recipient (broadcast_id, due_at) where state = 'waiting';

create index broadcast_recipient_sending on broadcast_recipient (lease_id) where state = 'sending';

create index broadcast_recipient_failures on broadcast_recipient (broadcast_id, position)
where state in ('unreachable', 'failed', 'uncertain', 'not_deleted');

-- At every sign-in these constraints would look the account up again, lock its row and rewrite it. Sessions and notices are written
-- in the transaction that found their account, and the deletion of an account deletes them. Sessions are only read together with
-- their account; a notice without one is abandoned.
alter table session drop constraint session_account_id_fkey;
alter table notice drop constraint notice_account_id_fkey;

-- Rows that are updated often: a key at its use, an account at a charge, a session at a refresh. Free space on the page keeps the
-- new version beside the old one (a HOT update), and no index is written. On full pages a key's update writes six.
alter table api_key set (fillfactor = 70);
alter table account set (fillfactor = 80);
alter table session set (fillfactor = 80);

-- Notifies all instances at commit, in the order of commits. A merge names both accounts in one message, so that no instance hears
-- of only one. SQLite has a single serving process, which needs no notification.
create function notify_account_change() returns trigger language plpgsql
as $$ begin
  perform pg_notify('neuralbox', case when new.related_account_id is null then 'account ' || new.account_id
                                      else 'accounts ' || new.account_id || ' ' || new.related_account_id end);
  return null;
end $$;

create trigger notify_account_change after insert on account_change for each row execute function notify_account_change();

create function notify_balance_change() returns trigger language plpgsql
as $$ begin perform pg_notify('neuralbox', 'balance ' || new.account_id); return null; end $$;

create trigger notify_balance_change after insert on ledger for each row
when (new.reason <> 'welcome') execute function notify_balance_change();

-- Telegram asked one instance to wait: the others have leased messages and must not send them in the meantime.
create function notify_flood_wait() returns trigger language plpgsql
as $$ begin perform pg_notify('neuralbox', 'flood_wait ' || new.flood_wait_until); return null; end $$;

create trigger notify_flood_wait after update of flood_wait_until on send_pace for each row
when (new.channel = 'bulk' and new.flood_wait_until > old.flood_wait_until) execute function notify_flood_wait();

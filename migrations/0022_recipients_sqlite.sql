-- Who is told, one row each, numbered as they were laid down; one tree, in that order.
create table broadcast_recipient (
  broadcast_id integer not null,
  n integer not null,
  -- A person's Telegram id is the number of their chat.
  chat_id integer not null,
  -- 'pending', 'waiting' (for due_at), 'sending' (again), 'sent', 'unreachable', 'failed', 'uncertain', 'unwanted', 'retracted', 'kept'
  state text not null default 'pending',
  message_id integer,
  -- How often it was tried and failed for the time being.
  attempts integer not null default 0,
  -- When it may be tried again, in milliseconds.
  due_at integer,
  -- Who has it in hand, when it is tried again.
  hand_id integer,
  -- Why it was not sent, or is uncertain.
  reason text,
  settled_at integer,
  primary key (broadcast_id, n)
) strict, without rowid;

create index broadcast_recipient_waiting on broadcast_recipient (broadcast_id, due_at) where state = 'waiting';

create index broadcast_recipient_sending on broadcast_recipient (hand_id) where state = 'sending';

create index broadcast_recipient_failures on broadcast_recipient (broadcast_id, n)
where state in ('unreachable', 'failed', 'uncertain', 'kept');

-- Who is told, one row each, numbered as they were laid down.
create table broadcast_recipient (
  broadcast_id bigint not null,
  n bigint not null,
  -- A person's Telegram id is the number of their chat.
  chat_id bigint not null,
  -- 'pending', 'waiting' (for due_at), 'sending' (again), 'sent', 'unreachable', 'failed', 'uncertain', 'unwanted', 'retracted', 'kept'
  state text not null default 'pending',
  message_id bigint,
  -- How often it was tried and failed for the time being.
  attempts bigint not null default 0,
  -- When it may be tried again, in milliseconds.
  due_at bigint,
  -- Who has it in hand, when it is tried again.
  hand_id bigint,
  -- Why it was not sent, or is uncertain.
  reason text,
  settled_at bigint,
  primary key (broadcast_id, n)
);

create index broadcast_recipient_waiting on broadcast_recipient (broadcast_id, due_at) where state = 'waiting';

create index broadcast_recipient_sending on broadcast_recipient (hand_id) where state = 'sending';

create index broadcast_recipient_failures on broadcast_recipient (broadcast_id, n)
where state in ('unreachable', 'failed', 'uncertain', 'kept');

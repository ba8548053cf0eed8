-- Messages that show a secret, until they are deleted. The secret itself is nowhere but in them.
create table shown_secret (
  chat_id bigint not null,
  message_id bigint not null,
  shown_at bigint not null,
  -- When it may be taken in hand (again).
  due_at bigint not null,
  primary key (chat_id, message_id)
);

create index shown_secret_due on shown_secret (due_at);

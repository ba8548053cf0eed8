-- What a person has to be told in chat, kept until it is said. Written in the transaction of what it tells of.
create table notice (
  id bigint generated always as identity primary key,
  account_id bigint not null references account (id) on delete cascade,
  category text not null,
  -- What is told, as JSON: its kind and what belongs to it. Never a secret.
  content text not null,
  -- Lets each thing be told once.
  once_key text not null unique,
  created_at bigint not null,
  -- How often it was taken in hand. Also the number of the taking: only the last one may say how it went.
  attempts bigint not null default 0,
  -- When it may be taken in hand (again); null when it is settled.
  due_at bigint,
  sent_at bigint,
  gave_up_at bigint
);

create index notice_due on notice (due_at) where due_at is not null;

create index notice_of_account on notice (account_id);

-- The language of the person's own program there, as a code of ours: notices are told in it until they choose another.
alter table identity add column speaks text;

-- What admins tell many people at once.
create table broadcast (
  id bigint generated always as identity primary key,
  -- What lets it be drafted once.
  once_key text unique,
  -- The admin's Telegram id; null for the operator at the command line.
  author bigint,
  -- 'draft', 'scheduled', 'laying', 'running', 'paused', 'done', 'cancelled', 'retracting', 'retracted'
  state text not null,
  -- Grows with every edit.
  revision bigint not null default 0,
  -- What is said, and to whom, as JSON.
  content text not null,
  category text not null,
  segment text not null,
  -- Whether Stars are paid to be faster.
  paid boolean not null default false,
  start_at bigint,
  created_at bigint not null,
  -- How many people the admin said yes to.
  confirmed bigint,
  started_at bigint,
  finished_at bigint,
  -- Why it pauses without anybody's word.
  trouble text,
  -- Laying down: the last Telegram id, as text, that was looked at; whether all were; and how many are to be told.
  laid_to text not null default '',
  laid boolean not null default false,
  recipients bigint not null default 0,
  -- The first recipient who was not taken in hand yet.
  next_n bigint not null default 1,
  -- The first recipient whose message was not looked at to be taken back.
  retract_n bigint not null default 1,
  sent bigint not null default 0,
  unreachable bigint not null default 0,
  failed bigint not null default 0,
  uncertain bigint not null default 0,
  unwanted bigint not null default 0,
  retracted bigint not null default 0,
  -- Messages that could not be taken back.
  kept bigint not null default 0,
  -- How many were settled at a time in milliseconds, and how many a thousand seconds from there to the latest such time.
  mark_at bigint not null default 0,
  mark_settled bigint not null default 0,
  rate bigint not null default 0
);

create index broadcast_live on broadcast (state)
where state in ('scheduled', 'laying', 'running', 'paused', 'cancelled', 'retracting');

-- Recipients that somebody has in hand: what is not settled when the lease is over is uncertain.
create table broadcast_hand (
  id bigint generated always as identity primary key,
  broadcast_id bigint not null,
  -- 'fresh': from_n to to_n; 'again': those that bear its number; 'retract': from_n to to_n.
  kind text not null,
  from_n bigint not null,
  to_n bigint not null,
  -- In milliseconds.
  lease_until bigint not null
);

create index broadcast_hand_lease on broadcast_hand (lease_until);

create index broadcast_hand_of on broadcast_hand (broadcast_id);

-- How fast all instances together may send in bulk. Times in microseconds.
create table pace (
  lane text primary key,
  -- When the next message may be sent.
  free_at bigint not null,
  -- Until when nothing is sent, and why.
  held_until bigint not null default 0,
  held_why text
);

insert into pace (lane, free_at) values ('bulk', 0), ('paid', 0), ('retract', 0);

-- Messages that show how a broadcast goes.
create table broadcast_card (
  chat_id bigint not null,
  message_id bigint not null,
  broadcast_id bigint not null references broadcast (id) on delete cascade,
  -- When it may be edited (again), in milliseconds; null while nothing changes.
  due_at bigint,
  primary key (chat_id, message_id)
);

create index broadcast_card_due on broadcast_card (due_at) where due_at is not null;

create index broadcast_card_of on broadcast_card (broadcast_id);

-- What admins did to broadcasts. Kept for good.
create table broadcast_act (
  id bigint generated always as identity primary key,
  broadcast_id bigint not null,
  made_at bigint not null,
  -- The admin's Telegram id; null for the operator at the command line.
  admin bigint,
  act text not null,
  -- What belongs to it, such as the number that was confirmed.
  detail text
);

create index broadcast_act_of on broadcast_act (broadcast_id, id);

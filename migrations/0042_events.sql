-- What happened to an account, for its person to read. Kept for 180 days. No constraint leads to the account: it is written at
-- every sign-in, in the transaction that found the account.
create table account_event (
  id bigint generated always as identity primary key,
  account_id bigint not null,
  made_at bigint not null,
  -- What, as JSON: its kind and what belongs to it. Never a secret.
  content text not null,
  -- Who: 'person', 'chat', 'visitor', 'admin', 'operator', 'github' or 'clock'.
  actor text not null,
  -- From where, as far as that is known.
  device text,
  network text,
  session_id bigint
);

create index account_event_of on account_event (account_id, id);

-- Failed attempts on an account, day by day: the first ones are written down one by one, the rest is a number.
create table account_failure (
  account_id bigint not null,
  day text not null,
  count bigint not null,
  -- The line that holds the number.
  event_id bigint,
  primary key (account_id, day)
);

-- The browsers, and the networks they were in, that somebody signed in from. From anywhere else is news.
create table known_place (
  account_id bigint not null,
  device text not null,
  network text not null,
  first_at bigint not null,
  primary key (account_id, device, network)
);

create index known_place_age on known_place (first_at);

insert into known_place (account_id, device, network, first_at)
select account_id, device, network, min(created_at) from session group by account_id, device, network;

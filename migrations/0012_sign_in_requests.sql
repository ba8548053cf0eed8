-- Browsers that ask to be signed in by the bot. Each waits two minutes.
create table sign_in_request (
  id bigint generated always as identity primary key,
  -- What leads to the bot, in the link. It signs nobody in by itself.
  code text not null unique,
  -- The SHA-256 of what the browser holds.
  poll_digest bytea not null unique,
  -- The number that the browser shows, and the three that the bot shows, in their order, with spaces between.
  number bigint not null,
  choices text not null,
  device text not null,
  network text not null,
  -- 'waiting', 'approved', 'refused', 'used'
  state text not null,
  -- Whoever opened the link first: the only one who may answer.
  account_id bigint references account (id) on delete cascade,
  expires_at bigint not null
);

create index sign_in_request_age on sign_in_request (expires_at);

-- Links from the chat that sign a browser in, once, within two minutes.
create table sign_in_link (
  -- The SHA-256 of what stands in the link.
  digest bytea primary key,
  account_id bigint not null references account (id) on delete cascade,
  expires_at bigint not null,
  used_at bigint
);

create index sign_in_link_age on sign_in_link (expires_at);

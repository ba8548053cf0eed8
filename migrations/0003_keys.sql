-- Rotation: the secret before the present one works until its grace ends.
alter table api_key add column old_digest bytea;

alter table api_key add column old_until bigint;

alter table api_key add column old_last_used_at bigint;

alter table api_key add column rotated_at bigint;

-- The /24 or /48 it was last used from.
alter table api_key add column last_network text;

create unique index api_key_old_digest on api_key (old_digest);

create index api_key_of_account on api_key (account_id, id);

-- Accounts whose keys, plan, name or standing changed: what instances hold of them in memory is old from here on. Whoever
-- missed the news reads on from the last row they saw.
create table account_change (
  id bigint generated always as identity primary key,
  account_id bigint not null,
  made_at bigint not null
);

create index account_change_age on account_change (made_at);

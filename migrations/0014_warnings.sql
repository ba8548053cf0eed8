-- What a person does not want to be told of: a row for each category that is switched off.
create table notice_off (
  account_id bigint not null references account (id) on delete cascade,
  category text not null,
  primary key (account_id, category)
);

-- When a person wants quiet: from one full hour to another, by their own clock. Without hours there is none.
create table quiet_hours (
  account_id bigint primary key references account (id) on delete cascade,
  from_hour bigint,
  to_hour bigint,
  -- How far their clock is ahead of UTC, in minutes.
  clock_ahead bigint not null default 0
);

-- Since when the bot cannot write to them; and when they last wrote to it, to the day.
alter table identity add column unreachable_at bigint;
alter table identity add column seen_at bigint;

-- The networks each key was used from: a /24 or a /48 each. None of them is private.
create table key_network (
  key_id bigint not null references api_key (id) on delete cascade,
  network text not null,
  first_at bigint not null,
  primary key (key_id, network)
);

insert into key_network (key_id, network, first_at)
select id, last_network, coalesce(last_used_at, created_at) from api_key where last_network is not null;

create index account_plan_until on account (plan_until) where plan_until is not null;

-- It waits for its person to come back.
alter table notice add column held boolean not null default false;

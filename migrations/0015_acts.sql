-- What an admin asked for in chat and has not said yes to yet.
create table pending_act (
  id bigint generated always as identity primary key,
  -- The admin's Telegram id: nobody else can say yes.
  admin bigint not null,
  account_id bigint not null references account (id) on delete cascade,
  -- What is to be done, as JSON.
  act text not null,
  -- The update that asked: asked again, it is the same act.
  once_key text not null unique,
  created_at bigint not null,
  settled_at bigint
);

create index pending_act_age on pending_act (created_at);

-- What admins did to other people's accounts. Kept for good; it outlives the account.
create table audit (
  id bigint generated always as identity primary key,
  made_at bigint not null,
  -- The admin's Telegram id; null for the operator at the command line.
  admin bigint,
  account_id bigint not null,
  act text not null,
  was text not null,
  became text not null,
  -- Lets each act be done once.
  once_key text not null unique
);

create index audit_of_account on audit (account_id, id);

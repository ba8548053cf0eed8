-- When it is to be deleted: its person asked for that, and may think again until then.
alter table account add column leaving_at bigint;

-- Since when there is nothing but its number: it was merged into another one, or deleted. The row stays, so that the number is
-- never given again, and no allowance is ever due.
alter table account add column gone_at bigint;

-- The account that has everything of it.
alter table account add column merged_into bigint;

create index account_leaving on account (leaving_at) where leaving_at is not null;

create index account_merged_into on account (merged_into) where merged_into is not null;

-- Keys went from one account to the other: what is held of both is old at the same moment.
alter table account_change add column other_id bigint;

-- Browsers that ask the bot for more than a session: whoever opens it is to be joined to that account.
alter table sign_in_request add column link_to bigint;

-- An offer to merge two accounts, after a proof of each. It waits some minutes for a yes.
create table merge_offer (
  id bigint generated always as identity primary key,
  -- Whose session it was: that account stays.
  account_id bigint not null references account (id) on delete cascade,
  -- The account that would go, and the way into it that was proven.
  other_id bigint not null,
  kind text not null,
  subject text not null,
  expires_at bigint not null,
  settled_at bigint
);

create index merge_offer_age on merge_offer (expires_at);

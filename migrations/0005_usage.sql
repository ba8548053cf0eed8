-- The calendar month (UTC, '2026-11') an account last had its plan's tokens for, and how many those were in all: a better plan
-- in the same month adds the difference.
alter table account add column allowance_month text not null default '';
alter table account add column allowance_tokens bigint not null default 0;

create index account_allowance on account (allowance_month, id);

-- The key whose requests were charged. It may outlive the key.
alter table ledger add column key_id bigint;

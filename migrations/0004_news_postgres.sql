-- Tells every instance at commit, in the order of commits. SQLite has one serving process, which knows already.
create function tell_account_change() returns trigger language plpgsql
as $$ begin perform pg_notify('neuralbox', 'account ' || new.account_id); return null; end $$;

create trigger tell_account_change after insert on account_change for each row execute function tell_account_change();

create function tell_balance_change() returns trigger language plpgsql
as $$ begin perform pg_notify('neuralbox', 'balance ' || new.account_id); return null; end $$;

create trigger tell_balance_change after insert on ledger for each row
when (new.reason <> 'welcome') execute function tell_balance_change();

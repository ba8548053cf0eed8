-- Of a merge both accounts are told in one word: nobody may have heard of one of them only.
create or replace function tell_account_change() returns trigger language plpgsql
as $$ begin
  perform pg_notify('neuralbox', case when new.other_id is null then 'account ' || new.account_id
                                      else 'accounts ' || new.account_id || ' ' || new.other_id end);
  return null;
end $$;

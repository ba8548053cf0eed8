-- At every sign-in the constraint looked the account up once more, and locked and rewrote its row. Sessions are made in the
-- transaction that found their account, are only ever read together with it, and whoever deletes an account deletes them.
alter table session drop constraint session_account_id_fkey;

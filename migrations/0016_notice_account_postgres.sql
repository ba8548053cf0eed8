-- As with sessions: a warning is stored at a sign-in, and the constraint would look the account up once more and lock its row.
-- Notices are written in the transaction that found their account, and a notice without one is given up.
alter table notice drop constraint notice_account_id_fkey;

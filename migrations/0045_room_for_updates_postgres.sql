-- Rows that are rewritten again and again: a key when it is used, an account when it is charged, a session when its token is
-- renewed. With room left on its page, a row's new version stands beside the old one and no index has to learn of it; on pages
-- that are full every index gets one more entry each time (six of a key's, which took three times as long and let the table
-- grow). It holds for pages written from now on.
alter table api_key set (fillfactor = 70);
alter table account set (fillfactor = 80);
alter table session set (fillfactor = 80);

-- One tree instead of two: SQLite keeps a table by a number of its own, and a key of bytes in an index beside it, if not told otherwise.
create table used_login_by_signature (
  signature blob primary key,
  expires_at integer not null
) strict, without rowid;

insert into used_login_by_signature (signature, expires_at) select signature, expires_at from used_login;

drop table used_login;

alter table used_login_by_signature rename to used_login;

-- The password of whoever signs in with an e-mail address: a PHC string of Argon2id, which names its own parameters.
create table password (
  account_id bigint primary key references account (id) on delete cascade,
  hash text not null,
  set_at bigint not null,
  used_at bigint
);

-- Registrations whose address is not confirmed yet: there is no account before that.
create table registration (
  id bigint generated always as identity primary key,
  -- The address in lower case, and as it was typed.
  address text not null,
  label text not null,
  name text not null,
  hash text not null,
  language text not null,
  device text not null,
  network text not null,
  created_at bigint not null
);

create index registration_address on registration (address);

create index registration_age on registration (created_at);

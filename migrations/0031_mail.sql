-- Mails to be sent: what each is about, and no word of it. A row goes when its mail was sent or is given up.
create table mail (
  id bigint generated always as identity primary key,
  -- 'register', 'forgot', 'link', 'changed'
  errand text not null,
  -- The address as it was typed.
  recipient text not null,
  language text not null,
  registration_id bigint references registration (id) on delete cascade,
  account_id bigint references account (id) on delete cascade,
  -- Where from it was asked for.
  device text not null,
  network text not null,
  created_at bigint not null,
  -- How often it was taken in hand. Also the number of the taking: only the last one may say how it went.
  attempts bigint not null default 0,
  -- When it may be taken in hand (again).
  due_at bigint not null
);

create index mail_due on mail (due_at, id);

create index mail_of_account on mail (account_id) where account_id is not null;

create index mail_of_registration on mail (registration_id) where registration_id is not null;

-- What stands in the links of mails, each good once. It is made when the mail is sent, and again when it is sent again.
create table mail_link (
  -- The SHA-256 of what stands in the link.
  digest bytea primary key,
  errand text not null,
  -- The address it was sent to, in lower case.
  address text not null,
  registration_id bigint references registration (id) on delete cascade,
  account_id bigint references account (id) on delete cascade,
  expires_at bigint not null,
  used_at bigint
);

create index mail_link_address on mail_link (address);

create index mail_link_of_account on mail_link (account_id) where account_id is not null;

create index mail_link_of_registration on mail_link (registration_id) where registration_id is not null;

create index mail_link_age on mail_link (expires_at);

-- It is forgotten once an hour, by reading all of it; an index on its age would be written at every sign-in.
drop index used_login_expiry;

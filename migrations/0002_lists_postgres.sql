-- Gives Postgres the json_each(text) of SQLite, so that a list of rows is one parameter in both.
create function json_each(list text) returns table (value jsonb)
language sql immutable strict parallel safe
as $$ select jsonb_array_elements(list::jsonb) $$;

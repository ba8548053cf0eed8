-- What SQLite has and Postgres lacks, so that a list of rows travels as one parameter and one text reads it in both:
-- `select value ->> 'id' from json_each($1)`, with `unhex(value ->> 'digest')` for bytes.
-- `rows 1` makes the planner look each row up by its key. It would read tables whole that were small when it last looked, and
-- go on doing so while they grow. `strict` keeps it from looking into the function and finding its own estimate there.
create function json_each(list text) returns table (value jsonb)
language sql immutable strict parallel safe rows 1
as $$ select jsonb_array_elements(list::jsonb) $$;

create function unhex(digits text) returns bytea
language sql immutable parallel safe
as $$ select decode(digits, 'hex') $$;

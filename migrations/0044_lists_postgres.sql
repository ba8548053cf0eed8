-- The same as before (0002). A function in SQL is planned again by every statement that calls it; one in PL/pgSQL once a
-- connection. Of a statement with sixteen rows that was a seventh of the time.
create or replace function json_each(list text) returns table (value jsonb)
language plpgsql immutable strict parallel safe rows 1
as $$ begin for value in select * from jsonb_array_elements(list::jsonb) loop return next; end loop; end $$;

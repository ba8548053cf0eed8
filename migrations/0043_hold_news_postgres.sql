-- Telegram asked one instance to wait: the others have messages in hand, and must not send them meanwhile.
create function tell_bulk_hold() returns trigger language plpgsql
as $$ begin perform pg_notify('neuralbox', 'hold ' || new.held_until); return null; end $$;

create trigger tell_bulk_hold after update of held_until on pace for each row
when (new.lane = 'bulk' and new.held_until > old.held_until) execute function tell_bulk_hold();

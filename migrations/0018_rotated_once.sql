-- The request that rotated the key last: asked again (its answer may never have arrived), it gets another secret.
alter table api_key add column rotated_once text;

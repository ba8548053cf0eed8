-- Updates that take long, kept until they are done: Telegram is told to forget them, so that it shows the ones behind them.
create table kept_update (
  update_id bigint primary key,
  -- As it came. One that holds an API key is never kept.
  body text not null,
  kept_at bigint not null
);

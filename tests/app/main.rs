//! What people can do, one file a thing, through the public doors, on SQLite and on Postgres.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a test says what it means by failing"
)]

mod support;

mod about_key;
mod admin_broadcasts;
mod allowance;
mod authority;
mod batches;
mod bot_admin;
mod bot_away;
mod bot_ban;
mod bot_broadcast_card;
mod bot_broadcast_sending;
mod bot_broadcast_writing;
mod bot_buttons;
mod bot_conduct;
mod bot_faults;
mod bot_groups;
mod bot_help;
mod bot_keys;
mod bot_language;
mod bot_menus;
mod bot_new_key;
mod bot_notify;
mod bot_paste_a_key;
mod bot_plan;
mod bot_plans;
mod bot_profile;
mod bot_reach;
mod bot_rename;
mod bot_rotation;
mod bot_sessions;
mod bot_shown_key;
mod bot_sign_in;
mod bot_start;
mod bot_warned_of_keys;
mod bot_warned_of_plans;
mod bot_warned_of_sign_ins;
mod bot_words;
mod broadcasts;
mod cookies_and_cors;
mod errors;
mod forged_tokens;
mod hang_ups;
mod introspect;
mod key_names;
mod key_rotation;
mod keys;
mod keys_in_memory;
mod leaks;
mod limits;
mod me;
mod mini_app;
mod notices;
mod ops;
mod pages;
mod refresh;
mod refresh_races;
mod sessions;
mod shared_limits;
mod sign_in_again;
mod sign_in_by_bot;
mod sign_in_by_widget;
mod sign_out;
mod store;
mod telegram_away;
mod usage;
mod usage_races;
mod verify;
mod webhook;
mod widget_refusals;

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
mod audit;
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
mod bot_flood;
mod bot_groups;
mod bot_help;
mod bot_keys;
mod bot_language;
mod bot_late;
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
mod bot_scripts;
mod bot_sessions;
mod bot_shown_key;
mod bot_sign_in;
mod bot_start;
mod bot_warned_of_keys;
mod bot_warned_of_plans;
mod bot_warned_of_sign_ins;
mod bot_ways;
mod bot_words;
mod broadcasts;
mod cookies_and_cors;
mod email_as_a_way_in;
mod email_by_others;
mod email_faults;
mod email_limits;
mod email_passwords;
mod email_register;
mod email_secrets;
mod email_sign_in;
mod embedded;
mod errors;
mod export;
mod forged_tokens;
mod google_by_others;
mod google_faults;
mod hang_ups;
mod introspect;
mod key_names;
mod key_rotation;
mod keys;
mod keys_in_memory;
mod leaks;
mod leaving;
mod limits;
mod log_in_with_telegram;
mod me;
mod merge;
mod merge_races;
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
mod sign_in_by_google;
mod sign_in_by_widget;
mod sign_out;
mod store;
mod telegram_unavailable;
mod usage;
mod usage_races;
mod validation;
mod verify;
mod ways;
mod webhook;
mod widget_refusals;

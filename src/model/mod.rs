//! Floor 0, the nouns: plain values that can only be built valid. No I/O, no async, nothing from the floors above.
//!
//! Values that are stored derive sqlx's `Type` and `FromRow`: they say what a column holds, never how to ask for it.

pub mod account;
pub mod act;
pub mod api_key;
pub mod broadcast;
pub mod chance;
pub mod init_data;
pub mod language;
pub mod ledger;
pub mod login_widget;
pub mod network;
pub mod notice;
pub mod one_time;
pub mod plan;
pub mod quiet;
pub mod secret;
pub mod session;
pub mod telegram_html;
pub mod text;
pub mod texts;
pub mod time;

//! Conversations with the bot.

mod accounts;
mod admin;
mod api_keys;
mod billing;
mod broadcasts;
mod conduct;
mod groups;
mod menus;
mod notices;
mod scripts;
mod sessions;
mod sign_in;
mod texts;
mod updates;

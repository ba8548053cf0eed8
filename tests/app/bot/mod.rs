//! Conversations with the bot.

mod accounts;
mod admin;
mod api_keys;
mod broadcasts;
mod conduct;
mod groups;
mod menus;
mod notices;
mod plans;
mod scripts;
mod sessions;
mod sign_in;
mod texts;
mod updates;

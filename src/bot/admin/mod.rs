//! Admin commands and buttons about people.
//!
//! - `chat`: the admin with what the handlers need.
//! - `people`: the admin's menu, the search, account cards and statistics.
//! - `actions`: plans, grants, bans, messages, their confirmation and undo.
//! - `questions`: what the bot asks an admin, and the answers.
//!
//! `bot/routes` names the act of every command and tap, and lets it pass only for an admin whose role allows the act. To
//! anyone else the commands do not exist.

pub(in crate::bot) mod actions;
pub(in crate::bot) mod chat;
pub(in crate::bot) mod people;
pub(in crate::bot) mod questions;

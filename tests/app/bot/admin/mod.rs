//! Admin commands in the chat.

mod admin;
mod ban;
mod grants;
mod messages;
mod notices;
mod people;
mod plan;
mod plan_terms;
mod roles;
mod undo;

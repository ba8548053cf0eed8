//! Admin commands in the chat.

mod admin;
mod ban;
mod grants;
mod messages;
mod people;
mod plan;
mod plan_terms;
mod roles;
mod told;
mod undo;

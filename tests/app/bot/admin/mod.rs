//! Admin commands in the chat.

mod admin;
mod ban;
mod plan;

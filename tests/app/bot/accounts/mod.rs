//! The person's own account in the chat.

mod identities;
mod language;
mod profile;
mod trial;

//! A person's own account in chat.

mod identities;
mod language;
mod profile;

//! Raw updates, read from their JSON field by field.
//!
//! The Bot API adds fields and kinds at any time. A typed library then rejects the whole message, and its text is lost.
//! Here a part that cannot be read costs nothing but itself.
//!
//! - `fields`: access to single fields.
//! - `received`: an update without its secrets, as it is handled and stored.
//! - `secrets`: API keys and sign-in links in an update.
//! - `unknown`: parts that this version cannot read, for the log.

pub(in crate::bot) mod fields;
pub(in crate::bot) mod received;
mod secrets;
mod unknown;

//! API keys in the chat.

mod keys;
mod new_key;
mod pasted_keys;
mod pasted_places;
mod rename;
mod rotation;
mod secret_messages;

//! API keys in the chat.

mod keys;
mod new_key;
mod pasted_keys;
mod rename;
mod rotation;
mod secret_messages;

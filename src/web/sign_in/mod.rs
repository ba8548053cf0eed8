//! Sign-in as both faces need it: the confirmation in the bot, and the end of a browser's previous session.

pub(in crate::web) mod bot_confirmation;
pub(in crate::web) mod session_response;

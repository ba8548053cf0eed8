//! Updates.

pub(in crate::bot) mod backoff;
pub(in crate::bot) mod chat_queue;
pub(in crate::bot) mod dispatcher;
pub(in crate::bot) mod in_flight;
pub(in crate::bot) mod polling;
pub(crate) mod webhook;

//! Receiving and dispatching of updates.
//!
//! - `polling` and `webhook`: the two sources. Both confirm an update to Telegram only after it is handled.
//! - `in_flight`: polled updates that are not confirmed yet; stores slow ones as parked updates.
//! - `chat_queue`: one queue per person, and throttling of people who send too much.
//! - `dispatcher`: claims an update, resolves the account, runs the handler, delivers the reply.
//! - `backoff`: pauses while Telegram is unavailable.

pub(in crate::bot) mod backoff;
pub(in crate::bot) mod chat_queue;
pub(in crate::bot) mod dispatcher;
pub(in crate::bot) mod in_flight;
pub(in crate::bot) mod polling;
pub(crate) mod webhook;

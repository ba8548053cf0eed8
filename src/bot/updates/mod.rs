//! Receiving and dispatching of updates.
//!
//! - `polling` and `webhook`: the two sources. Both confirm an update to Telegram once it is stored.
//! - `inbox`: stores updates, and takes over those that a killed instance stored.
//! - `chat_queue`: one queue per person, and throttling of people who send too much. `drain` handles its updates.
//! - `dispatcher`: claims an update, resolves the account, runs the handler, delivers the reply.
//! - `backoff`: pauses while Telegram is unavailable.

pub(in crate::bot) mod backoff;
pub(in crate::bot) mod chat_queue;
pub(in crate::bot) mod dispatcher;
mod drain;
pub(in crate::bot) mod inbox;
mod open_question;
pub(in crate::bot) mod payments;
pub(in crate::bot) mod polling;
pub(crate) mod webhook;

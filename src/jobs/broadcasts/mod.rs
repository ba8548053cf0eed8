//! Background work of broadcasts.
//!
//! - [`delivery`]: fan-out, expired leases and sending.
//! - [`retraction`]: deletion of messages already sent.
//! - [`cards`]: live status messages in admins' chats.
//!
//! Every instance takes part. The domain leases batches of recipients, sets the shared pace and records the results.

pub(crate) mod cards;
pub(crate) mod delivery;
pub(crate) mod retraction;

//! Apps in chat: the list, the end of their access, and devices that ask to be signed in.

pub(in crate::bot) mod apps;
pub(in crate::bot) mod device;

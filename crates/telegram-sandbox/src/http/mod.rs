//! HTTP routes other than the Bot API: the control API, the pages, the guard of both, and connections that faults can
//! cut.

pub(crate) mod chat_view;
pub(crate) mod connection;
pub(crate) mod control;
pub(crate) mod loopback;
pub(crate) mod pages;

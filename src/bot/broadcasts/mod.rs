//! Broadcasts in chat.

mod deliver;
mod retract;

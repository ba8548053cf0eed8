//! Broadcasts.

pub(crate) mod cards;
pub(crate) mod delivery;
pub(crate) mod retraction;

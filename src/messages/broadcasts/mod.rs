//! Broadcasts.

pub(crate) mod card;
pub(crate) mod editor;
pub(crate) mod segment;
pub(crate) mod validation;

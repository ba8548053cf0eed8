//! Messages of broadcasts, for admins: `editor` for drafts, `segment` for audiences, `card` for confirmation and
//! progress, `validation` for errors of a draft.

pub(crate) mod card;
pub(crate) mod editor;
pub(crate) mod segment;
pub(crate) mod validation;

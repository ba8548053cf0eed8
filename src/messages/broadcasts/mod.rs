//! Messages of broadcasts, for admins: `editor` for drafts, `segment` for audiences, `speed` for free or paid sending,
//! `card` for confirmation and progress, `list` for all of them, `validation` for errors of a draft.

pub(crate) mod card;
pub(crate) mod editor;
pub(crate) mod list;
pub(crate) mod segment;
pub(crate) mod speed;
pub(crate) mod validation;

//! Parts shared by every job.

use std::sync::Arc;

use crate::domain::Domain;
use crate::gateway::telegram::Telegram;
use crate::model::text::texts::Texts;

/// Parts that jobs work with. Cheap to clone.
#[derive(Clone)]
pub struct JobContext {
    /// Rules, and access to the stored data.
    pub domain: Domain,
    /// Client of the Bot API.
    pub telegram: Telegram,
    /// Texts in every language.
    pub texts: Arc<Texts>,
}

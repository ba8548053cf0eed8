//! What every job needs: the operations, Telegram and the texts.

use std::sync::Arc;

use crate::domain::Domain;
use crate::gateway::telegram::Telegram;
use crate::model::text::texts::Texts;

/// The parts that jobs work with. Cheap to clone.
#[derive(Clone)]
pub struct JobContext {
    /// The operations.
    pub domain: Domain,
    /// The Bot API.
    pub telegram: Telegram,
    /// The texts in every language.
    pub texts: Arc<Texts>,
}

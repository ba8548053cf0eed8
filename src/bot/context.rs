//! Parts shared by the handlers and the update loop.

use std::sync::Arc;

use crate::domain::{self, Domain};
use crate::gateway::telegram::{ConnectionStatus, Telegram};
use crate::model::text::texts::Texts;

/// Result of a handler.
pub(in crate::bot) type Result<T> = std::result::Result<T, domain::Error>;

pub(in crate::bot) struct BotContext {
    pub(in crate::bot) domain: Domain,
    pub(in crate::bot) telegram: Telegram,
    pub(in crate::bot) connection: ConnectionStatus,
    pub(in crate::bot) texts: Arc<Texts>,
}

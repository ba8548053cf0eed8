//! Messages about a payment whose question was answered too late.

use crate::gateway::telegram::OutgoingMessage;
use crate::messages::keyboard::rows;
use crate::messages::localizer::Localizer;
use crate::messages::{back, plain, plans_button};

/// Telegram gave up waiting. `refusal` holds the words of a refusal, which Telegram did not show then.
pub(crate) fn too_late(localizer: &Localizer, refusal: Option<String>) -> OutgoingMessage {
    let html = refusal.unwrap_or_else(|| localizer.text("bot-checkout-late"));
    OutgoingMessage { keyboard: rows([vec![plans_button(localizer)], vec![back(localizer)]]), ..plain(html) }
}

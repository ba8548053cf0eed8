//! Asking for updates. They are confirmed when they are handled, not before: a crash loses none.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::bot::Bot;
use crate::bot::incoming::command_menu;
use crate::bot::updates::backoff::Backoff;
use crate::bot::updates::in_flight::InFlightUpdates;
use crate::gateway::telegram::TelegramError;

/// How long to wait before what could not be handled is taken once more.
pub(in crate::bot) const REQUEUE_INTERVAL: Duration = Duration::from_millis(200);
/// How many updates Telegram shows at most.
const UPDATES_PER_POLL: usize = 100;

/// Polls until `stop`.
pub(in crate::bot) async fn run(bot: &Bot, stop: CancellationToken) {
    let mut hand = parked(bot, &stop).await;
    let (mut patience, mut introduced, mut first) = (Backoff::default(), false, true);
    while !stop.is_cancelled() {
        let round = async {
            if !introduced {
                log_identity(bot, &stop).await?;
                introduced = true;
            }
            poll(bot, &mut hand, &mut first).await
        };
        let outcome = tokio::select! {
            outcome = round => outcome,
            () = stop.cancelled() => break,
        };
        // After trouble, a short call first: a long poll would keep us from knowing that Telegram is back.
        first |= matches!(&outcome, Err(trouble) if !matches!(trouble, TelegramError::Conflict(_)));
        patience.after(outcome, &bot.context.link, &stop).await;
    }
    hand.finish().await;
    if introduced && let Some(offset) = hand.offset() {
        // Confirms what was handled last, so that the next start does not see it again.
        let _ = tokio::time::timeout(Duration::from_secs(2), bot.context.telegram.confirm(offset)).await;
    }
}

/// Learns the bot's name, and has its menus of commands set.
pub(in crate::bot) async fn log_identity(bot: &Bot, stop: &CancellationToken) -> Result<(), TelegramError> {
    let username = bot.context.telegram.username().await?;
    bot.context.link.known_as(&username);
    tracing::info!(bot = username, "Telegram answers");
    // In the background: without a menu the bot still works.
    tokio::spawn(command_menu::set(bot.clone(), stop.clone()));
    Ok(())
}

/// What an earlier run has kept; nothing is asked for before that is known, so that nobody's updates change their order.
pub(in crate::bot) async fn parked(bot: &Bot, stop: &CancellationToken) -> InFlightUpdates {
    while !stop.is_cancelled() {
        match bot.context.domain.parked_updates().await {
            Ok(kept) => return InFlightUpdates::with_parked(kept),
            Err(fault) => tracing::warn!(?fault, "could not look for updates that were kept; looking again"),
        }
        let _ = tokio::time::timeout(REQUEUE_INTERVAL, stop.cancelled()).await;
    }
    InFlightUpdates::default()
}

async fn poll(bot: &Bot, hand: &mut InFlightUpdates, first: &mut bool) -> Result<(), TelegramError> {
    if *first {
        refuse_active_webhook(bot).await?;
        bot.context.link.up();
    }
    // What is in hand is looked after every moment; else Telegram may hold the call until there is something new.
    let updates = bot.context.telegram.updates(hand.offset().unwrap_or(0), !*first && hand.is_quiet()).await?;
    *first = false;
    if hand.take_again(bot) {
        // What could not be handled before will not be a millisecond later.
        let _ = tokio::time::timeout(REQUEUE_INTERVAL, std::future::pending::<()>()).await;
    }
    for update in &updates {
        hand.take(bot, update);
    }
    hand.settle(bot, updates.len() >= UPDATES_PER_POLL).await;
    Ok(())
}

/// Polling would take the updates away from whoever set the webhook: that is for a person to decide.
async fn refuse_active_webhook(bot: &Bot) -> Result<(), TelegramError> {
    match bot.context.telegram.webhook().await {
        Ok(Some(url)) => {
            let host = url.host_str().unwrap_or_default().to_owned();
            Err(TelegramError::Conflict(format!(
                "a webhook is set, to {host}: set TELEGRAM_WEBHOOK_URL, or take it away with deleteWebhook"
            )))
        }
        // A server that knows no webhooks has none set.
        Ok(None) | Err(TelegramError::Unauthorized | TelegramError::Refused(_)) => Ok(()),
        Err(trouble) => Err(trouble),
    }
}

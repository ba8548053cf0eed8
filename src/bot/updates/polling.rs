//! Long polling. Updates are confirmed only after they are handled, so a crash loses none.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::bot::Bot;
use crate::bot::incoming::command_menu;
use crate::bot::updates::backoff::Backoff;
use crate::bot::updates::in_flight::{InFlightUpdates, POLL_INTERVAL};
use crate::gateway::telegram::{Poll, TelegramError};

/// Pause before updates that must be handled again are restarted.
pub(in crate::bot) const REQUEUE_INTERVAL: Duration = Duration::from_millis(200);
/// Maximum number of updates that Telegram returns.
const UPDATES_PER_POLL: usize = 100;

/// Polls until `stop`.
pub(in crate::bot) async fn run(bot: &Bot, stop: CancellationToken) {
    let mut in_flight = parked(bot, &stop).await;
    let (mut backoff, mut identified, mut first) = (Backoff::default(), false, true);
    while !stop.is_cancelled() {
        let round = async {
            if !identified {
                log_identity(bot, &stop).await?;
                identified = true;
            }
            poll(bot, &mut in_flight, &mut first).await
        };
        let outcome = tokio::select! {
            outcome = round => outcome,
            () = stop.cancelled() => break,
        };
        // After a failure the next call is short, because a long poll would delay noticing that Telegram is back.
        first |= matches!(&outcome, Err(error) if !matches!(error, TelegramError::Conflict(_)));
        backoff.after(outcome, &bot.context.connection, &stop).await;
    }
    in_flight.finish().await;
    if identified && let Some(offset) = in_flight.offset() {
        // Confirms what was handled last, so that the next start does not see it again.
        let _ = tokio::time::timeout(Duration::from_secs(2), bot.context.telegram.confirm(offset)).await;
    }
}

/// Looks up the bot's username and sets the command menus in the background.
pub(in crate::bot) async fn log_identity(bot: &Bot, stop: &CancellationToken) -> Result<(), TelegramError> {
    let username = bot.context.telegram.username().await?;
    bot.context.connection.known_as(&username);
    tracing::info!(bot = username, "telegram: connected");
    // In the background, because the bot works without a menu.
    tokio::spawn(command_menu::set(bot.clone(), stop.clone()));
    Ok(())
}

/// Loads the updates parked by an earlier run. Polling starts only afterwards, which keeps everyone's updates in order.
pub(in crate::bot) async fn parked(bot: &Bot, stop: &CancellationToken) -> InFlightUpdates {
    while !stop.is_cancelled() {
        match bot.context.domain.parked_updates().await {
            Ok(updates) => return InFlightUpdates::with_parked(updates),
            Err(error) => tracing::warn!(?error, "parked updates: loading failed, retrying"),
        }
        let _ = tokio::time::timeout(REQUEUE_INTERVAL, stop.cancelled()).await;
    }
    InFlightUpdates::default()
}

async fn poll(bot: &Bot, in_flight: &mut InFlightUpdates, first: &mut bool) -> Result<(), TelegramError> {
    if *first {
        refuse_active_webhook(bot).await?;
        bot.context.connection.up();
    }
    // A long poll only while nothing needs attention here; otherwise the call must return immediately.
    let poll = if !*first && in_flight.is_quiet() { Poll::Long } else { Poll::Short };
    let updates = bot.context.telegram.updates(in_flight.offset().unwrap_or(0), poll).await?;
    *first = false;
    if in_flight.take_again(bot) {
        // An immediate retry would fail again.
        let _ = tokio::time::timeout(REQUEUE_INTERVAL, std::future::pending::<()>()).await;
    }
    for update in &updates {
        in_flight.take(bot, update);
    }
    // After a full batch more updates are certainly waiting.
    let pause = if updates.len() >= UPDATES_PER_POLL { Duration::ZERO } else { POLL_INTERVAL };
    in_flight.finish_or_park(bot, pause).await;
    Ok(())
}

/// Fails if a webhook is set: polling would take updates away from whichever service set it, so an operator must
/// decide.
async fn refuse_active_webhook(bot: &Bot) -> Result<(), TelegramError> {
    match bot.context.telegram.webhook().await {
        // Readiness shows the text to everyone; `doctor` names the host.
        Ok(Some(_)) => Err(TelegramError::Conflict(
            "a webhook is set: set TELEGRAM_WEBHOOK_URL, or remove the webhook with deleteWebhook".to_owned(),
        )),
        // A server without webhook support has none set.
        Ok(None) | Err(TelegramError::Unauthorized | TelegramError::Refused(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

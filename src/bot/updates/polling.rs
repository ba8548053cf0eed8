//! Long polling. An update is confirmed as soon as it is stored, so a crash loses none and nobody waits for another chat.

use std::time::Duration;

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::bot::Bot;
use crate::bot::incoming::command_menu;
use crate::bot::updates::backoff::Backoff;
use crate::bot::updates::inbox::MAX_OPEN_UPDATES;
use crate::gateway::telegram::{Poll, TelegramError};

/// Time limit of the last confirmation while the bot stops. Telegram confirms when the call arrives, but may hold its
/// answer for three seconds, because the call repeats the offset of the poll it interrupts.
const CONFIRM_TIMEOUT: Duration = Duration::from_millis(500);

/// Polling with `getUpdates`.
struct Polling<'a> {
    bot: &'a Bot,
    stop: &'a CancellationToken,
    /// Number after the last stored update.
    offset: u32,
    /// True once Telegram knows this offset, which confirms all updates before it.
    is_confirmed: bool,
    is_identified: bool,
    /// Wait of the next call. Short at the start and after a failure, because a long poll would delay noticing that
    /// Telegram is back.
    poll: Poll,
}

/// Polls until `stop`.
pub(in crate::bot) async fn run(bot: &Bot, stop: CancellationToken) {
    bot.resume_parked(&stop).await;
    let start = Polling { bot, stop: &stop, offset: 0, is_confirmed: true, is_identified: false, poll: Poll::Short };
    tokio::join!(start.run(), bot.take_over_parked(&stop));
}

impl Polling<'_> {
    async fn run(mut self) {
        let (bot, stop) = (self.bot, self.stop);
        let mut backoff = Backoff::default();
        while !stop.is_cancelled() {
            let updates = tokio::select! {
                updates = self.fetch() => updates,
                () = stop.cancelled() => break,
            };
            let outcome = match updates {
                Ok(updates) => {
                    self.take_in(updates).await;
                    Ok(())
                }
                Err(error) => Err(error),
            };
            if matches!(&outcome, Err(error) if !matches!(error, TelegramError::Conflict(_))) {
                self.poll = Poll::Short;
            }
            backoff.after(outcome, &bot.context.connection, stop).await;
        }
        if self.is_identified && !self.is_confirmed {
            // Otherwise the next start would see the last updates again.
            let _ = tokio::time::timeout(CONFIRM_TIMEOUT, bot.context.telegram.confirm(self.offset)).await;
        }
    }

    async fn fetch(&mut self) -> Result<Vec<Value>, TelegramError> {
        let bot = self.bot;
        if !self.is_identified {
            log_identity(bot, self.stop).await?;
            self.is_identified = true;
        }
        if self.poll == Poll::Short {
            refuse_active_webhook(bot).await?;
            bot.context.connection.up();
        }
        bot.chat_queues.wait_below(MAX_OPEN_UPDATES).await;
        let updates = bot.context.telegram.updates(self.offset, self.poll).await?;
        (self.poll, self.is_confirmed) = (Poll::Long, true);
        Ok(updates)
    }

    /// Stores the updates and moves the offset behind them.
    async fn take_in(&mut self, updates: Vec<Value>) {
        // After a week without updates Telegram chooses the next id at random, so the last one counts, not the
        // greatest.
        let id = |update: &Value| update.get("update_id")?.as_u64().and_then(|id| u32::try_from(id).ok());
        let Some(last) = updates.iter().rev().find_map(id) else { return };
        let intake = self.bot.open_intake(updates);
        if self.bot.take_in_surely(intake, self.stop).await {
            (self.offset, self.is_confirmed) = (last.saturating_add(1), false);
        }
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

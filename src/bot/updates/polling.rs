//! Asking for updates. They are confirmed when they are handled, not before: a crash loses none.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::bot::Bot;
use crate::bot::incoming::command_menu;
use crate::bot::updates::backoff::Patience;
use crate::bot::updates::in_flight::Hand;
use crate::gateway::telegram::Trouble;

/// How long to wait before what could not be handled is taken once more.
pub(in crate::bot) const TAKE_AGAIN: Duration = Duration::from_millis(200);
/// How many updates Telegram shows at most.
const SHOWN: usize = 100;

/// Polls until `stop`.
pub(in crate::bot) async fn run(bot: &Bot, stop: CancellationToken) {
    let mut hand = kept(bot, &stop).await;
    let (mut patience, mut introduced, mut first) = (Patience::default(), false, true);
    while !stop.is_cancelled() {
        let round = async {
            if !introduced {
                introduce(bot, &stop).await?;
                introduced = true;
            }
            poll(bot, &mut hand, &mut first).await
        };
        let outcome = tokio::select! {
            outcome = round => outcome,
            () = stop.cancelled() => break,
        };
        // After trouble, a short call first: a long poll would keep us from knowing that Telegram is back.
        first |= matches!(&outcome, Err(trouble) if !matches!(trouble, Trouble::Conflict(_)));
        patience.after(outcome, &bot.parts.link, &stop).await;
    }
    hand.finish().await;
    if introduced && let Some(offset) = hand.offset() {
        // Confirms what was handled last, so that the next start does not see it again.
        let _ = tokio::time::timeout(Duration::from_secs(2), bot.parts.telegram.confirm(offset)).await;
    }
}

/// Learns the bot's name, and has its menus of commands set.
pub(in crate::bot) async fn introduce(bot: &Bot, stop: &CancellationToken) -> Result<(), Trouble> {
    let username = bot.parts.telegram.username().await?;
    bot.parts.link.known_as(&username);
    tracing::info!(bot = username, "Telegram answers");
    // In the background: without a menu the bot still works.
    tokio::spawn(command_menu::set(bot.clone(), stop.clone()));
    Ok(())
}

/// What an earlier run has kept; nothing is asked for before that is known, so that nobody's updates change their order.
pub(in crate::bot) async fn kept(bot: &Bot, stop: &CancellationToken) -> Hand {
    while !stop.is_cancelled() {
        match bot.parts.domain.kept_updates().await {
            Ok(kept) => return Hand::with_kept(kept),
            Err(fault) => tracing::warn!(?fault, "could not look for updates that were kept; looking again"),
        }
        let _ = tokio::time::timeout(TAKE_AGAIN, stop.cancelled()).await;
    }
    Hand::default()
}

async fn poll(bot: &Bot, hand: &mut Hand, first: &mut bool) -> Result<(), Trouble> {
    if *first {
        refuse_to_rob_a_webhook(bot).await?;
        bot.parts.link.up();
    }
    // What is in hand is looked after every moment; else Telegram may hold the call until there is something new.
    let updates = bot.parts.telegram.updates(hand.offset().unwrap_or(0), !*first && hand.is_quiet()).await?;
    *first = false;
    if hand.take_again(bot) {
        // What could not be handled before will not be a millisecond later.
        let _ = tokio::time::timeout(TAKE_AGAIN, std::future::pending::<()>()).await;
    }
    for update in &updates {
        hand.take(bot, update);
    }
    hand.settle(bot, updates.len() >= SHOWN).await;
    Ok(())
}

/// Polling would take the updates away from whoever set the webhook: that is for a person to decide.
async fn refuse_to_rob_a_webhook(bot: &Bot) -> Result<(), Trouble> {
    match bot.parts.telegram.webhook().await {
        Ok(Some(url)) => {
            let host = url.host_str().unwrap_or_default().to_owned();
            Err(Trouble::Conflict(format!(
                "a webhook is set, to {host}: set TELEGRAM_WEBHOOK_URL, or take it away with deleteWebhook"
            )))
        }
        // A server that knows no webhooks has none set.
        Ok(None) | Err(Trouble::Unauthorized | Trouble::Refused(_)) => Ok(()),
        Err(trouble) => Err(trouble),
    }
}

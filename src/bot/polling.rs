//! Asking for updates. They are confirmed when they are handled, not before: a crash loses none.

use std::collections::BTreeSet;
use std::time::Duration;

use teloxide::types::Update;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::bot::patience::Patience;
use crate::bot::updates::Outcome;
use crate::bot::{Bot, menus};
use crate::gateway::telegram::Trouble;

/// While updates are in hand, how long to wait before asking for new ones of other people.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Polls until `stop`.
pub(super) async fn run(bot: &Bot, stop: CancellationToken) {
    let mut hand = Hand::default();
    let mut patience = Patience::default();
    let mut introduced = false;
    while !stop.is_cancelled() {
        let round = async {
            if !introduced {
                introduce(bot, &stop).await?;
                introduced = true;
            }
            poll(bot, &mut hand).await
        };
        let outcome = tokio::select! {
            outcome = round => outcome,
            () = stop.cancelled() => break,
        };
        // After trouble, a short call first: a long poll would keep us from knowing that Telegram is back.
        hand.first |= matches!(&outcome, Err(trouble) if !matches!(trouble, Trouble::Conflict(_)));
        patience.after(outcome, &bot.parts.link, &stop).await;
    }
    hand.finish().await;
    if introduced && let Some(offset) = hand.offset() {
        // Confirms what was handled last, so that the next start does not see it again.
        let _ = tokio::time::timeout(Duration::from_secs(2), bot.parts.telegram.confirm(offset)).await;
    }
}

/// Learns the bot's name, and has its menus of commands set.
pub(super) async fn introduce(bot: &Bot, stop: &CancellationToken) -> Result<(), Trouble> {
    let username = bot.parts.telegram.username().await?;
    bot.parts.link.known_as(&username);
    tracing::info!(bot = username, "Telegram answers");
    // In the background: without a menu the bot still works.
    tokio::spawn(menus::set(bot.clone(), stop.clone()));
    Ok(())
}

async fn poll(bot: &Bot, hand: &mut Hand) -> Result<(), Trouble> {
    if hand.first {
        refuse_to_rob_a_webhook(bot).await?;
        hand.first = false;
        bot.parts.link.up();
    }
    let updates = bot.parts.telegram.updates(hand.offset().unwrap_or(0)).await?;
    for update in updates {
        hand.take(bot, update);
    }
    hand.settle().await;
    if std::mem::take(&mut hand.again) {
        // What could not be handled now will not be a millisecond later.
        let _ = tokio::time::timeout(LOOK_AGAIN * 5, std::future::pending::<()>()).await;
    }
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

/// The updates that are being handled, and those that must not be confirmed yet.
struct Hand {
    first: bool,
    /// The one after the last that was seen.
    next: Option<u32>,
    /// Seen, and not done.
    open: BTreeSet<u32>,
    /// Done, while an earlier one is still open.
    done: BTreeSet<u32>,
    /// Seen, not handled, and to be delivered again.
    later: BTreeSet<u32>,
    /// Whether some were put off just now.
    again: bool,
    tasks: JoinSet<(u32, Outcome)>,
}

impl Default for Hand {
    fn default() -> Self {
        Self {
            first: true,
            next: None,
            open: BTreeSet::new(),
            done: BTreeSet::new(),
            later: BTreeSet::new(),
            again: false,
            tasks: JoinSet::new(),
        }
    }
}

impl Hand {
    /// The first update that is not done: all before it may be forgotten.
    fn offset(&self) -> Option<u32> {
        let first = |ids: &BTreeSet<u32>| ids.first().copied();
        first(&self.open).into_iter().chain(first(&self.later)).min().or(self.next)
    }

    fn take(&mut self, bot: &Bot, update: Update) {
        let id = update.id.0;
        if self.open.contains(&id) || self.done.contains(&id) {
            return;
        }
        self.later.remove(&id);
        // Ids begin anew at random after a week without updates, so the last one seen counts, not the greatest.
        self.next = Some(id.saturating_add(1));
        let Some(outcome) = bot.take(update) else { return self.put_off(id) };
        self.open.insert(id);
        self.tasks.spawn(async move { (id, outcome.await.unwrap_or(Outcome::Again)) });
    }

    /// To be delivered again, and everything after it too: what was done meanwhile is known by its number.
    fn put_off(&mut self, id: u32) {
        self.again = true;
        self.later.insert(id);
    }

    /// Waits for what is in hand, but not so long that other people wait.
    async fn settle(&mut self) {
        let _ = tokio::time::timeout(LOOK_AGAIN, self.finish()).await;
        if self.open.is_empty() && self.later.is_empty() {
            self.done.clear();
        }
    }

    /// Waits for all that is in hand.
    async fn finish(&mut self) {
        while let Some(ended) = self.tasks.join_next().await {
            let Ok((id, outcome)) = ended else { continue };
            self.open.remove(&id);
            match outcome {
                Outcome::Done => _ = self.done.insert(id),
                Outcome::Again => self.put_off(id),
            }
        }
    }
}

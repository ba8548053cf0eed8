//! Delivers broadcasts: takes what the domain has due, sends it, and says how it went.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::domain::broadcasts::delivery::{Fate, Hand, Next, Recipient, Told};
use crate::domain::broadcasts::pacing::Why;
use crate::domain::{Domain, Result};
use crate::gateway::telegram::{Bulk, Letter, Trouble};
use crate::jobs::context::JobContext;
use crate::model::broadcasts::{BroadcastId, Content};
use crate::model::text::language::Language;

/// How many hands are sent at a time: while one is settled, others go out.
const HANDS: usize = 4;
/// The pause after a fault of ours.
const PAUSE: Duration = Duration::from_secs(1);
/// How often hands of the dead are looked for.
const LOOK: Duration = Duration::from_secs(2);
/// What is this near in time is sent at once: clocks are no finer.
const NEAR: Duration = Duration::from_millis(1);

impl JobContext {
    /// Delivers broadcasts, and takes them back, until `stop`; then finishes what is in hand.
    pub async fn deliver_broadcasts(&self, stop: CancellationToken) {
        tokio::join!(
            lay(&self.domain, &stop),
            look_after(&self.domain, &stop),
            self.deliver(&stop),
            self.retract(&stop)
        );
    }

    async fn deliver(&self, stop: &CancellationToken) {
        let (mut hands, mut letters) = (JoinSet::new(), Letters::default());
        while !stop.is_cancelled() {
            if hands.len() >= HANDS {
                hands.join_next().await;
                continue;
            }
            match self.next(&mut letters).await {
                Ok(Some((hand, letters))) => {
                    let (context, stop) = (self.clone(), stop.clone());
                    hands.spawn(async move { context.send_hand(hand, &letters, &stop).await });
                }
                Ok(None) => {}
                Err(Pause::Until(length)) => wait(length, stop, &mut hands).await,
                Err(Pause::Idle) => {
                    tokio::select! {
                        () = self.domain.broadcasts_may_wait() => {}
                        () = stop.cancelled() => {}
                        Some(_) = hands.join_next() => {}
                    }
                }
            }
        }
        while hands.join_next().await.is_some() {}
    }
}

/// Writes recipients down, and starts what is due.
async fn lay(domain: &Domain, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        match domain.lay_recipients().await {
            Ok(true) => {}
            Ok(false) => {
                tokio::select! {
                    () = domain.broadcasts_may_wait() => {}
                    () = stop.cancelled() => {}
                }
            }
            Err(fault) => {
                tracing::warn!(?fault, "could not write recipients down; trying again");
                pause(PAUSE, stop).await;
            }
        }
    }
}

/// Looks for hands of the dead.
async fn look_after(domain: &Domain, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(fault) = domain.give_up_lost_hands().await {
            tracing::warn!(?fault, "could not look for recipients in the hands of the dead");
        }
        pause(LOOK, stop).await;
    }
}

async fn pause(length: Duration, stop: &CancellationToken) {
    let _ = tokio::time::timeout(length, stop.cancelled()).await;
}

/// Waits, but no longer than until a hand is done.
async fn wait(length: Duration, stop: &CancellationToken, hands: &mut JoinSet<()>) {
    let length = length.max(NEAR);
    if hands.is_empty() {
        pause(length.min(PAUSE), stop).await;
    } else {
        let _ = tokio::time::timeout(length.min(PAUSE), hands.join_next()).await;
    }
}

/// Why there is no hand to be sent.
enum Pause {
    Until(Duration),
    Idle,
}

/// The letters of the broadcasts that go out, each written once.
#[derive(Default)]
struct Letters(HashMap<BroadcastId, Arc<HashMap<Language, Letter>>>);

impl Letters {
    async fn of(&mut self, domain: &Domain, hand: &Hand) -> Result<Arc<HashMap<Language, Letter>>> {
        if let Some(letters) = self.0.get(&hand.broadcast) {
            return Ok(Arc::clone(letters));
        }
        let content = domain.content_to_deliver(hand.broadcast).await?;
        let letters = Arc::new(content.map(|content| written(&content, hand.paid)).unwrap_or_default());
        if self.0.len() > 16 {
            self.0.clear();
        }
        self.0.insert(hand.broadcast, Arc::clone(&letters));
        Ok(letters)
    }
}

fn written(content: &Content, paid: bool) -> HashMap<Language, Letter> {
    let letter = |language| content.said(language).map(|said| (language, Letter::new(&said, paid)));
    Language::ALL.into_iter().filter_map(letter).collect()
}

impl JobContext {
    /// The next hand and its letters; `None` when there was one that could not be read.
    async fn next(
        &self,
        letters: &mut Letters,
    ) -> std::result::Result<Option<(Hand, Arc<HashMap<Language, Letter>>)>, Pause> {
        let fault = |fault| {
            tracing::warn!(?fault, "could not take recipients in hand; trying again");
            Pause::Until(PAUSE)
        };
        match self.domain.take_hand().await.map_err(fault)? {
            Next::Deliver(hand) => {
                let letters = letters.of(&self.domain, &hand).await.map_err(fault)?;
                Ok(Some((hand, letters)))
            }
            Next::Wait(length) => Err(Pause::Until(length)),
            Next::Nothing => Err(Pause::Idle),
        }
    }

    /// Sends to everybody in hand, each at their time, and settles them.
    async fn send_hand(&self, mut hand: Hand, letters: &HashMap<Language, Letter>, stop: &CancellationToken) {
        let (domain, bulk) = (&self.domain, self.telegram.bulk());
        let mut under_way = FuturesUnordered::new();
        for recipient in std::mem::take(&mut hand.recipients) {
            let ahead = recipient.at.saturating_duration_since(Instant::now());
            if ahead > NEAR {
                let due = tokio::time::Instant::from_std(recipient.at);
                // What is under way goes on meanwhile.
                let meanwhile = async {
                    while let Some((recipient, told, chat)) = under_way.next().await {
                        hand.note(domain, &recipient, told, chat);
                    }
                    stop.cancelled().await;
                };
                let _ = tokio::time::timeout_at(due, meanwhile).await;
            }
            if stop.is_cancelled() || domain.bulk_is_held() || !hand.is_usable() {
                hand.note(domain, &recipient, Told::NotYet, None);
                continue;
            }
            match letters.get(&recipient.language) {
                Some(_) if !domain.claim_chat(recipient.chat) => hand.note(domain, &recipient, Told::TooSoon, None),
                Some(letter) => under_way.push(send(domain, bulk, recipient, letter)),
                None => {
                    let fate = Fate::Failed("there is nothing to say".to_owned());
                    hand.note(domain, &recipient, Told::Finally(fate), None);
                }
            }
        }
        while let Some((recipient, told, chat)) = under_way.next().await {
            hand.note(domain, &recipient, told, chat);
        }
        drop(under_way);
        settle(domain, &hand, stop).await;
    }
}

/// Settles a hand. While the database is away it is tried again, as long as it is in hand.
async fn settle(domain: &Domain, hand: &Hand, stop: &CancellationToken) {
    while let Err(fault) = domain.settle_hand(hand).await {
        if stop.is_cancelled() || !hand.is_in_hand() {
            tracing::error!(?fault, "recipients could not be settled; they will be counted as uncertain");
            return;
        }
        tracing::warn!(?fault, "recipients could not be settled; trying again");
        pause(PAUSE, stop).await;
    }
}

/// Sends to one; when Telegram wants patience or is away, holds everything back at once.
async fn send(domain: &Domain, bulk: &Bulk, recipient: Recipient, letter: &Letter) -> (Recipient, Told, Option<i64>) {
    let (outcome, chat) = bulk.send(recipient.chat, letter).await;
    let (told, why) = judged(outcome);
    if let Some(why) = why
        && let Err(fault) = domain.hold_bulk(why).await
    {
        tracing::warn!(?fault, "other instances could not be told to wait");
    }
    (recipient, told, chat)
}

/// What an answer means for its recipient, and for everybody after them.
fn judged(outcome: std::result::Result<i64, Trouble>) -> (Told, Option<Why>) {
    let trouble = match outcome {
        Ok(message) => return (Told::Finally(Fate::Sent(message)), None),
        Err(trouble) => trouble,
    };
    let words = trouble.to_string();
    match trouble {
        Trouble::Unreachable => (Told::Finally(Fate::Unreachable(words)), None),
        Trouble::Wait(length) => (Told::NotYet, Some(Why::Asked(length))),
        Trouble::Unauthorized => (Told::NotYet, Some(Why::Unauthorized)),
        Trouble::Temporary(what) => (Told::NotNow(words), Some(Why::Away(what))),
        // It is not known whether they have it; sent once more, they may have it twice.
        Trouble::Uncertain(what) => (Told::Finally(Fate::Uncertain(words)), Some(Why::Away(what))),
        Trouble::Refused(_) | Trouble::Moved(_) | Trouble::Unchanged | Trouble::Conflict(_) => {
            (Told::Finally(Fate::Failed(words)), None)
        }
    }
}

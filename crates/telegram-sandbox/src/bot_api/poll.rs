//! `getUpdates`: long polling. <https://core.telegram.org/bots/api#getupdates>

use std::{sync::Arc, time::Duration};

use serde_json::Value;

use super::{Answer, Refusal, Sandbox, World, params::Params, webhook};

/// Longest wait Telegram grants.
const LONGEST: i64 = 50;

impl Sandbox {
    /// Gives waiting updates, or waits for one; ends an older call that still waits.
    pub(super) async fn get_updates(&self, params: &Params) -> Answer {
        let poller = self.change(|world| begin(world, params))?;
        let _waiting = Waiting(self);
        let time = params.integer("timeout").unwrap_or_default().clamp(0, LONGEST);
        let time = Duration::from_secs(time.unsigned_abs());
        let mut changes = self.changes();
        let poll = Poll::new(params);
        let found = tokio::time::timeout(time, async {
            loop {
                changes.mark_unchanged();
                let updates = self.look_for(&poll, poller)?;
                if !updates.is_empty() || changes.changed().await.is_err() {
                    return Ok(updates);
                }
            }
        });
        let updates = tokio::select! {
            biased;
            found = found => match found {
                Ok(updates) => updates?,
                Err(_nothing_came) => self.look_for(&poll, poller)?,
            },
            () = self.closing().cancelled() => Vec::new(),
        };
        Ok(updates.iter().map(|update| Value::clone(update)).collect())
    }

    fn look_for(&self, poll: &Poll, poller: u64) -> Result<Vec<Arc<Value>>, Refusal> {
        let (confirmed, fetched) = self.look_mut(|world| {
            if world.updates.webhook.is_some() {
                return (false, Err(Refusal::conflict("terminated by setWebhook request")));
            }
            if world.updates.poller != poller {
                return (false, Err(Refusal::conflict(TERMINATED)));
            }
            let before = world.updates.count();
            let fetched = world.updates.fetch(poll.offset, poll.limit);
            (world.updates.count() != before, Ok(fetched))
        });
        if confirmed {
            self.change(|_world| ());
        }
        fetched
    }
}

const TERMINATED: &str = "terminated by other getUpdates request; make sure that only one bot instance is running";
const HOOKED: &str =
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";

struct Poll {
    offset: i64,
    limit: usize,
}

impl Poll {
    fn new(params: &Params) -> Self {
        let limit = params.integer("limit").unwrap_or(100).clamp(1, 100);
        Self { offset: params.integer("offset").unwrap_or_default(), limit: usize::try_from(limit).unwrap_or(100) }
    }
}

/// A call that waits, counted until it is dropped: the bot may hang up at any moment.
struct Waiting<'a>(&'a Sandbox);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.change(|world| world.updates.polls -= 1);
    }
}

/// Becomes the poller in force.
fn begin(world: &mut World, params: &Params) -> Result<u64, Refusal> {
    if world.updates.webhook.is_some() {
        return Err(Refusal::conflict(HOOKED));
    }
    webhook::remember_allowed(world, params)?;
    world.updates.poller += 1;
    world.updates.polls += 1;
    Ok(world.updates.poller)
}

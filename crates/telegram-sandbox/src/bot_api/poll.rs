//! `getUpdates`: long polling. <https://core.telegram.org/bots/api#getupdates>

use std::{sync::Arc, time::Duration};

use serde_json::Value;

use super::{ApiError, ApiResponse, Sandbox, State, params::Params, webhook};

/// Longest wait in seconds.
const MAX_POLL_SECS: i64 = 50;
/// A call with the offset of the call before is repeated if it comes within this time. Then it waits for at least
/// [`REPEATED_POLL_SECS`]. From `Client::process_get_updates_query` in `Client.cpp` of `tdlib/telegram-bot-api`.
const REPEATED_WITHIN: Duration = Duration::from_secs(3);
const REPEATED_POLL_SECS: i64 = 3;
/// A repeated call within this time gets a single update. From the same function.
const SINGLE_UPDATE_WITHIN: Duration = Duration::from_millis(500);

impl Sandbox {
    /// Returns pending updates, or waits for one. Ends an older call that is still waiting with 409.
    pub(super) async fn get_updates(&self, params: &Params) -> ApiResponse {
        let (poller, poll) = self.change(|state| begin_poll(state, params))?;
        let _guard = PollGuard(self);
        let time = Duration::from_secs(poll.timeout.unsigned_abs());
        let mut changes = self.subscribe_changes();
        let found = tokio::time::timeout(time, async {
            loop {
                changes.mark_unchanged();
                let updates = self.fetch_updates(&poll, poller)?;
                if !updates.is_empty() || changes.changed().await.is_err() {
                    return Ok(updates);
                }
            }
        });
        let updates = tokio::select! {
            biased;
            found = found => match found {
                Ok(updates) => updates?,
                Err(_nothing_came) => self.fetch_updates(&poll, poller)?,
            },
            () = self.closing_token().cancelled() => Vec::new(),
        };
        Ok(updates.iter().map(|update| Value::clone(update)).collect())
    }

    fn fetch_updates(&self, poll: &PollParams, poller: u64) -> Result<Vec<Arc<Value>>, ApiError> {
        let (confirmed, fetched) = self.change_silently(|state| {
            if state.updates.webhook.is_some() {
                return (false, Err(ApiError::conflict("terminated by setWebhook request")));
            }
            if state.updates.poller != poller {
                return (false, Err(ApiError::conflict(OTHER_POLLER)));
            }
            let before = state.updates.count();
            let fetched = state.updates.fetch(poll.offset, poll.limit);
            (state.updates.count() != before, Ok(fetched))
        });
        if confirmed {
            self.change(|_world| ());
        }
        fetched
    }
}

const OTHER_POLLER: &str = "terminated by other getUpdates request; make sure that only one bot instance is running";
const WEBHOOK_IS_ACTIVE: &str =
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";

struct PollParams {
    offset: i64,
    limit: usize,
    /// Seconds.
    timeout: i64,
}

impl PollParams {
    fn from_params(params: &Params) -> Self {
        let limit = params.integer("limit").unwrap_or(100).clamp(1, 100);
        Self {
            offset: params.integer("offset").unwrap_or_default(),
            limit: usize::try_from(limit).unwrap_or(100),
            timeout: params.integer("timeout").unwrap_or_default().clamp(0, MAX_POLL_SECS),
        }
    }

    /// Applies the rules for a call that repeats the offset of the call before, which began at `before`.
    fn restrict(&mut self, before: Duration, now: Duration) {
        let since = now.saturating_sub(before);
        if since < REPEATED_WITHIN {
            self.timeout = self.timeout.max(REPEATED_POLL_SECS);
        }
        if since < SINGLE_UPDATE_WITHIN {
            self.limit = 1;
        }
    }
}

/// A waiting call. Counted until dropped, because the bot may hang up at any moment.
struct PollGuard<'a>(&'a Sandbox);

impl Drop for PollGuard<'_> {
    fn drop(&mut self) {
        self.0.change(|state| state.updates.polls -= 1);
    }
}

/// Registers this call as the only poller, and reads its parameters.
fn begin_poll(state: &mut State, params: &Params) -> Result<(u64, PollParams), ApiError> {
    if state.updates.webhook.is_some() {
        return Err(ApiError::conflict(WEBHOOK_IS_ACTIVE));
    }
    webhook::store_allowed_updates(state, params)?;
    state.updates.poller += 1;
    state.updates.polls += 1;
    let (mut poll, now) = (PollParams::from_params(params), (state.settings.poll_clock)());
    if let Some((offset, before)) = state.updates.last_poll.replace((poll.offset, now))
        && offset == poll.offset
    {
        poll.restrict(before, now);
    }
    Ok((state.updates.poller, poll))
}

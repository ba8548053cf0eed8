//! The calls the bot made, and those under way.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use serde::Serialize;
use serde_json::Value;

use super::{ApiResponse, GET_UPDATES, Sandbox};

/// Calls kept; counts go on.
const MAX_CALLS: usize = 10_000;

/// A call the bot made.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LoggedCall {
    /// The method as Telegram spells it, such as `sendMessage`.
    pub method: &'static str,
    /// Its parameters as an object, JSON text inside form bodies left as text.
    pub params: Value,
    /// How it ended.
    pub outcome: CallOutcome,
}

impl LoggedCall {
    /// Whether it was done and answered so.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self.outcome, CallOutcome::Done(_))
    }
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// `"ok": true` and this `result`.
    Done(Value),
    /// `"ok": false`.
    Refused {
        /// `error_code`
        code: u16,
        /// `description`
        description: String,
        /// The one of its `parameters`.
        parameters: Option<(&'static str, i64)>,
    },
    /// 502 with HTML, by a fault.
    BadGateway,
    /// The connection was cut, by a fault.
    Dropped {
        /// What was done before, if anything.
        done: Option<Box<CallOutcome>>,
    },
}

impl From<ApiResponse> for CallOutcome {
    fn from(answer: ApiResponse) -> Self {
        match answer {
            Ok(result) => Self::Done(result),
            Err(refusal) => Self::Refused {
                code: refusal.code,
                description: refusal.description.into_owned(),
                parameters: refusal.parameters,
            },
        }
    }
}

/// The last calls, and how many there were of each method.
#[derive(Default)]
pub(crate) struct CallLog {
    calls: VecDeque<Arc<LoggedCall>>,
    counts: HashMap<&'static str, u64>,
    /// Calls begun and not ended, waiting `getUpdates` apart.
    under_way: usize,
}

impl CallLog {
    /// Writes a call down. A `getUpdates` that found nothing is only counted: there is one every few seconds.
    pub(super) fn add(&mut self, call: LoggedCall) {
        *self.counts.entry(call.method).or_default() += 1;
        let idle = call.method == GET_UPDATES && call.outcome == CallOutcome::Done(Value::Array(Vec::new()));
        if idle {
            return;
        }
        if self.calls.len() == MAX_CALLS {
            self.calls.pop_front();
        }
        self.calls.push_back(Arc::new(call));
    }

    /// The last calls, oldest first.
    pub(crate) fn calls(&self) -> Vec<Arc<LoggedCall>> {
        self.calls.iter().cloned().collect()
    }

    /// How many calls of a method ended.
    pub(crate) fn count(&self, method: &str) -> u64 {
        self.counts.get(method).copied().unwrap_or_default()
    }

    /// Whether no call is under way, waiting `getUpdates` apart.
    pub(crate) fn is_quiet(&self) -> bool {
        self.under_way == 0
    }
}

/// A call under way, counted until it is dropped: the bot may hang up at any moment.
pub(super) struct CallGuard<'a> {
    sandbox: &'a Sandbox,
    counts: usize,
}

impl<'a> CallGuard<'a> {
    /// Counts a call from now on.
    pub(super) fn begin(sandbox: &'a Sandbox, method: &str) -> Self {
        let counts = usize::from(method != GET_UPDATES);
        sandbox.change(|state| state.log.under_way += counts);
        Self { sandbox, counts }
    }
}

impl Drop for CallGuard<'_> {
    fn drop(&mut self) {
        self.sandbox.change(|state| state.log.under_way -= self.counts);
    }
}

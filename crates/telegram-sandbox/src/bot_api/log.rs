//! Log of Bot API calls, finished and in flight.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use serde::Serialize;
use serde_json::Value;

use super::{ApiResponse, GET_UPDATES, Sandbox};

/// Number of calls stored. Counts by method are never reset.
const MAX_CALLS: usize = 10_000;

/// A finished Bot API call.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LoggedCall {
    /// Method in Telegram's spelling, such as `sendMessage`.
    pub method: &'static str,
    /// Parameters as an object. JSON text inside a form body stays text.
    pub params: Value,
    /// Result of the call.
    pub outcome: CallOutcome,
}

impl LoggedCall {
    /// True if the bot received `"ok": true`.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self.outcome, CallOutcome::Done(_))
    }
}

/// Result of a call.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// `"ok": true` with this `result`.
    Done(Value),
    /// `"ok": false`.
    Refused {
        /// `error_code`
        code: u16,
        /// `description`
        description: String,
        /// Name and value of the entry in `parameters`.
        parameters: Option<(&'static str, i64)>,
    },
    /// A fault answered 502 with HTML.
    BadGateway,
    /// A fault cut the connection.
    Dropped {
        /// Result of the method, if it ran before the cut.
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

/// The last calls, and the number of calls by method.
#[derive(Default)]
pub(crate) struct CallLog {
    calls: VecDeque<Arc<LoggedCall>>,
    counts: HashMap<&'static str, u64>,
    /// Calls in flight, except waiting `getUpdates` calls.
    under_way: usize,
}

impl CallLog {
    /// Records a call. A `getUpdates` call without updates is counted only, because one ends every few seconds.
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

    /// Number of finished calls of a method.
    pub(crate) fn count(&self, method: &str) -> u64 {
        self.counts.get(method).copied().unwrap_or_default()
    }

    /// True if no call is in flight, except a waiting `getUpdates`.
    pub(crate) fn is_quiet(&self) -> bool {
        self.under_way == 0
    }
}

/// A call in flight. Counted until dropped, because the bot may hang up at any moment.
pub(super) struct CallGuard<'a> {
    sandbox: &'a Sandbox,
    counts: usize,
}

impl<'a> CallGuard<'a> {
    /// Starts counting a call.
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

//! The calls the bot made, and those under way.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use serde::Serialize;
use serde_json::Value;

use super::{Answer, GET_UPDATES, Sandbox};

/// Calls kept; counts go on.
const KEPT: usize = 10_000;

/// A call the bot made.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Call {
    /// The method as Telegram spells it, such as `sendMessage`.
    pub method: &'static str,
    /// Its parameters as an object, JSON text inside form bodies left as text.
    pub params: Value,
    /// How it ended.
    pub outcome: Outcome,
}

impl Call {
    /// Whether it was done and answered so.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self.outcome, Outcome::Done(_))
    }
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
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
        done: Option<Box<Outcome>>,
    },
}

impl From<Answer> for Outcome {
    fn from(answer: Answer) -> Self {
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
pub(crate) struct Log {
    calls: VecDeque<Arc<Call>>,
    counts: HashMap<&'static str, u64>,
    /// Calls begun and not ended, waiting `getUpdates` apart.
    under_way: usize,
}

impl Log {
    /// Writes a call down. A `getUpdates` that found nothing is only counted: there is one every few seconds.
    pub(super) fn add(&mut self, call: Call) {
        *self.counts.entry(call.method).or_default() += 1;
        let idle = call.method == GET_UPDATES && call.outcome == Outcome::Done(Value::Array(Vec::new()));
        if idle {
            return;
        }
        if self.calls.len() == KEPT {
            self.calls.pop_front();
        }
        self.calls.push_back(Arc::new(call));
    }

    /// The last calls, oldest first.
    pub(crate) fn calls(&self) -> Vec<Arc<Call>> {
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
pub(super) struct UnderWay<'a> {
    sandbox: &'a Sandbox,
    counts: usize,
}

impl<'a> UnderWay<'a> {
    /// Counts a call from now on.
    pub(super) fn begin(sandbox: &'a Sandbox, method: &str) -> Self {
        let counts = usize::from(method != GET_UPDATES);
        sandbox.change(|world| world.log.under_way += counts);
        Self { sandbox, counts }
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.sandbox.change(|world| world.log.under_way -= self.counts);
    }
}

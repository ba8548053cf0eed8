//! Injected faults: Telegram's failures, for tests of how a bot handles them.

pub(crate) mod request;

use std::time::Duration;

use crate::{Sandbox, bot_api::error::ApiError};

/// A fault that applies to the next matching calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Method it applies to, in any case. `None`: every method except `getUpdates`.
    pub method: Option<String>,
    /// Chat it applies to, by the call's `chat_id`. `None`: every chat.
    pub chat: Option<i64>,
    /// Number of calls it applies to.
    pub times: u32,
    /// Effect on the call.
    pub kind: FaultKind,
}

/// Effect of a fault on a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// 429 with `parameters.retry_after`. The method does not run.
    TooManyRequests {
        /// Seconds.
        retry_after: u32,
    },
    /// 502 with an HTML body, as from a load balancer in front of Telegram. The method does not run.
    ServerError,
    /// 500 `Internal Server Error` as JSON. The method does not run.
    InternalError,
    /// 403 `bot was blocked by the user`. The method does not run.
    Blocked,
    /// Any error, such as 403 `Forbidden: user is deactivated`. The method does not run.
    Refused {
        /// HTTP status and `error_code`.
        code: u16,
        /// Full description, prefix included.
        description: String,
    },
    /// 400 with `parameters.migrate_to_chat_id`, as for a group upgraded to a supergroup. The method does not run.
    Moved {
        /// New id of the chat.
        to: i64,
    },
    /// The connection is cut before the method runs.
    ResetBefore,
    /// The method runs, then the connection is cut without a response.
    ResetAfter,
    /// The method runs after this delay.
    Slow(Duration),
}

impl Fault {
    /// A fault for the next call of this method.
    #[must_use]
    pub fn once(method: &str, kind: FaultKind) -> Self {
        Self { method: Some(method.into()), chat: None, times: 1, kind }
    }

    /// Limits the fault to one chat.
    #[must_use]
    pub fn in_chat(mut self, chat: i64) -> Self {
        self.chat = Some(chat);
        self
    }

    /// Applies the fault to this number of calls.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    fn matches(&self, method: &str, chat: Option<i64>) -> bool {
        let method = self.method.as_ref().map_or(method != "getUpdates", |wanted| wanted.eq_ignore_ascii_case(method));
        method && (self.chat.is_none() || self.chat == chat)
    }
}

impl FaultKind {
    /// Error the fault responds with, if it responds in JSON.
    pub(crate) fn api_error(&self) -> Option<ApiError> {
        match self {
            Self::TooManyRequests { retry_after } => Some(ApiError::too_many(*retry_after)),
            Self::InternalError => Some(ApiError::new(500, "Internal Server Error")),
            Self::Blocked => Some(ApiError::blocked()),
            Self::Refused { code, description } => Some(ApiError::new(*code, description.clone())),
            Self::Moved { to } => Some(ApiError::moved(*to)),
            Self::ServerError | Self::ResetBefore | Self::ResetAfter | Self::Slow(_) => None,
        }
    }
}

/// Faults not used up yet. The oldest matching fault applies first.
#[derive(Default)]
pub(crate) struct PendingFaults(Vec<Fault>);

impl PendingFaults {
    /// Uses the oldest fault that matches this call once.
    pub(crate) fn take_matching(&mut self, method: &str, chat: Option<i64>) -> Option<FaultKind> {
        let fault = self.0.iter_mut().find(|fault| fault.times > 0 && fault.matches(method, chat))?;
        fault.times -= 1;
        let kind = fault.kind.clone();
        self.0.retain(|fault| fault.times > 0);
        Some(kind)
    }
}

impl Sandbox {
    /// Adds a fault to the queue.
    pub fn inject_fault(&self, fault: Fault) {
        self.change(|state| state.faults.0.push(fault));
    }

    /// Number of calls that pending faults still wait for. Zero once the last of them has begun.
    #[must_use]
    pub fn pending_faults(&self) -> u64 {
        self.read(|state| state.faults.0.iter().map(|fault| u64::from(fault.times)).sum())
    }

    /// Removes all pending faults.
    pub fn clear_faults(&self) {
        self.change(|state| state.faults.0.clear());
    }
}

//! Faults on order: the bad days of Telegram, for tests of what a bot does about them.

pub(crate) mod request;

use std::time::Duration;

use crate::{Sandbox, bot_api::error::ApiError};

/// A fault that waits for its calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The method it strikes, in any case. `None`: every method but `getUpdates`.
    pub method: Option<String>,
    /// The chat it strikes, by the call's `chat_id`. `None`: every chat.
    pub chat: Option<i64>,
    /// How many calls it strikes before it is gone.
    pub times: u32,
    /// What happens to them.
    pub kind: FaultKind,
}

/// What a fault does to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// 429 with `parameters.retry_after`; nothing is done.
    TooManyRequests {
        /// Seconds.
        retry_after: u32,
    },
    /// 502 with an HTML body, as a balancer in front of Telegram answers; nothing is done.
    ServerError,
    /// 500 as JSON, `Internal Server Error`; nothing is done.
    InternalError,
    /// 403 `bot was blocked by the user`; nothing is done.
    Blocked,
    /// Any refusal, such as 403 `Forbidden: user is deactivated`; nothing is done.
    Refused {
        /// HTTP status and `error_code`.
        code: u16,
        /// The whole description.
        description: String,
    },
    /// 400 with `parameters.migrate_to_chat_id`, as for a group that became a supergroup; nothing is done.
    Moved {
        /// The chat's number from now on.
        to: i64,
    },
    /// The connection is cut; nothing is done.
    ResetBefore,
    /// The call is done, then the connection is cut without an answer.
    ResetAfter,
    /// The call is done this much later.
    Slow(Duration),
}

impl Fault {
    /// Strikes the next call of this method.
    #[must_use]
    pub fn once(method: &str, kind: FaultKind) -> Self {
        Self { method: Some(method.into()), chat: None, times: 1, kind }
    }

    /// The same in one chat only.
    #[must_use]
    pub fn in_chat(mut self, chat: i64) -> Self {
        self.chat = Some(chat);
        self
    }

    /// The same for this many calls.
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
    /// The refusal it answers with, when it does so in JSON.
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

/// The faults that wait, first come first served.
#[derive(Default)]
pub(crate) struct PendingFaults(Vec<Fault>);

impl PendingFaults {
    /// The fault for this call, used up by one.
    pub(crate) fn take_matching(&mut self, method: &str, chat: Option<i64>) -> Option<FaultKind> {
        let fault = self.0.iter_mut().find(|fault| fault.times > 0 && fault.matches(method, chat))?;
        fault.times -= 1;
        let kind = fault.kind.clone();
        self.0.retain(|fault| fault.times > 0);
        Some(kind)
    }
}

impl Sandbox {
    /// Orders a fault.
    pub fn inject_fault(&self, fault: Fault) {
        self.change(|state| state.faults.0.push(fault));
    }

    /// Calls off every fault that still waits.
    pub fn clear_faults(&self) {
        self.change(|state| state.faults.0.clear());
    }
}

//! Faults as JSON, for the control API.

use std::time::Duration;

use serde::Deserialize;

use crate::faults::{Fault, FaultKind};

/// A fault as JSON: `{"kind": "too_many_requests", "method": "sendMessage", "retry_after": 3}`.
#[derive(Deserialize)]
pub(crate) struct FaultRequest {
    kind: FaultName,
    method: Option<String>,
    chat: Option<i64>,
    #[serde(default = "once")]
    times: u32,
    /// For `too_many_requests`, in seconds.
    #[serde(default)]
    retry_after: u32,
    /// For `slow`.
    #[serde(default)]
    milliseconds: u64,
    /// For `refused`.
    #[serde(default)]
    code: u16,
    /// For `refused`.
    #[serde(default)]
    description: String,
    /// For `moved`.
    #[serde(default)]
    to: i64,
}

/// Name of a [`FaultKind`].
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum FaultName {
    TooManyRequests,
    ServerError,
    InternalError,
    Blocked,
    Refused,
    Moved,
    ResetBefore,
    ResetAfter,
    Slow,
}

fn once() -> u32 {
    1
}

impl From<FaultRequest> for Fault {
    fn from(request: FaultRequest) -> Self {
        let kind = match request.kind {
            FaultName::TooManyRequests => FaultKind::TooManyRequests { retry_after: request.retry_after },
            FaultName::ServerError => FaultKind::ServerError,
            FaultName::InternalError => FaultKind::InternalError,
            FaultName::Blocked => FaultKind::Blocked,
            FaultName::Refused => FaultKind::Refused { code: request.code, description: request.description },
            FaultName::Moved => FaultKind::Moved { to: request.to },
            FaultName::ResetBefore => FaultKind::ResetBefore,
            FaultName::ResetAfter => FaultKind::ResetAfter,
            FaultName::Slow => FaultKind::Slow(Duration::from_millis(request.milliseconds)),
        };
        Self { method: request.method, chat: request.chat, times: request.times, kind }
    }
}

//! Faults as they are ordered over HTTP, by name.

use std::time::Duration;

use serde::Deserialize;

use super::faults::{Fault, FaultKind};

/// A fault as ordered over HTTP: `{"kind": "too_many_requests", "method": "sendMessage", "retry_after": 3}`.
#[derive(Deserialize)]
pub(super) struct Order {
    kind: Kind,
    method: Option<String>,
    chat: Option<i64>,
    #[serde(default = "once")]
    times: u32,
    /// Of `too_many_requests`, in seconds.
    #[serde(default)]
    retry_after: u32,
    /// Of `slow`.
    #[serde(default)]
    milliseconds: u64,
    /// Of `refused`.
    #[serde(default)]
    code: u16,
    /// Of `refused`.
    #[serde(default)]
    description: String,
    /// Of `moved`.
    #[serde(default)]
    to: i64,
}

/// [`FaultKind`] by name.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
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

impl From<Order> for Fault {
    fn from(order: Order) -> Self {
        let kind = match order.kind {
            Kind::TooManyRequests => FaultKind::TooManyRequests { retry_after: order.retry_after },
            Kind::ServerError => FaultKind::ServerError,
            Kind::InternalError => FaultKind::InternalError,
            Kind::Blocked => FaultKind::Blocked,
            Kind::Refused => FaultKind::Refused { code: order.code, description: order.description },
            Kind::Moved => FaultKind::Moved { to: order.to },
            Kind::ResetBefore => FaultKind::ResetBefore,
            Kind::ResetAfter => FaultKind::ResetAfter,
            Kind::Slow => FaultKind::Slow(Duration::from_millis(order.milliseconds)),
        };
        Self { method: order.method, chat: order.chat, times: order.times, kind }
    }
}

//! Redis, where several instances count an account's requests together.
//!
//! It is a convenience, never a condition: when it does not answer soon, the caller counts alone, and a job looks for it
//! until it is back.

use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{Client, Script};

use crate::model::accounts::account::AccountId;
use crate::model::crypto::secret::Secret;
use crate::telemetry;

/// How long a request may wait for Redis.
const REDIS_TIMEOUT: Duration = Duration::from_millis(100);
/// How long a new connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// The generic cell rate algorithm in one step. Everything is in microseconds: a quota is whole again at the time that is
/// kept, a request takes `each`, and nobody may be further than `window` ahead. The clock is the caller's: instances' clocks
/// must agree to well under a window.
const GCRA_SCRIPT: &str = "
local now, each, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local whole_at = math.min(math.max(tonumber(redis.call('get', KEYS[1]) or '0'), now), now + window)
local after = whole_at + each
if after - now > window then return {0, string.format('%.0f', whole_at)} end
if after > now then
  redis.call('set', KEYS[1], string.format('%.0f', after), 'px', math.ceil((after - now) / 1000))
end
return {1, string.format('%.0f', after)}
";

/// The meters that instances share.
pub struct SharedRateLimiter {
    client: Client,
    take: Script,
    /// `None` while Redis is away.
    line: RwLock<Option<MultiplexedConnection>>,
}

/// What came of taking a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedDecision {
    /// Whether there was one to take.
    pub allowed: bool,
    /// When the quota is whole again now, in Unix microseconds.
    pub whole_at: i64,
}

/// One request, in microseconds.
#[derive(Clone, Copy, Debug)]
pub struct GcraParams {
    /// What time it is.
    pub now: i64,
    /// What it takes; 0 only looks.
    pub each: i64,
    /// The window.
    pub window: i64,
}

impl SharedRateLimiter {
    /// Those at that URL. Connects to nothing yet: [`SharedRateLimiter::mend`] does.
    pub fn at(url: &Secret) -> Result<Self, String> {
        let client = Client::open(url.reveal()).map_err(|_| "must be redis://HOST:PORT/NUMBER".to_owned())?;
        Ok(Self { client, take: Script::new(GCRA_SCRIPT), line: RwLock::new(None) })
    }

    /// Takes a request of an account's quota. `None` while Redis is away.
    pub async fn take(&self, account: AccountId, step: GcraParams) -> Option<SharedDecision> {
        let mut line = self.line.read().unwrap_or_else(PoisonError::into_inner).clone()?;
        let mut call = self.take.key(format!("neuralbox:limit:{account}"));
        call.arg(step.now).arg(step.each).arg(step.window);
        let fault = match tokio::time::timeout(REDIS_TIMEOUT, call.invoke_async::<(i64, i64)>(&mut line)).await {
            Ok(Ok((allowed, whole_at))) => return Some(SharedDecision { allowed: allowed == 1, whole_at }),
            Ok(Err(fault)) => fault.to_string(),
            Err(_) => format!("no answer within {} ms", REDIS_TIMEOUT.as_millis()),
        };
        self.is_away(&fault);
        None
    }

    /// Whether Redis answered when it was last asked.
    pub fn is_there(&self) -> bool {
        self.line.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Looks for Redis if it is away.
    pub async fn mend(&self) {
        if self.is_there() {
            return;
        }
        let connect = async {
            let mut line = self.client.get_multiplexed_async_connection().await?;
            redis::cmd("PING").exec_async(&mut line).await?;
            Ok::<_, redis::RedisError>(line)
        };
        match tokio::time::timeout(CONNECT_TIMEOUT, connect).await {
            Ok(Ok(line)) => {
                *self.line.write().unwrap_or_else(PoisonError::into_inner) = Some(line);
                telemetry::redis_up(true);
                tracing::info!("Redis answers: requests are counted together");
            }
            Ok(Err(fault)) => tracing::debug!(%fault, "Redis is still away"),
            Err(_) => tracing::debug!("Redis is still away"),
        }
    }

    fn is_away(&self, fault: &str) {
        let was_there = self.line.write().unwrap_or_else(PoisonError::into_inner).take().is_some();
        telemetry::redis_up(false);
        if was_there {
            tracing::warn!(fault, "Redis does not answer: each instance counts requests alone until it does");
        }
    }
}

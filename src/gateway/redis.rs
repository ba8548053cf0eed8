//! Rate limits shared by several instances through Redis.
//!
//! Redis is optional. If it does not answer in time, each instance counts alone, and a job reconnects in the
//! background.

use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{Client, Script};

use crate::model::accounts::account::AccountId;
use crate::model::crypto::secret::Secret;
use crate::telemetry;
use crate::telemetry::metrics::Availability;

/// Time a request waits for Redis before its instance counts alone.
const REDIS_TIMEOUT: Duration = Duration::from_millis(100);
/// Limit of a connection attempt.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// GCRA in one atomic step. All times are Unix microseconds. The stored value is the time at which the quota is full
/// again; it stays within `window` of now, and a request moves it by `each`. A negative `each` returns a request. `now`
/// comes from the caller, so the clocks of the instances must agree to well under a window. `slowness` is the number of
/// real microseconds in one of the caller's.
const GCRA_SCRIPT: &str = "
local now, each, window, slowness = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local whole_at = math.min(math.max(tonumber(redis.call('get', KEYS[1]) or '0'), now), now + window)
local after = whole_at + each
if after - now > window then return {0, string.format('%.0f', whole_at)} end
if after > now then
  redis.call('set', KEYS[1], string.format('%.0f', after), 'px', math.ceil((after - now) * slowness / 1000))
elseif each < 0 then
  redis.call('del', KEYS[1])
end
return {1, string.format('%.0f', after)}
";

/// Rate limiter that all instances share.
pub struct SharedRateLimiter {
    client: Client,
    take: Script,
    /// `None` while Redis is unavailable.
    connection: RwLock<Option<MultiplexedConnection>>,
}

/// Result of taking one request from a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedDecision {
    /// True if the quota allowed the request.
    pub allowed: bool,
    /// Time at which the quota is full again, in Unix microseconds.
    pub whole_at: i64,
}

/// Arguments of one GCRA step.
#[derive(Clone, Copy, Debug)]
pub struct GcraParams {
    /// Current time, in Unix microseconds.
    pub now: i64,
    /// Cost of the request, in microseconds; 0 reads the state without taking a request.
    pub each: i64,
    /// Length of the window, in microseconds.
    pub window: i64,
    /// Real microseconds in one microsecond of `now`: 10 for a window of ten minutes.
    pub slowness: i64,
}

impl SharedRateLimiter {
    /// Creates a limiter for the Redis at `url`. Connects later, in [`SharedRateLimiter::reconnect`].
    pub fn at(url: &Secret) -> Result<Self, String> {
        let client =
            Client::open(url.reveal()).map_err(|_| "expected redis://HOST:PORT/NUMBER, got another form".to_owned())?;
        Ok(Self { client, take: Script::new(GCRA_SCRIPT), connection: RwLock::new(None) })
    }

    /// Takes one request from an account's quota. Returns `None` while Redis is unavailable.
    pub async fn take(&self, account: AccountId, step: GcraParams) -> Option<SharedDecision> {
        self.take_of(format!("neuralbox:limit:{account}"), step).await
    }

    /// Takes one event of a subject, such as a network, from the limit of that name. Returns `None` while Redis is
    /// unavailable.
    pub async fn take_event(&self, limit: &str, subject: &str, step: GcraParams) -> Option<SharedDecision> {
        self.take_of(format!("neuralbox:limit:{limit}:{subject}"), step).await
    }

    async fn take_of(&self, key: String, step: GcraParams) -> Option<SharedDecision> {
        let mut connection = self.connection.read().unwrap_or_else(PoisonError::into_inner).clone()?;
        let mut call = self.take.key(key);
        call.arg(step.now).arg(step.each).arg(step.window).arg(step.slowness);
        let invoked = tokio::time::timeout(REDIS_TIMEOUT, call.invoke_async::<(i64, i64)>(&mut connection)).await;
        let error = match invoked {
            Ok(Ok((allowed, whole_at))) => return Some(SharedDecision { allowed: allowed == 1, whole_at }),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {} ms", REDIS_TIMEOUT.as_millis()),
        };
        self.disconnect(&error);
        None
    }

    /// True if Redis answered the last call.
    pub fn is_connected(&self) -> bool {
        self.connection.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Reconnects if Redis is unavailable.
    pub async fn reconnect(&self) {
        if self.is_connected() {
            return;
        }
        let connect = async {
            let mut connection = self.client.get_multiplexed_async_connection().await?;
            redis::cmd("PING").exec_async(&mut connection).await?;
            Ok::<_, redis::RedisError>(connection)
        };
        match tokio::time::timeout(CONNECT_TIMEOUT, connect).await {
            Ok(Ok(connection)) => {
                *self.connection.write().unwrap_or_else(PoisonError::into_inner) = Some(connection);
                telemetry::metrics::redis_up(Availability::Up);
                tracing::info!("redis: connected, rate limits are shared");
            }
            Ok(Err(error)) => tracing::debug!(%error, "redis: still unavailable"),
            Err(_) => tracing::debug!("redis: still unavailable"),
        }
    }

    fn disconnect(&self, error: &str) {
        let was_connected = self.connection.write().unwrap_or_else(PoisonError::into_inner).take().is_some();
        telemetry::metrics::redis_up(Availability::Down);
        if was_connected {
            tracing::warn!(error, "redis: unavailable, each instance counts requests alone");
        }
    }
}

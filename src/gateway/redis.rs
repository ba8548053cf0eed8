//! Rate limits shared by several instances through Redis.
//!
//! Redis is optional. If it does not answer in time, each instance counts alone, and a job reconnects in the
//! background.

use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{Client, Script};
use url::Url;

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

/// Parameters of a URL with a host, and of a Unix socket.
const HOST_PARAMETERS: [&str; 1] = ["protocol"];
const SOCKET_PARAMETERS: [&str; 4] = ["protocol", "db", "user", "pass"];

/// Checks a URL of Redis and returns it as the client understands it. What has no effect is refused by its name; no
/// error quotes a value.
pub fn parse_url(text: &str) -> Result<String, String> {
    let forms = "expected redis://HOST:PORT/NUMBER, rediss:// for TLS, or unix:///FILE";
    let mut url = Url::parse(text)
        .map_err(|error| format!("{forms}, got an invalid URL ({error}); # in a password is %23, / is %2F"))?;
    let is_socket = match url.scheme() {
        "redis" | "rediss" | "valkey" | "valkeys" => false,
        "unix" | "redis+unix" | "valkey+unix" | "redis+socket" => true,
        _ => return Err(format!("{forms}, got another scheme")),
    };
    if url.fragment() == Some("insecure") {
        return Err("expected a certificate that is checked, got #insecure; SSL_CERT_FILE adds authorities".to_owned());
    }
    let known: &[&str] = if is_socket { &SOCKET_PARAMETERS } else { &HOST_PARAMETERS };
    let has_unknown = url.query_pairs().any(|(name, _)| !known.contains(&&*name));
    if url.fragment().is_some() || has_unknown {
        return Err(format!("expected no parameters but {}, got others", known.join(", ")));
    }
    if is_socket {
        if url.host_str().is_some_and(|host| !host.is_empty()) || url.path().len() < 2 {
            return Err("expected a socket like unix:///run/redis/redis.sock, got another form".to_owned());
        }
        let rest = url.as_str().split_once(':').map(|(_, rest)| rest.to_owned()).unwrap_or_default();
        url = Url::parse(&format!("unix:{rest}")).map_err(|error| error.to_string())?;
    } else {
        let number = url.path().trim_matches('/');
        if url.host_str().is_none_or(str::is_empty) || !(number.is_empty() || number.parse::<u32>().is_ok()) {
            return Err(format!("{forms}, got another form"));
        }
        let path = if number.is_empty() { String::new() } else { format!("/{number}") };
        url.set_path(&path);
    }
    // The client refuses all other invalid URLs, such as one with an unspecified address.
    Client::open(url.as_str()).map_err(|error| format!("{forms}, got another form ({error})"))?;
    Ok(url.into())
}

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
        let client = Client::open(url.reveal()).map_err(|error| error.to_string())?;
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

    /// Reconnects if Redis is unavailable. Fails with the reason if it still is.
    pub async fn reconnect(&self) -> Result<(), String> {
        if self.is_connected() {
            return Ok(());
        }
        let connect = async {
            let mut connection = self.client.get_multiplexed_async_connection().await?;
            redis::cmd("PING").exec_async(&mut connection).await?;
            Ok::<_, redis::RedisError>(connection)
        };
        let error = match tokio::time::timeout(CONNECT_TIMEOUT, connect).await {
            Ok(Ok(connection)) => {
                *self.connection.write().unwrap_or_else(PoisonError::into_inner) = Some(connection);
                telemetry::metrics::redis_up(Availability::Up);
                tracing::info!("redis: connected, rate limits are shared");
                return Ok(());
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {} s", CONNECT_TIMEOUT.as_secs()),
        };
        tracing::debug!(error, "redis: still unavailable");
        Err(error)
    }

    fn disconnect(&self, error: &str) {
        let was_connected = self.connection.write().unwrap_or_else(PoisonError::into_inner).take().is_some();
        telemetry::metrics::redis_up(Availability::Down);
        if was_connected {
            tracing::warn!(error, "redis: unavailable, each instance counts requests alone");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_that_works_is_taken() {
        for (url, taken) in [
            ("redis://h", "redis://h"),
            ("REDIS://h:6379/2/", "redis://h:6379/2"),
            ("rediss://:a-password@h:6380/0", "rediss://:a-password@h:6380/0"),
            ("rediss://user:pa%23ss@h?protocol=resp3", "rediss://user:pa%23ss@h?protocol=resp3"),
            ("valkeys://h", "valkeys://h"),
            ("unix:///run/redis.sock?db=1&pass=a", "unix:///run/redis.sock?db=1&pass=a"),
            ("redis+unix:///run/redis.sock", "unix:///run/redis.sock"),
            ("redis+socket:///run/redis.sock", "unix:///run/redis.sock"),
        ] {
            assert_eq!(parse_url(url), Ok(taken.to_owned()), "{url}");
        }
    }

    #[test]
    fn a_url_that_cannot_work_is_refused_without_its_password() {
        for (url, reason) in [
            ("127.0.0.1:6379", "invalid URL"),
            ("localhost:6379", "another scheme"),
            ("http://:secret@h", "another scheme"),
            ("redis-sentinel://:secret@h", "another scheme"),
            ("redis://:secret#x@h", "%23"),
            ("redis://:secret/x@h", "%2F"),
            ("redis://:secret@h/zero", "another form"),
            ("redis://:secret@h?db=1", "no parameters but protocol"),
            ("rediss://:secret@h?ssl_cert_reqs=none", "no parameters but protocol"),
            ("rediss://:secret@h#insecure", "SSL_CERT_FILE"),
            ("redis://0.0.0.0", "another form"),
            ("unix://run/redis.sock", "expected a socket"),
            ("unix:///", "expected a socket"),
            ("unix:///run/redis.sock?virtual_host=1", "no parameters but protocol, db"),
        ] {
            let refused = parse_url(url).expect_err(url);
            assert!(refused.contains(reason) && !refused.contains("secret"), "{url}: {refused}");
        }
    }
}

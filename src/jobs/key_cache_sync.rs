//! Synchronisation of the key cache with the database.
//!
//! With Postgres an instance listens for the changes of the others. It also sends heartbeats and waits for its own,
//! which proves that the connection still delivers. With SQLite it polls for changes by other processes, such as
//! `neuralbox-auth admin`. While changes cannot be received, the cache is not trusted and every key is read from the
//! database.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::domain::api_keys::key_cache_sync::{ChangeCursor, ChangeListener, ListenOutcome};
use crate::domain::{Domain, Error, Result};

/// Interval of the heartbeats. The cache is trusted for one second after a heartbeat comes back.
const HEARTBEAT_INTERVAL: Duration = Duration::from_millis(200);
/// Silence after which the listener reconnects.
const HEARTBEAT_TIMEOUT: Duration = Duration::from_secs(5);
/// Interval at which the SQLite file is polled for changes by other processes.
const POLL_INTERVAL: Duration = Duration::from_millis(250);
/// Pause after an error.
const RETRY_PAUSE: Duration = Duration::from_millis(250);
/// Pause before the listener reconnects to a server that takes no writes.
const READ_ONLY_PAUSE: Duration = Duration::from_secs(1);
/// Number of heartbeats between two updates of the change cursor.
const CURSOR_EVERY_BEATS: u64 = 50;

/// Synchronises the cache until `stop`.
pub(super) async fn run(domain: &Domain, stop: &CancellationToken) {
    let work = async { tokio::join!(refresh(domain, stop), follow(domain, stop)) };
    tokio::select! {
        _ = work => {}
        () = stop.cancelled() => {}
    }
}

/// Reads invalidated entries again as soon as they are known.
async fn refresh(domain: &Domain, stop: &CancellationToken) {
    loop {
        domain.wait_for_invalidation().await;
        while let Err(error) = domain.refresh_cache().await {
            tracing::warn!(?error, "key cache: refresh failed, reading keys from the database");
            if stop.is_cancelled() {
                return;
            }
            pause(RETRY_PAUSE, stop).await;
        }
    }
}

/// Follows changes, and starts over after an error.
async fn follow(domain: &Domain, stop: &CancellationToken) {
    let mut cursor = None;
    // `pause` does not wait after `stop`, and a closed database fails at once: without this condition, here and below,
    // the task would never yield again.
    while !stop.is_cancelled() {
        let outcome = match domain.subscribe_changes().await {
            Ok(Some(listener)) => Box::pin(listen(domain, listener, &mut cursor, stop)).await,
            Ok(None) => poll(domain, &mut cursor, stop).await,
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            tracing::warn!(?error, "key cache: changes cannot be received, reading every key from the database");
        }
        pause(RETRY_PAUSE, stop).await;
    }
}

/// With Postgres: receives changes, and sends heartbeats to check the connection.
async fn listen(
    domain: &Domain,
    mut listener: ChangeListener,
    cursor: &mut Option<ChangeCursor>,
    stop: &CancellationToken,
) -> Result<()> {
    domain.distrust_cache();
    let name = listener.name().to_owned();
    let next_cursor = NextCursor::default();
    let receive = async {
        catch_up(domain, cursor).await?;
        loop {
            let Ok(received) = tokio::time::timeout(HEARTBEAT_TIMEOUT, domain.next_change(&mut listener)).await else {
                tracing::warn!(silent_secs = HEARTBEAT_TIMEOUT.as_secs(), "key cache: no heartbeat, reconnecting");
                return Ok(());
            };
            match received? {
                ListenOutcome::On => {}
                ListenOutcome::UpTo(sent_at) => {
                    let mut next = next_cursor.lock().unwrap_or_else(PoisonError::into_inner);
                    if let Some(next) = next.take_if(|next| next.heartbeat_at <= sent_at) {
                        *cursor = Some(next.cursor);
                    }
                }
                ListenOutcome::Missed => catch_up(domain, cursor).await?,
            }
        }
    };
    tokio::select! {
        outcome = receive => outcome,
        outcome = send_heartbeats(domain, &name, &next_cursor, stop) => outcome,
    }
}

/// Sends heartbeats, and now and then a new cursor before one. Returns when the server takes no writes.
async fn send_heartbeats(
    domain: &Domain,
    name: &str,
    next_cursor: &NextCursor,
    stop: &CancellationToken,
) -> Result<()> {
    let mut count = 0_u64;
    while !stop.is_cancelled() {
        let outcome = if count.is_multiple_of(CURSOR_EVERY_BEATS) {
            let next = confirm_cursor(domain, name).await;
            next.map(|next| *next_cursor.lock().unwrap_or_else(PoisonError::into_inner) = Some(next))
        } else {
            domain.send_heartbeat(name).await.map(drop)
        };
        if let Err(error) = outcome {
            tracing::debug!(?error, "key cache: heartbeat not sent");
            // Another server may be the primary by now, and this connection would never receive its changes.
            if matches!(&error, Error::Failed(fault) if fault.is_read_only()) {
                pause(READ_ONLY_PAUSE, stop).await;
                return Err(error);
            }
        }
        pause(HEARTBEAT_INTERVAL, stop).await;
        count = count.wrapping_add(1);
    }
    Ok(())
}

/// Latest cursor whose heartbeat has not arrived yet.
type NextCursor = Mutex<Option<UnconfirmedCursor>>;

/// A cursor, and the time of a heartbeat sent after it. Once that heartbeat arrives, so has every change before the
/// cursor.
struct UnconfirmedCursor {
    cursor: ChangeCursor,
    heartbeat_at: u64,
}

/// Reads the cursor and sends a heartbeat that confirms it.
async fn confirm_cursor(domain: &Domain, name: &str) -> Result<UnconfirmedCursor> {
    let cursor = domain.change_cursor().await?;
    Ok(UnconfirmedCursor { cursor, heartbeat_at: domain.send_heartbeat(name).await? })
}

/// With SQLite: polls for changes by other processes.
async fn poll(domain: &Domain, cursor: &mut Option<ChangeCursor>, stop: &CancellationToken) -> Result<()> {
    while !stop.is_cancelled() {
        catch_up(domain, cursor).await?;
        domain.trust_single_instance();
        pause(POLL_INTERVAL, stop).await;
    }
    Ok(())
}

/// Applies the changes since the cursor. The first time, loads every key instead.
async fn catch_up(domain: &Domain, cursor: &mut Option<ChangeCursor>) -> Result<()> {
    *cursor = Some(if let Some(cursor) = *cursor {
        domain.catch_up(cursor).await?
    } else {
        let cursor = domain.change_cursor().await?;
        domain.load_keys().await?;
        cursor
    });
    Ok(())
}

async fn pause(length: Duration, stop: &CancellationToken) {
    let _ = tokio::time::timeout(length, stop.cancelled()).await;
}

//! Keeps what is held of keys true: loads it, hears what changes, reads that again.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::domain::api_keys::key_cache_sync::{ChangeCursor, ChangeListener, ListenOutcome};
use crate::domain::{Domain, Result};

/// How often an instance says that it is there. It must hear itself within a second.
const HEARTBEAT_INTERVAL: Duration = Duration::from_millis(200);
/// After how long without hearing itself it listens anew.
const HEARTBEAT_TIMEOUT: Duration = Duration::from_secs(5);
/// How often another process is looked for that changes the same SQLite file, such as `neuralbox-auth admin`.
const POLL_INTERVAL: Duration = Duration::from_millis(250);
/// How long to wait after a fault.
const RETRY_PAUSE: Duration = Duration::from_millis(250);
/// With every how many words it is noted how far the news was heard.
const CURSOR_EVERY_BEATS: u64 = 50;

/// Runs until `stop`.
pub(super) async fn run(domain: &Domain, stop: &CancellationToken) {
    let work = async { tokio::join!(read(domain, stop), follow(domain, stop)) };
    tokio::select! {
        _ = work => {}
        () = stop.cancelled() => {}
    }
}

/// Reads again what changed, as soon as it is known.
async fn read(domain: &Domain, stop: &CancellationToken) {
    loop {
        domain.wait_for_invalidation().await;
        while let Err(fault) = domain.refresh_cache().await {
            tracing::warn!(?fault, "what changed could not be read; the database is asked instead");
            pause(RETRY_PAUSE, stop).await;
        }
    }
}

/// Listens, again and again.
async fn follow(domain: &Domain, stop: &CancellationToken) {
    let mut mark = None;
    loop {
        let outcome = match domain.listen().await {
            Ok(Some(ear)) => listen(domain, ear, &mut mark, stop).await,
            Ok(None) => look(domain, &mut mark, stop).await,
            Err(fault) => Err(fault),
        };
        if let Err(fault) = outcome {
            tracing::warn!(?fault, "changes by other instances are not heard; the database is asked about every key");
        }
        pause(RETRY_PAUSE, stop).await;
    }
}

/// With Postgres: hears the news, and speaks so as to hear itself.
async fn listen(
    domain: &Domain,
    mut ear: ChangeListener,
    mark: &mut Option<ChangeCursor>,
    stop: &CancellationToken,
) -> Result<()> {
    domain.distrust_cache();
    let name = ear.name().to_owned();
    // A mark, and the time of the word that was sent after it: once that is heard, so is everything up to the mark.
    let next_mark: Mutex<Option<(ChangeCursor, u64)>> = Mutex::default();
    let speak = async {
        for count in 0_u64.. {
            let spoken = speak(domain, &name, count.is_multiple_of(CURSOR_EVERY_BEATS)).await;
            match spoken {
                Ok(Some(next)) => *next_mark.lock().unwrap_or_else(PoisonError::into_inner) = Some(next),
                Ok(None) => {}
                Err(fault) => tracing::debug!(?fault, "could not speak"),
            }
            pause(HEARTBEAT_INTERVAL, stop).await;
        }
    };
    let hear = async {
        catch_up(domain, mark).await?;
        loop {
            let Ok(heard) = tokio::time::timeout(HEARTBEAT_TIMEOUT, domain.hear(&mut ear)).await else {
                tracing::warn!("nothing was heard for {} s: listening anew", HEARTBEAT_TIMEOUT.as_secs());
                return Ok(());
            };
            match heard? {
                ListenOutcome::On => {}
                ListenOutcome::UpTo(sent_at) => {
                    let mut next = next_mark.lock().unwrap_or_else(PoisonError::into_inner);
                    if let Some((reached, _)) = next.take_if(|(_, at)| *at <= sent_at) {
                        *mark = Some(reached);
                    }
                }
                ListenOutcome::Missed => catch_up(domain, mark).await?,
            }
        }
    };
    tokio::select! {
        ended = hear => ended,
        () = speak => Ok(()),
    }
}

/// Says that this instance is there; with the mark of before, if that is wanted.
async fn speak(domain: &Domain, name: &str, with_mark: bool) -> Result<Option<(ChangeCursor, u64)>> {
    let mark = if with_mark { Some(domain.change_cursor().await?) } else { None };
    let sent_at = domain.beat(name).await?;
    Ok(mark.map(|mark| (mark, sent_at)))
}

/// With SQLite: looks for changes by other processes.
async fn look(domain: &Domain, mark: &mut Option<ChangeCursor>, stop: &CancellationToken) -> Result<()> {
    loop {
        catch_up(domain, mark).await?;
        domain.trust_single_instance();
        pause(POLL_INTERVAL, stop).await;
    }
}

/// Reads on from the mark; at first, loads everything.
async fn catch_up(domain: &Domain, mark: &mut Option<ChangeCursor>) -> Result<()> {
    *mark = Some(if let Some(mark) = *mark {
        domain.catch_up(mark).await?
    } else {
        let mark = domain.change_cursor().await?;
        domain.load_keys().await?;
        mark
    });
    Ok(())
}

async fn pause(time: Duration, stop: &CancellationToken) {
    // Ends early when everything does.
    let _ = tokio::time::timeout(time, stop.cancelled()).await;
}

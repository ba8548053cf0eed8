//! Password hashing with bounded concurrency. One Argon2id run takes 19 MiB and about 17 ms, so each core runs one, on
//! blocking threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::available_parallelism;
use std::time::Instant;

use tokio::sync::Semaphore;

use crate::domain::Domain;
use crate::domain::error::{Fault, Refusal, Result};
use crate::model::crypto::rng::Rng;
use crate::model::sign_in::password::{Password, PasswordHash};
use crate::telemetry;

/// Runs that may wait per core: about half a second of work. Beyond that requests are refused as busy.
const MAX_QUEUED_PER_CORE: usize = 32;

/// Pool of hashing slots with a bounded queue.
pub(in crate::domain) struct PasswordHasher {
    slots: Arc<Semaphore>,
    waiting: AtomicUsize,
    most: usize,
    /// Compared if the address has no password, so that the duration is the same.
    nobody: PasswordHash,
}

impl PasswordHasher {
    /// Creates one slot per core.
    pub(in crate::domain) fn new(rng: &dyn Rng) -> Self {
        let cores = available_parallelism().map_or(1, std::num::NonZero::get);
        let slots = Arc::new(Semaphore::new(cores));
        Self {
            slots,
            waiting: AtomicUsize::new(0),
            most: cores * MAX_QUEUED_PER_CORE,
            nobody: PasswordHash::decoy(rng),
        }
    }

    /// Runs `job` in a free slot. The slot stays taken until the job ends, even if the caller is cancelled.
    async fn work<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let slot = {
            let _place = QueueSlot::take(&self.waiting, self.most)?;
            Arc::clone(&self.slots).acquire_owned().await.map_err(Fault::new).map_err(crate::domain::Error::Failed)?
        };
        let done = tokio::task::spawn_blocking(move || {
            let begun = Instant::now();
            let done = job();
            telemetry::metrics::password_hash_duration_seconds(begun.elapsed());
            drop(slot);
            done
        });
        done.await.map_err(Fault::new).map_err(crate::domain::Error::Failed)
    }
}

/// Place in the queue; released on drop.
struct QueueSlot<'a>(&'a AtomicUsize);

impl<'a> QueueSlot<'a> {
    fn take(waiting: &'a AtomicUsize, most: usize) -> Result<Self> {
        let place = Self(waiting);
        if waiting.fetch_add(1, Ordering::Relaxed) < most {
            return Ok(place);
        }
        telemetry::metrics::password_operations_total("busy");
        Err(Refusal::Busy.into())
    }
}

impl Drop for QueueSlot<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Domain {
    /// Returns the hash if `kept` is a hash of this password. Without a hash it takes as long and returns `None`.
    pub(in crate::domain) async fn compare(
        &self,
        kept: Option<&str>,
        password: Password,
    ) -> Result<Option<PasswordHash>> {
        let hash = kept.and_then(PasswordHash::parse);
        if kept.is_some() && hash.is_none() {
            tracing::error!("password hash: unreadable, nobody can sign in with it");
        }
        let (is_there, hash) = (hash.is_some(), hash.unwrap_or_else(|| self.inner.password_hasher.nobody.clone()));
        self.inner.password_hasher.work(move || (hash.is_of(&password) && is_there).then_some(hash)).await
    }

    /// Hashes a new password.
    pub(in crate::domain) async fn hash(&self, password: Password) -> Result<PasswordHash> {
        let salt = PasswordHash::salt(self.rng());
        let hash = self.inner.password_hasher.work(move || PasswordHash::of(&password, salt)).await?;
        hash.ok_or_else(|| crate::domain::Error::Failed(Fault::new("hashing a password failed")))
    }
}

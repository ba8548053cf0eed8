//! Where passwords are compared: each time takes 19 MiB and some 17 ms, so one at a time per core, on threads that nobody waits on.

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

/// How many may wait for each core: about half a second's work. Whoever comes beyond that is asked to come back.
const MAX_QUEUED_PER_CORE: usize = 32;

/// See the module.
pub(in crate::domain) struct PasswordHasher {
    desks: Arc<Semaphore>,
    waiting: AtomicUsize,
    most: usize,
    /// Compared where there is none, so that it takes as long.
    nobody: PasswordHash,
}

impl PasswordHasher {
    /// With a desk for each core.
    pub(in crate::domain) fn new(rng: &dyn Rng) -> Self {
        let cores = available_parallelism().map_or(1, std::num::NonZero::get);
        let desks = Arc::new(Semaphore::new(cores));
        Self {
            desks,
            waiting: AtomicUsize::new(0),
            most: cores * MAX_QUEUED_PER_CORE,
            nobody: PasswordHash::decoy(rng),
        }
    }

    /// Does `job` when a desk is free. The desk is taken until the job is done, whether anybody still waits for it or not.
    async fn work<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let desk = {
            let _place = QueueSlot::take(&self.waiting, self.most)?;
            Arc::clone(&self.desks).acquire_owned().await.map_err(Fault::new).map_err(crate::domain::Error::Failed)?
        };
        let done = tokio::task::spawn_blocking(move || {
            let begun = Instant::now();
            let done = job();
            telemetry::hashed(begun.elapsed());
            drop(desk);
            done
        });
        done.await.map_err(Fault::new).map_err(crate::domain::Error::Failed)
    }
}

/// A place in the queue.
struct QueueSlot<'a>(&'a AtomicUsize);

impl<'a> QueueSlot<'a> {
    fn take(waiting: &'a AtomicUsize, most: usize) -> Result<Self> {
        let place = Self(waiting);
        if waiting.fetch_add(1, Ordering::Relaxed) < most {
            return Ok(place);
        }
        telemetry::password("busy");
        Err(Refusal::Busy.into())
    }
}

impl Drop for QueueSlot<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Domain {
    /// Whether that is the password of which `kept` is kept; with none kept it takes as long, and is never.
    pub(in crate::domain) async fn compare(
        &self,
        kept: Option<&str>,
        password: Password,
    ) -> Result<Option<PasswordHash>> {
        let hash = kept.and_then(PasswordHash::parse);
        if kept.is_some() && hash.is_none() {
            tracing::error!("a password's digest cannot be read; nobody can sign in with it");
        }
        let (is_there, hash) = (hash.is_some(), hash.unwrap_or_else(|| self.inner.password_hasher.nobody.clone()));
        self.inner.password_hasher.work(move || (hash.is_of(&password) && is_there).then_some(hash)).await
    }

    /// What is to be kept of a new password.
    pub(in crate::domain) async fn hash(&self, password: Password) -> Result<PasswordHash> {
        let salt = PasswordHash::salt(self.rng());
        let hash = self.inner.password_hasher.work(move || PasswordHash::of(&password, salt)).await?;
        hash.ok_or_else(|| crate::domain::Error::Failed(Fault::new("a password could not be hashed")))
    }
}

//! Password hashing with bounded concurrency. One Argon2id run takes 19 MiB and about 17 ms, so each core runs one, on
//! blocking threads. [`HashingQueue`] shares them among client networks.

use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Instant;

use crate::domain::Domain;
use crate::domain::error::{Error, Fault, Refusal, Result};
use crate::domain::sign_in::hashing_queue::HashingQueue;
use crate::model::crypto::rng::Rng;
use crate::model::network::Network;
use crate::model::sign_in::password::{Password, PasswordHash};
use crate::telemetry;

/// Runs that may wait per core: about half a second of work. Beyond that requests are refused as busy.
const MAX_QUEUED_PER_CORE: usize = 32;

/// Pool of hashing slots with a bounded queue.
pub(in crate::domain) struct PasswordHasher {
    queue: Arc<HashingQueue>,
    /// Compared if the address has no password, so that the duration is the same.
    nobody: PasswordHash,
}

impl PasswordHasher {
    /// Creates one slot per core.
    pub(in crate::domain) fn new(rng: &dyn Rng) -> Self {
        let cores = available_parallelism().map_or(1, std::num::NonZero::get);
        Self { queue: HashingQueue::new(cores, cores * MAX_QUEUED_PER_CORE), nobody: PasswordHash::decoy(rng) }
    }

    /// Runs `job` in a slot for `network`. The slot stays taken until the job ends, even if the caller is cancelled.
    async fn work<T: Send + 'static>(&self, network: Network, job: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let Ok(slot) = self.queue.slot(network).await else {
            telemetry::metrics::password_operations_total("busy");
            return Err(Refusal::Busy.into());
        };
        let done = tokio::task::spawn_blocking(move || {
            let begun = Instant::now();
            let done = job();
            telemetry::metrics::password_hash_duration_seconds(begun.elapsed());
            drop(slot);
            done
        });
        done.await.map_err(Fault::new).map_err(Error::Failed)
    }
}

impl Domain {
    /// Returns the hash if `kept` is a hash of this password. Without a hash it takes as long and returns `None`.
    pub(in crate::domain) async fn compare(
        &self,
        kept: Option<&str>,
        password: Password,
        network: Network,
    ) -> Result<Option<PasswordHash>> {
        let hash = kept.and_then(PasswordHash::parse);
        if kept.is_some() && hash.is_none() {
            tracing::error!("password hash: unreadable, nobody can sign in with it");
        }
        let (is_there, hash) = (hash.is_some(), hash.unwrap_or_else(|| self.inner.password_hasher.nobody.clone()));
        self.inner.password_hasher.work(network, move || (hash.is_of(&password) && is_there).then_some(hash)).await
    }

    /// Hashes a new password.
    pub(in crate::domain) async fn hash(&self, password: Password, network: Network) -> Result<PasswordHash> {
        let salt = PasswordHash::salt(self.rng());
        let hash = self.inner.password_hasher.work(network, move || PasswordHash::of(&password, salt)).await?;
        hash.ok_or_else(|| Error::Failed(Fault::new("hashing a password failed")))
    }
}

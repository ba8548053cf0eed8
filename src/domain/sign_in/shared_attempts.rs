//! Attempts at passwords and mails, counted with the other instances as well.
//!
//! The counters of this process decide first. With Redis, an attempt that they admit is counted there, too.

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::domain::rate_limits::event_limit::EventLimit;
use crate::domain::sign_in::attempt_limits::AttemptPermit;
use crate::model::network::Network;

impl Domain {
    /// Takes one mail request for an address.
    pub(in crate::domain) async fn take_mail_attempt(&self, address: &str, network: Network) -> Result<()> {
        let permit = self.inner.attempt_limits.mail(address, network, self.inner.env.clock.millis())?;
        self.share_attempts(permit).await.map(drop)
    }

    /// Counts attempts with the other instances. If they used up a limit, all are returned.
    pub(in crate::domain) async fn share_attempts(&self, permit: AttemptPermit) -> Result<AttemptPermit> {
        let millis = self.inner.env.clock.millis();
        for (index, (subject, limit)) in permit.limits().enumerate() {
            let Some(shared) = self.take_shared(limit, &subject, millis).await else { break };
            if let Err(refused) = shared.outcome {
                self.inner.attempt_limits.release(&permit);
                self.return_shared(permit.limits().take(index)).await;
                return Err(refused);
            }
        }
        Ok(permit)
    }

    /// Returns attempts here and in Redis because the password was right.
    pub(in crate::domain) async fn return_attempts(&self, permit: &AttemptPermit) {
        self.inner.attempt_limits.release(permit);
        self.return_shared(permit.limits()).await;
    }

    async fn return_shared(&self, limits: impl Iterator<Item = (String, EventLimit)>) {
        let millis = self.inner.env.clock.millis();
        for (subject, limit) in limits {
            self.release_shared(limit, &subject, millis).await;
        }
    }
}

//! Rotation of the signing keys: by time, by hand, and at once when a key was stolen.

use crate::domain::Domain;
use crate::domain::admin::access::{Admin, AdminAct};
use crate::domain::error::Result;
use crate::model::oauth::signing_key::{KeyRotationMode, SigningAlgorithm, SigningKeyState, SigningKeyStatus};
use crate::model::time::Moment;
use crate::store::oauth::audit_log::{Audited, OAuthAudit};
use crate::store::oauth::signing_keys::{
    AddSigningKey, PromoteNextKeys, ReplaceSigningKeys, ScheduleNextKeys, SigningKeyRow,
};

/// Time for which a key is published before it signs, in seconds: a day. Readers keep keys for hours.
const PUBLISHED_SECS: i64 = 86_400;

const DAY_SECS: i64 = 86_400;

impl Domain {
    /// Returns all signing keys with their states.
    pub async fn signing_keys(&self, admin: &Admin) -> Result<Vec<SigningKeyStatus>> {
        admin.require(AdminAct::Clients)?;
        let keys = self.inner.store.oauth_keys().await?;
        Ok(keys.iter().filter_map(status_of).collect())
    }

    /// Rotates the signing keys of every algorithm, and returns their new states.
    pub async fn rotate_signing_keys(&self, admin: &Admin, mode: KeyRotationMode) -> Result<Vec<SigningKeyStatus>> {
        admin.require(AdminAct::Clients)?;
        let now = self.now();
        let action = match mode {
            KeyRotationMode::Overlap => "rotate_keys",
            KeyRotationMode::Emergency => "replace_keys",
        };
        let audit = OAuthAudit { client: String::new(), admin: admin.who(), action, detail: None, now };
        match mode {
            KeyRotationMode::Overlap => {
                self.ensure_next_keys().await?;
                let work = ScheduleNextKeys { current_before: now, published_secs: PUBLISHED_SECS, now };
                self.inner.store.write(Audited { work, audit }).await?;
                self.promote_due_keys().await?;
            }
            KeyRotationMode::Emergency => {
                let mut keys = Vec::new();
                for algorithm in self.algorithms_in_use().await? {
                    keys.push(self.new_key(algorithm, SigningKeyState::Current).await?);
                    keys.push(self.new_key(algorithm, SigningKeyState::Next).await?);
                }
                tracing::warn!("signing keys: all replaced, no token signed before is valid");
                self.inner.store.write(Audited { work: ReplaceSigningKeys { keys }, audit }).await?;
                self.inner.oauth.key_ring.expire();
            }
        }
        self.signing_keys(admin).await
    }

    /// Schedules the next keys once the current ones are old enough, and makes those current that are due.
    pub async fn rotate_signing_keys_when_due(&self) -> Result<()> {
        let Some(settings) = &self.inner.settings.oauth else { return Ok(()) };
        self.oauth_keys().await?;
        self.ensure_next_keys().await?;
        if settings.key_days > 0 {
            let now = self.now();
            let current_before = now.minus(i64::from(settings.key_days).saturating_mul(DAY_SECS));
            let keys = self.inner.store.oauth_keys().await?;
            let is_old = |key: &SigningKeyRow| {
                key.state == "current" && key.signs_from.is_some_and(|from| from <= current_before)
            };
            // The write decides; without the look, every instance would write every minute.
            if keys.iter().any(is_old) {
                let schedule = ScheduleNextKeys { current_before, published_secs: PUBLISHED_SECS, now };
                self.inner.store.write(schedule).await?;
            }
        }
        self.promote_due_keys().await
    }

    async fn promote_due_keys(&self) -> Result<()> {
        let now = self.now();
        let keys = self.inner.store.oauth_keys().await?;
        let is_due = |key: &SigningKeyRow| key.state == "next" && key.signs_from.is_some_and(|from| from <= now);
        if keys.iter().any(is_due) {
            self.inner.store.write(PromoteNextKeys { now }).await?;
            self.ensure_next_keys().await?;
        }
        self.inner.oauth.key_ring.expire();
        Ok(())
    }

    /// Makes a next key where there is none: it is published long before it signs.
    async fn ensure_next_keys(&self) -> Result<()> {
        let keys = self.inner.store.oauth_keys().await?;
        for algorithm in self.algorithms_in_use().await? {
            let is_next = |key: &SigningKeyRow| key.alg == algorithm.as_str() && key.state == "next";
            if !keys.iter().any(is_next) {
                let key = self.new_key(algorithm, SigningKeyState::Next).await?;
                self.inner.store.write(AddSigningKey { key }).await?;
                self.inner.oauth.key_ring.expire();
            }
        }
        Ok(())
    }

    /// ES256, and every algorithm that has a current key.
    async fn algorithms_in_use(&self) -> Result<Vec<SigningAlgorithm>> {
        let keys = self.inner.store.oauth_keys().await?;
        let has_current = |algorithm: &SigningAlgorithm| {
            keys.iter().any(|key| key.alg == algorithm.as_str() && key.state == "current")
        };
        let rs256 = Some(SigningAlgorithm::Rs256).filter(has_current);
        Ok([SigningAlgorithm::Es256].into_iter().chain(rs256).collect())
    }
}

fn status_of(row: &SigningKeyRow) -> Option<SigningKeyStatus> {
    let SigningKeyRow { kid, alg, state, published_at, signs_from, retired_at, .. } = row;
    let (published_at, signs_from, retired_at): (Moment, _, _) = (*published_at, *signs_from, *retired_at);
    let (algorithm, state) = SigningAlgorithm::parse(alg).zip(SigningKeyState::parse(state))?;
    Some(SigningKeyStatus { kid: kid.clone(), algorithm, state, published_at, signs_from, retired_at })
}

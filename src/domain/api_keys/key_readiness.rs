//! Readiness of a key, for its owner: whether it has made a request, and how much of the limit is left.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::api_keys::keys::ListedKey;
use crate::domain::error::Result;
use crate::model::api_key::{KeyId, KeyState};
use crate::model::rate_limit::RateLimitStatus;

/// Path of our own check of a key, which a new key can call when no other API is configured.
const VERIFY_PATH: &str = "/api/v2/auth/verify";

/// State of a key as verification sees it. The secret is not stored, so no request is made with it.
#[derive(Clone, Debug)]
pub struct KeyReadiness {
    /// The key with its state and last use.
    pub listed: ListedKey,
    /// Quota of the account; `None` if requests with the key are refused.
    pub quota: Option<RateLimitStatus>,
}

/// First request with a key, as a command in one line. The key is in the variable `KEY`, so that it is in no history.
#[must_use]
pub fn curl_snippet(url: &str) -> String {
    format!("curl -i \"{url}\" -H \"Authorization: Bearer $KEY\"")
}

impl Domain {
    /// Returns the readiness of one of the caller's keys. Pending uses are written first, so that a request made a moment
    /// ago counts.
    pub async fn key_readiness(&self, caller: &SignedIn, id: KeyId) -> Result<KeyReadiness> {
        self.flush_last_used().await?;
        let listed = self.key(caller, id).await?;
        let (account, plan) = (caller.account(), self.plan_of_account(caller.account()));
        let quota = match listed.state {
            KeyState::Active => Some(self.peek_rate_limit(&self.inner.key_cache.holder(account.id), plan).await),
            _ => None,
        };
        Ok(KeyReadiness { listed, quota })
    }

    /// Returns the address that snippets of a new key call: that of the operator's API, else our own check of a key.
    #[must_use]
    pub fn snippet_url(&self) -> String {
        let own = || format!("{}{VERIFY_PATH}", self.public_url());
        self.inner.settings.api_url.clone().unwrap_or_else(own)
    }
}

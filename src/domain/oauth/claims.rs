//! Claims about a person, for ID tokens and userinfo alike (OpenID Connect Core, 5.1): clients read one or the other.

use serde_json::{Map, Value};

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::model::accounts::account::Account;
use crate::model::accounts::identity::Identity;
use crate::model::oauth::scope::{Scope, Scopes};

impl Domain {
    /// Returns what the scopes tell about a person. What is unknown is left out, and never made up.
    pub(in crate::domain) async fn person_claims(
        &self,
        account: &Account,
        scopes: Scopes,
    ) -> Result<Map<String, Value>> {
        let mut claims = Map::new();
        if !scopes.has(Scope::Profile) && !scopes.has(Scope::Email) {
            return Ok(claims);
        }
        let identities = self.inner.store.identities(account.id).await?;
        let active = |kind: &str| -> Option<&Identity> {
            identities.iter().find(|identity| identity.kind == kind && identity.disabled_at.is_none())
        };
        let mut add = |name: &str, value: String| claims.insert(name.to_owned(), Value::String(value));
        if scopes.has(Scope::Profile) {
            let telegram = active("telegram");
            add("name", account.name.clone());
            let username = telegram.and_then(|identity| identity.label.clone());
            add("preferred_username", username.unwrap_or_else(|| account.name.clone()));
            add("plan", self.plan_of_account(account).id.clone());
            if let Some(language) = account.chosen_language() {
                add("locale", language.code().to_owned());
            }
            // As text: the ids have up to 52 bits.
            if let Some(telegram) = telegram {
                add("telegram_id", telegram.subject.clone());
            }
        }
        if scopes.has(Scope::Email)
            && let Some(email) = active("email")
        {
            add("email", email.label.clone().unwrap_or_else(|| email.subject.clone()));
            // An address becomes an identity only by a link in a mail to it.
            claims.insert("email_verified".to_owned(), Value::Bool(true));
        }
        Ok(claims)
    }
}

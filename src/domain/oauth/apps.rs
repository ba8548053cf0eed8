//! Apps: the clients that a person has let in, and how to cut them off.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{Refusal, Result};
use crate::model::oauth::client::ClientId;
use crate::model::oauth::grant::GrantId;
use crate::model::oauth::scope::Scopes;
use crate::model::time::Moment;
use crate::store::oauth::apps::AppRow;
use crate::store::oauth::grant_ends::{CutOffApp, EndGrant};

/// An app that a person has let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizedApp {
    /// Id of the client.
    pub client_id: ClientId,
    /// Name of the client.
    pub name: String,
    /// Host that it leads to; empty if it has none.
    pub host: String,
    /// All scopes that it received.
    pub scopes: Scopes,
    /// Time of the first sign-in that is still open.
    pub since: Moment,
    /// Time of the latest token.
    pub last_used_at: Moment,
}

impl AuthorizedApp {
    fn add(&mut self, row: &AppRow) {
        self.scopes = self.scopes.union(Scopes::stored(&row.scopes));
        self.since = self.since.min(row.created_at);
        self.last_used_at = self.last_used_at.max(row.last_used_at);
    }
}

impl Domain {
    /// Returns the apps that have access to the caller's account, in order of their first sign-in.
    pub async fn apps(&self, caller: &SignedIn) -> Result<Vec<AuthorizedApp>> {
        let rows = self.inner.store.apps(caller.account.id, self.now()).await?;
        let mut apps: Vec<AuthorizedApp> = Vec::new();
        for row in rows {
            if let Some(app) = apps.iter_mut().find(|app| app.client_id == row.client_id) {
                app.add(&row);
            } else if let Some(app) = self.app_of(&row).await? {
                apps.push(app);
            }
        }
        Ok(apps)
    }

    async fn app_of(&self, row: &AppRow) -> Result<Option<AuthorizedApp>> {
        let known = self.inner.store.client(&row.client_id).await?;
        Ok(known.map(|known| AuthorizedApp {
            client_id: row.client_id.clone(),
            host: known.client.host(),
            name: known.client.name,
            scopes: Scopes::stored(&row.scopes),
            since: row.created_at,
            last_used_at: row.last_used_at,
        }))
    }

    /// Cuts an app off: its tokens end at once, and it must ask for consent again.
    pub async fn cut_off_app(&self, caller: &SignedIn, client_id: &str) -> Result<AuthorizedApp> {
        let mut apps = self.apps(caller).await?.into_iter();
        let app = apps.find(|app| app.client_id.as_str() == client_id).ok_or(Refusal::AppNotFound)?;
        let (account, by, now) = (caller.account.id, caller.by(), self.now());
        let cut_off = CutOffApp { account, client: app.client_id.clone(), name: app.name.clone(), by, now };
        self.inner.store.write(cut_off).await?;
        Ok(app)
    }

    /// Ends one grant of the caller, as the button of its notice does. One that has ended is fine.
    pub async fn end_grant(&self, caller: &SignedIn, grant: i64) -> Result<AuthorizedApp> {
        let (grant, account) = (GrantId(grant), caller.account.id);
        let row = self.inner.store.grant_of_account(grant, account).await?.ok_or(Refusal::AppNotFound)?;
        let app = self.app_of(&row).await?.ok_or(Refusal::AppNotFound)?;
        let (by, now) = (caller.by(), self.now());
        self.inner.store.write(EndGrant { grant, account, name: app.name.clone(), by, now }).await?;
        Ok(app)
    }
}

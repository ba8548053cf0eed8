//! Changes of clients: their fields, secrets and end.

use crate::model::oauth::client::{Client, ClientId};
use crate::model::oauth::grant::GrantEnd;
use crate::model::time::Moment;
use crate::store::oauth::clients::ClientTexts;
use crate::store::oauth::grant_ends;
use crate::store::{Tx, Write};

/// Stores all fields that an admin may change.
#[derive(Clone, Debug)]
pub struct ChangeClient {
    /// The client after the change.
    pub client: Client,
}

/// Output: true unless the client was removed.
impl Write for ChangeClient {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let client = &self.client;
        let texts = ClientTexts::of(client)?;
        let sql = "update oauth_client
                   set name = $2, is_native = $3, uses_device = $4, is_trusted = $5, auth = $6, alg = $7,
                     redirect_uris = $8, post_logout_redirect_uris = $9, origins = $10, resources = $11, scopes = $12,
                     serves = $13, logo_uri = $14, home_uri = $15
                   where id = $1 and removed_at is null";
        let changed = tx
            .run(
                sql,
                &[
                    &client.id,
                    &client.name,
                    &client.is_native,
                    &client.uses_device,
                    &client.is_trusted,
                    &client.auth.as_str(),
                    &client.alg.as_str(),
                    &texts.redirect_uris,
                    &texts.post_logout_redirect_uris,
                    &texts.origins,
                    &texts.resources,
                    &texts.scopes,
                    &client.serves,
                    &client.logo_uri,
                    &client.home_uri,
                ],
            )
            .await?;
        Ok(changed == 1)
    }
}

/// Replaces the secret of a confidential client. The present one stays valid through the grace period.
#[derive(Clone, Debug)]
pub struct RotateClientSecret {
    /// The client.
    pub client: ClientId,
    /// SHA-256 of the new secret.
    pub digest: Vec<u8>,
    /// End of the grace period.
    pub grace_until: Moment,
}

/// Output: true unless the client was removed or has no secret.
impl Write for RotateClientSecret {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "update oauth_client
                   set previous_secret_digest = secret_digest, previous_secret_until = $3, secret_digest = $2
                   where id = $1 and removed_at is null and kind = 'confidential'";
        Ok(tx.run(sql, &[&self.client, &self.digest, &self.grace_until]).await? == 1)
    }
}

/// Change of a client between on, off and gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientSwitch {
    /// On. People sign in again: what it ended stays ended.
    Enable,
    /// Off: its grants end.
    Disable,
    /// Gone: its grants end, and its id is never used again.
    Remove,
}

/// Enables, disables or removes a client.
#[derive(Clone, Debug)]
pub struct SwitchClient {
    /// The client.
    pub client: ClientId,
    /// What happens to it.
    pub to: ClientSwitch,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: true if this changed the client.
impl Write for SwitchClient {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let Self { client, to, now } = self;
        let changed = match to {
            ClientSwitch::Enable => {
                let sql = "update oauth_client set disabled_at = null
                           where id = $1 and removed_at is null and disabled_at is not null";
                tx.run(sql, &[client]).await?
            }
            ClientSwitch::Disable => {
                let sql = "update oauth_client set disabled_at = $2
                           where id = $1 and removed_at is null and disabled_at is null";
                tx.run(sql, &[client, now]).await?
            }
            ClientSwitch::Remove => {
                let sql = "update oauth_client
                           set removed_at = $2, disabled_at = coalesce(disabled_at, $2), secret_digest = null,
                             previous_secret_digest = null
                           where id = $1 and removed_at is null";
                tx.run(sql, &[client, now]).await?
            }
        };
        if *to != ClientSwitch::Enable {
            grant_ends::end_of_client(client, GrantEnd::Client, *now, tx).await?;
        }
        Ok(changed == 1)
    }
}

//! Apps of a person: their open grants.

use sqlx::FromRow;

use crate::model::accounts::account::AccountId;
use crate::model::oauth::client::ClientId;
use crate::model::oauth::grant::GrantId;
use crate::model::session::{ABSOLUTE_LIFETIME_SECS, IDLE_LIFETIME_SECS};
use crate::model::time::Moment;
use crate::store::{Result, Store};

/// Lifetime of an access token, in seconds: a device without offline access has nothing else.
const TOKEN_SECS: i64 = 900;

/// A grant as its person sees it.
#[derive(Clone, Debug, FromRow)]
pub struct AppRow {
    /// The client.
    pub client_id: ClientId,
    /// Id of the grant.
    pub grant_id: GrantId,
    /// Scopes that the client received.
    pub scopes: String,
    /// Time of the sign-in.
    pub created_at: Moment,
    /// Time of the latest token.
    pub last_used_at: Moment,
}

impl Store {
    /// Returns the open grants of an account by client, oldest first.
    pub async fn apps(&self, account: AccountId, now: Moment) -> Result<Vec<AppRow>> {
        let sql = "select g.client_id, g.id as grant_id, g.scopes, g.created_at, g.last_used_at
                   from oauth_grant g
                   left join session s on s.id = g.session_id
                   left join oauth_refresh r on r.grant_id = g.id
                   where g.account_id = $1 and g.ended_at is null
                     and ((g.is_offline and r.created_at > $2 and r.rotated_at > $3)
                       or (s.ended_at is null and s.created_at > $2 and s.last_seen_at > $3)
                       or (g.session_id is null and g.last_used_at > $4))
                   order by g.id";
        let (absolute, idle) = (now.minus(ABSOLUTE_LIFETIME_SECS), now.minus(IDLE_LIFETIME_SECS));
        Ok(self.db.all(sql, &[&account, &absolute, &idle, &now.minus(TOKEN_SECS)]).await?)
    }

    /// Returns the client and the end of one grant of an account.
    pub async fn grant_of_account(&self, id: GrantId, account: AccountId) -> Result<Option<AppRow>> {
        let sql = "select client_id, id as grant_id, scopes, created_at, last_used_at from oauth_grant
                   where id = $1 and account_id = $2";
        Ok(self.db.first(sql, &[&id, &account]).await?)
    }
}

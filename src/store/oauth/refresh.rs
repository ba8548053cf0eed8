//! Refresh tokens of clients: one chain per grant, each token spent once.

use sqlx::FromRow;

use crate::model::accounts::activity::{ActivityActor, ActivityEvent};
use crate::model::notices::notice::{AppNotice, Notice};
use crate::model::oauth::client::Client;
use crate::model::oauth::grant::{GrantEnd, GrantId};
use crate::model::oauth::refresh_token::{ChainState, GrantRefreshChain, GrantRefreshToken, GrantRefreshVerdict};
use crate::model::oauth::scope::Scopes;
use crate::model::session::RefreshSecret;
use crate::model::time::Moment;
use crate::store::accounts::activity::{self, AddActivity};
use crate::store::notices::notice_queue::{self, AddNotice};
use crate::store::oauth::grant_ends;
use crate::store::{Result, Store, Tx, Write};

/// Refresh chain of a grant as stored.
#[derive(Clone, Debug)]
pub struct StoredChain {
    /// State that decides about a token.
    pub state: ChainState,
    /// Scopes that were granted with it.
    pub scopes: Scopes,
    /// Audience of its access tokens.
    pub resource: String,
}

#[derive(FromRow)]
struct ChainRow {
    generation: i64,
    digest: Vec<u8>,
    scopes: String,
    resource: String,
    created_at: Moment,
    rotated_at: Moment,
}

impl ChainRow {
    fn stored(self, grant: GrantId) -> StoredChain {
        let Self { generation, digest, scopes, resource, created_at, rotated_at } = self;
        let state = ChainState { grant, generation, digest, created_at, rotated_at };
        StoredChain { state, scopes: Scopes::stored(&scopes), resource }
    }
}

impl Store {
    /// Returns the refresh chain of a grant.
    pub async fn refresh_chain(&self, grant: GrantId) -> Result<Option<StoredChain>> {
        let sql = "select generation, digest, scopes, resource, created_at, rotated_at from oauth_refresh
                   where grant_id = $1";
        let row: Option<ChainRow> = self.db.first(sql, &[&grant]).await?;
        Ok(row.map(|row| row.stored(grant)))
    }
}

/// Refresh chain that begins.
pub(in crate::store) struct NewChain<'a> {
    pub(in crate::store) grant: GrantId,
    pub(in crate::store) secret: RefreshSecret,
    pub(in crate::store) scopes: Scopes,
    pub(in crate::store) resource: &'a str,
    pub(in crate::store) now: Moment,
}

/// Begins the chain of a grant. A chain that the grant has is replaced: its tokens are unknown from now on.
pub(in crate::store) async fn begin(chain: &NewChain<'_>, tx: &mut Tx) -> sqlx::Result<GrantRefreshToken> {
    let NewChain { grant, secret, scopes, resource, now } = chain;
    let sql = "insert into oauth_refresh (grant_id, generation, digest, scopes, resource, created_at, rotated_at)
               values ($1, 0, $2, $3, $4, $5, $5)
               on conflict (grant_id) do update
               set generation = oauth_refresh.generation + 1, digest = excluded.digest, scopes = excluded.scopes,
                 resource = excluded.resource, created_at = excluded.created_at, rotated_at = excluded.rotated_at
               returning generation";
    let (generation,): (i64,) = tx.one(sql, &[grant, &secret.digest(), &scopes.to_string(), resource, now]).await?;
    Ok(GrantRefreshToken::new(*grant, generation, *secret))
}

/// Spends a refresh token for the next one of its chain. The caller has checked the grant and the client.
#[derive(Clone)]
pub struct SpendGrantToken {
    /// The token presented.
    pub token: GrantRefreshToken,
    /// Derives the successors of a token.
    pub chain: GrantRefreshChain,
    /// The client that presents it.
    pub client: Client,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Outcome of a [`SpendGrantToken`].
#[derive(Debug)]
pub enum SpentGrantToken {
    /// The grant continues with this token.
    On(GrantRefreshToken),
    /// A spent token was used again, which ended the grant.
    Replayed,
    /// The token is not valid, or no longer.
    Refused,
}

impl Write for SpendGrantToken {
    type Out = SpentGrantToken;

    fn order(&self) -> i64 {
        self.token.grant().0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<SpentGrantToken> {
        let grant = self.token.grant();
        // Locks the grant: of two uses of one token the second sees what the first did, and a grant that ends stays ended.
        let sql = "update oauth_grant set last_used_at = $3 where id = $1 and client_id = $2 and ended_at is null";
        if tx.run(sql, &[&grant, &self.client.id, &self.now]).await? == 0 {
            return Ok(SpentGrantToken::Refused);
        }
        let sql = "select generation, digest, scopes, resource, created_at, rotated_at from oauth_refresh
                   where grant_id = $1";
        let Some(row) = tx.first::<ChainRow>(sql, &[&grant]).await? else { return Ok(SpentGrantToken::Refused) };
        match row.stored(grant).state.judge(&self.token, &self.chain, self.now) {
            GrantRefreshVerdict::Current { next } => {
                let sql = "update oauth_refresh set generation = $2, digest = $3, rotated_at = $4 where grant_id = $1";
                tx.run(sql, &[&grant, &next.generation(), &next.digest(), &self.now]).await?;
                Ok(SpentGrantToken::On(next))
            }
            GrantRefreshVerdict::Behind { current } => Ok(SpentGrantToken::On(current)),
            GrantRefreshVerdict::Replayed => {
                self.end(tx).await?;
                Ok(SpentGrantToken::Replayed)
            }
            GrantRefreshVerdict::Unknown | GrantRefreshVerdict::Over => Ok(SpentGrantToken::Refused),
        }
    }
}

impl SpendGrantToken {
    /// Ends the grant and tells the person.
    async fn end(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let (grant, client, now) = (self.token.grant(), &self.client, self.now);
        grant_ends::end(grant, GrantEnd::RefreshReused, now, tx).await?;
        let (account,) = tx.one("select account_id from oauth_grant where id = $1", &[&grant]).await?;
        let event = ActivityEvent::AppRefreshTokenReused { app: client.name.clone() };
        activity::add(&[AddActivity { account, event, by: ActivityActor::App, now }], tx).await?;
        let (client, app, host) = (client.id.to_string(), client.name.clone(), client.host());
        let notice = Notice::App(AppNotice::RefreshTokenReused { client, app, host });
        let idempotency_key = format!("app_refresh_reused:{grant}");
        notice_queue::add(&[AddNotice { account, notice, idempotency_key, now }], tx).await.map(drop)
    }
}

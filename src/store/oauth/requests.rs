//! Authorization requests: stored for ten minutes, answered once.

use sqlx::FromRow;

use crate::model::oauth::client::ClientId;
use crate::model::time::Moment;
use crate::store::oauth::codes::{NewCode, add};
use crate::store::oauth::consents;
use crate::store::oauth::consents::GivenConsent;
use crate::store::{Result, Store, Tx, Write};

/// Open requests that one network may have.
const MAX_OPEN_PER_NETWORK: i64 = 100;

/// An authorization request as stored.
#[derive(Clone, Debug, FromRow)]
pub struct RequestRow {
    /// SHA-256 of the secret in the cookie of the browser that began it.
    pub browser_digest: Vec<u8>,
    /// The client.
    pub client_id: ClientId,
    /// JSON of all parameters.
    pub parameters: String,
    /// The newest session of all when the request was made.
    pub last_session_id: i64,
    /// Time after which it can no longer be answered.
    pub expires_at: Moment,
    /// Time of its answer.
    pub answered_at: Option<Moment>,
}

impl Store {
    /// Returns an authorization request, by the digest of its id.
    pub async fn authorization_request(&self, digest: &[u8]) -> Result<Option<RequestRow>> {
        let sql = "select browser_digest, client_id, parameters, last_session_id, expires_at, answered_at
                   from oauth_request where digest = $1";
        Ok(self.db.first(sql, &[&digest]).await?)
    }
}

/// Stores an authorization request.
#[derive(Clone, Debug)]
pub struct AddRequest {
    /// SHA-256 of the id.
    pub digest: Vec<u8>,
    /// SHA-256 of the browser's secret.
    pub browser_digest: Vec<u8>,
    /// The client.
    pub client: ClientId,
    /// JSON of all parameters.
    pub parameters: String,
    /// Network that it came from.
    pub network: String,
    /// Current time, from the caller's clock.
    pub now: Moment,
    /// Time after which it can no longer be answered.
    pub expires_at: Moment,
}

/// Output: false if the network has too many open requests.
impl Write for AddRequest {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let Self { digest, browser_digest, client, parameters, network, now, expires_at } = self;
        let sql = "insert into oauth_request
                     (digest, browser_digest, client_id, parameters, network, last_session_id, created_at, expires_at)
                   select $1, $2, $3, $4, $5, coalesce((select max(id) from session), 0), $6, $7
                   where (select count(*) from oauth_request
                          where network = $5 and answered_at is null and expires_at > $6) < $8";
        let added = tx
            .run(sql, &[digest, browser_digest, client, parameters, network, now, expires_at, &MAX_OPEN_PER_NETWORK])
            .await?;
        Ok(added == 1)
    }
}

/// Answers a request, once: with a code, or with an error.
#[derive(Clone, Debug)]
pub struct AnswerRequest {
    /// SHA-256 of the id of the request.
    pub digest: Vec<u8>,
    /// The code; `None` for an error.
    pub code: Option<NewCode>,
    /// Consent that the person just gave.
    pub consent: Option<GivenConsent>,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: false if the request was answered before, or has expired.
impl Write for AnswerRequest {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let Self { digest, code, consent, now } = self;
        let sql = "update oauth_request set answered_at = $2
                   where digest = $1 and answered_at is null and expires_at > $2";
        if tx.run(sql, &[digest, now]).await? == 0 {
            return Ok(false);
        }
        if let Some(consent) = consent {
            consents::give(consent, *now, tx).await?;
        }
        if let Some(code) = code {
            add(code, tx).await?;
        }
        Ok(true)
    }
}

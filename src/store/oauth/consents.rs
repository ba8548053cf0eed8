//! Consents: what each person allowed each client, and the `sub` that the client knows.

use sqlx::FromRow;

use crate::model::accounts::account::AccountId;
use crate::model::oauth::client::ClientId;
use crate::model::oauth::scope::Scopes;
use crate::model::time::Moment;
use crate::store::{Result, Store, Tx};

/// What a person allowed a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredConsent {
    /// Id of the person, as the client knows it.
    pub sub: String,
    /// Scopes that are not asked about again.
    pub scopes: Scopes,
}

#[derive(FromRow)]
struct ConsentRow {
    sub: String,
    scopes: String,
}

impl From<ConsentRow> for StoredConsent {
    fn from(row: ConsentRow) -> Self {
        Self { sub: row.sub, scopes: Scopes::stored(&row.scopes) }
    }
}

impl Store {
    /// Returns what a person allowed a client; `None` if the client never knew them.
    pub async fn consent(&self, account: AccountId, client: &ClientId) -> Result<Option<StoredConsent>> {
        let sql = "select sub, scopes from oauth_consent where account_id = $1 and client_id = $2";
        let row: Option<ConsentRow> = self.db.first(sql, &[&account, client]).await?;
        Ok(row.map(StoredConsent::from))
    }
}

/// Consent that a person gives on a page.
#[derive(Clone, Debug)]
pub struct GivenConsent {
    /// The person.
    pub account: AccountId,
    /// The client.
    pub client: ClientId,
    /// All scopes that the client may have without another question.
    pub scopes: Scopes,
}

/// Stores a consent.
pub(in crate::store) async fn give(consent: &GivenConsent, now: Moment, tx: &mut Tx) -> sqlx::Result<()> {
    let GivenConsent { account, client, scopes } = consent;
    let sql = "insert into oauth_consent (account_id, client_id, sub, scopes, consented_at)
               values ($1, $2, $3, $4, $5)
               on conflict (account_id, client_id) do update
               set scopes = excluded.scopes, consented_at = excluded.consented_at";
    tx.run(sql, &[account, client, &account.to_string(), &scopes.to_string(), &now]).await.map(drop)
}

/// Returns the `sub` by which a client knows a person, and remembers it from now on.
pub(in crate::store) async fn subject(account: AccountId, client: &ClientId, tx: &mut Tx) -> sqlx::Result<String> {
    let sql = "insert into oauth_consent (account_id, client_id, sub, scopes) values ($1, $2, $3, '')
               on conflict (account_id, client_id) do nothing";
    tx.run(sql, &[&account, client, &account.to_string()]).await?;
    let sql = "select sub from oauth_consent where account_id = $1 and client_id = $2";
    let (sub,): (String,) = tx.one(sql, &[&account, client]).await?;
    Ok(sub)
}

/// Forgets which scopes a person allowed a client. The client is asked about again, and still knows the `sub`.
pub(in crate::store) async fn withdraw(account: AccountId, client: &ClientId, tx: &mut Tx) -> sqlx::Result<()> {
    let sql = "update oauth_consent set scopes = '', consented_at = null where account_id = $1 and client_id = $2";
    tx.run(sql, &[&account, client]).await.map(drop)
}

/// Moves consents and grants to the remaining account of a merge. A client that knew both persons goes by the remaining
/// one; a grant keeps the `sub` that its client knows.
pub(in crate::store) async fn merge(from: AccountId, to: AccountId, tx: &mut Tx) -> sqlx::Result<()> {
    let sql = "insert into oauth_consent (account_id, client_id, sub, scopes, consented_at)
               select $2, client_id, sub, scopes, consented_at from oauth_consent where account_id = $1
               on conflict (account_id, client_id) do nothing";
    tx.run(sql, &[&from, &to]).await?;
    tx.run("delete from oauth_consent where account_id = $1", &[&from]).await?;
    tx.run("update oauth_grant set account_id = $2 where account_id = $1", &[&from, &to]).await.map(drop)
}

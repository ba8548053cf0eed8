//! Signing keys in the database, their private parts sealed. All instances share them.

use sqlx::FromRow;

use crate::model::time::Moment;
use crate::store::oauth::audit_log::Effective;
use crate::store::{Result, Store, Tx, Write};

/// A signing key as stored.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct SigningKeyRow {
    /// Thumbprint of the public key.
    pub kid: String,
    /// `ES256` or `RS256`.
    pub alg: String,
    /// `next`, `current` or `retired`.
    pub state: String,
    /// The sealed private key; `None` for a retired key.
    pub sealed: Option<Vec<u8>>,
    /// The public key as JSON.
    pub jwk: String,
    /// Time since which readers see it.
    pub published_at: Moment,
    /// Time at which it began or will begin to sign.
    pub signs_from: Option<Moment>,
    /// Time at which it stopped to sign.
    pub retired_at: Option<Moment>,
}

impl Store {
    /// Returns all signing keys, oldest first. They are few.
    pub async fn oauth_keys(&self) -> Result<Vec<SigningKeyRow>> {
        let sql = "select kid, alg, state, sealed, jwk, published_at, signs_from, retired_at from oauth_key
                   order by alg, published_at, kid";
        Ok(self.db.all(sql, &[]).await?)
    }
}

/// Adds a signing key, unless its algorithm has one in this state.
#[derive(Clone, Debug)]
pub struct AddSigningKey {
    /// The key.
    pub key: SigningKeyRow,
}

/// Output: true if the key was added.
impl Write for AddSigningKey {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        add(&self.key, tx).await
    }
}

async fn add(key: &SigningKeyRow, tx: &mut Tx) -> sqlx::Result<bool> {
    let sql = "insert into oauth_key (kid, alg, state, sealed, jwk, published_at, signs_from)
               values ($1, $2, $3, $4, $5, $6, $7)
               on conflict do nothing";
    let values: &[&dyn crate::store::engine::db::BindValue] =
        &[&key.kid, &key.alg, &key.state, &key.sealed, &key.jwk, &key.published_at, &key.signs_from];
    Ok(tx.run(sql, values).await? == 1)
}

/// Decides when the next keys begin to sign: at once, but never before every reader could have seen them.
#[derive(Clone, Debug)]
pub struct ScheduleNextKeys {
    /// Keys whose successor is due: current ones that signed since this time or longer.
    pub current_before: Moment,
    /// Time for which a key is published before it signs, in seconds.
    pub published_secs: i64,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: the number of keys scheduled.
impl Write for ScheduleNextKeys {
    type Out = u64;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<u64> {
        let Self { current_before, published_secs, now } = self;
        let sql = "update oauth_key
                   set signs_from = case when published_at + $2 > $3 then published_at + $2 else $3 end
                   where state = 'next' and signs_from is null
                     and exists (select 1 from oauth_key c
                                 where c.alg = oauth_key.alg and c.state = 'current' and c.signs_from <= $1)";
        tx.run(sql, &[current_before, published_secs, now]).await
    }
}

impl Effective for u64 {
    fn is_effective(&self) -> bool {
        true
    }
}

/// Makes every next key current that is due. The key that it follows is retired, and its private part deleted.
#[derive(Clone, Debug)]
pub struct PromoteNextKeys {
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: the number of keys that became current.
impl Write for PromoteNextKeys {
    type Out = u64;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<u64> {
        let sql = "update oauth_key set state = 'retired', retired_at = $1, sealed = null
                   where state = 'current'
                     and exists (select 1 from oauth_key n
                                 where n.alg = oauth_key.alg and n.state = 'next' and n.signs_from <= $1)";
        tx.run(sql, &[&self.now]).await?;
        let sql = "update oauth_key set state = 'current' where state = 'next' and signs_from <= $1";
        tx.run(sql, &[&self.now]).await
    }
}

/// Replaces all signing keys. Whatever the old ones signed is worth nothing from then on.
#[derive(Clone, Debug)]
pub struct ReplaceSigningKeys {
    /// The new keys.
    pub keys: Vec<SigningKeyRow>,
}

/// Output: true.
impl Write for ReplaceSigningKeys {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        tx.run("delete from oauth_key", &[]).await?;
        for key in &self.keys {
            add(key, tx).await?;
        }
        Ok(true)
    }
}

/// Stores the private part of a key, sealed under the present server secret.
#[derive(Clone, Debug)]
pub struct ResealSigningKey {
    /// The key.
    pub kid: String,
    /// The sealed private key.
    pub sealed: Vec<u8>,
}

impl Write for ResealSigningKey {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "update oauth_key set sealed = $2 where kid = $1 and sealed is not null";
        tx.run(sql, &[&self.kid, &self.sealed]).await.map(drop)
    }
}

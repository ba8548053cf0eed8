//! Beginning sessions, and the signed payloads that began them.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use crate::model::account::{Account, AccountId};
use crate::model::event::Door;
use crate::model::session::{Origin, RefreshSecret, SessionId};
use crate::model::time::Moment;
use crate::store::accounts::account_columns;
use crate::store::arrivals::{self, Arrival};
use crate::store::db::list;
use crate::store::people::{self, FindOrMake, Met};
use crate::store::writer::alone;
use crate::store::{Tx, Write};

/// Begins a session for a Telegram user who proved who they are.
#[derive(Debug)]
pub struct SignIn {
    /// Who.
    pub person: FindOrMake,
    /// The payload's signature, which lets it in only once, and when it may be forgotten.
    pub proof: (Vec<u8>, Moment),
    /// What the payload is.
    pub door: Door,
    /// Where from.
    pub origin: Origin,
    /// The first secret of the session's line.
    pub secret: RefreshSecret,
}

/// What became of a [`SignIn`].
#[derive(Debug)]
pub enum SignedIn {
    /// A session was begun.
    Begun(Account, SessionId),
    /// The payload was used before.
    Used,
    /// The account may not be used.
    Banned,
}

impl Write for SignIn {
    type Out = SignedIn;

    const ABREAST: bool = true;

    fn order(&self) -> i64 {
        self.person.order()
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<SignedIn> {
        alone(Self::run_all(&[self], tx).await?)
    }

    async fn run_all(works: &[&Self], tx: &mut Tx) -> sqlx::Result<Vec<SignedIn>> {
        let mut unused = spend(works, tx).await?;
        let admitted: Vec<bool> = works.iter().map(|work| unused.remove(&work.proof.0)).collect();
        let guests: Vec<&Self> = works.iter().zip(&admitted).filter_map(|(work, is)| is.then_some(*work)).collect();
        if guests.is_empty() {
            return Ok(works.iter().map(|_| SignedIn::Used).collect());
        }
        let people: Vec<&FindOrMake> = guests.iter().map(|work| &work.person).collect();
        let met = people::meet(&people, tx).await?;
        let openings = guests.iter().zip(&met).filter(|(_, met)| met.account.banned_at.is_none());
        let mut begun = begin(openings.map(|(work, met)| work.opening(met.account.id)), tx).await?;
        let arrivals: Vec<_> = guests.iter().zip(&met).filter_map(|(work, met)| work.arrival(met, &begun)).collect();
        arrivals::keep(&arrivals, tx).await?;
        let mut guests = guests.into_iter().zip(met.into_iter().map(|met| met.account));
        let outcome = |is_admitted: bool| {
            let Some((work, account)) = is_admitted.then(|| guests.next()).flatten() else { return Ok(SignedIn::Used) };
            if account.banned_at.is_some() {
                return Ok(SignedIn::Banned);
            }
            // Two sessions with one secret cannot be told apart: each is then begun on its own.
            let new = begun.remove(&work.secret.digest()).ok_or(sqlx::Error::RowNotFound)?;
            Ok(SignedIn::Begun(account, new.id))
        };
        admitted.into_iter().map(outcome).collect()
    }
}

impl SignIn {
    fn opening(&self, account: AccountId) -> Opening<'_> {
        let Self { door, origin, secret, .. } = self;
        Opening { account, door: *door, origin, secret, now: self.person.welcome.now }
    }

    /// The session that it began, if it did.
    fn arrival(&self, met: &Met, begun: &HashMap<Vec<u8>, New>) -> Option<Arrival<'_>> {
        let new = *begun.get(&self.secret.digest())?;
        Some(Arrival { opening: self.opening(met.account.id), new, warn: met.is_to_be_warned() })
    }
}

impl Met {
    /// Whether they are told that somebody signed in. Not whoever came for the first time: that was surely they; and not
    /// whoever the bot cannot write to: most of them never wrote to it, and never will.
    const fn is_to_be_warned(&self) -> bool {
        !self.is_new && !self.unreachable && self.account.banned_at.is_none()
    }
}

/// Uses the payloads up; the signatures of those that had not been.
async fn spend(works: &[&SignIn], tx: &mut Tx) -> sqlx::Result<HashSet<Vec<u8>>> {
    // `where true`: without it SQLite takes `on` for a join's.
    let sql = "insert into used_login_signature (signature, expires_at)
               select unhex(value ->> 'signature'), cast(value ->> 'forget_at' as bigint) from json_each($1) where true
               on conflict (signature) do nothing
               returning signature";
    let row = |work: &&SignIn| json!({"signature": hex::encode(&work.proof.0), "forget_at": work.proof.1.0});
    let unused: Vec<(Vec<u8>,)> = tx.all(sql, &[&list(works.iter().map(row))?]).await?;
    Ok(unused.into_iter().map(|(signature,)| signature).collect())
}

/// A session to be begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening<'a> {
    /// Whose.
    pub(super) account: AccountId,
    /// By which door.
    pub(super) door: Door,
    /// Where from.
    pub(super) origin: &'a Origin,
    /// The first secret of its line.
    pub(super) secret: &'a RefreshSecret,
    /// When this is.
    pub(super) now: Moment,
}

/// A session that was just begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct New {
    /// Its number.
    pub(super) id: SessionId,
    /// Whether somebody signed in to the account from there before.
    pub(super) from_known_place: bool,
}

/// Begins sessions, whatever proved that they may be; by the digest of their secret.
async fn begin(openings: impl Iterator<Item = Opening<'_>>, tx: &mut Tx) -> sqlx::Result<HashMap<Vec<u8>, New>> {
    let sql = "insert into session (account_id, device, network, created_at, last_seen_at, refresh_digest)
               select cast(value ->> 'account' as bigint), value ->> 'device', value ->> 'network',
                 cast(value ->> 'now' as bigint), cast(value ->> 'now' as bigint), unhex(value ->> 'digest')
               from json_each($1)
               returning refresh_digest, id, exists (
                 select 1 from known_source p
                 where p.account_id = session.account_id and p.device = session.device and p.network = session.network)";
    let rows = openings.map(|opening| {
        let (Origin { device, network }, digest) = (opening.origin, hex::encode(opening.secret.digest()));
        json!({"account": opening.account, "device": device, "network": network, "now": opening.now.0, "digest": digest})
    });
    let begun: Vec<(Vec<u8>, SessionId, bool)> = tx.all(sql, &[&list(rows)?]).await?;
    let new = |(digest, id, from_known_place)| (digest, New { id, from_known_place });
    Ok(begun.into_iter().map(new).collect())
}

/// Begins a session of an account that is known already, unless it may not be used. One that was merged into another a moment
/// ago begins one of that.
pub(super) async fn begin_one(opening: Opening<'_>, tx: &mut Tx) -> sqlx::Result<Begun> {
    let sql = concat!(
        "select ",
        account_columns!(),
        ", exists (select 1 from identity i where i.account_id = a.id and i.kind = 'telegram'
                     and i.unreachable_at is null) as reachable
          from account a
          where a.id = coalesce((select merged_into from account where id = $1), $1) and a.deleted_at is null"
    );
    let found: Option<Entering> = tx.first(sql, &[&opening.account]).await?;
    let found = found.filter(|found| found.account.banned_at.is_none());
    let Some(Entering { account, reachable }) = found else { return Ok(Begun::Banned) };
    let opening = Opening { account: account.id, ..opening };
    let begun = begin(std::iter::once(opening), tx).await?;
    let new = begun.into_values().next().ok_or(sqlx::Error::RowNotFound)?;
    // Whoever made the account just now surely knows of it.
    let warn = reachable && account.created_at < opening.now;
    arrivals::keep(&[Arrival { opening, new, warn }], tx).await?;
    Ok(Begun::Session(account, new.id))
}

#[derive(sqlx::FromRow)]
struct Entering {
    #[sqlx(flatten)]
    account: Account,
    /// Whether the bot can write to them.
    reachable: bool,
}

/// What became of a sign-in whose proof was good.
#[derive(Debug)]
pub enum Begun {
    /// A session was begun.
    Session(Account, SessionId),
    /// The account may not be used.
    Banned,
}

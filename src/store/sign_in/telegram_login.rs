//! Beginning sessions, and the signed payloads that began them.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use crate::model::accounts::account::{Account, AccountId};
use crate::model::accounts::activity::SignInMethod;
use crate::model::session::{RefreshSecret, RequestSource, SessionId};
use crate::model::time::Moment;
use crate::store::accounts::accounts::account_columns;
use crate::store::accounts::telegram_accounts;
use crate::store::accounts::telegram_accounts::{FindOrCreateAccount, ResolvedAccount};
use crate::store::engine::db::list;
use crate::store::engine::writer::alone;
use crate::store::sessions::session_start;
use crate::store::sessions::session_start::SessionStart;
use crate::store::{Tx, Write};

/// Begins a session for a Telegram user who proved who they are.
#[derive(Debug)]
pub struct SignInTelegram {
    /// Who.
    pub person: FindOrCreateAccount,
    /// The payload's signature, which lets it in only once, and when it may be forgotten.
    pub proof: (Vec<u8>, Moment),
    /// What the payload is.
    pub door: SignInMethod,
    /// Where from.
    pub origin: RequestSource,
    /// The first secret of the session's line.
    pub secret: RefreshSecret,
}

/// What became of a [`SignInTelegram`].
#[derive(Debug)]
pub enum SignInOutcome {
    /// A session was begun.
    Begun(Account, SessionId),
    /// The payload was used before.
    Used,
    /// The account may not be used.
    Banned,
}

impl Write for SignInTelegram {
    type Out = SignInOutcome;

    const ABREAST: bool = true;

    fn order(&self) -> i64 {
        self.person.order()
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<SignInOutcome> {
        alone(Self::run_all(&[self], tx).await?)
    }

    async fn run_all(works: &[&Self], tx: &mut Tx) -> sqlx::Result<Vec<SignInOutcome>> {
        let mut unused = spend(works, tx).await?;
        let admitted: Vec<bool> = works.iter().map(|work| unused.remove(&work.proof.0)).collect();
        let guests: Vec<&Self> = works.iter().zip(&admitted).filter_map(|(work, is)| is.then_some(*work)).collect();
        if guests.is_empty() {
            return Ok(works.iter().map(|_| SignInOutcome::Used).collect());
        }
        let people: Vec<&FindOrCreateAccount> = guests.iter().map(|work| &work.person).collect();
        let met = telegram_accounts::meet(&people, tx).await?;
        let openings = guests.iter().zip(&met).filter(|(_, met)| met.account.banned_at.is_none());
        let mut begun = begin(openings.map(|(work, met)| work.opening(met.account.id)), tx).await?;
        let arrivals: Vec<_> = guests.iter().zip(&met).filter_map(|(work, met)| work.arrival(met, &begun)).collect();
        session_start::keep(&arrivals, tx).await?;
        let mut guests = guests.into_iter().zip(met.into_iter().map(|met| met.account));
        let outcome = |is_admitted: bool| {
            let Some((work, account)) = is_admitted.then(|| guests.next()).flatten() else {
                return Ok(SignInOutcome::Used);
            };
            if account.banned_at.is_some() {
                return Ok(SignInOutcome::Banned);
            }
            // Two sessions with one secret cannot be told apart: each is then begun on its own.
            let new = begun.remove(&work.secret.digest()).ok_or(sqlx::Error::RowNotFound)?;
            Ok(SignInOutcome::Begun(account, new.id))
        };
        admitted.into_iter().map(outcome).collect()
    }
}

impl SignInTelegram {
    fn opening(&self, account: AccountId) -> NewSessionRow<'_> {
        let Self { door, origin, secret, .. } = self;
        NewSessionRow { account, door: *door, origin, secret, now: self.person.welcome.now }
    }

    /// The session that it began, if it did.
    fn arrival(&self, met: &ResolvedAccount, begun: &HashMap<Vec<u8>, StartedSession>) -> Option<SessionStart<'_>> {
        let new = *begun.get(&self.secret.digest())?;
        Some(SessionStart { opening: self.opening(met.account.id), new, warn: met.needs_warning() })
    }
}

impl ResolvedAccount {
    /// Whether they are told that somebody signed in. Not whoever came for the first time: that was surely they; and not
    /// whoever the bot cannot write to: most of them never wrote to it, and never will.
    const fn needs_warning(&self) -> bool {
        !self.is_new && !self.unreachable && self.account.banned_at.is_none()
    }
}

/// Uses the payloads up; the signatures of those that had not been.
async fn spend(works: &[&SignInTelegram], tx: &mut Tx) -> sqlx::Result<HashSet<Vec<u8>>> {
    // `where true`: without it SQLite takes `on` for a join's.
    let sql = "insert into used_login_signature (signature, expires_at)
               select unhex(value ->> 'signature'), cast(value ->> 'forget_at' as bigint) from json_each($1) where true
               on conflict (signature) do nothing
               returning signature";
    let row = |work: &&SignInTelegram| json!({"signature": hex::encode(&work.proof.0), "forget_at": work.proof.1.0});
    let unused: Vec<(Vec<u8>,)> = tx.all(sql, &[&list(works.iter().map(row))?]).await?;
    Ok(unused.into_iter().map(|(signature,)| signature).collect())
}

/// A session to be begun.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct NewSessionRow<'a> {
    /// Whose.
    pub(in crate::store) account: AccountId,
    /// By which door.
    pub(in crate::store) door: SignInMethod,
    /// Where from.
    pub(in crate::store) origin: &'a RequestSource,
    /// The first secret of its line.
    pub(in crate::store) secret: &'a RefreshSecret,
    /// When this is.
    pub(in crate::store) now: Moment,
}

/// A session that was just begun.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct StartedSession {
    /// Its number.
    pub(in crate::store) id: SessionId,
    /// Whether somebody signed in to the account from there before.
    pub(in crate::store) from_known_place: bool,
}

/// Begins sessions, whatever proved that they may be; by the digest of their secret.
async fn begin(
    openings: impl Iterator<Item = NewSessionRow<'_>>,
    tx: &mut Tx,
) -> sqlx::Result<HashMap<Vec<u8>, StartedSession>> {
    let sql = "insert into session (account_id, device, network, created_at, last_seen_at, refresh_digest)
               select cast(value ->> 'account' as bigint), value ->> 'device', value ->> 'network',
                 cast(value ->> 'now' as bigint), cast(value ->> 'now' as bigint), unhex(value ->> 'digest')
               from json_each($1)
               returning refresh_digest, id, exists (
                 select 1 from known_source p
                 where p.account_id = session.account_id and p.device = session.device and p.network = session.network)";
    let rows = openings.map(|opening| {
        let (RequestSource { device, network }, digest) = (opening.origin, hex::encode(opening.secret.digest()));
        json!({"account": opening.account, "device": device, "network": network, "now": opening.now.0, "digest": digest})
    });
    let begun: Vec<(Vec<u8>, SessionId, bool)> = tx.all(sql, &[&list(rows)?]).await?;
    let new = |(digest, id, from_known_place)| (digest, StartedSession { id, from_known_place });
    Ok(begun.into_iter().map(new).collect())
}

/// Begins a session of an account that is known already, unless it may not be used. One that was merged into another a moment
/// ago begins one of that.
pub(in crate::store) async fn start_session(opening: NewSessionRow<'_>, tx: &mut Tx) -> sqlx::Result<SessionOutcome> {
    let sql = concat!(
        "select ",
        account_columns!(),
        ", exists (select 1 from identity i where i.account_id = a.id and i.kind = 'telegram'
                     and i.unreachable_at is null) as reachable
          from account a
          where a.id = coalesce((select merged_into from account where id = $1), $1) and a.deleted_at is null"
    );
    let found: Option<SignInInBatch> = tx.first(sql, &[&opening.account]).await?;
    let found = found.filter(|found| found.account.banned_at.is_none());
    let Some(SignInInBatch { account, reachable }) = found else { return Ok(SessionOutcome::Banned) };
    let opening = NewSessionRow { account: account.id, ..opening };
    let begun = begin(std::iter::once(opening), tx).await?;
    let new = begun.into_values().next().ok_or(sqlx::Error::RowNotFound)?;
    // Whoever made the account just now surely knows of it.
    let warn = reachable && account.created_at < opening.now;
    session_start::keep(&[SessionStart { opening, new, warn }], tx).await?;
    Ok(SessionOutcome::Session(account, new.id))
}

#[derive(sqlx::FromRow)]
struct SignInInBatch {
    #[sqlx(flatten)]
    account: Account,
    /// Whether the bot can write to them.
    reachable: bool,
}

/// What became of a sign-in whose proof was good.
#[derive(Debug)]
pub enum SessionOutcome {
    /// A session was begun.
    Session(Account, SessionId),
    /// The account may not be used.
    Banned,
}

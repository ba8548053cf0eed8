//! Telegram login: starts sessions from signed payloads, each accepted once.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use crate::model::accounts::account::{Account, AccountId, TelegramId};
use crate::model::accounts::activity::SignInMethod;
use crate::model::session::{RefreshSecret, RequestSource, SessionId};
use crate::model::time::Moment;
use crate::store::accounts::accounts::account_columns;
use crate::store::accounts::telegram_accounts;
use crate::store::accounts::telegram_accounts::{FindOrCreateAccount, ResolvedAccount};
use crate::store::engine::db::list;
use crate::store::engine::writer::alone;
use crate::store::sessions::session_start;
use crate::store::sessions::session_start::{ApprovingMessage, SessionStart};
use crate::store::sign_in::proof_signature::ProofSignature;
use crate::store::{Result, Store, Tx, Write};

impl Store {
    /// Returns true if a login payload with this replay key was accepted before.
    pub async fn is_login_spent(&self, proof: &[u8]) -> Result<bool> {
        let sql = "select cast(1 as bigint) from used_login_signature where signature = $1";
        let spent: Option<(i64,)> = self.db.first(sql, &[&proof]).await?;
        Ok(spent.is_some())
    }
}

/// Maximum number of open sessions of an account. Beyond it a new one ends the oldest.
pub const MAX_OPEN_SESSIONS: i64 = 100;

/// Starts a session for a Telegram user with a verified payload.
#[derive(Debug)]
pub struct SignInTelegram {
    /// The Telegram user, and the grant for a new account.
    pub person: FindOrCreateAccount,
    /// Signature of the payload.
    pub proof: ProofSignature,
    /// Kind of the payload.
    pub method: SignInMethod,
    /// Device and network of the request.
    pub source: RequestSource,
    /// First secret of the session's refresh chain.
    pub secret: RefreshSecret,
}

/// Outcome of a [`SignInTelegram`].
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "moved once, from the write to its caller")]
pub enum SignInOutcome {
    /// The new session and its account.
    Begun(Account, SessionId),
    /// The payload was used before.
    Used,
    /// The account is banned.
    Banned,
    /// A password reset disabled the identity.
    Disabled,
    /// An account has the address of a Google profile that does not prove it.
    Unproven,
}

impl Write for SignInTelegram {
    type Out = SignInOutcome;

    const MAY_RUN_CONCURRENTLY: bool = true;

    fn order(&self) -> i64 {
        self.person.order()
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<SignInOutcome> {
        alone(Self::run_all(&[self], tx).await?)
    }

    async fn run_all(works: &[&Self], tx: &mut Tx) -> sqlx::Result<Vec<SignInOutcome>> {
        let mut unused = spend(works, tx).await?;
        let accepted: Vec<bool> = works.iter().map(|work| unused.remove(&work.proof.bytes)).collect();
        let fresh: Vec<&Self> = works.iter().zip(&accepted).filter_map(|(work, is)| is.then_some(*work)).collect();
        if fresh.is_empty() {
            return Ok(works.iter().map(|_| SignInOutcome::Used).collect());
        }
        let people: Vec<&FindOrCreateAccount> = fresh.iter().map(|work| &work.person).collect();
        let resolved = telegram_accounts::find_or_create(&people, tx).await?;
        let openings = fresh.iter().zip(&resolved).filter(|(_, resolved)| resolved.may_sign_in());
        let mut sessions = add_sessions(openings.map(|(work, resolved)| work.opening(resolved.account.id)), tx).await?;
        let starts: Vec<_> =
            fresh.iter().zip(&resolved).filter_map(|(work, resolved)| work.start(resolved, &sessions)).collect();
        session_start::record(&starts, tx).await?;
        let mut fresh = fresh.into_iter().zip(resolved);
        let outcome = |is_accepted: bool| {
            let Some((work, resolved)) = is_accepted.then(|| fresh.next()).flatten() else {
                return Ok(SignInOutcome::Used);
            };
            if resolved.account.banned_at.is_some() {
                return Ok(SignInOutcome::Banned);
            }
            if resolved.disabled {
                return Ok(SignInOutcome::Disabled);
            }
            // Sessions with equal secrets would be indistinguishable. The batch fails, and each is started on its own.
            let new = sessions.remove(&work.secret.digest()).ok_or(sqlx::Error::RowNotFound)?;
            Ok(SignInOutcome::Begun(resolved.account, new.id))
        };
        accepted.into_iter().map(outcome).collect()
    }
}

impl SignInTelegram {
    fn opening(&self, account: AccountId) -> NewSessionRow<'_> {
        let Self { method, source, secret, .. } = self;
        let subject = IdentitySubject::Telegram(self.person.profile.id);
        NewSessionRow { account, method: *method, subject, source, secret, now: self.person.welcome.now }
    }

    /// Returns the session this write started, if any.
    fn start(
        &self,
        resolved: &ResolvedAccount,
        sessions: &HashMap<Vec<u8>, StartedSession>,
    ) -> Option<SessionStart<'_>> {
        let new = *sessions.get(&self.secret.digest())?;
        let warn = resolved.needs_warning();
        Some(SessionStart { opening: self.opening(resolved.account.id), new, warn, approving: None })
    }
}

impl ResolvedAccount {
    const fn may_sign_in(&self) -> bool {
        self.account.banned_at.is_none() && !self.disabled
    }

    /// True if a notice about the sign-in is useful. A new account needs none.
    const fn needs_warning(&self) -> bool {
        !self.is_new && self.account.banned_at.is_none()
    }
}

/// Marks signatures as used and returns those that were new.
async fn spend(works: &[&SignInTelegram], tx: &mut Tx) -> sqlx::Result<HashSet<Vec<u8>>> {
    // `where true`: otherwise SQLite parses `on` as a join condition.
    let sql = "insert into used_login_signature (signature, expires_at)
               select unhex(value ->> 'signature'), cast(value ->> 'forget_at' as bigint) from json_each($1) where true
               on conflict (signature) do nothing
               returning signature";
    let row = |work: &&SignInTelegram| json!({"signature": hex::encode(&work.proof.bytes), "forget_at": work.proof.forget_at.0});
    let unused: Vec<(Vec<u8>,)> = tx.all(sql, &[&list(works.iter().map(row))?]).await?;
    Ok(unused.into_iter().map(|(signature,)| signature).collect())
}

/// A session to start.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct NewSessionRow<'a> {
    /// The account concerned.
    pub(in crate::store) account: AccountId,
    /// Sign-in method of the session.
    pub(in crate::store) method: SignInMethod,
    /// The identity that signs in, of the kind that the method proves.
    pub(in crate::store) subject: IdentitySubject<'a>,
    /// Device and network of the request.
    pub(in crate::store) source: &'a RequestSource,
    /// First secret of the session's refresh chain.
    pub(in crate::store) secret: &'a RefreshSecret,
    /// Current time, from the caller's clock.
    pub(in crate::store) now: Moment,
}

/// Id of an identity at its provider.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) enum IdentitySubject<'a> {
    /// A Telegram user.
    Telegram(TelegramId),
    /// Any identity, by its stored form.
    Text(&'a str),
}

impl std::fmt::Display for IdentitySubject<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Telegram(id) => id.fmt(f),
            Self::Text(subject) => f.write_str(subject),
        }
    }
}

/// A session that was just started.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct StartedSession {
    /// Identifies the session in its tokens.
    pub(in crate::store) id: SessionId,
    /// True if the account was signed in to from this device and network before.
    pub(in crate::store) from_known_source: bool,
}

/// Starts sessions, regardless of the sign-in method. Returns them by the digest of their secret.
async fn add_sessions(
    openings: impl Iterator<Item = NewSessionRow<'_>>,
    tx: &mut Tx,
) -> sqlx::Result<HashMap<Vec<u8>, StartedSession>> {
    let sql = "insert into session
                 (account_id, device, network, created_at, last_seen_at, refresh_digest, identity_kind, identity_subject)
               select cast(value ->> 'account' as bigint), value ->> 'device', value ->> 'network',
                 cast(value ->> 'now' as bigint), cast(value ->> 'now' as bigint), unhex(value ->> 'digest'),
                 value ->> 'kind', value ->> 'subject'
               from json_each($1)
               returning refresh_digest, id, exists (
                 select 1 from known_source p
                 where p.account_id = session.account_id and p.device = session.device and p.network = session.network),
               exists (
                 select 1 from session s
                 where s.account_id = session.account_id and s.id < session.id and s.ended_at is null
                 order by s.id desc
                 limit 1 offset $2)";
    let mut new_of_account: HashMap<AccountId, i64> = HashMap::new();
    let rows = openings.map(|opening| {
        *new_of_account.entry(opening.account).or_default() += 1;
        let (RequestSource { device, network }, digest) = (opening.source, hex::encode(opening.secret.digest()));
        let (kind, subject) = (opening.method.identity_kind(), opening.subject.to_string());
        json!({"account": opening.account, "device": device, "network": network, "now": opening.now.0, "digest": digest, "kind": kind, "subject": subject})
    });
    let rows = list(rows)?;
    // A statement need not see the rows that it adds itself.
    let room = MAX_OPEN_SESSIONS - new_of_account.values().max().copied().unwrap_or_default();
    let sessions: Vec<(Vec<u8>, SessionId, bool, bool)> = tx.all(sql, &[&rows, &room.max(0)]).await?;
    if sessions.iter().any(|(.., is_full)| *is_full) {
        end_excess(&rows, tx).await?;
    }
    let new = |(digest, id, from_known_source, _)| (digest, StartedSession { id, from_known_source });
    Ok(sessions.into_iter().map(new).collect())
}

/// Ends the oldest sessions of the accounts in `rows` that have more than [`MAX_OPEN_SESSIONS`] open ones.
async fn end_excess(rows: &str, tx: &mut Tx) -> sqlx::Result<()> {
    let sql = "update session set ended_at = (select max(cast(value ->> 'now' as bigint)) from json_each($1))
               where id in (
                 select id from (
                   select s.id, row_number() over (partition by s.account_id order by s.id desc) as place
                   from session s
                   where s.ended_at is null
                     and s.account_id in (select cast(value ->> 'account' as bigint) from json_each($1))) as open_sessions
                 where place > $2)";
    tx.run(sql, &[&rows, &MAX_OPEN_SESSIONS]).await.map(drop)
}

/// Starts a session of a known account, unless it is banned. A merged account is replaced by the one it was merged
/// into.
pub(in crate::store) async fn start_session(opening: NewSessionRow<'_>, tx: &mut Tx) -> sqlx::Result<SessionOutcome> {
    start_approved_session(opening, None, tx).await
}

/// Like [`start_session`], for a sign-in that was approved in a chat: its message becomes the result.
pub(in crate::store) async fn start_approved_session(
    opening: NewSessionRow<'_>,
    approving: Option<ApprovingMessage>,
    tx: &mut Tx,
) -> sqlx::Result<SessionOutcome> {
    let sql = concat!(
        "select ",
        account_columns!(),
        " from account a
          where a.id = coalesce((select merged_into from account where id = $1), $1) and a.deleted_at is null"
    );
    let found: Option<Account> = tx.first(sql, &[&opening.account]).await?;
    let Some(account) = found.filter(|account| account.banned_at.is_none()) else { return Ok(SessionOutcome::Banned) };
    let opening = NewSessionRow { account: account.id, ..opening };
    let sessions = add_sessions(std::iter::once(opening), tx).await?;
    let new = sessions.into_values().next().ok_or(sqlx::Error::RowNotFound)?;
    // The person who has just created the account needs no notice.
    let warn = account.created_at < opening.now;
    session_start::record(&[SessionStart { opening, new, warn, approving }], tx).await?;
    Ok(SessionOutcome::Session(account, new.id))
}

/// Outcome of a sign-in with a valid proof.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "moved once, from the write to its caller")]
pub enum SessionOutcome {
    /// The new session and its account.
    Session(Account, SessionId),
    /// The account is banned or deleted.
    Banned,
}

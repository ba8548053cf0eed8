//! Refresh of sessions: spends single-use refresh tokens, in batches.

use std::collections::HashMap;

use serde_json::json;

use crate::model::accounts::account::{Account, AccountId};
use crate::model::accounts::activity::{ActivityActor, ActivityEvent};
use crate::model::notices::notice::Notice;
use crate::model::session::{RefreshChain, RefreshToken, RefreshVerdict, RequestSource, Session, SessionId};
use crate::model::time::Moment;
use crate::store::accounts::accounts::account_columns;
use crate::store::accounts::activity;
use crate::store::accounts::activity::AddActivity;
use crate::store::engine::db::list;
use crate::store::engine::writer::alone;
use crate::store::notices::notice_queue;
use crate::store::notices::notice_queue::AddNotice;
use crate::store::sessions::sessions::{SessionWithAccount, session_columns};
use crate::store::{Tx, Write};

/// Spends a refresh token for the next one of its chain.
#[derive(Clone)]
pub struct RefreshSession {
    /// The token presented.
    pub token: RefreshToken,
    /// Derives the successors of a token.
    pub refresh_chain: RefreshChain,
    /// Device and network of the request.
    pub source: RequestSource,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Outcome of a [`RefreshSession`].
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "moved once, from the write to its caller")]
pub enum RefreshOutcome {
    /// The session continues with this token.
    On(Account, RefreshToken),
    /// A spent token was reused: this call ended the session of that account.
    Replayed(AccountId),
    /// The session has ended.
    Over,
    /// The token is unknown, or its account is banned or deleted.
    Refused,
}

impl Write for RefreshSession {
    type Out = RefreshOutcome;

    const MAY_RUN_CONCURRENTLY: bool = true;

    fn order(&self) -> i64 {
        self.token.session.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<RefreshOutcome> {
        alone(Self::run_all(&[self], tx).await?)
    }

    /// Reads the sessions, applies all writes to them in order, and stores the results. A session whose guard fails was
    /// changed concurrently: its writes are applied again, at most once per rival.
    async fn run_all(works: &[&Self], tx: &mut Tx) -> sqlx::Result<Vec<RefreshOutcome>> {
        let mut outcomes = HashMap::with_capacity(works.len());
        while outcomes.len() < works.len() {
            let left = works.iter().enumerate().filter(|(index, _)| !outcomes.contains_key(index));
            let left: Vec<(usize, &Self)> = left.map(|(index, work)| (index, *work)).collect();
            let mut lines = read(left.iter().map(|(_, work)| work.token.session), tx).await?;
            let played: Vec<_> = left.into_iter().map(|(index, work)| (index, work, work.rotate(&mut lines))).collect();
            let stored = store(&lines, tx).await?;
            let (mut replays, mut events) = (Vec::new(), Vec::new());
            for (index, work, outcome) in played {
                let id = work.token.session;
                let line = lines.get(&id);
                if line.is_none_or(|line| line.read_state == line.state() || stored.contains(&id)) {
                    if let (Some(line), RefreshOutcome::Replayed(_)) = (line, &outcome) {
                        replays.push(reused(&line.held.session, work.now));
                        events.push(noted(&line.held.session, work));
                    }
                    outcomes.insert(index, outcome);
                }
            }
            notice_queue::add(&replays, tx).await?;
            activity::add(&events, tx).await?;
        }
        let in_turn = |index| outcomes.remove(&index).ok_or(sqlx::Error::RowNotFound);
        (0..works.len()).map(in_turn).collect()
    }
}

impl RefreshSession {
    /// Applies the token to its session in `lines` and returns the outcome.
    fn rotate(&self, lines: &mut HashMap<SessionId, SessionInBatch>) -> RefreshOutcome {
        let Some(SessionInBatch { held: SessionWithAccount { session, account }, .. }) =
            lines.get_mut(&self.token.session)
        else {
            return RefreshOutcome::Refused;
        };
        let good = match session.judge(&self.token, &self.refresh_chain, self.now) {
            RefreshVerdict::Current { .. } | RefreshVerdict::Behind { .. }
                if account.banned_at.is_some() || account.deleted_at.is_some() =>
            {
                return RefreshOutcome::Refused;
            }
            RefreshVerdict::Current { next, rotations } => {
                session.refresh_generation = next.generation;
                session.refresh_digest = next.secret.digest();
                session.rotations = rotations;
                session.last_seen_at = self.now;
                session.network.clone_from(&self.source.network);
                next
            }
            RefreshVerdict::Behind { current } => current,
            RefreshVerdict::Replayed => {
                session.ended_at = Some(self.now);
                return RefreshOutcome::Replayed(account.id);
            }
            RefreshVerdict::Over => return RefreshOutcome::Over,
            RefreshVerdict::Unknown => return RefreshOutcome::Refused,
        };
        RefreshOutcome::On(account.clone(), good)
    }
}

/// Notice to the person about a reused token.
fn reused(session: &Session, now: Moment) -> AddNotice {
    let Session { id, account_id: account, device, network, .. } = session;
    let notice = Notice::RefreshTokenReused { device: device.clone(), network: network.clone() };
    AddNotice { account: *account, notice, idempotency_key: format!("refresh_token_reused:{id}"), now }
}

/// Activity entry for a reused token, with the source of the request.
fn noted(session: &Session, work: &RefreshSession) -> AddActivity {
    let (account, by, now) = (session.account_id, ActivityActor::Visitor(work.source.clone()), work.now);
    AddActivity { account, event: ActivityEvent::RefreshTokenReused, by, now }
}

/// A session while a batch is applied.
struct SessionInBatch {
    held: SessionWithAccount,
    /// Generation and end of the session as read.
    read_state: (i64, Option<Moment>),
}

impl SessionInBatch {
    /// Fields that differ after every change.
    const fn state(&self) -> (i64, Option<Moment>) {
        state(&self.held.session)
    }
}

const fn state(session: &Session) -> (i64, Option<Moment>) {
    (session.refresh_generation, session.ended_at)
}

async fn read(ids: impl Iterator<Item = SessionId>, tx: &mut Tx) -> sqlx::Result<HashMap<SessionId, SessionInBatch>> {
    // `cross join`: SQLite keeps that join order.
    let sql = concat!(
        "select ",
        session_columns!(),
        ", ",
        account_columns!(),
        " from json_each($1) j
          cross join session s
          join account a on a.id = s.account_id
          where s.id = cast(j.value ->> 'id' as bigint)"
    );
    let mut ids: Vec<i64> = ids.map(|id| id.0).collect();
    ids.dedup();
    let found: Vec<SessionWithAccount> = tx.all(sql, &[&list(ids.into_iter().map(|id| json!({"id": id})))?]).await?;
    let line = |held: SessionWithAccount| (held.session.id, SessionInBatch { read_state: state(&held.session), held });
    Ok(found.into_iter().map(line).collect())
}

/// Stores changed sessions, unless they were changed concurrently. Returns the ids of those stored.
async fn store(lines: &HashMap<SessionId, SessionInBatch>, tx: &mut Tx) -> sqlx::Result<Vec<SessionId>> {
    let mut changed: Vec<&SessionInBatch> = lines.values().filter(|line| line.read_state != line.state()).collect();
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    changed.sort_by_key(|line| line.held.session.id);
    let sql = "update session set refresh_generation = cast(j.value ->> 'generation' as bigint),
                 refresh_digest = unhex(j.value ->> 'digest'), rotations = j.value ->> 'turns',
                 last_seen_at = cast(j.value ->> 'seen' as bigint),
                 network = j.value ->> 'network', ended_at = cast(j.value ->> 'ended' as bigint)
               from json_each($1) j
               where session.id = cast(j.value ->> 'id' as bigint)
                 and session.refresh_generation = cast(j.value ->> 'read' as bigint) and session.ended_at is null
               returning session.id";
    let row = |line: &SessionInBatch| {
        let SessionInBatch { held: SessionWithAccount { session, .. }, read_state: (generation, _) } = line;
        json!({
            "id": session.id.0, "read": generation, "generation": session.refresh_generation,
            "digest": hex::encode(&session.refresh_digest),
            "turns": session.rotations, "seen": session.last_seen_at.0, "network": session.network,
            "ended": session.ended_at.map(|at| at.0),
        })
    };
    let stored: Vec<(SessionId,)> = tx.all(sql, &[&list(changed.into_iter().map(row))?]).await?;
    Ok(stored.into_iter().map(|(id,)| id).collect())
}

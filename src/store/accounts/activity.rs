//! Account activity. Written in the transaction of its event, read in pages, purged after 180 days.

use serde_json::json;
use sqlx::FromRow;

use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::{ActivityActor, ActivityEntry, ActivityEvent};
use crate::model::session::{RequestSource, SessionId};
use crate::model::time::Moment;
use crate::store::engine::db::list;
use crate::store::{Result, Store, Tx, Write, WriteLane};

/// Events of one account on one day beyond which minor ones are not recorded any more.
const MAX_EVENTS_WITH_MINOR: i64 = 100;

#[derive(FromRow)]
struct ActivityRecord {
    id: i64,
    created_at: Moment,
    event: String,
    actor: String,
    device: Option<String>,
    network: Option<String>,
    session_id: Option<i64>,
}

impl Store {
    /// Returns up to `limit` activity entries of an account older than the entry `before`, newest first.
    pub async fn events(&self, account: AccountId, before: Option<i64>, limit: i64) -> Result<Vec<ActivityEntry>> {
        let sql = "select id, created_at, event, actor, device, network, session_id from account_activity
                   where account_id = $1 and id < $2
                   order by id desc
                   limit $3";
        let rows: Vec<ActivityRecord> = self.db.all(sql, &[&account, &before.unwrap_or(i64::MAX), &limit]).await?;
        let line = |ActivityRecord { id, created_at, event, actor, device, network, session_id }| ActivityEntry {
            id,
            created_at,
            event: ActivityEvent::from_json(&event),
            actor,
            device,
            network,
            session: session_id,
        };
        Ok(rows.into_iter().map(line).collect())
    }
}

/// An activity entry to add.
#[derive(Clone, Debug)]
pub struct AddActivity {
    /// The account concerned.
    pub account: AccountId,
    /// Kind and fields of the entry.
    pub event: ActivityEvent,
    /// Actor of the event.
    pub by: ActivityActor,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

impl Write for AddActivity {
    type Out = ();

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        add(std::slice::from_ref(self), tx).await
    }
}

/// Adds activity entries. An event in a session takes the device and network of that session. An empty list costs
/// nothing.
pub(in crate::store) async fn add(events: &[AddActivity], tx: &mut Tx) -> sqlx::Result<()> {
    let (minor, events): (Vec<_>, Vec<_>) = events.iter().partition(|added| is_minor(&added.event));
    let row = |added: &&AddActivity| {
        let AddActivity { account, event, by, now } = *added;
        let (session, place): (Option<SessionId>, Option<&RequestSource>) = match by {
            ActivityActor::Session(session) => (Some(*session), None),
            ActivityActor::Begun(session, source) => (Some(*session), Some(source)),
            ActivityActor::Visitor(source) => (None, Some(source)),
            ActivityActor::Chat
            | ActivityActor::Admin(_)
            | ActivityActor::Operator
            | ActivityActor::GitHub
            | ActivityActor::App
            | ActivityActor::Clock => (None, None),
        };
        json!({
            "account": account, "now": now.0, "day": now.midnight().0, "content": event.to_json(), "actor": by.as_str(),
            "session": session.map(|session| session.0), "device": place.map(|place| &place.device),
            "network": place.map(|place| &place.network),
        })
    };
    if !minor.is_empty() {
        add_minor(&list(minor.iter().map(row))?, tx).await?;
    }
    if events.is_empty() {
        return Ok(());
    }
    let asks = events.iter().any(|event| matches!(event.by, ActivityActor::Session(_)));
    let sql = if asks {
        "insert into account_activity (account_id, created_at, event, actor, device, network, session_id)
         select cast(j.value ->> 'account' as bigint), cast(j.value ->> 'now' as bigint), j.value ->> 'content',
           j.value ->> 'actor', coalesce(j.value ->> 'device', s.device), coalesce(j.value ->> 'network', s.network),
           cast(j.value ->> 'session' as bigint)
         from json_each($1) j left join session s on s.id = cast(j.value ->> 'session' as bigint)"
    } else {
        "insert into account_activity (account_id, created_at, event, actor, device, network, session_id)
         select cast(value ->> 'account' as bigint), cast(value ->> 'now' as bigint), value ->> 'content',
           value ->> 'actor', value ->> 'device', value ->> 'network', cast(value ->> 'session' as bigint)
         from json_each($1)"
    };
    tx.run(sql, &[&list(events.iter().map(row))?]).await.map(drop)
}

/// True if the event neither gives nor ends access, and can be repeated at will.
const fn is_minor(event: &ActivityEvent) -> bool {
    matches!(
        event,
        ActivityEvent::KeyRenamed { .. } | ActivityEvent::KeyExpiryChanged { .. } | ActivityEvent::ProfileChanged
    )
}

/// Adds minor events, until the account has [`MAX_EVENTS_WITH_MINOR`] events of that day, whatever their kinds.
async fn add_minor(rows: &str, tx: &mut Tx) -> sqlx::Result<()> {
    let sql = "insert into account_activity (account_id, created_at, event, actor, device, network, session_id)
               select cast(j.value ->> 'account' as bigint), cast(j.value ->> 'now' as bigint), j.value ->> 'content',
                 j.value ->> 'actor', coalesce(j.value ->> 'device', s.device),
                 coalesce(j.value ->> 'network', s.network), cast(j.value ->> 'session' as bigint)
               from json_each($1) j left join session s on s.id = cast(j.value ->> 'session' as bigint)
               where (select count(*)
                      from (select a.created_at from account_activity a
                            where a.account_id = cast(j.value ->> 'account' as bigint)
                            order by a.id desc limit $2) latest
                      where latest.created_at >= cast(j.value ->> 'day' as bigint)) < $2";
    tx.run(sql, &[&rows, &MAX_EVENTS_WITH_MINOR]).await.map(drop)
}

/// Maps the outcome of a write to its activity event, if any.
type Meaning<Out> = Box<dyn Fn(&Out) -> Option<ActivityEvent> + Send + Sync>;

/// A write on one account, at one time. Its activity entry has the same.
pub trait AccountWrite: Write {
    /// The account concerned.
    fn account(&self) -> AccountId;
    /// Time of the write.
    fn now(&self) -> Moment;
}

/// Implements [`AccountWrite`] for writes with the fields `account` and `now`, of their own or of a part.
macro_rules! account_write {
    ($($write:ident $(. $part:ident)?),+) => {$(
        impl $crate::store::accounts::activity::AccountWrite for $write {
            fn account(&self) -> $crate::model::accounts::account::AccountId {
                self$(.$part)?.account
            }

            fn now(&self) -> $crate::model::time::Moment {
                self$(.$part)?.now
            }
        }
    )+};
}
pub(in crate::store) use account_write;

/// A write together with its activity entry: both or neither.
pub struct WithActivity<W: AccountWrite> {
    work: W,
    by: ActivityActor,
    event: Meaning<W::Out>,
}

impl<W: AccountWrite> WithActivity<W> {
    /// Wraps a write by an actor. `event` maps its outcome to the activity event.
    pub fn new(
        work: W,
        by: ActivityActor,
        event: impl Fn(&W::Out) -> Option<ActivityEvent> + Send + Sync + 'static,
    ) -> Self {
        Self { work, by, event: Box::new(event) }
    }
}

impl<W: AccountWrite> Write for WithActivity<W> {
    type Out = W::Out;

    const LANE: WriteLane = W::LANE;

    fn order(&self) -> i64 {
        self.work.order()
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<W::Out> {
        let outcome = self.work.run(tx).await?;
        if let Some(event) = (self.event)(&outcome) {
            let (account, by, now) = (self.work.account(), self.by.clone(), self.work.now());
            add(&[AddActivity { account, event, by, now }], tx).await?;
        }
        Ok(outcome)
    }
}

//! Account activity. Written in the transaction of its event, read in pages, purged after 180 days.

use serde_json::json;
use sqlx::FromRow;

use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::{ActivityActor, ActivityEntry, ActivityEvent, SignInMethod};
use crate::model::session::{RequestSource, SessionId};
use crate::model::time::Moment;
use crate::store::engine::db::list;
use crate::store::{Result, Store, Tx, Write};

/// Retention of activity entries and known sources, in days.
pub const ACTIVITY_RETENTION_DAYS: i64 = 180;
/// Failed sign-ins of one account recorded individually per day; the rest share one entry.
const MAX_FAILURES_PER_DAY: i64 = 20;
/// Maximum number of rows purged by one write: other writes wait for it.
const PURGE_BATCH: i64 = 1000;

#[derive(FromRow)]
struct ActivityRecord {
    id: i64,
    #[sqlx(rename = "created_at")]
    made_at: Moment,
    #[sqlx(rename = "event")]
    content: String,
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
        let line = |ActivityRecord { id, made_at, content, actor, device, network, session_id }| ActivityEntry {
            id,
            created_at: made_at,
            event: ActivityEvent::from_json(&content),
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
    if events.is_empty() {
        return Ok(());
    }
    let row = |AddActivity { account, event, by, now }: &AddActivity| {
        let (session, place): (Option<SessionId>, Option<&RequestSource>) = match by {
            ActivityActor::Session(session) => (Some(*session), None),
            ActivityActor::Begun(session, origin) => (Some(*session), Some(origin)),
            ActivityActor::Visitor(origin) => (None, Some(origin)),
            ActivityActor::Chat
            | ActivityActor::Admin(_)
            | ActivityActor::Operator
            | ActivityActor::GitHub
            | ActivityActor::Clock => (None, None),
        };
        json!({
            "account": account, "now": now.0, "content": event.to_json(), "actor": by.as_str(),
            "session": session.map(|session| session.0), "device": place.map(|place| &place.device),
            "network": place.map(|place| &place.network),
        })
    };
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

/// Maps the outcome of a write to its activity event, if any.
type Meaning<Out> = Box<dyn Fn(&Out) -> Option<ActivityEvent> + Send + Sync>;

/// A write together with its activity entry: both or neither.
pub struct WithActivity<W: Write> {
    work: W,
    account: AccountId,
    by: ActivityActor,
    now: Moment,
    event: Meaning<W::Out>,
}

impl<W: Write> WithActivity<W> {
    /// Wraps a write by an actor on an account. `event` maps its outcome to the activity event.
    pub fn new(
        work: W,
        (account, by, now): (AccountId, ActivityActor, Moment),
        event: impl Fn(&W::Out) -> Option<ActivityEvent> + Send + Sync + 'static,
    ) -> Self {
        Self { work, account, by, now, event: Box::new(event) }
    }
}

impl<W: Write> Write for WithActivity<W> {
    type Out = W::Out;

    fn order(&self) -> i64 {
        self.work.order()
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<W::Out> {
        let outcome = self.work.run(tx).await?;
        if let Some(event) = (self.event)(&outcome) {
            let (account, by, now) = (self.account, self.by.clone(), self.now);
            add(&[AddActivity { account, event, by, now }], tx).await?;
        }
        Ok(outcome)
    }
}

/// Records a failed sign-in. After the daily limit, further failures only raise a counter.
#[derive(Clone, Debug)]
pub struct RecordSignInFailure {
    /// The account concerned.
    pub account: AccountId,
    /// Sign-in method of the attempt.
    pub method: SignInMethod,
    /// Reason, as a code.
    pub why: String,
    /// Device and network of the request.
    pub origin: RequestSource,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

impl Write for RecordSignInFailure {
    type Out = ();

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let Self { account, method, why, origin, now } = self.clone();
        let sql = "insert into sign_in_failure_count (account_id, day, count) values ($1, $2, 1)
                   on conflict (account_id, day) do update set count = sign_in_failure_count.count + 1
                   returning count, event_id";
        let (count, line): (i64, Option<i64>) = tx.one(sql, &[&account, &now.day()]).await?;
        if count <= MAX_FAILURES_PER_DAY {
            let event = ActivityEvent::SignInFailed { method, reason: why };
            return add(&[AddActivity { account, event, by: ActivityActor::Visitor(origin), now }], tx).await;
        }
        let content = ActivityEvent::MoreSignInsFailed { count: count - MAX_FAILURES_PER_DAY }.to_json();
        if let Some(line) = line {
            let sql = "update account_activity set event = $2, created_at = $3 where id = $1";
            return tx.run(sql, &[&line, &content, &now]).await.map(drop);
        }
        let sql = "insert into account_activity (account_id, created_at, event, actor) values ($1, $2, $3, 'visitor')
                   returning id";
        let (line,): (i64,) = tx.one(sql, &[&account, &now, &content]).await?;
        let sql = "update sign_in_failure_count set event_id = $3 where account_id = $1 and day = $2";
        tx.run(sql, &[&account, &now.day(), &line]).await.map(drop)
    }
}

/// Deletes one page of expired activity.
#[derive(Clone, Debug)]
pub struct PurgeActivity {
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: the number of entries and known sources deleted; zero when none are left.
impl Write for PurgeActivity {
    type Out = u64;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<u64> {
        let before = self.now.minus(ACTIVITY_RETENTION_DAYS * 86_400);
        // Ids grow with time, so the oldest entries come first. An index on the age would be written at every sign-in.
        let sql = "delete from account_activity
                   where created_at < $1
                     and id in (select id from account_activity order by id limit $2)";
        let mut forgotten = tx.run(sql, &[&before, &PURGE_BATCH]).await?;
        // The next sign-in from there causes a notice again.
        let sql = "delete from known_source
                   where (account_id, device, network) in
                     (select account_id, device, network from known_source where first_at < $1 limit $2)";
        forgotten += tx.run(sql, &[&before, &PURGE_BATCH]).await?;
        forgotten += tx.run("delete from sign_in_failure_count where day < $1", &[&before.day()]).await?;
        Ok(forgotten)
    }
}

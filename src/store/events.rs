//! What happened to accounts: written in the transaction of what it tells of, read page by page, forgotten after half a year.

use serde_json::json;
use sqlx::FromRow;

use crate::model::account::AccountId;
use crate::model::event::{By, Door, Event, EventLine};
use crate::model::session::{Origin, SessionId};
use crate::model::time::Moment;
use crate::store::db::list;
use crate::store::{Result, Store, Tx, Write};

/// How long it is kept, in days.
pub const KEPT: i64 = 180;
/// Failures of an account that are written down one by one, a day.
const FAILURES_A_DAY: i64 = 20;
/// How many are forgotten in one write: other writes wait for it.
const FORGOTTEN_AT_ONCE: i64 = 1000;

#[derive(FromRow)]
struct Row {
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
    /// What happened to an account, the latest first: at most `limit` lines of those before the line `before`.
    pub async fn events(&self, account: AccountId, before: Option<i64>, limit: i64) -> Result<Vec<EventLine>> {
        let sql = "select id, created_at, event, actor, device, network, session_id from account_activity
                   where account_id = $1 and id < $2
                   order by id desc
                   limit $3";
        let rows: Vec<Row> = self.db.all(sql, &[&account, &before.unwrap_or(i64::MAX), &limit]).await?;
        let line = |Row { id, made_at, content, actor, device, network, session_id }| EventLine {
            id,
            made_at,
            event: Event::from_json(&content),
            actor,
            device,
            network,
            session: session_id,
        };
        Ok(rows.into_iter().map(line).collect())
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct AddEvent {
    /// To whose account.
    pub account: AccountId,
    /// What.
    pub event: Event,
    /// Who did it.
    pub by: By,
    /// When this is.
    pub now: Moment,
}

impl Write for AddEvent {
    type Out = ();

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        keep(std::slice::from_ref(self), tx).await
    }
}

/// Writes down what happened. What was done in a session was done where that session is; nothing costs nothing.
pub(super) async fn keep(events: &[AddEvent], tx: &mut Tx) -> sqlx::Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let row = |AddEvent { account, event, by, now }: &AddEvent| {
        let (session, place): (Option<SessionId>, Option<&Origin>) = match by {
            By::Session(session) => (Some(*session), None),
            By::Begun(session, origin) => (Some(*session), Some(origin)),
            By::Visitor(origin) => (None, Some(origin)),
            By::Chat | By::Admin(_) | By::Operator | By::GitHub | By::Clock => (None, None),
        };
        json!({
            "account": account, "now": now.0, "content": event.to_json(), "actor": by.as_str(),
            "session": session.map(|session| session.0), "device": place.map(|place| &place.device),
            "network": place.map(|place| &place.network),
        })
    };
    let asks = events.iter().any(|event| matches!(event.by, By::Session(_)));
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

/// What an outcome of a work means for an account.
type Meaning<Out> = Box<dyn Fn(&Out) -> Option<Event> + Send + Sync>;

/// A work, and what it means for the account: both or neither.
pub struct Noted<W: Write> {
    work: W,
    account: AccountId,
    by: By,
    now: Moment,
    event: Meaning<W::Out>,
}

impl<W: Write> Noted<W> {
    /// That work, done by someone to an account. `event` says what happened, if anything did.
    pub fn new(
        work: W,
        (account, by, now): (AccountId, By, Moment),
        event: impl Fn(&W::Out) -> Option<Event> + Send + Sync + 'static,
    ) -> Self {
        Self { work, account, by, now, event: Box::new(event) }
    }
}

impl<W: Write> Write for Noted<W> {
    type Out = W::Out;

    fn order(&self) -> i64 {
        self.work.order()
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<W::Out> {
        let outcome = self.work.run(tx).await?;
        if let Some(event) = (self.event)(&outcome) {
            let (account, by, now) = (self.account, self.by.clone(), self.now);
            keep(&[AddEvent { account, event, by, now }], tx).await?;
        }
        Ok(outcome)
    }
}

/// Notes that somebody could not sign in to an account. A flood of failures is one line with a number in it.
#[derive(Clone, Debug)]
pub struct NoteFailure {
    /// Whose.
    pub account: AccountId,
    /// How they tried.
    pub door: Door,
    /// Why they failed, as a code.
    pub why: String,
    /// Where from.
    pub origin: Origin,
    /// When this is.
    pub now: Moment,
}

impl Write for NoteFailure {
    type Out = ();

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let Self { account, door, why, origin, now } = self.clone();
        let sql = "insert into sign_in_failure_count (account_id, day, count) values ($1, $2, 1)
                   on conflict (account_id, day) do update set count = sign_in_failure_count.count + 1
                   returning count, event_id";
        let (count, line): (i64, Option<i64>) = tx.one(sql, &[&account, &now.day()]).await?;
        if count <= FAILURES_A_DAY {
            let event = Event::SignInFailed { door, why };
            return keep(&[AddEvent { account, event, by: By::Visitor(origin), now }], tx).await;
        }
        let content = Event::MoreFailed { count: count - FAILURES_A_DAY }.to_json();
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

/// Forgets what happened too long ago, a page at a time.
#[derive(Clone, Debug)]
pub struct ForgetEvents {
    /// When this is.
    pub now: Moment,
}

/// How many lines and places were forgotten; none when no more are left.
impl Write for ForgetEvents {
    type Out = u64;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<u64> {
        let before = self.now.minus(KEPT * 86_400);
        // Numbers grow with time, so that the oldest lines are the first: no index on their age is written at each sign-in.
        let sql = "delete from account_activity
                   where created_at < $1
                     and id in (select id from account_activity order by id limit $2)";
        let mut forgotten = tx.run(sql, &[&before, &FORGOTTEN_AT_ONCE]).await?;
        // Whoever comes from there again is told once more.
        let sql = "delete from known_source
                   where (account_id, device, network) in
                     (select account_id, device, network from known_source where first_at < $1 limit $2)";
        forgotten += tx.run(sql, &[&before, &FORGOTTEN_AT_ONCE]).await?;
        forgotten += tx.run("delete from sign_in_failure_count where day < $1", &[&before.day()]).await?;
        Ok(forgotten)
    }
}

//! Failed sign-ins in the account activity. After the daily limit, further failures only raise a counter.

use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::{ActivityActor, ActivityEvent, SignInMethod};
use crate::model::session::RequestSource;
use crate::model::time::Moment;
use crate::store::accounts::activity;
use crate::store::accounts::activity::AddActivity;
use crate::store::{Tx, Write};

/// Failed sign-ins of one account recorded individually per day; the rest share one entry.
pub const MAX_FAILURES_PER_DAY: i64 = 20;

/// A failed sign-in.
#[derive(Clone, Debug)]
pub struct SignInFailure {
    /// Sign-in method of the attempt.
    pub method: SignInMethod,
    /// Reason, as a code.
    pub why: String,
    /// Device and network of the request.
    pub source: RequestSource,
    /// Time of the attempt.
    pub now: Moment,
}

/// Failed sign-ins of one account on one day.
#[derive(Clone, Debug)]
pub struct SignInFailures {
    /// The account concerned.
    pub account: AccountId,
    /// Start of the day (UTC).
    pub day: Moment,
    /// The first failures.
    pub first: Vec<SignInFailure>,
    /// Number of further ones.
    pub more: i64,
    /// Time of the last one.
    pub last_at: Moment,
}

/// Records failed sign-ins of several accounts.
#[derive(Clone, Debug)]
pub struct RecordSignInFailures(Vec<SignInFailures>);

impl RecordSignInFailures {
    /// Sorts the accounts, so that two instances lock rows in the same order.
    #[must_use]
    pub fn new(mut accounts: Vec<SignInFailures>) -> Self {
        accounts.sort_by_key(|failures| (failures.account, failures.day));
        Self(accounts)
    }
}

impl Write for RecordSignInFailures {
    type Out = ();

    fn order(&self) -> i64 {
        self.0.first().map_or(0, |failures| failures.account.0)
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        for failures in &self.0 {
            failures.record(tx).await?;
        }
        Ok(())
    }
}

impl SignInFailures {
    async fn record(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let Self { account, day, first, more, last_at } = self;
        let new = i64::try_from(first.len()).unwrap_or(i64::MAX).saturating_add(*more);
        let sql = "insert into sign_in_failure_count (account_id, day, count) values ($1, $2, $3)
                   on conflict (account_id, day) do update set count = sign_in_failure_count.count + $3
                   returning count, event_id";
        let (count, line): (i64, Option<i64>) = tx.one(sql, &[account, day, &new]).await?;
        let room = usize::try_from(MAX_FAILURES_PER_DAY - (count - new)).unwrap_or(0);
        let event = |failure: &SignInFailure| AddActivity {
            account: *account,
            event: ActivityEvent::SignInFailed { method: failure.method, reason: failure.why.clone() },
            by: ActivityActor::Visitor(failure.source.clone()),
            now: failure.now,
        };
        activity::add(&first.iter().take(room).map(event).collect::<Vec<_>>(), tx).await?;
        if count <= MAX_FAILURES_PER_DAY {
            return Ok(());
        }
        let content = ActivityEvent::MoreSignInsFailed { count: count - MAX_FAILURES_PER_DAY }.to_json();
        if let Some(line) = line {
            let sql = "update account_activity set event = $2, created_at = $3 where id = $1";
            return tx.run(sql, &[&line, &content, last_at]).await.map(drop);
        }
        let sql = "insert into account_activity (account_id, created_at, event, actor) values ($1, $2, $3, 'visitor')
                   returning id";
        let (line,): (i64,) = tx.one(sql, &[account, last_at, &content]).await?;
        let sql = "update sign_in_failure_count set event_id = $3 where account_id = $1 and day = $2";
        tx.run(sql, &[account, day, &line]).await.map(drop)
    }
}

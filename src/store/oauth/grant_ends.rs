//! Ends of grants. Each counts with the next use of a token, on every instance.

use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::{ActivityActor, ActivityEvent};
use crate::model::oauth::client::ClientId;
use crate::model::oauth::grant::{GrantEnd, GrantId};
use crate::model::time::Moment;
use crate::store::accounts::activity::{self, AddActivity};
use crate::store::oauth::consents;
use crate::store::{Tx, Write};

/// Ends one grant.
pub(in crate::store) async fn end(id: GrantId, why: GrantEnd, now: Moment, tx: &mut Tx) -> sqlx::Result<bool> {
    let sql = "update oauth_grant set ended_at = $2, end_reason = $3 where id = $1 and ended_at is null";
    Ok(tx.run(sql, &[&id, &now, &why.as_str()]).await? == 1)
}

/// Ends all grants of a client.
pub(in crate::store) async fn end_of_client(
    client: &ClientId,
    why: GrantEnd,
    now: Moment,
    tx: &mut Tx,
) -> sqlx::Result<()> {
    let sql = "update oauth_grant set ended_at = $2, end_reason = $3 where client_id = $1 and ended_at is null";
    tx.run(sql, &[client, &now, &why.as_str()]).await.map(drop)
}

/// Ends all grants of an account: those without a session do not end with the sessions.
pub(in crate::store) async fn end_of_account(
    account: AccountId,
    why: GrantEnd,
    now: Moment,
    tx: &mut Tx,
) -> sqlx::Result<()> {
    let sql = "update oauth_grant set ended_at = $2, end_reason = $3 where account_id = $1 and ended_at is null";
    tx.run(sql, &[&account, &now, &why.as_str()]).await.map(drop)
}

/// Ends the access of a client to an account, and forgets the consent.
#[derive(Clone, Debug)]
pub struct CutOffApp {
    /// The person.
    pub account: AccountId,
    /// The client.
    pub client: ClientId,
    /// Name of the client, for the activity.
    pub name: String,
    /// Actor recorded in the activity.
    pub by: ActivityActor,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: the number of grants that were open.
impl Write for CutOffApp {
    type Out = u64;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<u64> {
        let Self { account, client, name, by, now } = self;
        let sql = "update oauth_grant set ended_at = $3, end_reason = $4
                   where account_id = $1 and client_id = $2 and ended_at is null";
        let ended = tx.run(sql, &[account, client, now, &GrantEnd::CutOff.as_str()]).await?;
        // A code that is on its way gives nothing any more.
        let sql = "update oauth_code set used_at = $3 where account_id = $1 and client_id = $2 and used_at is null";
        tx.run(sql, &[account, client, now]).await?;
        consents::withdraw(*account, client, tx).await?;
        record_cut_off(&CutOffRecord { account: *account, name, by, now: *now }, ended, tx).await?;
        Ok(ended)
    }
}

/// Ends one grant of an account, as the button of its notice does. The consent stays.
#[derive(Clone, Debug)]
pub struct EndGrant {
    /// The grant.
    pub grant: GrantId,
    /// The person.
    pub account: AccountId,
    /// Name of the client, for the activity.
    pub name: String,
    /// Actor recorded in the activity.
    pub by: ActivityActor,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: the number of grants that were open: 0 or 1.
impl Write for EndGrant {
    type Out = u64;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<u64> {
        let Self { grant, account, name, by, now } = self;
        let sql = "update oauth_grant set ended_at = $3, end_reason = $4
                   where id = $1 and account_id = $2 and ended_at is null";
        let ended = tx.run(sql, &[grant, account, now, &GrantEnd::CutOff.as_str()]).await?;
        record_cut_off(&CutOffRecord { account: *account, name, by, now: *now }, ended, tx).await?;
        Ok(ended)
    }
}

struct CutOffRecord<'a> {
    account: AccountId,
    name: &'a str,
    by: &'a ActivityActor,
    now: Moment,
}

async fn record_cut_off(record: &CutOffRecord<'_>, ended: u64, tx: &mut Tx) -> sqlx::Result<()> {
    if ended == 0 {
        return Ok(());
    }
    let CutOffRecord { account, name, by, now } = record;
    let event = ActivityEvent::AppCutOff { app: (*name).to_owned() };
    activity::add(&[AddActivity { account: *account, event, by: (*by).clone(), now: *now }], tx).await
}

/// Ends a grant because its client revoked a token of it.
#[derive(Clone, Debug)]
pub struct RevokeGrant {
    /// The grant.
    pub grant: GrantId,
    /// The client, whose grant it must be.
    pub client: ClientId,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: true if the grant was open.
impl Write for RevokeGrant {
    type Out = bool;

    fn order(&self) -> i64 {
        self.grant.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "update oauth_grant set ended_at = $3, end_reason = $4
                   where id = $1 and client_id = $2 and ended_at is null";
        Ok(tx.run(sql, &[&self.grant, &self.client, &self.now, &GrantEnd::Revoked.as_str()]).await? == 1)
    }
}

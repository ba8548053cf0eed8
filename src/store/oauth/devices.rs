//! Devices that ask a person to authorize them (RFC 8628).

use sqlx::FromRow;

use crate::model::accounts::account::{Account, AccountId};
use crate::model::oauth::client::{Client, ClientId};
use crate::model::oauth::scope::{Scope, Scopes};
use crate::model::session::{RefreshSecret, RequestSource};
use crate::model::time::Moment;
use crate::store::accounts::accounts::account_columns;
use crate::store::oauth::codes::{RedeemedGrant, has_access};
use crate::store::oauth::grants::{self, NewGrant};
use crate::store::oauth::refresh::{self, NewChain};
use crate::store::{Result, Store, Tx, Write};

/// Seconds that a poll which comes too early adds to the interval, permanently (RFC 8628, 3.5).
const SLOW_DOWN_SECS: i64 = 5;

/// A device request as its person sees it.
#[derive(Clone, Debug, FromRow)]
pub struct DeviceRow {
    /// Identifies the request in buttons and forms.
    pub id: i64,
    /// The client.
    pub client_id: ClientId,
    /// Scopes that it asks for.
    pub scopes: String,
    /// Number that the device shows.
    pub match_number: i64,
    /// Three numbers, one of which the device shows, separated by spaces.
    pub choices: String,
    /// Program that asks.
    pub device: String,
    /// Network that it asks from.
    pub network: String,
    /// `waiting`, `approved`, `denied`, `wrong_number` or `used`.
    pub state: String,
}

impl Store {
    /// Returns a device request that this account opened.
    pub async fn device_request(&self, id: i64, account: AccountId) -> Result<Option<DeviceRow>> {
        let sql = "select id, client_id, scopes, match_number, choices, device, network, state from oauth_device
                   where id = $1 and account_id = $2";
        Ok(self.db.first(sql, &[&id, &account]).await?)
    }
}

/// Stores a device request.
#[derive(Clone, Debug)]
pub struct AddDevice {
    /// SHA-256 of the code that the device polls with.
    pub device_digest: Vec<u8>,
    /// SHA-256 of the code that the person types.
    pub user_digest: Vec<u8>,
    /// The client.
    pub client: ClientId,
    /// Scopes that it asks for.
    pub scopes: Scopes,
    /// Audience of its access tokens.
    pub resource: String,
    /// Number that the device shows.
    pub number: i64,
    /// Three numbers, one of which the device shows, separated by spaces.
    pub choices: String,
    /// Program and network that ask.
    pub origin: RequestSource,
    /// Shortest time between two polls, in seconds.
    pub interval_secs: i64,
    /// Expiry.
    pub expires_at: Moment,
}

/// Output: false if another request has the same code.
impl Write for AddDevice {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "insert into oauth_device
                     (device_digest, user_digest, client_id, scopes, resource, match_number, choices, device, network, interval_secs,
                      state, expires_at)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', $11)
                   on conflict (user_digest) do nothing";
        let added = tx
            .run(
                sql,
                &[
                    &self.device_digest,
                    &self.user_digest,
                    &self.client,
                    &self.scopes.to_string(),
                    &self.resource,
                    &self.number,
                    &self.choices,
                    &self.origin.device,
                    &self.origin.network,
                    &self.interval_secs,
                    &self.expires_at,
                ],
            )
            .await?;
        Ok(added == 1)
    }
}

/// Opens a device request. Only the account that opens it first may answer.
#[derive(Clone, Debug)]
pub struct OpenDevice {
    /// SHA-256 of the code that the person typed.
    pub user_digest: Vec<u8>,
    /// The person.
    pub account: AccountId,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: the request; `None` if it is unknown, used, expired, or of another account.
impl Write for OpenDevice {
    type Out = Option<DeviceRow>;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<DeviceRow>> {
        let sql = "update oauth_device set account_id = $2
                   where user_digest = $1 and state = 'waiting' and expires_at > $3
                     and (account_id is null or account_id = $2)
                   returning id, client_id, scopes, match_number, choices, device, network, state";
        tx.first(sql, &[&self.user_digest, &self.account, &self.now]).await
    }
}

/// Answers a device request with a number. A wrong one denies it permanently.
#[derive(Clone, Debug)]
pub struct AnswerDevice {
    /// Id of the request.
    pub id: i64,
    /// The person, who must have opened it.
    pub account: AccountId,
    /// The number; `None` denies.
    pub number: Option<i64>,
    /// Method of the sign-in that answers.
    pub amr: String,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: true if this answer decided.
impl Write for AnswerDevice {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let Self { id, account, number, amr, now } = self;
        let sql = "update oauth_device
                   set state = case when match_number = $3 then 'approved' when $3 = 0 then 'denied' else 'wrong_number' end,
                     auth_time = $4, amr = $5
                   where id = $1 and account_id = $2 and state = 'waiting' and expires_at > $4";
        // A number has two digits.
        Ok(tx.run(sql, &[id, account, &number.unwrap_or(0), now, amr]).await? == 1)
    }
}

/// Poll of a device. Once approved, it redeems the code.
#[derive(Clone, Debug)]
pub struct PollDevice {
    /// SHA-256 of the code that the device polls with.
    pub device_digest: Vec<u8>,
    /// The client that polls.
    pub client: Client,
    /// First secret of the refresh token, if the grant has one.
    pub secret: RefreshSecret,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Outcome of a [`PollDevice`].
#[derive(Debug)]
pub enum DevicePoll {
    /// The person has approved the device.
    Granted(Box<RedeemedGrant>),
    /// The person has not decided.
    Pending,
    /// The device polls too fast.
    SlowDown,
    /// The person has denied the device.
    Denied,
    /// The code has expired.
    Expired,
    /// The code is unknown, used, or of another client.
    Refused,
}

#[derive(FromRow)]
struct PolledRow {
    id: i64,
    client_id: ClientId,
    scopes: String,
    resource: String,
    device: String,
    network: String,
    interval_secs: i64,
    polled_at: Option<Moment>,
    state: String,
    account_id: Option<AccountId>,
    auth_time: Option<Moment>,
    amr: String,
    expires_at: Moment,
}

impl Write for PollDevice {
    type Out = DevicePoll;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<DevicePoll> {
        let sql =
            "select id, client_id, scopes, resource, device, network, interval_secs, polled_at, state, account_id,
                     auth_time, amr, expires_at
                   from oauth_device where device_digest = $1";
        let row: Option<PolledRow> = tx.first(sql, &[&self.device_digest]).await?;
        let Some(row) = row.filter(|row| row.client_id == self.client.id && row.state != "used") else {
            return Ok(DevicePoll::Refused);
        };
        if row.state == "denied" || row.state == "wrong_number" {
            return Ok(DevicePoll::Denied);
        }
        if row.expires_at <= self.now {
            return Ok(DevicePoll::Expired);
        }
        if row.state == "approved" { self.redeem(row, tx).await } else { self.wait(&row, tx).await }
    }
}

impl PollDevice {
    async fn wait(&self, row: &PolledRow, tx: &mut Tx) -> sqlx::Result<DevicePoll> {
        let is_early = row.polled_at.is_some_and(|polled_at| self.now.since(polled_at) < row.interval_secs);
        let more = if is_early { SLOW_DOWN_SECS } else { 0 };
        let sql = "update oauth_device set polled_at = $2, interval_secs = interval_secs + $3 where id = $1";
        tx.run(sql, &[&row.id, &self.now, &more]).await?;
        Ok(if is_early { DevicePoll::SlowDown } else { DevicePoll::Pending })
    }

    async fn redeem(&self, row: PolledRow, tx: &mut Tx) -> sqlx::Result<DevicePoll> {
        let sql = "update oauth_device set state = 'used' where id = $1 and state = 'approved'";
        if tx.run(sql, &[&row.id]).await? == 0 {
            return Ok(DevicePoll::Refused);
        }
        let sql = concat!("select ", account_columns!(), " from account a where a.id = $1");
        let account: Option<Account> = tx.first(sql, &[&row.account_id]).await?;
        let Some(account) = account.filter(has_access) else { return Ok(DevicePoll::Refused) };
        let scopes = Scopes::stored(&row.scopes);
        let auth_time = row.auth_time.unwrap_or(self.now);
        let new = NewGrant {
            account: account.id,
            client: &self.client,
            scopes,
            session: None,
            auth_time,
            amr: &row.amr,
            origin: RequestSource { device: row.device, network: row.network },
            now: self.now,
        };
        let grant = grants::begin(&new, tx).await?;
        let refresh = if scopes.has(Scope::OfflineAccess) {
            let chain =
                NewChain { grant: grant.id, secret: self.secret, scopes, resource: &row.resource, now: self.now };
            Some(refresh::begin(&chain, tx).await?)
        } else {
            None
        };
        Ok(DevicePoll::Granted(Box::new(RedeemedGrant {
            grant: grant.id,
            account,
            sub: grant.sub,
            session: None,
            scopes,
            resource: row.resource,
            auth_time,
            amr: row.amr,
            nonce: None,
            refresh,
        })))
    }
}

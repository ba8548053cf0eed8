//! Mail queue, a transactional outbox. A mail is written in the transaction of its cause and stored until it is sent.

use sqlx::FromRow;

use crate::model::accounts::account::AccountId;
use crate::model::mail::{MailId, MailKind, REPORT_INTERVAL_SECS};
use crate::model::session::RequestSource;
use crate::model::text::language::Language;
use crate::model::time::Moment;
use crate::store::engine::db::BindValue;
use crate::store::engine::lease_queue::{LeaseQueue, has_due, lease_due, settle_leased};
use crate::store::{Result, Store, Tx, Write};

/// Lease of a mail, in seconds. Longer than all timeouts and retries of the gateway.
const MAIL_LEASE_SECS: i64 = 180;

static MAILS: LeaseQueue<LeasedMail> = LeaseQueue::new(
    MAIL_LEASE_SECS,
    has_due!("mail", "due_at"),
    lease_due!(
        "mail",
        "id",
        "due_at",
        "id, kind, recipient, language, registration_id, device, network, attempts, created_at, times, content",
        "attempts = attempts + 1"
    ),
);

impl Store {
    /// Leases due mails, the longest overdue first.
    pub async fn lease_mails(&self, limit: i64, now: Moment) -> Result<Vec<LeasedMail>> {
        self.lease(&MAILS, limit, now.0).await
    }

    /// Returns the owner of a mail's address, and the name given at registration.
    pub async fn mail_recipient(&self, mail: MailId) -> Result<Option<MailRecipient>> {
        // A Google identity has its address as label, in lower case, if Google verified it. An address that a password
        // reset disabled signs nobody in, and receives no link that could.
        let sql = "select o.id as owner, i.disabled_at is not null as disabled, o.name as owner_name, o.language as owner_language, g.account_id is not null as by_google,
                     r.name as registered_name
                   from mail m
                   left join identity i on i.kind = 'email' and i.subject = lower(m.recipient)
                   left join account o on o.id = coalesce(m.account_id, i.account_id)
                   left join identity g on g.kind = 'google' and lower(g.label) = lower(m.recipient)
                   left join email_registration r on r.id = m.registration_id
                   where m.id = $1
                   limit 1";
        Ok(self.db.first(sql, &[&mail]).await?)
    }
}

/// Owner of a mail's address at the time of sending.
#[derive(Clone, Debug, FromRow)]
pub struct MailRecipient {
    /// The account the mail is about, or else the owner of the address.
    pub owner: Option<AccountId>,
    /// Name of the owner.
    pub owner_name: Option<String>,
    /// Language chosen by the owner.
    pub owner_language: Option<String>,
    /// True if the address belongs to a linked Google account.
    pub by_google: bool,
    /// True if a password reset disabled the address.
    pub disabled: bool,
    /// Name given at registration.
    pub registered_name: Option<String>,
}

/// Source, language and time of the request that causes a mail.
#[derive(Clone, Debug)]
pub struct MailRequest {
    /// Device and network of the request.
    pub source: RequestSource,
    /// Language of the request.
    pub language: Language,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Queues a mail. The owner of the address is looked up when it is sent.
#[derive(Clone, Debug)]
pub struct AddMail {
    /// Kind of the mail.
    pub kind: MailKind,
    /// Address as typed.
    pub recipient: String,
    /// The account the mail is about, if known.
    pub account: Option<AccountId>,
    /// Source, language and time of the request.
    pub request: MailRequest,
}

impl Write for AddMail {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let Self { kind, recipient, account, request } = self;
        NewMail { kind: *kind, recipient, registration: None, account: *account, request }.add(tx).await
    }
}

/// Takes the turn of a mail that its recipient did not ask for and that always says the same. Within
/// [`REPORT_INTERVAL_SECS`] another one is not sent: nothing is lost.
#[derive(Clone, Debug)]
pub struct TakeMailTurn {
    /// Address of the recipient, in lower case.
    pub address: String,
    /// Content of the mail, as a key of the pace.
    pub subject: &'static str,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: true if the mail may be sent.
impl Write for TakeMailTurn {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "insert into mail_pace (address, kind, due_at) values ($1, $2, $3)
                   on conflict (address, kind) do update set due_at = excluded.due_at
                   where mail_pace.due_at + $4 <= excluded.due_at or mail_pace.due_at > excluded.due_at";
        Ok(tx.run(sql, &[&self.address, &self.subject, &self.now, &REPORT_INTERVAL_SECS]).await? == 1)
    }
}

/// A mail about a registration, an account, or the owner of the address.
pub(super) struct NewMail<'a> {
    pub(super) kind: MailKind,
    pub(super) recipient: &'a str,
    pub(super) registration: Option<i64>,
    pub(super) account: Option<AccountId>,
    pub(super) request: &'a MailRequest,
}

impl NewMail<'_> {
    /// Queues the mail. A report joins the one that waits for its address, or waits for its turn.
    pub(super) async fn add(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let due_at = if self.kind.is_report() {
            if self.join_waiting(tx).await? {
                return Ok(());
            }
            self.next_turn(tx).await?
        } else {
            self.request.now
        };
        let sql = "insert into mail
                     (kind, recipient, language, registration_id, account_id, device, network, created_at, due_at)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let Self { kind, recipient, registration, account, request } = self;
        let MailRequest { source: RequestSource { device, network }, language, now } = request;
        let values: [&dyn BindValue; 9] =
            [&kind.as_str(), recipient, &language.code(), registration, account, device, network, now, &due_at];
        tx.run(sql, &values).await.map(drop)
    }

    /// Adds the event to a mail of the kind that no lease has taken yet; false if there is none. The mail then describes
    /// the latest event.
    async fn join_waiting(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "update mail set times = times + 1, device = $4, network = $5, created_at = $6
                   where account_id = $1 and kind = $2 and lower(recipient) = lower($3) and attempts = 0";
        let Self { kind, recipient, account, request, .. } = self;
        let MailRequest { source: RequestSource { device, network }, now, .. } = request;
        Ok(tx.run(sql, &[account, &kind.as_str(), recipient, device, network, now]).await? > 0)
    }

    /// Takes the next turn of the kind at this address: now, or an interval after the one before.
    async fn next_turn(&self, tx: &mut Tx) -> sqlx::Result<Moment> {
        let sql = "insert into mail_pace (address, kind, due_at) values ($1, $2, $3)
                   on conflict (address, kind) do update set due_at =
                     case when mail_pace.due_at + $4 > $3 and mail_pace.due_at <= $3 then mail_pace.due_at + $4
                          when mail_pace.due_at > $3 and mail_pace.due_at <= $3 + $4 then mail_pace.due_at
                          else $3 end
                   returning due_at";
        let address = self.recipient.to_lowercase();
        let values: [&dyn BindValue; 4] = [&address, &self.kind.as_str(), &self.request.now, &REPORT_INTERVAL_SECS];
        let (due_at,): (Moment,) = tx.one(sql, &values).await?;
        Ok(due_at)
    }
}

/// A leased mail.
#[derive(Clone, Debug, FromRow)]
pub struct LeasedMail {
    /// Identifies the mail when its result is recorded.
    pub id: MailId,
    /// Kind of the mail, as stored.
    pub kind: String,
    /// Address as typed.
    pub recipient: String,
    /// Language of the request.
    pub language: String,
    /// The registration the mail is about.
    pub registration_id: Option<i64>,
    /// Device and network of the request.
    #[sqlx(flatten)]
    pub source: MailSource,
    /// Number of leases, including this one.
    pub attempts: i64,
    /// Time of the request.
    pub created_at: Moment,
    /// JSON of the notice, for a mail about the security of the account.
    pub content: Option<String>,
    /// Number of events that the mail reports.
    pub times: i64,
}

/// Device, network and time of a request, as stored.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct MailSource {
    /// Browser or program.
    pub device: String,
    /// Network: a /24 or a /48.
    pub network: String,
    /// Time of the request.
    #[sqlx(rename = "created_at")]
    pub requested_at: Moment,
}

/// Records the result of sending a leased mail.
#[derive(Clone, Debug)]
pub struct RecordMailResult {
    /// Id of the mail.
    pub id: MailId,
    /// [`LeasedMail::attempts`] of the lease: the result of an expired lease is ignored.
    pub attempt: i64,
    /// Time of the retry; `None` if the mail was sent or abandoned.
    pub again_at: Option<Moment>,
}

/// Output: true if the lease was valid.
impl Write for RecordMailResult {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let Self { id, attempt, again_at } = self;
        let changed = match again_at {
            None => tx.run("delete from mail where id = $1 and attempts = $2", &[id, attempt]).await?,
            Some(at) => tx.run(settle_leased!("mail", "due_at = $3"), &[id, attempt, at]).await?,
        };
        Ok(changed == 1)
    }
}

//! Mails: kept from the transaction of what they are about until they are sent.

use sqlx::FromRow;

use crate::model::accounts::account::AccountId;
use crate::model::mail::{MailId, MailKind};
use crate::model::session::RequestSource;
use crate::model::text::language::Language;
use crate::model::time::Moment;
use crate::store::{Result, Store, Tx, Write};

/// How long sending a mail may take before whoever took it counts as dead, in seconds: beyond every patience of the gateway.
const MAIL_LEASE_SECS: i64 = 180;

impl Store {
    /// Whether a mail may be taken in hand.
    pub async fn has_due_mails(&self, now: Moment) -> Result<bool> {
        let sql = "select 1 = 1 from mail where due_at <= $1 limit 1";
        Ok(self.db.first::<(bool,)>(sql, &[&now]).await?.is_some())
    }

    /// What a mail of that errand needs to know of its address: whom it belongs to, and who registered with it.
    pub async fn mail_recipient(&self, mail: MailId) -> Result<Option<MailRecipient>> {
        // A Google account's label is its address in lower case, if Google verified it.
        let sql = "select o.id as owner, o.name as owner_name, o.language as owner_language, g.account_id is not null as by_google,
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

/// Whom a mail goes to, as it is known when it is sent.
#[derive(Clone, Debug, FromRow)]
pub struct MailRecipient {
    /// The account that the mail is about, or else the one that the address belongs to.
    pub owner: Option<AccountId>,
    /// What that person is called.
    pub owner_name: Option<String>,
    /// The language that they chose.
    pub owner_language: Option<String>,
    /// Whether somebody signs in with Google who has that address there.
    pub by_google: bool,
    /// What the person called themselves who registered.
    pub registered_name: Option<String>,
}

/// Who asks for a mail, from where, and in which language.
#[derive(Clone, Debug)]
pub struct MailRequest {
    /// The browser or program, and its network.
    pub origin: RequestSource,
    /// What they speak.
    pub language: Language,
    /// When this is.
    pub now: Moment,
}

/// Keeps a mail to be sent to an address, whoever that belongs to: that is looked up when it is sent.
#[derive(Clone, Debug)]
pub struct AddMail {
    /// What it is about.
    pub errand: MailKind,
    /// The address as it was typed.
    pub recipient: String,
    /// The account that it is about, where that is known.
    pub account: Option<AccountId>,
    /// Who asks.
    pub asked: MailRequest,
}

impl Write for AddMail {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let Self { errand, recipient, account, asked } = self;
        keep((*errand, recipient), (None, *account), asked, tx).await
    }
}

/// Keeps a mail to be sent; about a registration, an account, or whoever the address belongs to.
pub(super) async fn keep(
    (errand, recipient): (MailKind, &str),
    (registration, account): (Option<i64>, Option<AccountId>),
    MailRequest { origin, language, now }: &MailRequest,
    tx: &mut Tx,
) -> sqlx::Result<()> {
    let sql = "insert into mail
                 (kind, recipient, language, registration_id, account_id, device, network, created_at, due_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $8)";
    let RequestSource { device, network } = origin;
    tx.run(sql, &[&errand.as_str(), &recipient, &language.code(), &registration, &account, device, network, now])
        .await
        .map(drop)
}

/// Takes mails in hand that are due, the longest waiting first.
#[derive(Clone, Debug)]
pub struct LeaseMails {
    /// How many at most.
    pub limit: i64,
    /// When this is.
    pub now: Moment,
}

/// A mail in hand.
#[derive(Clone, Debug, FromRow)]
pub struct LeasedMail {
    /// Its number.
    pub id: MailId,
    /// What it is about.
    #[sqlx(rename = "kind")]
    pub errand: String,
    /// The address as it was typed.
    pub recipient: String,
    /// What whoever asked for it speaks.
    pub language: String,
    /// The registration that it is about.
    pub registration_id: Option<i64>,
    /// From where it was asked for.
    #[sqlx(flatten)]
    pub origin: MailSource,
    /// How often it was taken in hand, this time included.
    pub attempts: i64,
    /// When it was asked for.
    pub created_at: Moment,
}

/// Where somebody asked from.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct MailSource {
    /// The browser or program.
    pub device: String,
    /// The network: a /24 or a /48.
    pub network: String,
}

impl Write for LeaseMails {
    type Out = Vec<LeasedMail>;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Vec<LeasedMail>> {
        // The last line decides between two instances that chose the same rows: the second finds them no longer due.
        let sql = "update mail set due_at = $2, attempts = attempts + 1
                   where id in (select m.id from mail m where m.due_at <= $1 order by m.due_at, m.id limit $3)
                     and due_at <= $1
                   returning id, kind, recipient, language, registration_id, device, network, attempts, created_at";
        tx.all(sql, &[&self.now, &self.now.plus(MAIL_LEASE_SECS), &self.limit]).await
    }
}

/// Says how it went with a mail in hand.
#[derive(Clone, Debug)]
pub struct RecordMailResult {
    /// Which.
    pub id: MailId,
    /// Its [`LeasedMail::attempts`]: who took it before and was thought dead has no say any more.
    pub attempt: i64,
    /// When to try again; never, if it was sent or is given up.
    pub again_at: Option<Moment>,
}

/// Whether it was ours to settle.
impl Write for RecordMailResult {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let Self { id, attempt, again_at } = self;
        let changed = match again_at {
            None => tx.run("delete from mail where id = $1 and attempts = $2", &[id, attempt]).await?,
            Some(at) => {
                let sql = "update mail set due_at = $3 where id = $1 and attempts = $2";
                tx.run(sql, &[id, attempt, at]).await?
            }
        };
        Ok(changed == 1)
    }
}

//! Email tokens: single-use tokens in mailed links. Each proves that a person reads the mail of an address.

use sqlx::FromRow;

use crate::model::accounts::account::AccountId;
use crate::model::mail::MailKind;
use crate::model::time::Moment;
use crate::store::{Result, Store, Tx, Write};

/// An email token as stored.
#[derive(Clone, Debug, FromRow)]
pub struct EmailTokenRow {
    /// Address the mail was sent to, in lower case.
    pub address: String,
    /// The address as typed, if known.
    pub label: Option<String>,
    /// Name of the person, from the account or the registration.
    pub name: Option<String>,
    /// The registration it confirms.
    pub registration_id: Option<i64>,
    /// SHA-256 of the secret of the browser that registered.
    pub browser_digest: Option<Vec<u8>>,
    /// The account it is about.
    pub account_id: Option<AccountId>,
    /// Expiry; not accepted afterwards.
    pub expires_at: Moment,
    /// Time of use; `None` while unused.
    pub used_at: Option<Moment>,
}

impl Store {
    /// Returns the email token with that digest, if it belongs to that kind of mail.
    pub async fn email_token(&self, digest: &[u8], kind: MailKind) -> Result<Option<EmailTokenRow>> {
        let sql = "select l.address, coalesce(r.label, i.label) as label, coalesce(r.name, a.name) as name, l.registration_id,
                     r.browser_digest, l.account_id, l.expires_at, l.used_at
                   from email_token l
                   left join email_registration r on r.id = l.registration_id
                   left join account a on a.id = l.account_id
                   left join identity i on i.kind = 'email' and i.subject = l.address
                   where l.digest = $1 and l.kind = $2";
        Ok(self.db.first(sql, &[&digest, &kind.as_str()]).await?)
    }
}

/// Stores the token of a mail that is about to be sent.
#[derive(Clone, Debug)]
pub struct AddEmailToken {
    /// SHA-256 of the token.
    pub digest: Vec<u8>,
    /// Kind of the mail.
    pub kind: MailKind,
    /// Address the mail is sent to, in lower case.
    pub address: String,
    /// The registration it confirms.
    pub registration: Option<i64>,
    /// The account it is about.
    pub account: Option<AccountId>,
    /// Expiry; not accepted afterwards.
    pub expires_at: Moment,
}

impl Write for AddEmailToken {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "insert into email_token (digest, kind, address, registration_id, account_id, expires_at)
                   values ($1, $2, $3, $4, $5, $6)";
        let Self { digest, kind, address, registration, account, expires_at } = self;
        tx.run(sql, &[digest, &kind.as_str(), address, registration, account, expires_at]).await.map(drop)
    }
}

/// Subject of a spent email token.
#[derive(Clone, Debug, FromRow)]
pub(in crate::store) struct SpentEmailToken {
    /// Address the mail was sent to, in lower case.
    pub(in crate::store) address: String,
    /// The registration it confirmed.
    pub(in crate::store) registration_id: Option<i64>,
    /// The account it was about.
    pub(in crate::store) account_id: Option<AccountId>,
}

/// Spends an email token; `None` if it was used, has expired, or belongs to another kind of mail.
pub(in crate::store) async fn spend(
    digest: &[u8],
    kind: MailKind,
    now: Moment,
    tx: &mut Tx,
) -> sqlx::Result<Option<SpentEmailToken>> {
    let sql = "update email_token set used_at = $3
               where digest = $1 and kind = $2 and used_at is null and expires_at > $3
               returning address, registration_id, account_id";
    tx.first(sql, &[&digest, &kind.as_str(), &now]).await
}

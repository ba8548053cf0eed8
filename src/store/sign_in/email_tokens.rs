//! What stands in the links of mails: each proves once that somebody reads the mails of an address.

use sqlx::FromRow;

use crate::model::accounts::account::AccountId;
use crate::model::mail::MailKind;
use crate::model::time::Moment;
use crate::store::{Result, Store, Tx, Write};

/// A link as stored.
#[derive(Clone, Debug, FromRow)]
pub struct EmailTokenRow {
    /// The address it was sent to, in lower case.
    pub address: String,
    /// The same as it was typed, where that is known.
    pub label: Option<String>,
    /// What the person of its account, or of its registration, is called.
    pub name: Option<String>,
    /// The registration that it confirms.
    pub registration_id: Option<i64>,
    /// The account that it is about.
    pub account_id: Option<AccountId>,
    /// Until when it is good.
    pub expires_at: Moment,
    /// When it was used.
    pub used_at: Option<Moment>,
}

impl Store {
    /// The link with that digest, if it is of that errand.
    pub async fn email_token(&self, digest: &[u8], errand: MailKind) -> Result<Option<EmailTokenRow>> {
        let sql = "select l.address, coalesce(r.label, i.label) as label, coalesce(r.name, a.name) as name, l.registration_id,
                     l.account_id, l.expires_at, l.used_at
                   from email_token l
                   left join email_registration r on r.id = l.registration_id
                   left join account a on a.id = l.account_id
                   left join identity i on i.kind = 'email' and i.subject = l.address
                   where l.digest = $1 and l.kind = $2";
        Ok(self.db.first(sql, &[&digest, &errand.as_str()]).await?)
    }
}

/// Keeps what stands in a link that is about to be sent.
#[derive(Clone, Debug)]
pub struct AddEmailToken {
    /// The SHA-256 of its token.
    pub digest: Vec<u8>,
    /// What it is for.
    pub errand: MailKind,
    /// The address it is sent to, in lower case.
    pub address: String,
    /// The registration that it confirms.
    pub registration: Option<i64>,
    /// The account that it is about.
    pub account: Option<AccountId>,
    /// Until when it is good.
    pub expires_at: Moment,
}

impl Write for AddEmailToken {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "insert into email_token (digest, kind, address, registration_id, account_id, expires_at)
                   values ($1, $2, $3, $4, $5, $6)";
        let Self { digest, errand, address, registration, account, expires_at } = self;
        tx.run(sql, &[digest, &errand.as_str(), address, registration, account, expires_at]).await.map(drop)
    }
}

/// What a link that was spent was for.
#[derive(Clone, Debug, FromRow)]
pub(in crate::store) struct SpentEmailToken {
    /// The address it was sent to, in lower case.
    pub(in crate::store) address: String,
    /// The registration that it confirms.
    pub(in crate::store) registration_id: Option<i64>,
    /// The account that it is about.
    pub(in crate::store) account_id: Option<AccountId>,
}

/// Spends a link; none when it was used before, its time is over, or it is for something else.
pub(in crate::store) async fn spend(
    (digest, errand): (&[u8], MailKind),
    now: Moment,
    tx: &mut Tx,
) -> sqlx::Result<Option<SpentEmailToken>> {
    let sql = "update email_token set used_at = $3
               where digest = $1 and kind = $2 and used_at is null and expires_at > $3
               returning address, registration_id, account_id";
    tx.first(sql, &[&digest, &errand.as_str(), &now]).await
}

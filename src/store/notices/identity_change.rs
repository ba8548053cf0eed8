//! Notices about a change of sign-in methods. Every chat and address of the account is notified, and so is a removed
//! method. Those that may undo the change get the means to do so.

use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::ActivityActor;
use crate::model::accounts::identity::{DatedIdentity, YOUNG_IDENTITY_SECS};
use crate::model::notices::notice::Notice;
use crate::model::time::Moment;
use crate::store::Tx;
use crate::store::accounts::identities;
use crate::store::engine::db::BindValue;
use crate::store::notices::security_mail::SecurityMail;

/// Time for which a change can be undone, in seconds: seven days.
pub const UNDO_LIFETIME_SECS: i64 = 7 * 86_400;

/// An identity that is no longer of the account.
#[derive(Clone, Debug)]
pub(in crate::store) struct RemovedIdentity {
    pub(in crate::store) dated: DatedIdentity,
    pub(in crate::store) telegram_language: Option<String>,
}

/// A change of the identities of an account.
pub(in crate::store) struct IdentityChange {
    pub(in crate::store) account: AccountId,
    /// Identities before the change.
    pub(in crate::store) before: Vec<DatedIdentity>,
    /// The identity that was removed; `None` if identities were added.
    pub(in crate::store) removed: Option<RemovedIdentity>,
    pub(in crate::store) by: ActivityActor,
    pub(in crate::store) now: Moment,
}

impl IdentityChange {
    /// Queues the notice for every chat and address, with an undo for each identity that was there before and not young.
    pub(in crate::store) async fn notify(&self, notice: &Notice, key: &str, tx: &mut Tx) -> sqlx::Result<()> {
        let mut recipients = identities::dated(self.account, tx).await?;
        recipients.retain(|identity| identity.identity.disabled_at.is_none());
        recipients.extend(self.removed.iter().map(|removed| removed.dated.clone()));
        // The first of several identities with one address may undo the change.
        recipients.sort_by_key(|identity| !self.may_undo(identity));
        let mut addresses: Vec<String> = Vec::new();
        for recipient in &recipients {
            let address = recipient.address().map(str::to_lowercase).filter(|address| !addresses.contains(address));
            let telegram = recipient.key().telegram_id();
            if telegram.is_none() && address.is_none() {
                continue;
            }
            let undo = if self.may_undo(recipient) { Some(self.add_undo(recipient, tx).await?) } else { None };
            let notice = notice.with_undo(undo);
            if let Some(person) = telegram {
                let sql =
                    "insert into notice (account_id, category, content, idempotency_key, created_at, due_at, chat_id)
                           values ($1, $2, $3, $4, $5, $5, $6)
                           on conflict (idempotency_key) do nothing";
                let (category, key) = (notice.category().as_str(), format!("{key}:{person}"));
                tx.run(sql, &[&self.account, &category, &notice.to_json(), &key, &self.now, &person]).await?;
            }
            if let Some(address) = address {
                let label = recipient.address().unwrap_or(&address);
                SecurityMail { account: self.account, notice: &notice, by: &self.by, now: self.now }
                    .add(label, tx)
                    .await?;
                addresses.push(address);
            }
        }
        Ok(())
    }

    fn may_undo(&self, identity: &DatedIdentity) -> bool {
        let was_there = self.before.iter().any(|before| before.key() == identity.key());
        was_there && !identity.is_young(self.now)
    }

    async fn add_undo(&self, holder: &DatedIdentity, tx: &mut Tx) -> sqlx::Result<i64> {
        let sql = "insert into identity_undo
                     (account_id, holder_kind, holder_subject, since, expires_at, removed_kind, removed_subject,
                      removed_label, removed_language, removed_created_at, removed_added_order, removed_at)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                   returning id";
        let removed = self.removed.as_ref();
        let identity = removed.map(|removed| &removed.dated);
        // The person who removed the identity may have added another one just before.
        let since = if removed.is_some() { self.now.minus(YOUNG_IDENTITY_SECS) } else { self.now };
        let values: [&dyn BindValue; 12] = [
            &self.account,
            &holder.identity.kind,
            &holder.identity.subject,
            &since,
            &self.now.plus(UNDO_LIFETIME_SECS),
            &identity.map(|dated| dated.identity.kind.as_str()),
            &identity.map(|dated| dated.identity.subject.as_str()),
            &identity.and_then(|dated| dated.identity.label.as_deref()),
            &removed.and_then(|removed| removed.telegram_language.as_deref()),
            &identity.map(|dated| dated.created_at),
            &identity.map(|dated| dated.added_order),
            &identity.map(|_| self.now),
        ];
        let (id,): (i64,) = tx.one(sql, &values).await?;
        Ok(id)
    }
}

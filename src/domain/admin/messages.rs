//! Messages of admins to one person. The bot delivers them as notices, and notifies the admin if it cannot.

use crate::domain::Domain;
use crate::domain::admin::access::{Admin, AdminAct, PersonRef};
use crate::domain::error::{AdminActionError, Refusal, Result};
use crate::model::accounts::account::{Account, AccountId, TelegramId};
use crate::model::admin_action::AdminAction;
use crate::model::notices::admin_action_notice::AdminActionNotice;
use crate::model::notices::category::Category;
use crate::model::notices::notice::{Notice, NoticeId};
use crate::model::text::telegram_html;
use crate::store::notices::admin_notice::NotifyAdmin;

/// Limit of a message to one person, in characters without markup. Telegram's limit of 4,096 includes our heading.
pub const MAX_MESSAGE_CHARS: usize = 3500;

/// Status of a message that was not delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::domain) enum Undelivered {
    /// It is sent if the person becomes reachable in time.
    Waits,
    /// It is abandoned.
    Abandoned,
}

/// Notice whose delivery failed.
pub(in crate::domain) struct FailedNotice<'a> {
    pub(in crate::domain) id: NoticeId,
    pub(in crate::domain) account: AccountId,
    pub(in crate::domain) notice: &'a Notice,
}

impl Domain {
    /// Returns the account of a person to whom the admin may write now. Refuses if the bot cannot reach them.
    pub async fn message_recipient(&self, admin: &Admin, person: &PersonRef) -> Result<Account> {
        admin.require(AdminAct::Messages)?;
        let person = self.find_person(admin, person).await?;
        self.check_reachable(&person).await?;
        Ok(person)
    }

    async fn check_reachable(&self, person: &Account) -> Result<()> {
        let recipient = self.inner.store.notice_recipient(person.id, Category::Service.as_str()).await?;
        match recipient {
            Some(recipient) if recipient.unreachable_at.is_none() => Ok(()),
            _ => Err(AdminActionError::Unreachable.into()),
        }
    }

    /// Validates a message before it is confirmed.
    pub(in crate::domain) async fn checked_message(&self, person: &Account, html: String) -> Result<AdminAction> {
        let text = telegram_html::plain(&html).map_err(|why| Refusal::field("text", why))?;
        let length = text.trim().chars().count();
        if !(1..=MAX_MESSAGE_CHARS).contains(&length) {
            let message = format!("must have 1 to {MAX_MESSAGE_CHARS} characters, and has {length}");
            return Err(Refusal::field("text", message).into());
        }
        self.check_reachable(person).await?;
        Ok(AdminAction::Message { html })
    }

    /// Notifies the admin who wrote a message that it was not delivered. Does nothing for any other notice.
    pub(in crate::domain) async fn report_undelivered(
        &self,
        failed: FailedNotice<'_>,
        undelivered: Undelivered,
    ) -> Result<()> {
        let FailedNotice { id, account, notice } = failed;
        let Notice::AdminAction { notice: AdminActionNotice::Message { admin: Some(admin), .. } } = notice else {
            return Ok(());
        };
        let Some(admin) = TelegramId::new(*admin) else { return Ok(()) };
        let name = self.inner.store.account(account).await?.map(|account| account.name).unwrap_or_default();
        let waits = undelivered == Undelivered::Waits;
        let notice = AdminActionNotice::Undelivered { account: account.0, name, waits };
        let idempotency_key = format!("undelivered:{id}:{waits}");
        let notify = NotifyAdmin { admin, notice: Notice::AdminAction { notice }, idempotency_key, now: self.now() };
        self.inner.store.write(notify).await?;
        self.inner.notices.notify_one();
        Ok(())
    }
}

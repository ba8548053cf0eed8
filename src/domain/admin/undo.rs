//! Undo of an admin's own action: once, within an hour, and only while nothing else has changed what it changed.

use crate::domain::Domain;
use crate::domain::admin::access::Admin;
use crate::domain::admin::admin_actions::{PerformedAction, act_undone};
use crate::domain::error::{AdminActionError, Result};
use crate::model::admin_action::AdminAction;
use crate::store::admin::undo::{ActionUndoOutcome, UndoAction};

/// Time within which an action can be undone, in seconds.
pub const UNDO_SECS: i64 = 3600;

/// Action that an admin wants to undo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndoTarget {
    /// The latest one.
    Latest,
    /// The one with this entry in the audit log.
    Entry(i64),
}

impl Domain {
    /// Undoes an action of this admin. Sessions that a ban ended stay ended; of the tokens that a plan added, those that
    /// are left are taken back.
    pub async fn undo_action(&self, admin: &Admin, target: UndoTarget) -> Result<PerformedAction> {
        let entry = match target {
            UndoTarget::Latest => self.inner.store.latest_action(admin.who()).await?,
            UndoTarget::Entry(entry) => self.inner.store.action_of(admin.who(), entry).await?,
        };
        let entry = entry.ok_or(AdminActionError::NothingToUndo)?;
        let undone = AdminAction::from_json(&entry.action).and_then(|action| action.undone());
        let undone = undone.ok_or(AdminActionError::NothingToUndo)?;
        admin.require(act_undone(undone))?;
        if self.now().since(entry.created_at) >= UNDO_SECS {
            return Err(AdminActionError::UndoExpired.into());
        }
        let (account, id) = (entry.account_id, entry.id);
        let work = UndoAction { entry, undone, admin: admin.who(), allowances: self.allowance_table() };
        match self.write_and_invalidate(account, work).await? {
            ActionUndoOutcome::Done(record) => {
                let by = admin.who().map(crate::model::accounts::account::TelegramId::get);
                tracing::info!(%account, ?undone, entry = id, by, "admin action: undone");
                self.inner.notices.notify_one();
                Ok(PerformedAction::new(AdminAction::Undo { entry: id, undone }, *record))
            }
            ActionUndoOutcome::Before => Err(AdminActionError::AlreadyUndone.into()),
            ActionUndoOutcome::Changed => Err(AdminActionError::ChangedSince.into()),
            ActionUndoOutcome::Spent(balance) => Err(AdminActionError::TokensSpent { balance }.into()),
        }
    }
}

//! Undo of a change of sign-in methods, for seven days: by a button in chat or by a mailed link. The person who
//! uses it holds a method that the account had before the change.

use crate::domain::Domain;
use crate::domain::error::{IdentityError, Result};
use crate::model::accounts::account::TelegramId;
use crate::model::accounts::activity::ActivityActor;
use crate::model::accounts::identity::Identity;
use crate::model::session::RequestSource;
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::store::accounts::identity_undo::{UndoIdentityChange, UndoOutcome, UndoRow};

/// Change that a mailed link undoes, as the person opening it sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoOffer {
    /// Name of the account's owner.
    pub name: String,
    /// Sign-in method that is restored; `None` if one was added.
    pub restores: Option<Identity>,
}

/// Result of an undo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoneChange {
    /// Sign-in method that was restored.
    pub restored: Option<Identity>,
    /// Sign-in methods that were removed.
    pub removed: Vec<Identity>,
}

impl Domain {
    /// Returns the change that a mailed link undoes. Spends nothing, because programs open links too.
    pub async fn undo_offer(&self, token: &str) -> Result<UndoOffer> {
        let undo = self.undo_of_token(token).await?;
        let account = self.inner.store.account(undo.account_id).await?.ok_or(IdentityError::UndoExpired)?;
        Ok(UndoOffer { name: account.name, restores: undo.removed() })
    }

    /// Undoes the change of a mailed link, once.
    pub async fn undo_by_link(&self, token: &str, source: RequestSource) -> Result<UndoneChange> {
        let undo = self.undo_of_token(token).await?;
        self.undo(undo, ActivityActor::Visitor(source)).await
    }

    /// Undoes the change of a notice in chat, once. Its recipient may have lost the account: Telegram identifies them.
    pub async fn undo_in_chat(&self, person: TelegramId, id: i64) -> Result<UndoneChange> {
        let undo = self.inner.store.undo_of_person(id, person).await?.ok_or(IdentityError::UndoExpired)?;
        self.undo(undo, ActivityActor::Chat).await
    }

    async fn undo_of_token(&self, token: &str) -> Result<UndoRow> {
        let digest = OneTimeToken::parse(token).ok_or(IdentityError::UndoExpired)?.digest();
        let undo = self.inner.store.undo_of_token(&digest).await?.ok_or(IdentityError::UndoExpired)?;
        let is_open = undo.settled_at.is_none() && self.now() < undo.expires_at;
        if is_open { Ok(undo) } else { Err(IdentityError::UndoExpired.into()) }
    }

    async fn undo(&self, undo: UndoRow, by: ActivityActor) -> Result<UndoneChange> {
        let (account, restored, now) = (undo.account_id, undo.removed(), self.now());
        let owner = match &restored {
            Some(identity) => self.inner.store.identity_owner(&identity.kind, &identity.subject).await?,
            None => None,
        };
        let other = owner.filter(|owner| *owner != account);
        let accounts: Vec<_> = std::iter::once(account).chain(other).collect();
        let outcome = self.write_and_invalidate_all(&accounts, UndoIdentityChange { undo, other, by, now }).await?;
        self.inner.notices.notify_one();
        self.inner.mails.notify_one();
        match outcome {
            UndoOutcome::Done(removed) => {
                tracing::info!(%account, removed = removed.len(), "identities: change undone");
                Ok(UndoneChange { restored, removed })
            }
            UndoOutcome::Over => Err(IdentityError::UndoExpired.into()),
            UndoOutcome::InUse => Err(IdentityError::InUse.into()),
        }
    }
}

//! Restoration of a removed identity, as old as it was.

use crate::model::accounts::account::{Account, AccountId};
use crate::model::accounts::identity::Identity;
use crate::store::Tx;
use crate::store::accounts::account_merge;
use crate::store::accounts::accounts::account_columns;
use crate::store::accounts::identity_undo::{UndoIdentityChange, UndoRow};
use crate::store::accounts::merge_moves::MergeMove;
use crate::store::api_keys::key_cache_sync::record_merge;

impl UndoIdentityChange {
    /// True if the removed identity is free, of this account again, or the only one of an account that its holder has
    /// opened by signing in since.
    pub(super) async fn may_take(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let Some(Identity { kind, subject, .. }) = self.undo.removed() else { return Ok(true) };
        let sql = "select account_id from identity where kind = $1 and subject = $2";
        let owner: Option<(AccountId,)> = tx.first(sql, &[&kind, &subject]).await?;
        let Some((other,)) = owner.filter(|(owner,)| *owner != self.undo.account_id) else { return Ok(true) };
        // Keys of that account move along: only an account whose cached state is marked stale may.
        if self.other != Some(other) {
            return Ok(false);
        }
        let sql = "update account set plan = plan
                   where id = $1 and created_at >= $2 and banned_at is null and deletion_due_at is null
                     and not exists (select 1 from identity where account_id = $1 and not (kind = $3 and subject = $4))";
        Ok(tx.run(sql, &[&other, &self.undo.removed_at, &kind, &subject]).await? == 1)
    }

    /// Moves everything of the account that has the removed identity here, except its tokens, which were given to a
    /// newcomer.
    pub(super) async fn absorb(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let Some(Identity { kind, subject, .. }) = self.undo.removed() else { return Ok(()) };
        let (to, now) = (self.undo.account_id, self.now);
        let sql = concat!(
            "select ",
            account_columns!(),
            " from identity i join account a on a.id = i.account_id where i.kind = $1 and i.subject = $2 and a.id <> $3"
        );
        let Some(other): Option<Account> = tx.first(sql, &[&kind, &subject, &to]).await? else { return Ok(()) };
        MergeMove { from: other.id, to, now }.run(tx).await?;
        account_merge::end(tx, other.id, now).await?;
        let sql = "insert into ledger (account_id, tokens, balance, reason, idempotency_key, created_at)
                   values ($1, $2, 0, 'merge', $3, $4)";
        tx.run(sql, &[&other.id, &-other.token_balance, &format!("merge:{}", other.id), &now]).await?;
        account_merge::mark_merged(tx, other.id, to, now).await?;
        record_merge(tx, other.id, to, now).await
    }

    /// Puts the removed identity back, as old as it was.
    pub(super) async fn restore(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let UndoRow { account_id, removed_label, removed_language, removed_created_at, removed_added_order, .. } =
            &self.undo;
        let Some(Identity { kind, subject, .. }) = self.undo.removed() else { return Ok(()) };
        let sql = "insert into identity (kind, subject, account_id, label, telegram_language, created_at, added_order)
                   values ($1, $2, $3, $4, $5, $6, $7)
                   on conflict (kind, subject) do update
                   set created_at = excluded.created_at, added_order = excluded.added_order";
        let added_order = removed_added_order.unwrap_or(1);
        let created_at = removed_created_at.unwrap_or(self.now);
        tx.run(sql, &[&kind, &subject, account_id, removed_label, removed_language, &created_at, &added_order]).await?;
        Ok(())
    }
}

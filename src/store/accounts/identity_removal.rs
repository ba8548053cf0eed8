//! Removal of an identity, and the end of the access that it gave.

use crate::model::accounts::account::AccountId;
use crate::model::accounts::identity::IdentityKey;
use crate::model::time::Moment;
use crate::store::Tx;

/// Removes an identity of an account, and the password if no address is left: it is unusable then, and adding an address
/// later requires a new one.
pub(in crate::store) async fn remove(account: AccountId, identity: &IdentityKey, tx: &mut Tx) -> sqlx::Result<()> {
    let sql = "delete from identity where kind = $1 and subject = $2 and account_id = $3";
    tx.run(sql, &[&identity.kind, &identity.subject, &account]).await?;
    let sql = "delete from password
               where account_id = $1 and not exists (select 1 from identity where account_id = $1 and kind = 'email')";
    tx.run(sql, &[&account]).await.map(drop)
}

/// Ends the sessions that a removed identity began, and everything of the account that could still become a session or a
/// merge: sign-in links, approved requests and offers.
pub(in crate::store) async fn end_access_by(
    account: AccountId,
    identity: &IdentityKey,
    now: Moment,
    tx: &mut Tx,
) -> sqlx::Result<()> {
    let sql = "update session set ended_at = $4
               where account_id = $1 and identity_kind = $2 and identity_subject = $3 and ended_at is null";
    tx.run(sql, &[&account, &identity.kind, &identity.subject, &now]).await?;
    end_pending_access(account, now, tx).await
}

/// Ends sign-in links, requests in the bot and merge offers of an account.
pub(in crate::store) async fn end_pending_access(account: AccountId, now: Moment, tx: &mut Tx) -> sqlx::Result<()> {
    for sql in [
        "update sign_in_link set used_at = $2 where account_id = $1 and used_at is null",
        "update merge_offer set settled_at = $2 where account_id = $1 and settled_at is null",
        "update merge_offer set settled_at = $2 where other_id = $1 and settled_at is null",
    ] {
        tx.run(sql, &[&account, &now]).await?;
    }
    for sql in [
        "update bot_sign_in set state = 'refused' where account_id = $1 and state in ('waiting', 'approved')",
        "update bot_sign_in set state = 'refused' where link_account_id = $1 and state in ('waiting', 'approved')",
    ] {
        tx.run(sql, &[&account]).await?;
    }
    Ok(())
}

//! Moves of an account merge: everything of the ending account that the remaining one receives.

use std::collections::HashSet;

use crate::model::accounts::account::AccountId;
use crate::model::api_key::{KeyId, KeyName};
use crate::model::time::Moment;
use crate::store::Tx;
use crate::store::oauth::consents;

/// The two accounts of a merge.
#[derive(Clone, Copy)]
pub(in crate::store) struct MergeMove {
    /// The account that ends.
    pub(in crate::store) from: AccountId,
    /// The account that remains.
    pub(in crate::store) to: AccountId,
    /// Current time, from the caller's clock.
    pub(in crate::store) now: Moment,
}

impl MergeMove {
    /// Moves keys, identities, activity, notices, preferences, purchases, apps and the password.
    pub(in crate::store) async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        self.keys(tx).await?;
        self.history(tx).await?;
        self.preferences(tx).await?;
        self.purchases(tx).await?;
        consents::merge(self.from, self.to, tx).await?;
        self.password(tx).await
    }

    /// Moves the keys unchanged; a name that is already used gets a number.
    async fn keys(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let Self { from, to, .. } = self;
        let sql = "select name from api_key where account_id = $1 and revoked_at is null";
        let taken: Vec<(String,)> = tx.all(sql, &[to]).await?;
        let mut taken: HashSet<String> = taken.iter().map(|(name,)| KeyName::fold(name)).collect();
        let sql = "select id, name from api_key where account_id = $1 and revoked_at is null order by id";
        let coming: Vec<(KeyId, String)> = tx.all(sql, &[from]).await?;
        // Names of other keys that move along are taken, too.
        let moving: HashSet<String> = coming.iter().map(|(_, name)| KeyName::fold(name)).collect();
        for (id, name) in coming {
            if taken.contains(&KeyName::fold(&name)) {
                let is_taken = |folded: &String| taken.contains(folded) || moving.contains(folded);
                let free = numbered(&name, |name| is_taken(&KeyName::fold(name)));
                let folded = KeyName::fold(&free);
                let sql = "update api_key set name = $2, folded_name = $3 where id = $1";
                tx.run(sql, &[&id, &free, &folded]).await?;
                taken.insert(folded);
            }
        }
        tx.run("update api_key set account_id = $2 where account_id = $1", &[from, to]).await.map(drop)
    }

    /// Moves identities, activity and queued notices. Ledger entries stay in place, because there may be many; reads
    /// include those of merged accounts.
    async fn history(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let Self { from, to, now } = self;
        // A merge adds the identities: they are younger than all of the remaining account, in their own order.
        let sql = "update identity set account_id = $2, created_at = $3, added_order = added_order + 1
                     + (select coalesce(max(o.added_order), 0) from identity o where o.account_id = $2)
                   where account_id = $1";
        tx.run(sql, &[from, to, now]).await?;
        for sql in [
            "update account_activity set account_id = $2 where account_id = $1",
            "update notice set account_id = $2 where account_id = $1",
            "insert into known_source (account_id, device, network, first_at)
             select $2, device, network, first_at from known_source where account_id = $1
             on conflict (account_id, device, network) do nothing",
        ] {
            tx.run(sql, &[from, to]).await?;
        }
        tx.run("delete from known_source where account_id = $1", &[from]).await.map(drop)
    }

    /// Moves orders, purchases and subscriptions: a later renewal or refund concerns the remaining account.
    async fn purchases(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let Self { from, to, .. } = self;
        for sql in [
            "update purchase_order set account_id = $2 where account_id = $1",
            "update purchase set account_id = $2 where account_id = $1",
            "update subscription set account_id = $2 where account_id = $1",
        ] {
            tx.run(sql, &[from, to]).await?;
        }
        Ok(())
    }

    /// Takes over preferences the remaining account never set; its own ones stay.
    async fn preferences(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let Self { from, to, .. } = self;
        let sql = "insert into notice_opt_out (account_id, category)
                   select $2, category from notice_opt_out
                   where account_id = $1 and not exists (select 1 from notice_opt_out where account_id = $2)";
        tx.run(sql, &[from, to]).await?;
        let sql = "insert into quiet_hours (account_id, start_hour, end_hour, utc_offset_minutes)
                   select $2, start_hour, end_hour, utc_offset_minutes from quiet_hours where account_id = $1
                   on conflict (account_id) do nothing";
        tx.run(sql, &[from, to]).await.map(drop)
    }

    /// Moves the password along with the addresses, unless the remaining account has one.
    async fn password(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let Self { from, to, .. } = self;
        let sql = "insert into password (account_id, phc, changed_at, used_at)
                   select $2, phc, changed_at, used_at from password where account_id = $1
                   on conflict (account_id) do nothing";
        tx.run(sql, &[from, to]).await?;
        for sql in [
            "delete from password where account_id = $1",
            "delete from mail where account_id = $1",
            "delete from email_token where account_id = $1",
        ] {
            tx.run(sql, &[from]).await?;
        }
        Ok(())
    }
}

/// Returns a name like `laptop (2)` with the first free number, shortened to the length limit of names.
fn numbered(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let with = |number: u32| {
        let end = format!(" ({number})");
        let room = KeyName::MAX_NAME_CHARS.saturating_sub(end.chars().count());
        let start: String = name.chars().take(room).collect();
        format!("{}{end}", start.trim_end())
    };
    (2..=u32::MAX).map(with).find(|name| !is_taken(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn a_name_that_is_taken_gets_the_first_free_number() {
        assert_eq!(numbered("laptop", |_| false), "laptop (2)");
        assert_eq!(numbered("laptop", |name| name == "laptop (2)"), "laptop (3)");
        let long = "ж".repeat(64);
        let given = numbered(&long, |_| false);
        assert_eq!((given.chars().count(), given.ends_with("ж (2)")), (64, true));
    }
}

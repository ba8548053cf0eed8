//! What people want to be told of, and when.

use crate::model::accounts::account::AccountId;
use crate::model::notices::notice::Category;
use crate::model::notices::quiet_hours::QuietHours;
use crate::store::{Result, Store, Tx, Write};

impl Store {
    /// The categories that a person has switched off.
    pub async fn switched_off(&self, account: AccountId) -> Result<Vec<Category>> {
        let sql = "select category from notice_opt_out where account_id = $1";
        let names: Vec<(String,)> = self.db.all(sql, &[&account]).await?;
        Ok(names.iter().filter_map(|(name,)| Category::parse(name)).collect())
    }

    /// A person's quiet hours.
    pub async fn quiet_hours(&self, account: AccountId) -> Result<QuietHours> {
        let sql = "select start_hour, end_hour, utc_offset_minutes from quiet_hours where account_id = $1";
        Ok(self.db.first(sql, &[&account]).await?.unwrap_or_default())
    }
}

/// Switches a category off, or on again.
#[derive(Clone, Debug)]
pub struct SwitchCategory {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub category: Category,
    /// Whether it is to be told of from here on.
    pub on: bool,
}

impl Write for SwitchCategory {
    type Out = ();

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = if self.on {
            "delete from notice_opt_out where account_id = $1 and category = $2"
        } else {
            "insert into notice_opt_out (account_id, category) values ($1, $2) on conflict (account_id, category) do nothing"
        };
        tx.run(sql, &[&self.account, &self.category.as_str()]).await.map(drop)
    }
}

/// Chooses quiet hours, or none; the clock stays.
#[derive(Clone, Debug)]
pub struct SetQuietHours {
    /// Whose.
    pub account: AccountId,
    /// From which full hour to which.
    pub hours: Option<(i64, i64)>,
}

impl Write for SetQuietHours {
    type Out = ();

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "insert into quiet_hours (account_id, start_hour, end_hour) values ($1, $2, $3)
                   on conflict (account_id) do update set start_hour = excluded.start_hour, end_hour = excluded.end_hour";
        let (from, to) = self.hours.unzip();
        tx.run(sql, &[&self.account, &from, &to]).await.map(drop)
    }
}

/// Sets a person's clock; the hours stay.
#[derive(Clone, Debug)]
pub struct SetUtcOffset {
    /// Whose.
    pub account: AccountId,
    /// How far it is ahead of UTC, in minutes.
    pub ahead: i64,
}

impl Write for SetUtcOffset {
    type Out = ();

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "insert into quiet_hours (account_id, utc_offset_minutes) values ($1, $2)
                   on conflict (account_id) do update set utc_offset_minutes = excluded.utc_offset_minutes";
        tx.run(sql, &[&self.account, &self.ahead]).await.map(drop)
    }
}

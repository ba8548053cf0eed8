//! Notice preferences: categories switched off, quiet hours and UTC offset.

use crate::model::accounts::account::AccountId;
use crate::model::notices::category::{Category, CategorySwitch};
use crate::model::notices::quiet_hours::QuietHours;
use crate::store::{Result, Store, Tx, Write};

impl Store {
    /// Returns the categories a person switched off.
    pub async fn switched_off(&self, account: AccountId) -> Result<Vec<Category>> {
        let sql = "select category from notice_opt_out where account_id = $1";
        let names: Vec<(String,)> = self.db.all(sql, &[&account]).await?;
        Ok(names.iter().filter_map(|(name,)| Category::parse(name)).collect())
    }

    /// Returns the quiet hours of a person; the default if none were set.
    pub async fn quiet_hours(&self, account: AccountId) -> Result<QuietHours> {
        let sql = "select start_hour, end_hour, utc_offset_minutes from quiet_hours where account_id = $1";
        Ok(self.db.first(sql, &[&account]).await?.unwrap_or_default())
    }
}

/// Switches a category on or off.
#[derive(Clone, Debug)]
pub struct SwitchCategory {
    /// The account concerned.
    pub account: AccountId,
    /// The category, and the state to switch it to.
    pub switch: CategorySwitch,
}

impl Write for SwitchCategory {
    type Out = ();

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let (sql, category) = match self.switch {
            CategorySwitch::On(category) => {
                ("delete from notice_opt_out where account_id = $1 and category = $2", category)
            }
            CategorySwitch::Off(category) => (
                "insert into notice_opt_out (account_id, category) values ($1, $2)
                 on conflict (account_id, category) do nothing",
                category,
            ),
        };
        tx.run(sql, &[&self.account, &category.as_str()]).await.map(drop)
    }
}

/// Sets or clears the quiet hours; the UTC offset stays.
#[derive(Clone, Debug)]
pub struct SetQuietHours {
    /// The account concerned.
    pub account: AccountId,
    /// Start and end, as full hours of the person's clock; `None` to clear.
    pub hours: Option<(i64, i64)>,
}

impl Write for SetQuietHours {
    type Out = ();

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "insert into quiet_hours (account_id, start_hour, end_hour) values ($1, $2, $3)
                   on conflict (account_id) do update set start_hour = excluded.start_hour, end_hour = excluded.end_hour
                   where coalesce(quiet_hours.start_hour, -1) <> coalesce(excluded.start_hour, -1)
                     or coalesce(quiet_hours.end_hour, -1) <> coalesce(excluded.end_hour, -1)";
        let (from, to) = self.hours.unzip();
        tx.run(sql, &[&self.account, &from, &to]).await.map(drop)
    }
}

/// Sets the UTC offset of a person; the quiet hours stay.
#[derive(Clone, Debug)]
pub struct SetUtcOffset {
    /// The account concerned.
    pub account: AccountId,
    /// Offset in minutes, positive east of UTC.
    pub offset_minutes: i64,
}

impl Write for SetUtcOffset {
    type Out = ();

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "insert into quiet_hours (account_id, utc_offset_minutes) values ($1, $2)
                   on conflict (account_id) do update set utc_offset_minutes = excluded.utc_offset_minutes
                   where quiet_hours.utc_offset_minutes <> excluded.utc_offset_minutes";
        tx.run(sql, &[&self.account, &self.offset_minutes]).await.map(drop)
    }
}

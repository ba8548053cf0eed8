//! Accounts, the ways into them, and their plans.

use crate::model::account::{Account, AccountId, Identity, TelegramId, TelegramProfile};
use crate::model::time::Moment;
use crate::store::allowance::{Dues, Paid};
use crate::store::{Result, Store, Tx, Write};

/// The columns of an [`Account`], for `a`.
macro_rules! account_columns {
    () => {
        "a.id, a.name, a.language, a.plan, a.plan_until, a.token_balance, a.banned_at, a.created_at"
    };
}
pub(super) use account_columns;

impl Store {
    /// The account with that number.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>> {
        let sql = concat!("select ", account_columns!(), " from account a where a.id = $1");
        Ok(self.db.first(sql, &[&id]).await?)
    }

    /// The account that a Telegram user signs in to.
    pub async fn account_of_telegram(&self, id: TelegramId) -> Result<Option<Account>> {
        let sql = concat!(
            "select ",
            account_columns!(),
            " from identity i join account a on a.id = i.account_id where i.kind = 'telegram' and i.subject = $1"
        );
        Ok(self.db.first(sql, &[&id.to_string()]).await?)
    }

    /// The account of a Telegram user we meet, and whether what it holds of their names is still so.
    pub async fn account_of_profile(&self, profile: &TelegramProfile) -> Result<Option<(Account, bool)>> {
        let found: Option<Found> = self.db.first(FOUND, &[&profile.id.to_string()]).await?;
        Ok(found.map(|found| {
            let current = !found.has_old_name(profile) && found.label == profile.username;
            (found.account, current)
        }))
    }

    /// The account of whoever is called `@username` on Telegram. Names change hands: for admins' look-ups only.
    pub async fn account_of_username(&self, username: &str) -> Result<Option<Account>> {
        let sql = concat!(
            "select ",
            account_columns!(),
            " from identity i join account a on a.id = i.account_id
              where i.kind = 'telegram' and lower(i.label) = lower($1)
              order by i.created_at desc
              limit 1"
        );
        Ok(self.db.first(sql, &[&username]).await?)
    }

    /// The ways into an account, oldest first.
    pub async fn identities(&self, id: AccountId) -> Result<Vec<Identity>> {
        let sql = "select kind, subject, label from identity where account_id = $1 order by created_at, kind, subject";
        Ok(self.db.all(sql, &[&id]).await?)
    }
}

/// Finds the account of a Telegram user, or makes it: with the base plan, and that plan's tokens for the month.
#[derive(Clone, Debug)]
pub struct FindOrMake {
    /// Who it is.
    pub profile: TelegramProfile,
    /// The id of the plan that a new account gets.
    pub plan: String,
    /// The tokens granted with it.
    pub tokens: i64,
    /// When this is.
    pub now: Moment,
}

impl Write for FindOrMake {
    type Out = Account;

    fn order(&self) -> i64 {
        self.profile.id.get()
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Account> {
        match self.find(tx).await? {
            Some(account) => Ok(account),
            None => self.make(tx).await,
        }
    }
}

impl FindOrMake {
    /// Finds it, and takes over a new name from Telegram unless the person chose one here.
    async fn find(&self, tx: &mut Tx) -> sqlx::Result<Option<Account>> {
        let Some(mut found) = tx.first::<Found>(FOUND, &[&self.profile.id.to_string()]).await? else { return Ok(None) };
        if found.has_old_name(&self.profile) {
            let sql = "update account set name = $2 where id = $1 and not name_chosen";
            tx.run(sql, &[&found.account.id, &self.profile.name]).await?;
            found.account.name.clone_from(&self.profile.name);
        }
        if found.label != self.profile.username {
            self.take_over_label(tx).await?;
            let sql = "update identity set label = $2 where kind = 'telegram' and subject = $1";
            tx.run(sql, &[&self.profile.id.to_string(), &self.profile.username]).await?;
        }
        Ok(Some(found.account))
    }

    /// Makes it. When another instance makes it at the same time, the identity's key is taken: the writer tries again and
    /// finds that one.
    async fn make(&self, tx: &mut Tx) -> sqlx::Result<Account> {
        let sql = "insert into account (name, plan, token_balance, created_at) values ($1, $2, $3, $4)
                   returning id, name, language, plan, plan_until, token_balance, banned_at, created_at";
        let account: Account = tx.one(sql, &[&self.profile.name, &self.plan, &self.tokens, &self.now]).await?;
        self.take_over_label(tx).await?;
        let sql =
            "insert into identity (kind, subject, account_id, label, created_at) values ('telegram', $1, $2, $3, $4)";
        let subject = self.profile.id.to_string();
        tx.run(sql, &[&subject, &account.id, &self.profile.username, &self.now]).await?;
        if self.tokens > 0 {
            let once = format!("welcome:{}", account.id);
            let sql = "insert into ledger (account_id, tokens, balance, reason, once_key, created_at)
                       values ($1, $2, $2, 'welcome', $3, $4)";
            tx.run(sql, &[&account.id, &self.tokens, &once, &self.now]).await?;
        }
        Ok(account)
    }
}

impl FindOrMake {
    /// Names change hands on Telegram: whoever had this one before has it no more.
    async fn take_over_label(&self, tx: &mut Tx) -> sqlx::Result<()> {
        if let Some(label) = &self.profile.username {
            let sql = "update identity set label = null
                       where kind = 'telegram' and lower(label) = lower($1) and subject <> $2";
            tx.run(sql, &[label, &self.profile.id.to_string()]).await?;
        }
        Ok(())
    }
}

/// The account of a Telegram user, and what it holds of their names.
const FOUND: &str = concat!(
    "select ",
    account_columns!(),
    ", a.name_chosen, i.label from identity i join account a on a.id = i.account_id
     where i.kind = 'telegram' and i.subject = $1"
);

#[derive(sqlx::FromRow)]
struct Found {
    #[sqlx(flatten)]
    account: Account,
    name_chosen: bool,
    label: Option<String>,
}

impl Found {
    /// Whether the name came from Telegram, and is another one there by now.
    fn has_old_name(&self, profile: &TelegramProfile) -> bool {
        !self.name_chosen && self.account.name != profile.name
    }
}

/// Gives an account a plan, until a time or for good, and at once what the plan gives this month beyond the old one.
#[derive(Clone, Debug)]
pub struct SetPlan {
    /// Whose.
    pub account: AccountId,
    /// The plan's id.
    pub plan: String,
    /// When it ends.
    pub until: Option<Moment>,
    /// What each plan gives.
    pub dues: Dues,
}

impl Write for SetPlan {
    type Out = Option<Account>;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<Account>> {
        let sql = "update account set plan = $2, plan_until = $3 where id = $1
                   returning id, name, language, plan, plan_until, token_balance, banned_at, created_at,
                     allowance_month, allowance_tokens";
        let given: Option<Given> = tx.first(sql, &[&self.account, &self.plan, &self.until]).await?;
        let Some(Given { mut account, paid }) = given else { return Ok(None) };
        self.dues.pay(tx, &mut account, &paid).await?;
        Ok(Some(account))
    }
}

#[derive(sqlx::FromRow)]
struct Given {
    #[sqlx(flatten)]
    account: Account,
    #[sqlx(flatten)]
    paid: Paid,
}

/// Adds tokens to an account, or takes some: once for its key, and never below zero.
#[derive(Clone, Debug)]
pub struct PostTokens {
    /// Whose.
    pub account: AccountId,
    /// How many; negative to take.
    pub tokens: i64,
    /// Why: `grant`, `charge`, `correction`, or an admin's words.
    pub reason: String,
    /// What lets it happen once.
    pub once_key: String,
    /// When this is.
    pub now: Moment,
}

/// What became of a [`PostTokens`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    /// Done; the balance after it.
    Done(i64),
    /// It was done before under the same key; the balance after it then.
    Before(i64),
    /// The balance is too short, or the account is not there.
    Short,
}

impl Write for PostTokens {
    type Out = Posted;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Posted> {
        let sql = "select balance from ledger where once_key = $1";
        if let Some((balance,)) = tx.first(sql, &[&self.once_key]).await? {
            return Ok(Posted::Before(balance));
        }
        let sql = "update account set token_balance = token_balance + $2 where id = $1 and token_balance + $2 >= 0
                   returning token_balance";
        let Some((balance,)) = tx.first(sql, &[&self.account, &self.tokens]).await? else { return Ok(Posted::Short) };
        let sql = "insert into ledger (account_id, tokens, balance, reason, once_key, created_at)
                   values ($1, $2, $3, $4, $5, $6)";
        tx.run(sql, &[&self.account, &self.tokens, &balance, &self.reason, &self.once_key, &self.now]).await?;
        Ok(Posted::Done(balance))
    }
}

/// Changes what the person may change themselves; `None` leaves it.
#[derive(Clone, Debug)]
pub struct ChangeProfile {
    /// Whose.
    pub account: AccountId,
    /// A name of their choice.
    pub name: Option<String>,
    /// An ISO 639-1 code.
    pub language: Option<String>,
}

impl Write for ChangeProfile {
    type Out = Option<Account>;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<Account>> {
        let sql = "update account set name = coalesce($2, name), name_chosen = (name_chosen or $2 is not null),
                     language = coalesce($3, language)
                   where id = $1
                   returning id, name, language, plan, plan_until, token_balance, banned_at, created_at";
        tx.first(sql, &[&self.account, &self.name, &self.language]).await
    }
}

//! Accounts, the ways into them, and their plans.

use crate::model::accounts::account::{Account, AccountId, Identity, TelegramId};
use crate::model::time::Moment;
use crate::store::api_keys::key_cache_sync::record_change;
use crate::store::billing::allowance::{AllowancePaid, AllowanceTable};
use crate::store::{Result, Store, Tx, Write};

/// The columns of an [`Account`], for `a`.
macro_rules! account_columns {
    () => {
        "a.id, a.name, a.language, a.plan, a.plan_until, a.token_balance, a.banned_at, a.created_at,
         a.deletion_due_at, a.deleted_at"
    };
}
pub(in crate::store) use account_columns;

impl Store {
    /// The account with that number.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>> {
        let sql = concat!("select ", account_columns!(), " from account a where a.id = $1 and a.deleted_at is null");
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

    /// The account of whoever signs in with that e-mail address, itself or through Google. For admins' look-ups only.
    pub async fn account_of_email(&self, address: &str) -> Result<Option<Account>> {
        let sql = concat!(
            "select ",
            account_columns!(),
            " from identity i join account a on a.id = i.account_id
              where (i.kind = 'email' and i.subject = lower($1)) or (i.kind = 'google' and lower(i.label) = lower($1))
              order by i.kind, i.created_at desc
              limit 1"
        );
        Ok(self.db.first(sql, &[&address]).await?)
    }

    /// The ways into an account, oldest first.
    pub async fn identities(&self, id: AccountId) -> Result<Vec<Identity>> {
        let sql = "select kind, subject, label from identity where account_id = $1 order by created_at, kind, subject";
        Ok(self.db.all(sql, &[&id]).await?)
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
    pub dues: AllowanceTable,
}

impl Write for SetPlan {
    type Out = Option<Account>;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<Account>> {
        let sql = "update account set plan = $2, plan_until = $3 where id = $1 and deleted_at is null
                   returning id, name, language, plan, plan_until, token_balance, banned_at, created_at,
                     allowance_month, allowance_tokens";
        let given: Option<TokenGrantRow> = tx.first(sql, &[&self.account, &self.plan, &self.until]).await?;
        let Some(TokenGrantRow { mut account, paid }) = given else { return Ok(None) };
        self.dues.pay(tx, &mut account, &paid).await?;
        record_change(tx, self.account, self.dues.now).await?;
        Ok(Some(account))
    }
}

#[derive(sqlx::FromRow)]
struct TokenGrantRow {
    #[sqlx(flatten)]
    account: Account,
    #[sqlx(flatten)]
    paid: AllowancePaid,
}

/// Adds tokens to an account, or takes some: once for its key, and never below zero.
#[derive(Clone, Debug)]
pub struct AddTokens {
    /// Whose.
    pub account: AccountId,
    /// How many; negative to take.
    pub tokens: i64,
    /// Why: `grant`, `charge`, `correction`, or an admin's words.
    pub reason: String,
    /// What lets it happen once.
    pub idempotency_key: String,
    /// When this is.
    pub now: Moment,
}

/// What became of a [`AddTokens`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddTokensOutcome {
    /// Done; the balance after it.
    Done(i64),
    /// It was done before under the same key; the balance after it then.
    Before(i64),
    /// The balance is too short, or the account is not there.
    Short,
}

impl Write for AddTokens {
    type Out = AddTokensOutcome;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<AddTokensOutcome> {
        let sql = "select balance from ledger where idempotency_key = $1";
        if let Some((balance,)) = tx.first(sql, &[&self.idempotency_key]).await? {
            return Ok(AddTokensOutcome::Before(balance));
        }
        let sql = "update account set token_balance = token_balance + $2
                   where id = $1 and token_balance + $2 >= 0 and deleted_at is null
                   returning token_balance";
        let Some((balance,)) = tx.first(sql, &[&self.account, &self.tokens]).await? else {
            return Ok(AddTokensOutcome::Short);
        };
        let sql = "insert into ledger (account_id, tokens, balance, reason, idempotency_key, created_at)
                   values ($1, $2, $3, $4, $5, $6)";
        tx.run(sql, &[&self.account, &self.tokens, &balance, &self.reason, &self.idempotency_key, &self.now]).await?;
        record_change(tx, self.account, self.now).await?;
        Ok(AddTokensOutcome::Done(balance))
    }
}

/// Changes what the person may change themselves; `None` leaves it.
#[derive(Clone, Debug)]
pub struct UpdateProfile {
    /// Whose.
    pub account: AccountId,
    /// A name of their choice.
    pub name: Option<String>,
    /// An ISO 639-1 code.
    pub language: Option<String>,
    /// When this is.
    pub now: Moment,
}

impl Write for UpdateProfile {
    type Out = Option<Account>;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<Account>> {
        let sql = "update account set name = coalesce($2, name), name_chosen = (name_chosen or $2 is not null),
                     language = coalesce($3, language)
                   where id = $1
                   returning id, name, language, plan, plan_until, token_balance, banned_at, created_at";
        let changed = tx.first(sql, &[&self.account, &self.name, &self.language]).await?;
        record_change(tx, self.account, self.now).await?;
        Ok(changed)
    }
}

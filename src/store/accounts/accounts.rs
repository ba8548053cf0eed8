//! Accounts: look-ups, token grants and profiles.

use crate::model::accounts::account::{Account, AccountId, TelegramId};
use crate::model::accounts::identity::Identity;
use crate::model::time::Moment;
use crate::store::accounts::activity::account_write;
use crate::store::api_keys::key_cache_sync::record_change;
use crate::store::{Result, Store, Tx, Write};

/// Columns of an [`Account`], from the alias `a`.
macro_rules! account_columns {
    () => {
        "a.id, a.name, a.language, a.plan, a.plan_until, a.token_balance, a.banned_at, a.created_at,
         a.deletion_due_at, a.deleted_at, a.free_tokens, a.allowance_month, a.allowance_tokens,
         coalesce((select q.utc_offset_minutes from quiet_hours q where q.account_id = a.id), 0) as utc_offset_minutes"
    };
}
pub(in crate::store) use account_columns;

account_write!(UpdateProfile);

impl Store {
    /// Returns an account that was neither deleted nor merged.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>> {
        let sql = concat!("select ", account_columns!(), " from account a where a.id = $1 and a.deleted_at is null");
        Ok(self.db.first(sql, &[&id]).await?)
    }

    /// Returns the account a Telegram user signs in to.
    pub async fn account_of_telegram(&self, id: TelegramId) -> Result<Option<Account>> {
        let sql = concat!(
            "select ",
            account_columns!(),
            " from identity i join account a on a.id = i.account_id where i.kind = 'telegram' and i.subject = $1"
        );
        Ok(self.db.first(sql, &[&id.to_string()]).await?)
    }

    /// Returns the account of a Telegram `@username`. Usernames change owners: for look-ups by admins only.
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

    /// Returns the account with that email address, its own or of a linked Google account. For look-ups by admins only.
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

    /// Returns the identities of an account, oldest first.
    pub async fn identities(&self, id: AccountId) -> Result<Vec<Identity>> {
        let sql = "select kind, subject, label, disabled_at from identity where account_id = $1
                   order by added_order, created_at, kind, subject";
        Ok(self.db.all(sql, &[&id]).await?)
    }
}

/// Adds or removes tokens. Takes effect once for each key and never leaves a balance below zero.
#[derive(Clone, Debug)]
pub struct AddTokens {
    /// The account concerned.
    pub account: AccountId,
    /// Number of tokens; negative to remove.
    pub tokens: i64,
    /// `grant`, `charge`, `correction`, or the reason an admin gave.
    pub reason: String,
    /// Makes a repetition a no-op.
    pub idempotency_key: String,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Outcome of an [`AddTokens`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddTokensOutcome {
    /// Balance after the change.
    Done(i64),
    /// Repeated key; the balance after the first change.
    Before(i64),
    /// The balance is too low, or the account does not exist.
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
        let sql = "update account set token_balance = token_balance + $2,
                     free_tokens = case when $2 >= 0 then free_tokens
                                        when free_tokens + $2 > 0 then free_tokens + $2
                                        else 0 end
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

/// Account after an [`UpdateProfile`].
#[derive(Clone, Debug)]
pub struct UpdatedProfile {
    /// The account.
    pub account: Account,
    /// False if it had these values already; nothing was written then.
    pub is_changed: bool,
}

/// Updates the name or language of an account; `None` leaves the value.
#[derive(Clone, Debug)]
pub struct UpdateProfile {
    /// The account concerned.
    pub account: AccountId,
    /// Name chosen by the person: sign-ins no longer change it.
    pub name: Option<String>,
    /// ISO 639-1 code.
    pub language: Option<String>,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: `None` if the account does not exist.
impl Write for UpdateProfile {
    type Out = Option<UpdatedProfile>;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<UpdatedProfile>> {
        let sql = "update account set name = coalesce($2, name), name_chosen = (name_chosen or $2 is not null),
                     language = coalesce($3, language)
                   where id = $1 and (name <> coalesce($2, name) or (not name_chosen and $2 is not null)
                                      or coalesce(language, '') <> coalesce($3, language, ''))
                   returning id, name, language, plan, plan_until, token_balance, banned_at, created_at";
        if let Some(account) = tx.first(sql, &[&self.account, &self.name, &self.language]).await? {
            record_change(tx, self.account, self.now).await?;
            return Ok(Some(UpdatedProfile { account, is_changed: true }));
        }
        let sql = concat!("select ", account_columns!(), " from account a where a.id = $1");
        let account: Option<Account> = tx.first(sql, &[&self.account]).await?;
        Ok(account.map(|account| UpdatedProfile { account, is_changed: false }))
    }
}

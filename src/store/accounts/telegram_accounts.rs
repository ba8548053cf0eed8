//! Accounts of Telegram users. Found or created in batches, with name, username and language kept up to date.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use crate::model::accounts::account::{Account, TelegramId};
use crate::model::accounts::identity::TelegramProfile;
use crate::model::time::Moment;
use crate::store::accounts::account_creation::{SignUpGrant, grant_all};
use crate::store::accounts::accounts::account_columns;
use crate::store::api_keys::key_cache_sync::record_change;
use crate::store::engine::db::list;
use crate::store::engine::writer::alone;
use crate::store::{Result, Store, Tx, Write};

/// Columns of a [`TelegramAccountRow`], from the aliases `a` and `i`.
macro_rules! found_columns {
    () => {
        concat!(
            account_columns!(),
            ", a.name_chosen, i.label, i.telegram_language, i.subject, i.unreachable_at, i.last_seen_at, i.disabled_at"
        )
    };
}

impl Store {
    /// Returns the account of a Telegram user and its state, if there is one.
    pub async fn account_of_profile(&self, profile: &TelegramProfile) -> Result<Option<KnownAccount>> {
        let sql = concat!(
            "select ",
            found_columns!(),
            " from identity i join account a on a.id = i.account_id where i.kind = 'telegram' and i.subject = $1"
        );
        let found: Option<TelegramAccountRow> = self.db.first(sql, &[&profile.id.to_string()]).await?;
        Ok(found.map(|found| {
            let current = !found.has_old_name(profile) && !found.has_old_identity(profile);
            let TelegramAccountRow { account, unreachable_at, last_seen_at, disabled_at, .. } = found;
            let (unreachable, disabled) = (unreachable_at.is_some(), disabled_at.is_some());
            KnownAccount { account, current, unreachable, last_seen_at, disabled }
        }))
    }
}

/// The account of a known Telegram user.
#[derive(Clone, Debug)]
pub struct KnownAccount {
    /// The account itself.
    pub account: Account,
    /// True if the stored name, username and language match the profile.
    pub current: bool,
    /// True if the bot could not write to the person.
    pub unreachable: bool,
    /// Day of the person's last message to the bot.
    pub last_seen_at: Option<Moment>,
    /// True if a password reset disabled the identity.
    pub disabled: bool,
}

/// The account of a Telegram user in a batch.
pub(in crate::store) struct ResolvedAccount {
    pub(in crate::store) account: Account,
    /// True if this write created the account.
    pub(in crate::store) is_new: bool,
    /// True if a password reset disabled the identity.
    pub(in crate::store) disabled: bool,
}

/// Finds the account of a Telegram user, or creates it.
#[derive(Clone, Debug)]
pub struct FindOrCreateAccount {
    /// Telegram profile of the user.
    pub profile: TelegramProfile,
    /// Plan and tokens of a new account.
    pub welcome: SignUpGrant,
}

impl Write for FindOrCreateAccount {
    type Out = Account;

    fn order(&self) -> i64 {
        self.profile.id.get()
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Account> {
        alone(Self::run_all(&[self], tx).await?)
    }

    async fn run_all(works: &[&Self], tx: &mut Tx) -> sqlx::Result<Vec<Account>> {
        Ok(find_or_create(works, tx).await?.into_iter().map(|resolved| resolved.account).collect())
    }
}

/// Finds or creates the accounts of a batch. Creates new ones first, in one statement, then updates all in order, so
/// that the latest profile of a person wins.
pub(in crate::store) async fn find_or_create(
    works: &[&FindOrCreateAccount],
    tx: &mut Tx,
) -> sqlx::Result<Vec<ResolvedAccount>> {
    let mut people = BatchAccounts::find(works, tx).await?;
    let mut newcomers = people.make(works, tx).await?;
    let mut resolved = Vec::with_capacity(works.len());
    for work in works {
        let account = people.update_profile(&work.profile, work.welcome.now, tx).await?;
        let found = people.0.get(&work.profile.id.to_string()).ok_or(sqlx::Error::RowNotFound)?;
        let (disabled, is_new) = (found.disabled_at.is_some(), newcomers.remove(&work.profile.id));
        resolved.push(ResolvedAccount { account, is_new, disabled });
    }
    Ok(resolved)
}

/// The account of a Telegram user, with the profile fields stored for it.
#[derive(sqlx::FromRow)]
struct TelegramAccountRow {
    #[sqlx(flatten)]
    account: Account,
    name_chosen: bool,
    label: Option<String>,
    telegram_language: Option<String>,
    subject: String,
    unreachable_at: Option<Moment>,
    last_seen_at: Option<Moment>,
    disabled_at: Option<Moment>,
}

impl TelegramAccountRow {
    /// True if the name comes from Telegram and differs from the profile. A disabled identity changes nothing.
    fn has_old_name(&self, profile: &TelegramProfile) -> bool {
        !self.name_chosen && self.disabled_at.is_none() && self.account.name != profile.name
    }

    /// True if username or language differ from the profile. A sign-in on the web carries no language.
    fn has_old_identity(&self, profile: &TelegramProfile) -> bool {
        let telegram_language = profile.language_code();
        self.label != profile.username
            || (telegram_language.is_some() && self.telegram_language.as_deref() != telegram_language)
    }
}

/// Accounts of a batch by Telegram id, in the state the transaction has left them in.
struct BatchAccounts(HashMap<String, TelegramAccountRow>);

impl BatchAccounts {
    async fn find(works: &[&FindOrCreateAccount], tx: &mut Tx) -> sqlx::Result<Self> {
        // `cross join`: SQLite keeps that join order. The kind is in the list because Postgres, given a constant, scans
        // all identities of that kind while it estimates them to be few.
        let sql = concat!(
            "select ",
            found_columns!(),
            " from json_each($1) j cross join identity i join account a on a.id = i.account_id
              where i.kind = j.value ->> 'kind' and i.subject = j.value ->> 'subject'"
        );
        let ids: HashSet<_> = works.iter().map(|work| work.profile.id).collect();
        let row = |id: TelegramId| json!({"kind": "telegram", "subject": id.to_string()});
        let identities = list(ids.into_iter().map(row))?;
        let found: Vec<TelegramAccountRow> = tx.all(sql, &[&identities]).await?;
        Ok(Self(found.into_iter().map(|found| (found.subject.clone(), found)).collect()))
    }

    /// Creates the missing accounts and returns the ids of their people. If another instance creates one of them at the
    /// same time, the unique key of the identity fails: the writer retries and finds that account.
    async fn make(&mut self, works: &[&FindOrCreateAccount], tx: &mut Tx) -> sqlx::Result<HashSet<TelegramId>> {
        let mut newcomers: Vec<(&FindOrCreateAccount, TelegramAccountRow)> = Vec::new();
        let mut created = HashSet::new();
        let unknown = works.iter().filter(|work| !self.0.contains_key(&work.profile.id.to_string()));
        let unknown: Vec<&FindOrCreateAccount> =
            unknown.copied().filter(|work| created.insert(work.profile.id)).collect();
        if unknown.is_empty() {
            return Ok(created);
        }
        let mut made = create_accounts(&unknown, tx).await?;
        let mut labels = HashSet::new();
        for work in unknown {
            // New accounts with equal fields are interchangeable until they are assigned.
            let index = made.iter().position(|account| work.would_create(account)).ok_or(sqlx::Error::RowNotFound)?;
            let account = made.swap_remove(index);
            // Only the first new account of a batch gets a username. Anyone else who claims it takes it over in their
            // turn.
            let label = work.profile.username.clone().filter(|label| labels.insert(label.to_lowercase()));
            newcomers.push((work, work.new_row(account, label)));
        }
        self.clear_labels(&newcomers, tx).await?;
        add_identities(&newcomers, tx).await?;
        let grants = newcomers.iter().map(|(work, found)| (found.account.id, &work.welcome));
        grant_all(grants, tx).await?;
        self.0.extend(newcomers.into_iter().map(|(_, found)| (found.subject.clone(), found)));
        Ok(created)
    }

    /// Removes the usernames of new accounts from their previous owners: usernames change owners on Telegram.
    async fn clear_labels(
        &mut self,
        newcomers: &[(&FindOrCreateAccount, TelegramAccountRow)],
        tx: &mut Tx,
    ) -> sqlx::Result<()> {
        let labels: Vec<&String> = newcomers.iter().filter_map(|(_, found)| found.label.as_ref()).collect();
        if labels.is_empty() {
            return Ok(());
        }
        // `|| ''`: keeps both databases from scanning all identities of that kind; the index on labels is better.
        let sql = "update identity set label = null
                   where kind || '' = 'telegram' and lower(label) in (select lower(value ->> 'label') from json_each($1))";
        tx.run(sql, &[&list(labels.iter().map(|label| json!({"label": label})))?]).await?;
        for label in labels {
            self.clear_label(label, "");
        }
        Ok(())
    }

    /// Removes a username from all cached accounts but that of `subject`.
    fn clear_label(&mut self, label: &str, subject: &str) {
        for found in self.0.values_mut().filter(|found| found.subject != subject) {
            found.label.take_if(|known| known.eq_ignore_ascii_case(label));
        }
    }

    /// Updates the name, unless the person chose one here, as well as username and language from the profile.
    async fn update_profile(&mut self, profile: &TelegramProfile, now: Moment, tx: &mut Tx) -> sqlx::Result<Account> {
        let subject = profile.id.to_string();
        let found = self.0.get_mut(&subject).ok_or(sqlx::Error::RowNotFound)?;
        if found.has_old_name(profile) {
            let sql = "update account set name = $2 where id = $1 and not name_chosen";
            tx.run(sql, &[&found.account.id, &profile.name]).await?;
            record_change(tx, found.account.id, now).await?;
            found.account.name.clone_from(&profile.name);
        }
        let account = found.account.clone();
        if found.has_old_identity(profile) {
            found.label.clone_from(&profile.username);
            found.telegram_language = profile.language_code().map(ToOwned::to_owned).or(found.telegram_language.take());
            if let Some(label) = &profile.username {
                let sql = "update identity set label = null
                           where kind = 'telegram' and lower(label) = lower($1) and subject <> $2";
                tx.run(sql, &[label, &subject]).await?;
                self.clear_label(label, &subject);
            }
            let sql = "update identity set label = $2, telegram_language = coalesce($3, telegram_language)
                       where kind = 'telegram' and subject = $1";
            tx.run(sql, &[&subject, &profile.username, &profile.language_code()]).await?;
        }
        Ok(account)
    }
}

impl FindOrCreateAccount {
    fn new_row(&self, account: Account, label: Option<String>) -> TelegramAccountRow {
        let telegram_language = self.profile.language_code().map(ToOwned::to_owned);
        TelegramAccountRow {
            account,
            name_chosen: false,
            label,
            telegram_language,
            subject: self.profile.id.to_string(),
            unreachable_at: None,
            last_seen_at: None,
            disabled_at: None,
        }
    }

    /// True if a newly created account has the fields this write asked for.
    fn would_create(&self, account: &Account) -> bool {
        account.name == self.profile.name
            && account.plan == self.welcome.plan
            && account.token_balance == self.welcome.tokens
            && account.created_at == self.welcome.now
    }
}

async fn create_accounts(unknown: &[&FindOrCreateAccount], tx: &mut Tx) -> sqlx::Result<Vec<Account>> {
    let sql =
        "insert into account (name, plan, token_balance, free_tokens, allowance_tokens, created_at, allowance_month)
               select value ->> 'name', value ->> 'plan', t, t, t, cast(value ->> 'now' as bigint), value ->> 'month'
               from (select value, cast(value ->> 'tokens' as bigint) as t from json_each($1)) j
               returning id, name, language, plan, plan_until, token_balance, banned_at, created_at";
    let row = |work: &&FindOrCreateAccount| json!({"name": work.profile.name, "plan": work.welcome.plan, "tokens": work.welcome.tokens, "now": work.welcome.now.0, "month": work.welcome.now.month()});
    tx.all(sql, &[&list(unknown.iter().map(row))?]).await
}

async fn add_identities(newcomers: &[(&FindOrCreateAccount, TelegramAccountRow)], tx: &mut Tx) -> sqlx::Result<()> {
    let sql = "insert into identity (kind, subject, account_id, label, telegram_language, created_at)
               select 'telegram', value ->> 'subject', cast(value ->> 'account' as bigint), value ->> 'label',
                 value ->> 'telegram_language', cast(value ->> 'now' as bigint)
               from json_each($1)";
    let row = |(work, found): &(&FindOrCreateAccount, TelegramAccountRow)| json!({"subject": found.subject, "account": found.account.id, "label": found.label, "telegram_language": found.telegram_language, "now": work.welcome.now.0});
    tx.run(sql, &[&list(newcomers.iter().map(row))?]).await?;
    Ok(())
}

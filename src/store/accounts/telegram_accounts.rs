//! Meeting people: whoever comes from Telegram gets their account, and what it says of them is kept true.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use crate::model::accounts::account::{Account, TelegramId, TelegramProfile};
use crate::model::time::Moment;
use crate::store::accounts::account_creation::SignUpGrant;
use crate::store::accounts::accounts::account_columns;
use crate::store::api_keys::key_cache_sync::record_change;
use crate::store::engine::db::list;
use crate::store::engine::writer::alone;
use crate::store::{Result, Store, Tx, Write};

/// The columns of a [`TelegramAccountRow`], for `a` and `i`.
macro_rules! found_columns {
    () => {
        concat!(
            account_columns!(),
            ", a.name_chosen, i.label, i.telegram_language, i.subject, i.unreachable_at, i.last_seen_at"
        )
    };
}

impl Store {
    /// The account of a Telegram user we meet, and what is known of them.
    pub async fn account_of_profile(&self, profile: &TelegramProfile) -> Result<Option<KnownAccount>> {
        let sql = concat!(
            "select ",
            found_columns!(),
            " from identity i join account a on a.id = i.account_id where i.kind = 'telegram' and i.subject = $1"
        );
        let found: Option<TelegramAccountRow> = self.db.first(sql, &[&profile.id.to_string()]).await?;
        Ok(found.map(|found| {
            let current = !found.has_old_name(profile) && !found.has_old_identity(profile);
            let TelegramAccountRow { account, unreachable_at, seen_at, .. } = found;
            KnownAccount { account, current, unreachable: unreachable_at.is_some(), seen_at }
        }))
    }
}

/// Someone who was met before.
#[derive(Clone, Debug)]
pub struct KnownAccount {
    /// Their account.
    pub account: Account,
    /// Whether what it holds of their names is still so.
    pub current: bool,
    /// Whether the bot could not write to them.
    pub unreachable: bool,
    /// When they last wrote to the bot, to the day.
    pub seen_at: Option<Moment>,
}

/// Someone who was met in a batch.
pub(in crate::store) struct ResolvedAccount {
    pub(in crate::store) account: Account,
    /// Whether the account was made just now, for this very work.
    pub(in crate::store) is_new: bool,
    /// Whether the bot could not write to them.
    pub(in crate::store) unreachable: bool,
}

/// Finds the account of a Telegram user, or makes it: with what newcomers get.
#[derive(Clone, Debug)]
pub struct FindOrCreateAccount {
    /// Who it is.
    pub profile: TelegramProfile,
    /// What a new account gets.
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
        Ok(meet(works, tx).await?.into_iter().map(|met| met.account).collect())
    }
}

/// Newcomers first, all at once; then everybody in turn, so that whose name changed twice here has the later one.
pub(in crate::store) async fn meet(works: &[&FindOrCreateAccount], tx: &mut Tx) -> sqlx::Result<Vec<ResolvedAccount>> {
    let mut people = BatchAccounts::find(works, tx).await?;
    let mut newcomers = people.make(works, tx).await?;
    let mut met = Vec::with_capacity(works.len());
    for work in works {
        let account = people.catch_up(&work.profile, work.welcome.now, tx).await?;
        let unreachable = people.is_unreachable(work.profile.id);
        met.push(ResolvedAccount { account, is_new: newcomers.remove(&work.profile.id), unreachable });
    }
    Ok(met)
}

/// The account of a Telegram user, and what it holds of their names.
#[derive(sqlx::FromRow)]
struct TelegramAccountRow {
    #[sqlx(flatten)]
    account: Account,
    name_chosen: bool,
    label: Option<String>,
    #[sqlx(rename = "telegram_language")]
    speaks: Option<String>,
    subject: String,
    unreachable_at: Option<Moment>,
    #[sqlx(rename = "last_seen_at")]
    seen_at: Option<Moment>,
}

impl TelegramAccountRow {
    /// Whether the name came from Telegram, and is another one there by now.
    fn has_old_name(&self, profile: &TelegramProfile) -> bool {
        !self.name_chosen && self.account.name != profile.name
    }

    /// Whether their Telegram has another username or language by now. A sign-in on the web does not say the language.
    fn has_old_identity(&self, profile: &TelegramProfile) -> bool {
        let speaks = profile.speaks();
        self.label != profile.username || (speaks.is_some() && self.speaks.as_deref() != speaks)
    }
}

/// Those whom a batch is about, by their Telegram id, as the transaction has left them so far.
struct BatchAccounts(HashMap<String, TelegramAccountRow>);

impl BatchAccounts {
    async fn find(works: &[&FindOrCreateAccount], tx: &mut Tx) -> sqlx::Result<Self> {
        // `cross join`: SQLite keeps that order. The kind is in the list because Postgres, given it as a constant, would
        // rather read all of that kind while it thinks them few.
        let sql = concat!(
            "select ",
            found_columns!(),
            " from json_each($1) j cross join identity i join account a on a.id = i.account_id
              where i.kind = j.value ->> 'kind' and i.subject = j.value ->> 'subject'"
        );
        let asked: HashSet<_> = works.iter().map(|work| work.profile.id).collect();
        let row = |id: TelegramId| json!({"kind": "telegram", "subject": id.to_string()});
        let asked = list(asked.into_iter().map(row))?;
        let found: Vec<TelegramAccountRow> = tx.all(sql, &[&asked]).await?;
        Ok(Self(found.into_iter().map(|found| (found.subject.clone(), found)).collect()))
    }

    fn is_unreachable(&self, person: TelegramId) -> bool {
        self.0.get(&person.to_string()).is_some_and(|found| found.unreachable_at.is_some())
    }

    /// Makes the accounts of those who have none, and says who they are. When another instance makes one of them at the same time, the identity's
    /// key is taken: the writer tries again and finds that one.
    async fn make(&mut self, works: &[&FindOrCreateAccount], tx: &mut Tx) -> sqlx::Result<HashSet<TelegramId>> {
        let mut newcomers: Vec<(&FindOrCreateAccount, TelegramAccountRow)> = Vec::new();
        let mut met = HashSet::new();
        let unknown = works.iter().filter(|work| !self.0.contains_key(&work.profile.id.to_string()));
        let unknown: Vec<&FindOrCreateAccount> = unknown.copied().filter(|work| met.insert(work.profile.id)).collect();
        if unknown.is_empty() {
            return Ok(met);
        }
        let mut made = create_accounts(&unknown, tx).await?;
        let mut labels = HashSet::new();
        for work in unknown {
            // New accounts that are alike are as good as each other until they are given to someone.
            let ours = made.iter().position(|account| work.would_create(account)).ok_or(sqlx::Error::RowNotFound)?;
            let account = made.swap_remove(ours);
            // A name can be one newcomer's only; whoever else says it is theirs takes it over in their turn.
            let label = work.profile.username.clone().filter(|label| labels.insert(label.to_lowercase()));
            let subject = work.profile.id.to_string();
            let speaks = work.profile.speaks().map(ToOwned::to_owned);
            let (unreachable_at, seen_at) = (None, None);
            newcomers.push((
                work,
                TelegramAccountRow { account, name_chosen: false, label, speaks, subject, unreachable_at, seen_at },
            ));
        }
        self.clear_labels(&newcomers, tx).await?;
        add_identities(&newcomers, tx).await?;
        welcome(&newcomers, tx).await?;
        self.0.extend(newcomers.into_iter().map(|(_, found)| (found.subject.clone(), found)));
        Ok(met)
    }

    /// Names change hands on Telegram: whoever had a newcomer's name before has it no more.
    async fn clear_labels(
        &mut self,
        newcomers: &[(&FindOrCreateAccount, TelegramAccountRow)],
        tx: &mut Tx,
    ) -> sqlx::Result<()> {
        let labels: Vec<&String> = newcomers.iter().filter_map(|(_, found)| found.label.as_ref()).collect();
        if labels.is_empty() {
            return Ok(());
        }
        // `|| ''`: neither database is to look for all of that kind by its index; the names have a better one.
        let sql = "update identity set label = null
                   where kind || '' = 'telegram' and lower(label) in (select lower(value ->> 'label') from json_each($1))";
        tx.run(sql, &[&list(labels.iter().map(|label| json!({"label": label})))?]).await?;
        for label in labels {
            self.clear_label(label, "");
        }
        Ok(())
    }

    /// Notes that nobody but `subject` has that name.
    fn clear_label(&mut self, label: &str, subject: &str) {
        for found in self.0.values_mut().filter(|found| found.subject != subject) {
            found.label.take_if(|theirs| theirs.eq_ignore_ascii_case(label));
        }
    }

    /// Takes over what a person is called on Telegram now, unless they chose a name here.
    async fn catch_up(&mut self, profile: &TelegramProfile, now: Moment, tx: &mut Tx) -> sqlx::Result<Account> {
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
            found.speaks = profile.speaks().map(ToOwned::to_owned).or(found.speaks.take());
            if let Some(label) = &profile.username {
                let sql = "update identity set label = null
                           where kind = 'telegram' and lower(label) = lower($1) and subject <> $2";
                tx.run(sql, &[label, &subject]).await?;
                self.clear_label(label, &subject);
            }
            let sql = "update identity set label = $2, telegram_language = coalesce($3, telegram_language)
                       where kind = 'telegram' and subject = $1";
            tx.run(sql, &[&subject, &profile.username, &profile.speaks()]).await?;
        }
        Ok(account)
    }
}

impl FindOrCreateAccount {
    /// Whether an account just made is one that this work asked for.
    fn would_create(&self, account: &Account) -> bool {
        account.name == self.profile.name
            && account.plan == self.welcome.plan
            && account.token_balance == self.welcome.tokens
            && account.created_at == self.welcome.now
    }
}

async fn create_accounts(unknown: &[&FindOrCreateAccount], tx: &mut Tx) -> sqlx::Result<Vec<Account>> {
    let sql = "insert into account (name, plan, token_balance, created_at)
               select value ->> 'name', value ->> 'plan', cast(value ->> 'tokens' as bigint), cast(value ->> 'now' as bigint)
               from json_each($1)
               returning id, name, language, plan, plan_until, token_balance, banned_at, created_at";
    let row = |work: &&FindOrCreateAccount| json!({"name": work.profile.name, "plan": work.welcome.plan, "tokens": work.welcome.tokens, "now": work.welcome.now.0});
    tx.all(sql, &[&list(unknown.iter().map(row))?]).await
}

async fn add_identities(newcomers: &[(&FindOrCreateAccount, TelegramAccountRow)], tx: &mut Tx) -> sqlx::Result<()> {
    let sql = "insert into identity (kind, subject, account_id, label, telegram_language, created_at)
               select 'telegram', value ->> 'subject', cast(value ->> 'account' as bigint), value ->> 'label',
                 value ->> 'speaks', cast(value ->> 'now' as bigint)
               from json_each($1)";
    let row = |(work, found): &(&FindOrCreateAccount, TelegramAccountRow)| json!({"subject": found.subject, "account": found.account.id, "label": found.label, "speaks": found.speaks, "now": work.welcome.now.0});
    tx.run(sql, &[&list(newcomers.iter().map(row))?]).await?;
    Ok(())
}

/// Writes the first tokens into the ledger.
async fn welcome(newcomers: &[(&FindOrCreateAccount, TelegramAccountRow)], tx: &mut Tx) -> sqlx::Result<()> {
    let given: Vec<_> = newcomers.iter().filter(|(work, _)| work.welcome.tokens > 0).collect();
    if given.is_empty() {
        return Ok(());
    }
    let sql = "insert into ledger (account_id, tokens, balance, reason, idempotency_key, created_at)
               select cast(value ->> 'account' as bigint), cast(value ->> 'tokens' as bigint),
                 cast(value ->> 'tokens' as bigint), 'welcome', value ->> 'once', cast(value ->> 'now' as bigint)
               from json_each($1)";
    let rows = given.into_iter().map(|(work, found)| {
        let account = found.account.id;
        json!({"account": account, "tokens": work.welcome.tokens, "once": format!("welcome:{account}"), "now": work.welcome.now.0})
    });
    tx.run(sql, &[&list(rows)?]).await?;
    Ok(())
}

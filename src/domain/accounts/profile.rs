//! Profile of the signed-in person.

use crate::domain::error::{IdentityError, Refusal, Result};
use crate::domain::oauth::access_token::AppCaller;
use crate::domain::rate_limits::write_limits::WriteCost;
use crate::domain::{Domain, Error};
use crate::model::accounts::account::{Account, AccountId, TelegramId};
use crate::model::accounts::activity::{ActivityActor, ActivityEvent};
use crate::model::accounts::identity::{Identity, IdentityKey, TelegramProfile};
use crate::model::billing::plan::Plan;
use crate::model::oauth::scope::Scope;
use crate::model::session::SessionId;
use crate::model::text::display_name;
use crate::model::text::language::Language;
use crate::model::time::Moment;
use crate::store::accounts::account_creation::SignUpGrant;
use crate::store::accounts::accounts::UpdateProfile;
use crate::store::accounts::activity::WithActivity;
use crate::store::accounts::telegram_accounts::{FindOrCreateAccount, KnownAccount};

/// Proof that a person is signed in. Only this floor creates one, from an access token, a refresh cookie or a bot
/// update.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub(in crate::domain) account: Account,
    pub(in crate::domain) session: Option<SessionId>,
    /// Identity that signed in, or that wrote in chat.
    pub(in crate::domain) identity: IdentityKey,
    /// Time of the sign-in; `None` in chat, where Telegram authenticates every update.
    pub(in crate::domain) authenticated_at: Option<Moment>,
    /// App whose access token the request carries; `None` if the person acts.
    pub(in crate::domain) app: Option<AppCaller>,
}

impl SignedIn {
    /// Returns the account of the person.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// Returns the actor recorded in the account's activity.
    #[must_use]
    pub const fn by(&self) -> ActivityActor {
        match (self.session, &self.app) {
            (Some(session), _) => ActivityActor::Session(session),
            (None, Some(_)) => ActivityActor::App,
            (None, None) => ActivityActor::Chat,
        }
    }

    /// Returns the app whose access token the request carries; `None` if the person acts.
    #[must_use]
    pub const fn app(&self) -> Option<&AppCaller> {
        self.app.as_ref()
    }

    /// Returns the session the request came with; `None` in chat.
    #[must_use]
    pub const fn session(&self) -> Option<SessionId> {
        self.session
    }

    /// Returns the Telegram user of a request in chat; `None` for a request with a session.
    pub(in crate::domain) fn chat(&self) -> Option<TelegramId> {
        self.identity.telegram_id().filter(|_| self.session.is_none())
    }

    /// Returns the caller with a changed account.
    pub(in crate::domain) fn with_account(&self, account: Account) -> Self {
        Self { account, ..self.clone() }
    }
}

/// Sender of a message to the bot.
#[derive(Clone, Debug)]
pub struct ChatCaller {
    /// The person and their account.
    pub caller: SignedIn,
    /// Acquaintance of the bot with that person.
    pub arrival: Arrival,
}

/// Acquaintance of the bot with the sender of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// The person has never written to the bot before.
    New,
    /// The person has written before.
    Known,
}

/// A person, as the public API presents them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserProfile {
    /// Id of the account.
    pub id: AccountId,
    /// Display name.
    pub name: String,
    /// Id of the present plan.
    pub plan: String,
    /// Tokens left.
    pub token_balance: i64,
}

/// Limit of a display name.
const MAX_NAME_CHARS: usize = 128;

/// Signed-in person with their identities.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The person, as the public API presents them.
    pub user: UserProfile,
    /// Chosen language; `None` to follow Telegram or the browser.
    pub language: Option<Language>,
    /// Sign-in methods of the account.
    pub identities: Vec<Identity>,
    /// Time of the scheduled deletion.
    pub deletion_due_at: Option<Moment>,
}

impl Domain {
    /// Finds or creates the account of a Telegram user who wrote to the bot, and updates their name. Refuses an identity
    /// that a password reset disabled.
    pub async fn find_or_create_account(&self, profile: &TelegramProfile) -> Result<SignedIn> {
        Ok(self.chat_caller(profile).await?.caller)
    }

    /// Like [`Self::find_or_create_account`]. Also returns whether the person has written to the bot before.
    pub async fn chat_caller(&self, profile: &TelegramProfile) -> Result<ChatCaller> {
        let account_row = self.inner.store.account_of_profile(profile).await?;
        if account_row.as_ref().is_some_and(|known| known.disabled) {
            return Err(IdentityError::Disabled.into());
        }
        let account = match &account_row {
            Some(KnownAccount { account, current: true, .. }) => account.clone(),
            _ => {
                self.inner
                    .store
                    .write(FindOrCreateAccount { profile: profile.clone(), welcome: self.welcome() })
                    .await?
            }
        };
        self.mark_reachable(profile.id, account_row.as_ref()).await;
        if account.banned_at.is_some() {
            return Err(self.banned().into());
        }
        let has_written = account_row.as_ref().is_some_and(|known| known.last_seen_at.is_some());
        let arrival = if has_written { Arrival::Known } else { Arrival::New };
        let (account, identity) = (self.with_due_allowance(account).await, IdentityKey::telegram(profile.id));
        Ok(ChatCaller {
            caller: SignedIn { account, session: None, identity, authenticated_at: None, app: None },
            arrival,
        })
    }

    /// Returns the grant for a new account: the base plan and its tokens for the month.
    pub(in crate::domain) fn welcome(&self) -> SignUpGrant {
        let base = self.plans().base();
        let tokens = i64::try_from(base.monthly_tokens).unwrap_or(i64::MAX);
        SignUpGrant { plan: base.id.clone(), tokens, now: self.now() }
    }

    /// Returns the plan of an account at present. An expired plan falls back to the base plan.
    #[must_use]
    pub fn plan_of_account(&self, account: &Account) -> &Plan {
        account.plan(self.plans(), self.now())
    }

    /// Presents an account as the public API does.
    #[must_use]
    pub fn user(&self, account: &Account) -> UserProfile {
        let plan = self.plan_of_account(account).id.clone();
        UserProfile { id: account.id, name: account.name.clone(), plan, token_balance: account.token_balance }
    }

    /// Returns the caller's profile.
    pub async fn me(&self, caller: &SignedIn) -> Result<Profile> {
        let mut identities = self.inner.store.identities(caller.account.id).await?;
        if let Some(app) = caller.app() {
            // An address is more than the profile that was allowed.
            let is_shown = |identity: &Identity| identity.kind == "telegram" || app.scopes.has(Scope::Email);
            identities.retain(is_shown);
        }
        let language = caller.account.chosen_language();
        Ok(Profile {
            user: self.user(&caller.account),
            language,
            identities,
            deletion_due_at: caller.account.deletion_due_at,
        })
    }

    /// Changes the caller's name, language, or both.
    pub async fn update_profile(
        &self,
        caller: &SignedIn,
        name: Option<&str>,
        language: Option<&str>,
    ) -> Result<SignedIn> {
        self.admit_chat_write(caller, WriteCost::Ordinary).await?;
        let name = name.map(person_name).transpose()?;
        let language = language.map(parse_language).transpose();
        let language = language.map_err(|message| Refusal::field("language", message))?;
        let language = language.map(|language| language.code().to_owned());
        let id = caller.account.id;
        let now = self.now();
        let changed = name.is_some();
        let change = UpdateProfile { account: id, name, language, now };
        let change = WithActivity::new(change, caller.by(), move |updated| {
            let is_changed = updated.as_ref().is_some_and(|updated| updated.is_changed);
            (changed && is_changed).then_some(ActivityEvent::ProfileChanged)
        });
        let updated = self.write_and_invalidate(id, change).await?.ok_or(Refusal::NotAuthenticated)?;
        Ok(caller.with_account(updated.account))
    }
}

/// Validates a display name: 1 to 128 characters, none of them a control character.
pub(in crate::domain) fn person_name(text: &str) -> std::result::Result<String, Error> {
    Ok(parse_person_name(text).map_err(|message| Refusal::field("name", message))?)
}

/// Checks a display name. The error completes the sentence "field …".
pub fn check_person_name(text: &str) -> std::result::Result<(), &'static str> {
    parse_person_name(text).map(drop)
}

fn parse_person_name(text: &str) -> std::result::Result<String, &'static str> {
    display_name::parse(text, MAX_NAME_CHARS).map_err(|_| "must have 1 to 128 characters and no control characters")
}

/// Reads a chosen language, by its exact code. The error completes the sentence "field …".
pub fn parse_language(code: &str) -> std::result::Result<Language, &'static str> {
    let known = Language::from_tag(code).filter(|language| language.code() == code);
    known.ok_or("must be one of: en, ru")
}

//! Callback data of buttons.
//!
//! Telegram limits it to 64 bytes. It carries no secret and no authority: a tap is checked against its sender and the
//! current state. Buttons stay in chats permanently, so every format ever sent must remain readable.
//!
//! The format is `v1:VERB:OBJECT`; `account`, `admin`, `apps`, `billing` and `broadcasts` hold the callbacks of their
//! features.

mod account;
mod admin;
mod apps;
mod billing;
mod broadcasts;
mod choices;

use crate::model::api_key::KeyId;
use crate::model::notices::category::{Category, CategorySwitch};
use crate::model::session::SessionId;

pub(crate) use self::account::{AccountCallback, IdentityRef};
pub(crate) use self::admin::{AdminCallback, NextPeople, PlanChoice};
pub(crate) use self::apps::AppCallback;
pub(crate) use self::billing::BillingCallback;
pub(crate) use self::broadcasts::{BroadcastCallback, Combination, SegmentChoice};
pub(crate) use self::choices::{ExpiryChoice, ExpiryDays, NumberChoice, RotationChoice};

/// Prefix of the format.
const VERSION: &str = "v1";

/// Meaning of a tap on a button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Callback {
    /// Opens the main menu.
    Menu,
    /// Shows plan and balance.
    Profile,
    /// Shows the help.
    Help,
    /// Lists the keys.
    Keys,
    /// Shows a page of the list, counted from 0.
    KeysPage(usize),
    /// Asks for the name of a new key.
    NewKey,
    /// Creates the key whose name was given, with that lifetime.
    IssueKey(ExpiryDays),
    /// Asks when a key should expire.
    AskExpiry(KeyId),
    /// Changes when a key expires.
    SetExpiry(ExpiryChoice),
    /// Shows the card of a key.
    Key(KeyId),
    /// Asks for confirmation before a key is revoked.
    AskRevoke(KeyId),
    /// Revokes a key.
    Revoke(KeyId),
    /// Asks for a new name of a key.
    Rename(KeyId),
    /// Asks for the grace period of a rotation.
    AskRotate(KeyId),
    /// Rotates a key.
    Rotate(RotationChoice),
    /// Deletes the message that shows a secret, because the person has saved it.
    Saved,
    /// Like [`Self::Saved`], for a key that was created without a question: its "ready" card follows.
    SavedKey(KeyId),
    /// Asks if a key has made a request.
    TestKey(KeyId),
    /// Confirms the use of a key from a new network.
    KeyUseWasMe(KeyId),
    /// Cancels the current step.
    Cancel,
    /// Offers the languages.
    Languages,
    /// Chooses a language.
    Language(String),
    /// Requests a sign-in link.
    SignIn,
    /// Answers a browser's sign-in request with a number.
    AnswerRequest(NumberChoice),
    /// Declines a browser's sign-in request.
    RefuseRequest(i64),
    /// Lists the sessions.
    Sessions,
    /// Ends a session.
    EndSession(SessionId),
    /// Asks for confirmation before all sessions are ended.
    AskEndAll,
    /// Ends all sessions.
    EndAll,
    /// Shows the usage of the last days.
    Usage,
    /// Lists the plans.
    Plans,
    /// Confirms a sign-in after a warning.
    WasMe(SessionId),
    /// Disowns a sign-in after a warning and ends its session.
    NotMe(SessionId),
    /// Shows the notification preferences.
    Notify,
    /// Switches a category of notifications on or off.
    Switch(CategorySwitch),
    /// Shows the quiet hours.
    Quiet,
    /// Sets the quiet hours, from one full hour to another, or removes them.
    SetQuiet(Option<(i64, i64)>),
    /// Sets the UTC offset in minutes.
    SetUtcOffset(i64),
    /// Account button.
    Account(AccountCallback),
    /// Button about an app or a device.
    App(AppCallback),
    /// Billing button.
    Billing(BillingCallback),
    /// Admin button about a person.
    Admin(AdminCallback),
    /// Admin button about a broadcast.
    Broadcast(BroadcastCallback),
    /// Unknown or malformed data.
    Stale,
}

impl Callback {
    /// Encodes the callback data.
    pub(crate) fn encode(&self) -> String {
        let what = match self {
            Self::Menu => "menu".to_owned(),
            Self::Profile => "profile".to_owned(),
            Self::Help => "help".to_owned(),
            Self::Keys => "keys".to_owned(),
            Self::KeysPage(page) => format!("keys:{page}"),
            Self::NewKey => "newkey".to_owned(),
            Self::IssueKey(days) => format!("newkey:{}", days.encode()),
            Self::AskExpiry(id) => format!("expiry?:{id}"),
            Self::SetExpiry(ExpiryChoice { key, days }) => format!("expiry:{key}:{}", days.encode()),
            Self::Key(id) => format!("key:{id}"),
            Self::AskRevoke(id) => format!("revoke?:{id}"),
            Self::Revoke(id) => format!("revoke:{id}"),
            Self::Rename(id) => format!("rename:{id}"),
            Self::AskRotate(id) => format!("rotate?:{id}"),
            Self::Rotate(RotationChoice { key, grace, end }) => format!("rotate:{key}:{grace}:{end}"),
            Self::Saved => "saved".to_owned(),
            Self::SavedKey(id) => format!("saved:{id}"),
            Self::TestKey(id) => format!("testkey:{id}"),
            Self::KeyUseWasMe(id) => format!("myuse:{id}"),
            Self::Cancel => "cancel".to_owned(),
            Self::Languages => "languages".to_owned(),
            Self::Language(code) => format!("language:{code}"),
            Self::SignIn => "signin".to_owned(),
            Self::AnswerRequest(NumberChoice { request, number }) => format!("answer:{request}.{number}"),
            Self::RefuseRequest(id) => format!("refuse:{id}"),
            Self::Sessions => "sessions".to_owned(),
            Self::EndSession(id) => format!("end:{id}"),
            Self::AskEndAll => "endall?".to_owned(),
            Self::EndAll => "endall".to_owned(),
            Self::Usage => "usage".to_owned(),
            Self::Plans => "plans".to_owned(),
            Self::WasMe(id) => format!("wasme:{id}"),
            Self::NotMe(id) => format!("notme:{id}"),
            Self::Notify => "notify".to_owned(),
            Self::Switch(CategorySwitch::On(category)) => format!("on:{}", category.as_str()),
            Self::Switch(CategorySwitch::Off(category)) => format!("off:{}", category.as_str()),
            Self::Quiet => "quiet".to_owned(),
            Self::SetQuiet(hours) => hours.map_or("hours:none".to_owned(), |(from, to)| format!("hours:{from}-{to}")),
            Self::SetUtcOffset(minutes) => format!("clock:{minutes}"),
            Self::Account(tap) => tap.encode(),
            Self::App(tap) => tap.encode(),
            Self::Billing(tap) => tap.encode(),
            Self::Admin(tap) => tap.encode(),
            Self::Broadcast(tap) => format!("bc:{}", tap.encode()),
            Self::Stale => "stale".to_owned(),
        };
        format!("{VERSION}:{what}")
    }

    /// True if the button answers the protected message under which it is, so that the message becomes the result.
    pub(crate) const fn answers_protected(&self) -> bool {
        match self {
            Self::AnswerRequest(_) | Self::RefuseRequest(_) | Self::WasMe(_) | Self::NotMe(_) => true,
            Self::App(tap) => tap.answers_protected(),
            _ => false,
        }
    }

    /// Parses callback data. Unknown data becomes [`Callback::Stale`].
    pub(crate) fn parse(data: &str) -> Self {
        Self::read(data).unwrap_or(Self::Stale)
    }

    fn read(data: &str) -> Option<Self> {
        let what = data.strip_prefix(VERSION)?.strip_prefix(':')?;
        let (verb, object) = what.split_once(':').map_or((what, None), |(verb, object)| (verb, Some(object)));
        let number = || object?.parse().ok();
        let id = || number().map(KeyId);
        match verb {
            "menu" => Some(Self::Menu),
            "profile" => Some(Self::Profile),
            "help" => Some(Self::Help),
            "keys" => object.map_or(Some(Self::Keys), |page| page.parse().ok().map(Self::KeysPage)),
            "newkey" => object.map_or(Some(Self::NewKey), |days| ExpiryDays::read(days).map(Self::IssueKey)),
            "expiry?" => id().map(Self::AskExpiry),
            "expiry" => ExpiryChoice::read(object?).map(Self::SetExpiry),
            "key" => id().map(Self::Key),
            "revoke?" => id().map(Self::AskRevoke),
            "revoke" => id().map(Self::Revoke),
            "rename" => id().map(Self::Rename),
            "rotate?" => id().map(Self::AskRotate),
            "rotate" => RotationChoice::read(object?).map(Self::Rotate),
            "saved" => object.map_or(Some(Self::Saved), |_| id().map(Self::SavedKey)),
            "testkey" => id().map(Self::TestKey),
            "myuse" => id().map(Self::KeyUseWasMe),
            "cancel" => Some(Self::Cancel),
            "signin" => Some(Self::SignIn),
            "answer" => NumberChoice::read(object?).map(Self::AnswerRequest),
            "refuse" => object?.parse().ok().map(Self::RefuseRequest),
            "sessions" => Some(Self::Sessions),
            "end" => object?.parse().ok().map(SessionId).map(Self::EndSession),
            "endall?" => Some(Self::AskEndAll),
            "endall" => Some(Self::EndAll),
            "usage" => Some(Self::Usage),
            "plans" => Some(Self::Plans),
            "languages" => Some(Self::Languages),
            "language" => object.map(|code| Self::Language(code.to_owned())),
            "wasme" => number().map(SessionId).map(Self::WasMe),
            "notme" => number().map(SessionId).map(Self::NotMe),
            "notify" => Some(Self::Notify),
            "on" => Category::parse(object?).map(CategorySwitch::On).map(Self::Switch),
            "off" => Category::parse(object?).map(CategorySwitch::Off).map(Self::Switch),
            "quiet" => Some(Self::Quiet),
            "hours" => read_hours(object?),
            "clock" => number().map(Self::SetUtcOffset),
            "bc" => BroadcastCallback::read(object?).map(Self::Broadcast),
            _ => AccountCallback::read(verb, object)
                .map(Self::Account)
                .or_else(|| AdminCallback::read(verb, object).map(Self::Admin))
                .or_else(|| AppCallback::read(verb, object).map(Self::App))
                .or_else(|| BillingCallback::read(verb, object).map(Self::Billing)),
        }
    }
}

/// Parses `none` or `22-8`.
fn read_hours(text: &str) -> Option<Callback> {
    if text == "none" {
        return Some(Callback::SetQuiet(None));
    }
    let (from, to) = text.split_once('-')?;
    Some(Callback::SetQuiet(Some((from.parse().ok()?, to.parse().ok()?))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::accounts::account::AccountId;
    use crate::model::admin_action::AdminActionId;
    use crate::model::oauth::client::ClientId;
    use crate::model::text::name_search::NameQuery;

    proptest! {
        #[test]
        fn what_is_written_is_read(id in any::<i64>(), code in "[a-z]{2}") {
            for tap in [Callback::AnswerRequest(NumberChoice { request: id, number: 42 }), Callback::RefuseRequest(id), Callback::EndSession(SessionId(id)), Callback::EndAll] {
                prop_assert!(tap.encode().len() <= 64);
                prop_assert_eq!(Callback::parse(&tap.encode()), tap);
            }
            let id = KeyId(id);
            let language = Callback::Language(code);
            for tap in [Callback::Menu, Callback::Usage, Callback::Languages, Callback::Keys, Callback::KeysPage(7), Callback::Key(id), Callback::AskExpiry(id), Callback::SetExpiry(ExpiryChoice { key: id, days: ExpiryDays(Some(365)) }), Callback::IssueKey(ExpiryDays(None)), Callback::AskRevoke(id), Callback::Revoke(id), Callback::Saved, Callback::SavedKey(id), Callback::TestKey(id), Callback::KeyUseWasMe(id), Callback::Rename(id), Callback::AskRotate(id), Callback::Rotate(RotationChoice { key: id, grace: id.0, end: "w0Yz".to_owned() }), language] {
                prop_assert!(tap.encode().len() <= 64);
                prop_assert_eq!(Callback::parse(&tap.encode()), tap);
            }
        }

        #[test]
        fn so_are_warnings_and_admins_buttons(id in 0_i64.., plan in "[a-z0-9_-]{1,32}", days in 1_u32..100, hour in 0_i64..24, name in "[a-zа-яё: ]{2,40}") {
            let (session, account, action) = (SessionId(id), AccountId(id), AdminActionId(id));
            let plan_choice = |days| PlanChoice { account, plan: plan.clone(), days };
            let identity = |kind: &str, mark: &str| IdentityRef { kind: kind.to_owned(), mark: mark.to_owned() };
            let of_admins = [
                AdminCallback::User(account), AdminCallback::UserPlans(account), AdminCallback::AskPlan(plan_choice(None)),
                AdminCallback::AskPlan(plan_choice(Some(days))), AdminCallback::AskBan(account), AdminCallback::AskUnban(account),
                AdminCallback::Confirm(action), AdminCallback::Cancel(action), AdminCallback::Undo(id), AdminCallback::Home,
                AdminCallback::Find, AdminCallback::Stats, AdminCallback::AskGrant(account), AdminCallback::AskMessage(account),
                AdminCallback::AskReplace(plan_choice(Some(days))),
            ];
            let searches = NameQuery::parse(&name).map(|query| Callback::Admin(AdminCallback::FindNext(NextPeople { before: account, query })));
            let of_accounts = [
                AccountCallback::Identities, AccountCallback::AddIdentity, AccountCallback::AskUnlink(identity("telegram", "abcDEF123-_x")),
                AccountCallback::Unlink(identity("google", "x")), AccountCallback::Activity, AccountCallback::AskDeletion,
                AccountCallback::ScheduleDeletion, AccountCallback::CancelDeletion, AccountCallback::Undo(id), AccountCallback::StartTrial,
            ];
            let switches = Category::SWITCHABLE.into_iter().flat_map(|category| [CategorySwitch::On(category), CategorySwitch::Off(category)]);
            for tap in [
                Callback::WasMe(session), Callback::NotMe(session), Callback::Notify, Callback::Quiet, Callback::SetQuiet(None),
                Callback::SetQuiet(Some((hour, 23 - hour))), Callback::SetUtcOffset(hour * 30 - 720),
            ].into_iter().chain(of_admins.map(Callback::Admin)).chain(of_accounts.map(Callback::Account)).chain(switches.map(Callback::Switch)).chain(searches) {
                prop_assert!(tap.encode().len() <= 64);
                prop_assert_eq!(Callback::parse(&tap.encode()), tap);
            }
        }

        #[test]
        fn so_are_billing_buttons(id in 1_i64.., name in "[a-z0-9_-]{1,32}") {
            for tap in [
                BillingCallback::Plan(name.clone()), BillingCallback::Packs, BillingCallback::Pack(name), BillingCallback::Purchases(None),
                BillingCallback::Purchases(Some(id)), BillingCallback::AskCancelRenewal, BillingCallback::CancelRenewal,
                BillingCallback::ResumeRenewal, BillingCallback::Support, BillingCallback::PaySupport, BillingCallback::Terms,
                BillingCallback::PurchasesOf(id), BillingCallback::AskRefund(id), BillingCallback::Refund(id),
            ].map(Callback::Billing) {
                prop_assert!(tap.encode().len() <= 64);
                prop_assert_eq!(Callback::parse(&tap.encode()), tap);
            }
        }

        #[test]
        fn so_are_buttons_about_apps(id in any::<i64>(), client in "c_[0-9A-Za-z]{22}") {
            let client = ClientId::parse(&client).expect("a client id");
            for tap in [
                AppCallback::List, AppCallback::CutOff(client), AppCallback::End(id), AppCallback::RefuseDevice(id),
                AppCallback::AnswerDevice(NumberChoice { request: id, number: 42 }),
            ].map(Callback::App) {
                prop_assert!(tap.encode().len() <= 64);
                prop_assert_eq!(Callback::parse(&tap.encode()), tap);
            }
        }

        #[test]
        fn anything_else_is_stale(data in "(v1:)?\\PC{0,70}") {
            let tap = Callback::parse(&data);
            prop_assert!(tap == Callback::Stale || tap.encode().len() <= 70);
        }
    }

    #[test]
    fn buttons_of_old_messages_stay_readable() {
        for written in [
            "menu",
            "keys",
            "keys:2",
            "key:7",
            "newkey",
            "newkey:30",
            "newkey:0",
            "expiry?:7",
            "expiry:7:90",
            "expiry:7:0",
            "revoke?:7",
            "revoke:7",
            "rotate:7:3600:w0Yz",
            "saved",
            "saved:7",
            "testkey:7",
            "myuse:7",
            "answer:3.42",
            "end:9",
            "endall",
            "usage",
            "wasme:9",
            "off:sign_in",
            "hours:22-8",
            "clock:180",
            "user:42",
            "plans?:42",
            "gp:42:vip:30",
            "gp:42:free:0",
            "ban?:42",
            "unban?:42",
            "act:5",
            "noact:5",
            "unact:5",
            "admin",
            "find",
            "fn:42:ива",
            "stats",
            "rp:42:vip:30",
            "grant?:42",
            "write?:42",
            "ways",
            "addway",
            "unlink?:telegram:x1",
            "unlink:google:x1",
            "activity",
            "leave?",
            "leave",
            "stay",
            "trial",
            "undo:7",
            "bc:new",
            "buyplan:vip",
            "packs",
            "buypack:small",
            "purchases:0",
            "purchases:7",
            "norenew?",
            "norenew",
            "renew",
            "support",
            "paysupport",
            "terms",
            "bought:42",
            "refund?:7",
            "refund:7",
            "apps",
            "cutapp:c_0123456789abcdefghijAB",
            "endapp:7",
            "device:3.42",
            "nodevice:3",
        ] {
            let button = format!("v1:{written}");
            let tap = Callback::parse(&button);
            assert!(tap != Callback::Stale && tap.encode() == button, "{written}: {tap:?}");
        }
    }
}

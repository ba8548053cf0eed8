//! What stands in a button: at most 64 bytes, no secret and no authority. Buttons stay in chats for ever, so what was once
//! written must always be read; a tap is checked against its sender and the present state like any other ask.

mod broadcasts;

use crate::model::account::AccountId;
use crate::model::act::ActId;
use crate::model::api_key::KeyId;
use crate::model::notice::Category;
use crate::model::session::SessionId;

pub(crate) use self::broadcasts::{BroadcastTap, Choice};

/// The mark of this lay-out.
const VERSION: &str = "v1";

/// A tap on one of our buttons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tap {
    /// The main menu.
    Menu,
    /// Plan and balance.
    Profile,
    /// What the bot can do.
    Help,
    /// The list of keys.
    Keys,
    /// A new key, please.
    NewKey,
    /// One key's card.
    Key(KeyId),
    /// Revoke that key? Asks.
    AskRevoke(KeyId),
    /// Yes, revoke it.
    Revoke(KeyId),
    /// What shall that key be called?
    Rename(KeyId),
    /// Another secret for that key: how long shall the one in use work on?
    AskRotate(KeyId),
    /// Rotate it, with so many seconds of grace, if its secret still ends like this.
    Rotate(KeyId, i64, String),
    /// The key is saved: delete the message that shows it.
    Saved,
    /// Never mind.
    Cancel,
    /// Speak that language.
    Language(String),
    // Doors: signing in on the web, sessions, plans.
    /// A link that signs a browser in.
    SignIn,
    /// Of a browser's request: it shows that number.
    AnswerRequest(i64, i64),
    /// Of a browser's request: it is not mine.
    RefuseRequest(i64),
    /// Where I am signed in.
    Sessions,
    /// End that session.
    EndSession(SessionId),
    /// End all sessions? Asks.
    AskEndAll,
    /// Yes, end them all.
    EndAll,
    /// What plans there are.
    Plans,
    /// That sign-in was me.
    WasMe(SessionId),
    /// It was not: end that session.
    NotMe(SessionId),
    /// What I am told of.
    Notify,
    /// Tell me of that, or do not.
    Switch(Category, bool),
    /// My quiet hours.
    Quiet,
    /// From which full hour to which I want quiet, if at all.
    SetQuiet(Option<(i64, i64)>),
    /// My clock is so many minutes ahead of UTC.
    SetClock(i64),
    /// For admins: that person's card.
    User(AccountId),
    /// Which plan shall they have?
    UserPlans(AccountId),
    /// Give them that plan for so many days? Asks.
    AskPlan(AccountId, String, Option<u32>),
    /// Shut their account? Asks.
    AskBan(AccountId),
    /// Open it again? Asks.
    AskUnban(AccountId),
    /// Yes, do that.
    Act(ActId),
    /// No, do not.
    DropAct(ActId),
    /// For admins: about a broadcast.
    Broadcast(BroadcastTap),
    /// A button that we do not know any more.
    Stale,
}

impl Tap {
    /// As it stands in the button.
    pub(crate) fn encode(&self) -> String {
        let what = match self {
            Self::Menu => "menu".to_owned(),
            Self::Profile => "profile".to_owned(),
            Self::Help => "help".to_owned(),
            Self::Keys => "keys".to_owned(),
            Self::NewKey => "newkey".to_owned(),
            Self::Key(id) => format!("key:{id}"),
            Self::AskRevoke(id) => format!("revoke?:{id}"),
            Self::Revoke(id) => format!("revoke:{id}"),
            Self::Rename(id) => format!("rename:{id}"),
            Self::AskRotate(id) => format!("rotate?:{id}"),
            Self::Rotate(id, grace, end) => format!("rotate:{id}:{grace}:{end}"),
            Self::Saved => "saved".to_owned(),
            Self::Cancel => "cancel".to_owned(),
            Self::Language(code) => format!("language:{code}"),
            Self::SignIn => "signin".to_owned(),
            Self::AnswerRequest(id, number) => format!("answer:{id}.{number}"),
            Self::RefuseRequest(id) => format!("refuse:{id}"),
            Self::Sessions => "sessions".to_owned(),
            Self::EndSession(id) => format!("end:{id}"),
            Self::AskEndAll => "endall?".to_owned(),
            Self::EndAll => "endall".to_owned(),
            Self::Plans => "plans".to_owned(),
            Self::WasMe(id) => format!("wasme:{id}"),
            Self::NotMe(id) => format!("notme:{id}"),
            Self::Notify => "notify".to_owned(),
            Self::Switch(category, on) => format!("{}:{}", if *on { "on" } else { "off" }, category.as_str()),
            Self::Quiet => "quiet".to_owned(),
            Self::SetQuiet(None) => "hours:none".to_owned(),
            Self::SetQuiet(Some((from, to))) => format!("hours:{from}-{to}"),
            Self::SetClock(ahead) => format!("clock:{ahead}"),
            Self::User(id) => format!("user:{id}"),
            Self::UserPlans(id) => format!("plans?:{id}"),
            Self::AskPlan(id, plan, days) => format!("gp:{id}:{plan}:{}", days.unwrap_or(0)),
            Self::AskBan(id) => format!("ban?:{id}"),
            Self::AskUnban(id) => format!("unban?:{id}"),
            Self::Act(id) => format!("act:{id}"),
            Self::DropAct(id) => format!("noact:{id}"),
            Self::Broadcast(tap) => format!("bc:{}", tap.encode()),
            Self::Stale => "stale".to_owned(),
        };
        format!("{VERSION}:{what}")
    }

    /// Reads a button; one we do not know is [`Tap::Stale`].
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
            "keys" => Some(Self::Keys),
            "newkey" => Some(Self::NewKey),
            "key" => id().map(Self::Key),
            "revoke?" => id().map(Self::AskRevoke),
            "revoke" => id().map(Self::Revoke),
            "rename" => id().map(Self::Rename),
            "rotate?" => id().map(Self::AskRotate),
            "rotate" => read_rotation(object?),
            "saved" => Some(Self::Saved),
            "cancel" => Some(Self::Cancel),
            "signin" => Some(Self::SignIn),
            "answer" => {
                let (id, number) = object?.split_once('.')?;
                Some(Self::AnswerRequest(id.parse().ok()?, number.parse().ok()?))
            }
            "refuse" => object?.parse().ok().map(Self::RefuseRequest),
            "sessions" => Some(Self::Sessions),
            "end" => object?.parse().ok().map(SessionId).map(Self::EndSession),
            "endall?" => Some(Self::AskEndAll),
            "endall" => Some(Self::EndAll),
            "plans" => Some(Self::Plans),
            "language" => object.map(|code| Self::Language(code.to_owned())),
            "wasme" => number().map(SessionId).map(Self::WasMe),
            "notme" => number().map(SessionId).map(Self::NotMe),
            "notify" => Some(Self::Notify),
            "on" => Category::parse(object?).map(|category| Self::Switch(category, true)),
            "off" => Category::parse(object?).map(|category| Self::Switch(category, false)),
            "quiet" => Some(Self::Quiet),
            "hours" => read_hours(object?),
            "clock" => number().map(Self::SetClock),
            "user" => number().map(AccountId).map(Self::User),
            "plans?" => number().map(AccountId).map(Self::UserPlans),
            "gp" => read_plan(object?),
            "ban?" => number().map(AccountId).map(Self::AskBan),
            "unban?" => number().map(AccountId).map(Self::AskUnban),
            "act" => number().map(ActId).map(Self::Act),
            "noact" => number().map(ActId).map(Self::DropAct),
            "bc" => BroadcastTap::read(object?).map(Self::Broadcast),
            _ => None,
        }
    }
}

fn read_rotation(object: &str) -> Option<Tap> {
    let mut parts = object.splitn(3, ':');
    let (id, grace, end) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?);
    Some(Tap::Rotate(KeyId(id), grace, end.to_owned()))
}

/// `none`, `22-8`
fn read_hours(text: &str) -> Option<Tap> {
    if text == "none" {
        return Some(Tap::SetQuiet(None));
    }
    let (from, to) = text.split_once('-')?;
    Some(Tap::SetQuiet(Some((from.parse().ok()?, to.parse().ok()?))))
}

/// `42:vip:30`
fn read_plan(text: &str) -> Option<Tap> {
    let (id, rest) = text.split_once(':')?;
    let (plan, days) = rest.split_once(':')?;
    let days: u32 = days.parse().ok()?;
    Some(Tap::AskPlan(AccountId(id.parse().ok()?), plan.to_owned(), (days > 0).then_some(days)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(id in any::<i64>(), code in "[a-z]{2}") {
            for tap in [Tap::AnswerRequest(id, 42), Tap::RefuseRequest(id), Tap::EndSession(SessionId(id)), Tap::EndAll] {
                prop_assert!(tap.encode().len() <= 64);
                prop_assert_eq!(Tap::parse(&tap.encode()), tap);
            }
            let id = KeyId(id);
            let language = Tap::Language(code);
            for tap in [Tap::Menu, Tap::Keys, Tap::Key(id), Tap::AskRevoke(id), Tap::Revoke(id), Tap::Saved, Tap::Rename(id), Tap::AskRotate(id), Tap::Rotate(id, id.0, "w0Yz".to_owned()), language] {
                prop_assert!(tap.encode().len() <= 64);
                prop_assert_eq!(Tap::parse(&tap.encode()), tap);
            }
        }

        #[test]
        fn so_are_warnings_and_admins_buttons(id in 0_i64.., plan in "[a-z0-9_-]{1,32}", days in 1_u32..100, hour in 0_i64..24) {
            let (session, account, act) = (SessionId(id), AccountId(id), ActId(id));
            for tap in [
                Tap::WasMe(session), Tap::NotMe(session), Tap::Notify, Tap::Quiet, Tap::SetQuiet(None),
                Tap::SetQuiet(Some((hour, 23 - hour))), Tap::SetClock(hour * 30 - 720), Tap::User(account),
                Tap::UserPlans(account), Tap::AskPlan(account, plan.clone(), None), Tap::AskPlan(account, plan, Some(days)),
                Tap::AskBan(account), Tap::AskUnban(account), Tap::Act(act), Tap::DropAct(act),
            ].into_iter().chain(Category::SWITCHED.into_iter().flat_map(|it| [Tap::Switch(it, true), Tap::Switch(it, false)])) {
                prop_assert!(tap.encode().len() <= 64);
                prop_assert_eq!(Tap::parse(&tap.encode()), tap);
            }
        }

        #[test]
        fn anything_else_is_stale(data in "(v1:)?\\PC{0,70}") {
            let tap = Tap::parse(&data);
            prop_assert!(tap == Tap::Stale || tap.encode().len() <= 70);
        }
    }
}

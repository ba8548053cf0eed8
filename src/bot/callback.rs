//! What stands in a button: at most 64 bytes, no secret and no authority. Buttons stay in chats for ever, so what was once
//! written must always be read; a tap is checked against its sender and the present state like any other ask.

use crate::model::api_key::KeyId;
use crate::model::session::SessionId;

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
            Self::RefuseRequest(id) => format!("notme:{id}"),
            Self::Sessions => "sessions".to_owned(),
            Self::EndSession(id) => format!("end:{id}"),
            Self::AskEndAll => "endall?".to_owned(),
            Self::EndAll => "endall".to_owned(),
            Self::Plans => "plans".to_owned(),
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
        let id = || object?.parse().ok().map(KeyId);
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
            "notme" => object?.parse().ok().map(Self::RefuseRequest),
            "sessions" => Some(Self::Sessions),
            "end" => object?.parse().ok().map(SessionId).map(Self::EndSession),
            "endall?" => Some(Self::AskEndAll),
            "endall" => Some(Self::EndAll),
            "plans" => Some(Self::Plans),
            "language" => object.map(|code| Self::Language(code.to_owned())),
            _ => None,
        }
    }
}

fn read_rotation(object: &str) -> Option<Tap> {
    let mut parts = object.splitn(3, ':');
    let (id, grace, end) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?);
    Some(Tap::Rotate(KeyId(id), grace, end.to_owned()))
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
        fn anything_else_is_stale(data in "(v1:)?\\PC{0,70}") {
            let tap = Tap::parse(&data);
            prop_assert!(tap == Tap::Stale || tap.encode().len() <= 70);
        }
    }
}

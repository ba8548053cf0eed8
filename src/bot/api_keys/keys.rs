//! Keys, in chat.

use crate::bot::context::Result;
use crate::bot::incoming::Turn;
use crate::bot::reply::{Reply, Unseen};
use crate::domain::accounts::profile::SignedIn;
use crate::domain::api_keys::keys;
use crate::domain::api_keys::keys::{Issued, NewKey, OnRepeat};
use crate::domain::{Domain, Error, Refusal};
use crate::messages;
use crate::messages::api_keys::keys::{Found, page_of};
use crate::messages::localizer::Speaker;
use crate::model::api_key::{KeyId, PlainKey};

/// The question "what should it be called?", as it is remembered.
const NAME_ASKED: &str = "new key name";
/// The question "what should it be called from now on?"; the key's number follows.
const NEW_NAME_ASKED: &str = "another name for key ";
/// A question that was answered, by the update whose number follows, and the question itself: should that update come again,
/// because we died over it, it is the answer once more.
const ANSWERED: &str = "answered by ";
/// How long the answer is waited for, in seconds.
const NAME_WAIT: i64 = 600;

pub(crate) async fn issue_or_ask(
    domain: Domain,
    caller: SignedIn,
    speaker: Speaker,
    turn: Turn,
    name: Option<String>,
) -> Result<Reply> {
    match name {
        Some(name) => issue(&domain, (&caller, &turn), &speaker, &name).await,
        None => ask_name(domain, caller, speaker, turn).await,
    }
}

pub(crate) async fn ask_name(domain: Domain, caller: SignedIn, speaker: Speaker, turn: Turn) -> Result<Reply> {
    domain.may_issue_key(&caller)?;
    domain.remember_question(turn.person, NAME_ASKED, NAME_WAIT).await?;
    Ok(Reply::Show(messages::api_keys::keys::ask_name(&speaker)))
}

/// What a person was asked about keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// What the new key should be called.
    Name,
    /// What that key should be called from now on.
    NewName(KeyId),
}

impl Question {
    /// Reads what was remembered when this update came; `None` if the question was about something else, or another update
    /// has answered it.
    pub(crate) fn parse(asked: &str, update: i64) -> Option<Self> {
        let asked = match asked.strip_prefix(ANSWERED).and_then(|rest| rest.split_once(' ')) {
            Some((by, question)) if by == update.to_string() => question,
            Some(_) => return None,
            None => asked,
        };
        if asked == NAME_ASKED {
            return Some(Self::Name);
        }
        asked.strip_prefix(NEW_NAME_ASKED)?.parse().ok().map(KeyId).map(Self::NewName)
    }
}

/// Their words are the name that was asked for.
pub(crate) async fn answer(
    domain: &Domain,
    (caller, turn): (&SignedIn, &Turn),
    speaker: &Speaker,
    (question, words): (Question, &str),
) -> Result<Reply> {
    match question {
        Question::Name => issue(domain, (caller, turn), speaker, words).await,
        Question::NewName(id) => rename(domain, (caller, turn), speaker, (id, words)).await,
    }
}

pub(crate) async fn ask_new_name(
    domain: Domain,
    caller: SignedIn,
    speaker: Speaker,
    turn: Turn,
    id: KeyId,
) -> Result<Reply> {
    let listed = domain.key(&caller, id).await?;
    domain.remember_question(turn.person, &format!("{NEW_NAME_ASKED}{id}"), NAME_WAIT).await?;
    Ok(Reply::Show(messages::api_keys::rotation::ask_new_name(&speaker, &listed.key)))
}

async fn rename(
    domain: &Domain,
    (caller, turn): (&SignedIn, &Turn),
    speaker: &Speaker,
    (id, words): (KeyId, &str),
) -> Result<Reply> {
    // A name that will not do leaves the question open.
    let listed = domain.rename_key(caller, id, keys::name(words)?).await?;
    note_answered(domain, turn, &format!("{NEW_NAME_ASKED}{id}")).await?;
    Ok(Reply::Send(messages::api_keys::keys::card(speaker, &listed, (0, domain.now()))))
}

/// Makes the key. A name that will not do is asked for again, and nothing else is waited for.
async fn issue(domain: &Domain, (caller, turn): (&SignedIn, &Turn), speaker: &Speaker, name: &str) -> Result<Reply> {
    let outcome = named(domain, caller, turn, name).await;
    let ask_again = matches!(outcome, Err(Error::Refused(Refusal::Invalid(_) | Refusal::KeyNameTaken(_))));
    let noted = if ask_again {
        domain.remember_question(turn.person, NAME_ASKED, NAME_WAIT).await
    } else {
        note_answered(domain, turn, NAME_ASKED).await
    };
    if let Err(fault) = noted {
        // The key is made, and must be shown.
        tracing::warn!(update = turn.update_id, ?fault, "could not note what the person was asked");
    }
    let issued = outcome?;
    Ok(Reply::Reveal(messages::api_keys::keys::new_key(speaker, &issued), Unseen::New(issued.listed.key.id)))
}

async fn note_answered(domain: &Domain, turn: &Turn, question: &str) -> Result<()> {
    domain.remember_question(turn.person, &format!("{ANSWERED}{} {question}", turn.update_id), NAME_WAIT).await
}

async fn named(domain: &Domain, caller: &SignedIn, turn: &Turn, name: &str) -> Result<Issued> {
    let name = keys::name(name)?;
    let once = Some(format!("telegram:{}", turn.update_id));
    let on_repeat = OnRepeat::NewSecret;
    domain.issue_key(caller, NewKey { name, expires_in_days: None, once, on_repeat }).await
}

pub(crate) async fn list(domain: Domain, caller: SignedIn, speaker: Speaker) -> Result<Reply> {
    list_page(domain, caller, speaker, 0).await
}

pub(crate) async fn list_page(domain: Domain, caller: SignedIn, speaker: Speaker, page: usize) -> Result<Reply> {
    let keys = domain.keys(&caller).await?;
    Ok(Reply::Show(messages::api_keys::keys::list(&speaker, &keys, (page, domain.plan_of(caller.account())))))
}

pub(crate) async fn show(domain: Domain, caller: SignedIn, speaker: Speaker, id: KeyId) -> Result<Reply> {
    let keys = domain.keys(&caller).await?;
    let listed = keys.iter().find(|listed| listed.key.id == id).ok_or(Refusal::NoSuchKey)?;
    Ok(Reply::Show(messages::api_keys::keys::card(&speaker, listed, (page_of(&keys, id), domain.now()))))
}

pub(crate) async fn ask_revoke(domain: Domain, caller: SignedIn, speaker: Speaker, id: KeyId) -> Result<Reply> {
    Ok(Reply::Show(messages::api_keys::keys::ask_revoke(&speaker, &domain.key(&caller, id).await?.key)))
}

pub(crate) async fn revoke(domain: Domain, caller: SignedIn, speaker: Speaker, id: KeyId) -> Result<Reply> {
    let page = page_of(&domain.keys(&caller).await?, id);
    // A second tap finds the key gone, and that is what it wanted.
    let word = match domain.revoke_key(&caller, id).await {
        Ok(_) => "bot-revoked",
        Err(Error::Refused(Refusal::NoSuchKey)) => "bot-revoked-before",
        Err(error) => return Err(error),
    };
    let keys = domain.keys(&caller).await?;
    let screen = messages::api_keys::keys::list(&speaker, &keys, (page, domain.plan_of(caller.account())));
    Ok(Reply::ShowAndSay(screen, speaker.say(word)))
}

/// Keys in a message are in the wrong place: the message goes, and their owner may revoke each.
pub(crate) async fn rescue(domain: Domain, caller: SignedIn, pasted: Vec<PlainKey>) -> Result<Reply> {
    let mut found = Found::default();
    for plain in &pasted {
        match domain.own_key(&caller, plain).await? {
            Some(key) if found.own.iter().all(|own| own.id != key.id) => found.own.push(key),
            Some(_) => {}
            None => found.others += 1,
        }
    }
    Ok(Reply::Rescue(found))
}

//! Keys, in chat.

use crate::bot::context::Result;
use crate::bot::incoming::UpdateContext;
use crate::bot::reply::{Reply, UndeliveredSecret};
use crate::domain::accounts::profile::SignedIn;
use crate::domain::api_keys::keys;
use crate::domain::api_keys::keys::{IssuedKey, NewKey, RepeatPolicy};
use crate::domain::{Domain, Error, Refusal};
use crate::messages;
use crate::messages::api_keys::keys::{PastedKeys, page_of};
use crate::messages::localizer::Localizer;
use crate::model::api_key::{KeyId, PlainKey};

/// The question "what should it be called?", as it is remembered.
const NEW_KEY_QUESTION: &str = "new key name";
/// The question "what should it be called from now on?"; the key's number follows.
const RENAME_QUESTION: &str = "another name for key ";
/// A question that was answered, by the update whose number follows, and the question itself: should that update come again,
/// because we died over it, it is the answer once more.
const ANSWERED_QUESTION: &str = "answered by ";
/// How long the answer is waited for, in seconds.
const NAME_TIMEOUT_SECS: i64 = 600;

pub(crate) async fn issue_or_ask(
    domain: Domain,
    caller: SignedIn,
    localizer: Localizer,
    context: UpdateContext,
    name: Option<String>,
) -> Result<Reply> {
    match name {
        Some(name) => issue(&domain, (&caller, &context), &localizer, &name).await,
        None => ask_name(domain, caller, localizer, context).await,
    }
}

pub(crate) async fn ask_name(
    domain: Domain,
    caller: SignedIn,
    localizer: Localizer,
    context: UpdateContext,
) -> Result<Reply> {
    domain.may_issue_key(&caller)?;
    domain.set_dialogue(context.person, NEW_KEY_QUESTION, NAME_TIMEOUT_SECS).await?;
    Ok(Reply::Show(messages::api_keys::keys::ask_name(&localizer)))
}

/// What a person was asked about keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyQuestion {
    /// What the new key should be called.
    Name,
    /// What that key should be called from now on.
    NewName(KeyId),
}

impl KeyQuestion {
    /// Reads what was remembered when this update came; `None` if the question was about something else, or another update
    /// has answered it.
    pub(crate) fn parse(asked: &str, update: i64) -> Option<Self> {
        let asked = match asked.strip_prefix(ANSWERED_QUESTION).and_then(|rest| rest.split_once(' ')) {
            Some((by, question)) if by == update.to_string() => question,
            Some(_) => return None,
            None => asked,
        };
        if asked == NEW_KEY_QUESTION {
            return Some(Self::Name);
        }
        asked.strip_prefix(RENAME_QUESTION)?.parse().ok().map(KeyId).map(Self::NewName)
    }
}

/// Their words are the name that was asked for.
pub(crate) async fn answer(
    domain: &Domain,
    (caller, context): (&SignedIn, &UpdateContext),
    localizer: &Localizer,
    (question, words): (KeyQuestion, &str),
) -> Result<Reply> {
    match question {
        KeyQuestion::Name => issue(domain, (caller, context), localizer, words).await,
        KeyQuestion::NewName(id) => rename(domain, (caller, context), localizer, (id, words)).await,
    }
}

pub(crate) async fn ask_new_name(
    domain: Domain,
    caller: SignedIn,
    localizer: Localizer,
    context: UpdateContext,
    id: KeyId,
) -> Result<Reply> {
    let listed = domain.key(&caller, id).await?;
    domain.set_dialogue(context.person, &format!("{RENAME_QUESTION}{id}"), NAME_TIMEOUT_SECS).await?;
    Ok(Reply::Show(messages::api_keys::rotation::ask_new_name(&localizer, &listed.key)))
}

async fn rename(
    domain: &Domain,
    (caller, context): (&SignedIn, &UpdateContext),
    localizer: &Localizer,
    (id, words): (KeyId, &str),
) -> Result<Reply> {
    // A name that will not do leaves the question open.
    let listed = domain.rename_key(caller, id, keys::name(words)?).await?;
    mark_answered(domain, context, &format!("{RENAME_QUESTION}{id}")).await?;
    Ok(Reply::Send(messages::api_keys::keys::card(localizer, &listed, (0, domain.now()))))
}

/// Makes the key. A name that will not do is asked for again, and nothing else is waited for.
async fn issue(
    domain: &Domain,
    (caller, context): (&SignedIn, &UpdateContext),
    localizer: &Localizer,
    name: &str,
) -> Result<Reply> {
    let outcome = named(domain, caller, context, name).await;
    let ask_again = matches!(outcome, Err(Error::Refused(Refusal::Invalid(_) | Refusal::KeyNameTaken(_))));
    let noted = if ask_again {
        domain.set_dialogue(context.person, NEW_KEY_QUESTION, NAME_TIMEOUT_SECS).await
    } else {
        mark_answered(domain, context, NEW_KEY_QUESTION).await
    };
    if let Err(fault) = noted {
        // The key is made, and must be shown.
        tracing::warn!(update = context.update_id, ?fault, "could not note what the person was asked");
    }
    let issued = outcome?;
    Ok(Reply::Reveal(
        messages::api_keys::keys::new_key(localizer, &issued),
        UndeliveredSecret::New(issued.listed.key.id),
    ))
}

async fn mark_answered(domain: &Domain, context: &UpdateContext, question: &str) -> Result<()> {
    domain
        .set_dialogue(
            context.person,
            &format!("{ANSWERED_QUESTION}{} {question}", context.update_id),
            NAME_TIMEOUT_SECS,
        )
        .await
}

async fn named(domain: &Domain, caller: &SignedIn, context: &UpdateContext, name: &str) -> Result<IssuedKey> {
    let name = keys::name(name)?;
    let once = Some(format!("telegram:{}", context.update_id));
    let on_repeat = RepeatPolicy::NewSecret;
    domain.issue_key(caller, NewKey { name, expires_in_days: None, once, on_repeat }).await
}

pub(crate) async fn list(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    list_page(domain, caller, localizer, 0).await
}

pub(crate) async fn list_page(domain: Domain, caller: SignedIn, localizer: Localizer, page: usize) -> Result<Reply> {
    let keys = domain.keys(&caller).await?;
    Ok(Reply::Show(messages::api_keys::keys::list(&localizer, &keys, (page, domain.plan_of_account(caller.account())))))
}

pub(crate) async fn show(domain: Domain, caller: SignedIn, localizer: Localizer, id: KeyId) -> Result<Reply> {
    let keys = domain.keys(&caller).await?;
    let listed = keys.iter().find(|listed| listed.key.id == id).ok_or(Refusal::KeyNotFound)?;
    Ok(Reply::Show(messages::api_keys::keys::card(&localizer, listed, (page_of(&keys, id), domain.now()))))
}

pub(crate) async fn ask_revoke(domain: Domain, caller: SignedIn, localizer: Localizer, id: KeyId) -> Result<Reply> {
    Ok(Reply::Show(messages::api_keys::keys::ask_revoke(&localizer, &domain.key(&caller, id).await?.key)))
}

pub(crate) async fn revoke(domain: Domain, caller: SignedIn, localizer: Localizer, id: KeyId) -> Result<Reply> {
    let page = page_of(&domain.keys(&caller).await?, id);
    // A second tap finds the key gone, and that is what it wanted.
    let word = match domain.revoke_key(&caller, id).await {
        Ok(_) => "bot-revoked",
        Err(Error::Refused(Refusal::KeyNotFound)) => "bot-already-revoked",
        Err(error) => return Err(error),
    };
    let keys = domain.keys(&caller).await?;
    let screen = messages::api_keys::keys::list(&localizer, &keys, (page, domain.plan_of_account(caller.account())));
    Ok(Reply::ShowAndSay(screen, localizer.text(word)))
}

/// Keys in a message are in the wrong place: the message goes, and their owner may revoke each.
pub(crate) async fn rescue(domain: Domain, caller: SignedIn, pasted: Vec<PlainKey>) -> Result<Reply> {
    let mut found = PastedKeys::default();
    for plain in &pasted {
        match domain.own_key(&caller, plain).await? {
            Some(key) if found.own.iter().all(|own| own.id != key.id) => found.own.push(key),
            Some(_) => {}
            None => found.others += 1,
        }
    }
    Ok(Reply::Rescue(found))
}

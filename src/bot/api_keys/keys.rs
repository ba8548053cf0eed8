//! API key commands and buttons: list, card, new key, rename, revoke, and keys pasted by mistake.

use crate::bot::accounts::trial;
use crate::bot::context::Result;
use crate::bot::incoming::{PastedSecrets, UpdateContext};
use crate::bot::reply::{Reply, ReplyContext, SecretReveal, UndeliveredSecret, refusal_text};
use crate::domain::accounts::profile::SignedIn;
use crate::domain::api_keys::keys;
use crate::domain::api_keys::keys::{IssuedKey, NewKey, RepeatPolicy};
use crate::domain::bot_state::dialogue::OpenQuestion;
use crate::domain::{Domain, Error, Refusal};
use crate::gateway::telegram::OutgoingMessage;
use crate::messages;
use crate::messages::api_keys::keys::{KeyPage, page_of};
use crate::messages::api_keys::pasted_keys::PastedKeys;
use crate::messages::callback_data::Callback;
use crate::messages::localizer::Localizer;
use crate::model::api_key::KeyId;

/// Dialogue: name of a new key.
const NEW_KEY_QUESTION: &str = "new key name";
/// Dialogue: expiry of a new key; its name follows.
const EXPIRY_QUESTION: &str = "expiry of new key ";
/// Dialogue: new name of a key; the key's id follows.
const RENAME_QUESTION: &str = "another name for key ";
/// Dialogue: an answered question; the `update_id` of the answer and the question follow.
///
/// If the process dies while handling the answer, the redelivered update must still count as the answer.
const ANSWERED_QUESTION: &str = "answered by ";
/// Time in which the person can answer, in seconds.
const NAME_TIMEOUT_SECS: i64 = 600;

pub(crate) async fn issue_or_ask(domain: Domain, context: ReplyContext, name: Option<String>) -> Result<Reply> {
    match name {
        Some(name) => issue(&domain, &context, &name, None).await,
        None => ask_name(domain, context).await,
    }
}

pub(crate) async fn ask_name(domain: Domain, context: ReplyContext) -> Result<Reply> {
    domain.may_issue_key(&context.caller).await?;
    domain.set_dialogue(context.update.person, NEW_KEY_QUESTION, NAME_TIMEOUT_SECS).await?;
    Ok(Reply::Ask(messages::api_keys::keys::ask_name(&context.localizer)))
}

/// Open question about keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyQuestion {
    /// Name of a new key.
    Name,
    /// Expiry of a new key of that name.
    Expiry(String),
    /// New name of an existing key.
    NewName(KeyId),
}

impl KeyQuestion {
    /// Parses the stored dialogue. Returns `None` if it is about something else, or if another update has answered it.
    pub(crate) fn parse(dialogue: &str, update_id: i64) -> Option<Self> {
        let question = match dialogue.strip_prefix(ANSWERED_QUESTION).and_then(|rest| rest.split_once(' ')) {
            Some((by, question)) if by == update_id.to_string() => question,
            Some(_) => return None,
            None => dialogue,
        };
        if question == NEW_KEY_QUESTION {
            return Some(Self::Name);
        }
        if let Some(name) = question.strip_prefix(EXPIRY_QUESTION) {
            return Some(Self::Expiry(name.to_owned()));
        }
        question.strip_prefix(RENAME_QUESTION)?.parse().ok().map(KeyId).map(Self::NewName)
    }
}

/// Takes the message as the answer to the question.
pub(crate) async fn answer(
    domain: &Domain,
    context: &ReplyContext,
    question: KeyQuestion,
    text: &str,
) -> Result<Reply> {
    match question {
        // Instead of a tap on an expiry, another name.
        KeyQuestion::Name | KeyQuestion::Expiry(_) => ask_expiry(domain, context, text).await,
        KeyQuestion::NewName(id) => rename(domain, context, id, text).await,
    }
}

pub(crate) async fn ask_new_name(domain: Domain, context: ReplyContext, id: KeyId) -> Result<Reply> {
    let listed = domain.key(&context.caller, id).await?;
    let question = format!("{RENAME_QUESTION}{id}");
    domain.set_dialogue(context.update.person, &question, NAME_TIMEOUT_SECS).await?;
    Ok(Reply::Ask(messages::api_keys::rotation::ask_new_name(&context.localizer, &listed.key)))
}

async fn rename(domain: &Domain, context: &ReplyContext, id: KeyId, text: &str) -> Result<Reply> {
    let renamed = match keys::name(text) {
        Ok(name) => domain.rename_key(&context.caller, id, name).await,
        Err(error) => Err(error),
    };
    let listed = match renamed {
        // After an invalid name the question stays open.
        Err(Error::Refused(refusal)) if is_about_name(&refusal) => return Ok(another_name(context, &refusal)),
        renamed => renamed?,
    };
    mark_answered(domain, &context.update, &format!("{RENAME_QUESTION}{id}")).await?;
    Ok(Reply::Show(messages::api_keys::rotation::renamed(&context.localizer, &listed, domain.now())))
}

/// True if another name may be accepted.
const fn is_about_name(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Invalid(_) | Refusal::KeyNameTaken(_))
}

/// Asks for another name, and says why.
fn another_name(context: &ReplyContext, refusal: &Refusal) -> Reply {
    let why = refusal_text::sentence(&context.localizer, refusal);
    Reply::AskAgain(messages::api_keys::keys::ask_another_name(&context.localizer, why))
}

/// Takes a text as the name of a new key, and asks for its expiry. After an invalid or taken name, asks for another; after
/// any other refusal, the dialogue ends.
async fn ask_expiry(domain: &Domain, context: &ReplyContext, text: &str) -> Result<Reply> {
    let ReplyContext { update, caller, localizer, .. } = context;
    let checked = match keys::name(text) {
        Ok(name) => domain.check_new_key(caller, &name).await.map(|()| name),
        Err(refused) => Err(refused),
    };
    let name = match checked {
        Ok(name) => name,
        Err(Error::Refused(refusal)) if is_about_name(&refusal) => {
            domain.set_dialogue(update.person, NEW_KEY_QUESTION, NAME_TIMEOUT_SECS).await?;
            return Ok(another_name(context, &refusal));
        }
        Err(error) => {
            domain.clear_dialogue(update.person).await?;
            return Err(error);
        }
    };
    let question = format!("{EXPIRY_QUESTION}{}", name.as_str());
    domain.set_dialogue(update.person, &question, NAME_TIMEOUT_SECS).await?;
    Ok(Reply::Ask(messages::api_keys::expiry::ask_for_new_key(localizer, name.as_str())))
}

/// Issues a key with a lifetime in days. After an invalid or taken name, asks for another; after any other refusal, the
/// dialogue ends.
pub(super) async fn issue(domain: &Domain, context: &ReplyContext, name: &str, days: Option<i64>) -> Result<Reply> {
    let ReplyContext { update, localizer, .. } = context;
    let outcome = issue_named(domain, context, name, days).await;
    let ask_again = matches!(&outcome, Err(Error::Refused(refusal)) if is_about_name(refusal));
    let recorded = if ask_again {
        domain.set_dialogue(update.person, NEW_KEY_QUESTION, NAME_TIMEOUT_SECS).await
    } else {
        mark_answered(domain, update, &format!("{EXPIRY_QUESTION}{name}")).await
    };
    if let Err(error) = recorded {
        // Not a reason to fail: the key may exist already, and then its secret must be shown.
        tracing::warn!(update_id = update.update_id, ?error, "dialogue: not recorded");
    }
    let issued = match outcome {
        Err(Error::Refused(refusal)) if is_about_name(&refusal) => return Ok(another_name(context, &refusal)),
        outcome => outcome?,
    };
    let key = &issued.listed.key;
    // Without a question there is no message that can become the result, so it follows when the key is saved.
    let saved = if update.edits.is_some() { Callback::Saved } else { Callback::SavedKey(key.id) };
    Ok(Reply::Reveal(Box::new(SecretReveal {
        screen: messages::api_keys::keys::new_key(localizer, &issued, &saved),
        secret: UndeliveredSecret::New(key.id),
        result: messages::api_keys::ready::ready(localizer, key, &domain.snippet_url()),
    })))
}

/// Records that this update answered the question. If the process dies before the reply, the redelivered update finds the
/// question and its message again.
async fn mark_answered(domain: &Domain, update: &UpdateContext, question: &str) -> Result<()> {
    let step = format!("{ANSWERED_QUESTION}{} {question}", update.update_id);
    let message_id = update.edits.map(i64::from);
    domain.set_question(update.person, OpenQuestion { step, message_id }, NAME_TIMEOUT_SECS).await
}

async fn issue_named(domain: &Domain, context: &ReplyContext, name: &str, days: Option<i64>) -> Result<IssuedKey> {
    let (name, idempotency_key) = (keys::name(name)?, Some(context.update.idempotency_key()));
    let (expires_in_days, on_repeat) = (days, RepeatPolicy::NewSecret);
    domain.issue_key(&context.caller, NewKey { name, expires_in_days, idempotency_key, on_repeat }).await
}

pub(crate) async fn list(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    list_page(domain, caller, localizer, 0).await
}

pub(crate) async fn list_page(domain: Domain, caller: SignedIn, localizer: Localizer, page: usize) -> Result<Reply> {
    Ok(Reply::Show(page_screen(&domain, &caller, &localizer, page).await?))
}

/// Page of the list of keys.
pub(super) async fn page_screen(
    domain: &Domain,
    caller: &SignedIn,
    localizer: &Localizer,
    page: usize,
) -> Result<OutgoingMessage> {
    let (keys, plan) = (domain.keys(caller).await?, domain.plan_of_account(caller.account()));
    let trial = if plan.api_access { None } else { trial::offer(domain, caller).await };
    let page = KeyPage { keys: &keys, page, plan, plans: domain.plans(), trial: trial.as_ref() };
    Ok(messages::api_keys::keys::list(localizer, &page, domain.now()))
}

pub(crate) async fn show(domain: Domain, caller: SignedIn, localizer: Localizer, id: KeyId) -> Result<Reply> {
    let details = domain.key_details(&caller, id).await?;
    let page = page_of(&domain.keys(&caller).await?, id);
    Ok(Reply::Show(messages::api_keys::keys::detailed_card(&localizer, &details, page, domain.now())))
}

pub(crate) async fn ask_revoke(domain: Domain, caller: SignedIn, localizer: Localizer, id: KeyId) -> Result<Reply> {
    Ok(Reply::Show(messages::api_keys::keys::ask_revoke(&localizer, &domain.key(&caller, id).await?.key)))
}

pub(crate) async fn revoke(domain: Domain, caller: SignedIn, localizer: Localizer, id: KeyId) -> Result<Reply> {
    let page = page_of(&domain.keys(&caller).await?, id);
    // After a double tap the key is already revoked, which is what the person wanted.
    let toast = match domain.revoke_key(&caller, id).await {
        Ok(_) => "bot-revoked",
        Err(Error::Refused(Refusal::KeyNotFound)) => "bot-already-revoked",
        Err(error) => return Err(error),
    };
    let screen = page_screen(&domain, &caller, &localizer, page).await?;
    Ok(Reply::ShowAndSay(screen, localizer.text(toast)))
}

/// Handles a message with pasted keys: the message is deleted, and the person can revoke each key of theirs.
pub(crate) async fn rescue(domain: Domain, caller: SignedIn, pasted: PastedSecrets) -> Result<Reply> {
    let mut found = PastedKeys { mistyped: pasted.mistyped, ..PastedKeys::default() };
    for digest in &pasted.keys {
        match domain.pasted_key(&caller, digest).await? {
            Some(key) if found.own.iter().all(|own| own.key.id != key.key.id || own.state != key.state) => {
                found.own.push(key);
            }
            Some(_) => {}
            None => found.others += 1,
        }
    }
    Ok(Reply::Rescue(found))
}

//! Questions to an admin that the next message answers, and their stored form.

use crate::bot::admin::chat::AdminChat;
use crate::bot::context::Result;
use crate::bot::incoming::message_content::MessageContent;
use crate::bot::reply::{Reply, ReplyContext};
use crate::domain::admin::access::{AdminAct, PersonRef};
use crate::domain::admin::messages::MAX_MESSAGE_CHARS;
use crate::domain::{Domain, Error, Refusal};
use crate::messages;
use crate::messages::with_menu;
use crate::model::accounts::account::{AccountId, TelegramId};
use crate::model::admin_action::token_amount::TokenAmount;
use crate::model::admin_action::{AdminAction, clean_reason};
use crate::model::text::texts::TextArg::Count;

/// Prefix of these questions in the stored dialogue.
const DIALOGUE_PREFIX: &str = "admin";
/// Time in which an admin can answer, in seconds.
const DIALOGUE_SECS: i64 = 3600;

/// Open question to an admin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AdminQuestion {
    /// Person to look up.
    Person,
    /// Tokens to grant, and a reason.
    Tokens(AccountId),
    /// Reason of a ban.
    BanReason(AccountId),
    /// Message to a person.
    Message(AccountId),
}

impl AdminQuestion {
    /// Opens the question: the next message of the admin is the answer.
    pub(super) async fn ask(self, domain: &Domain, admin: TelegramId) -> Result<()> {
        domain.set_dialogue(admin, &self.encode(), DIALOGUE_SECS).await
    }

    fn encode(self) -> String {
        match self {
            Self::Person => format!("{DIALOGUE_PREFIX} person"),
            Self::Tokens(id) => format!("{DIALOGUE_PREFIX} tokens {id}"),
            Self::BanReason(id) => format!("{DIALOGUE_PREFIX} ban {id}"),
            Self::Message(id) => format!("{DIALOGUE_PREFIX} message {id}"),
        }
    }

    /// Parses the stored form. Returns `None` if the dialogue is about something else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let question = text.strip_prefix(DIALOGUE_PREFIX)?.strip_prefix(' ')?;
        if question == "person" {
            return Some(Self::Person);
        }
        let (kind, id) = question.split_once(' ')?;
        let id = AccountId(id.parse().ok()?);
        match kind {
            "tokens" => Some(Self::Tokens(id)),
            "ban" => Some(Self::BanReason(id)),
            "message" => Some(Self::Message(id)),
            _ => None,
        }
    }

    /// Act that the answer is for.
    const fn act(self) -> AdminAct {
        match self {
            Self::Person => AdminAct::People,
            Self::Tokens(_) => AdminAct::Tokens,
            Self::BanReason(_) => AdminAct::Bans,
            Self::Message(_) => AdminAct::Messages,
        }
    }
}

/// Takes the message as the answer. If it cannot be used, says why and keeps the question open.
pub(crate) async fn answer(
    domain: &Domain,
    context: &ReplyContext,
    question: AdminQuestion,
    content: MessageContent,
) -> Result<Reply> {
    let ReplyContext { update, localizer, .. } = context;
    let Some(chat) = AdminChat::of(domain.clone(), update.clone(), localizer.clone(), question.act()) else {
        return Ok(Reply::Send(with_menu(localizer, localizer.text("bot-chatter"))));
    };
    let reply = match question {
        AdminQuestion::Person => person(&chat, &content.text).await,
        AdminQuestion::Tokens(id) => tokens(&chat, id, &content.text).await,
        AdminQuestion::BanReason(id) => ban_reason(&chat, id, &content.text).await,
        AdminQuestion::Message(id) => message(&chat, id, content).await,
    }?;
    match reply {
        Some(reply) => {
            // A repeated update finds its request by the idempotency key.
            domain.clear_dialogue(update.person).await?;
            Ok(reply)
        }
        None => again(&chat, question).await,
    }
}

async fn person(chat: &AdminChat, text: &str) -> Result<Option<Reply>> {
    let Some(person) = PersonRef::parse(text) else { return Ok(None) };
    match chat.look_up(&person).await {
        Ok(screen) => Ok(Some(Reply::Send(screen))),
        Err(Error::Refused(Refusal::PersonNotFound)) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn tokens(chat: &AdminChat, id: AccountId, text: &str) -> Result<Option<Reply>> {
    let Some(amount) = TokenAmount::parse(text) else { return Ok(None) };
    let action = AdminAction::Grant { tokens: amount.tokens, reason: amount.rest.to_owned() };
    chat.ask(chat.requested(PersonRef::Account(id), action)).await.map(Some)
}

async fn ban_reason(chat: &AdminChat, id: AccountId, text: &str) -> Result<Option<Reply>> {
    let action = AdminAction::Ban { reason: clean_reason(text) };
    chat.ask(chat.requested(PersonRef::Account(id), action)).await.map(Some)
}

async fn message(chat: &AdminChat, id: AccountId, content: MessageContent) -> Result<Option<Reply>> {
    let MessageContent { html, file, unsupported, .. } = content;
    if file.is_some() || unsupported.is_some() {
        return Ok(None);
    }
    match chat.ask(chat.requested(PersonRef::Account(id), AdminAction::Message { html })).await {
        Err(Error::Refused(Refusal::Invalid(_))) => Ok(None),
        reply => reply.map(Some),
    }
}

/// Asks again, with what is wrong.
async fn again(chat: &AdminChat, question: AdminQuestion) -> Result<Reply> {
    let AdminChat { domain, admin, localizer, .. } = chat;
    let (id, text) = match question {
        AdminQuestion::Person => return Ok(Reply::Send(messages::admin::people::not_found(localizer))),
        AdminQuestion::Tokens(id) => (id, localizer.text("bot-grant-again")),
        AdminQuestion::BanReason(id) => (id, localizer.text("bot-ask-ban-why")),
        AdminQuestion::Message(id) => {
            let most = i64::try_from(MAX_MESSAGE_CHARS).unwrap_or(i64::MAX);
            (id, localizer.html("bot-message-again", &[("most", Count(most))]))
        }
    };
    let account = domain.find_person(admin, &PersonRef::Account(id)).await?;
    Ok(Reply::Send(messages::admin::actions::again(localizer, text, account.id)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_stored_is_read(id in any::<i64>()) {
            let id = AccountId(id);
            for question in [AdminQuestion::Person, AdminQuestion::Tokens(id), AdminQuestion::BanReason(id), AdminQuestion::Message(id)] {
                prop_assert_eq!(AdminQuestion::parse(&question.encode()), Some(question));
            }
        }

        #[test]
        fn anything_else_is_another_question(text in "(admin )?\\PC{0,30}") {
            let _ = AdminQuestion::parse(&text);
        }
    }

    #[test]
    fn other_questions_are_not_ours() {
        for other in ["", "new key name", "admin", "admin person 7", "admin tokens", "admin tokens x", "admin dance 7"]
        {
            assert_eq!(AdminQuestion::parse(other), None, "{other}");
        }
    }
}

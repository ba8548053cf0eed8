//! JSON of the chat page: messages with entities, the list of people, the command menu.

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    observe::{PaymentMessage, VisibleMessage},
    state::{
        State,
        message::{Author, StoredMessage},
        people::Person,
    },
};

/// Time a chat action stays visible, in seconds.
const ACTION_SECS: i64 = 5;
/// Number of people listed beside a chat.
const MAX_LISTED_PEOPLE: usize = 200;

/// A message with the fields only the page needs.
#[derive(Serialize)]
struct MessageView {
    #[serde(flatten)]
    message: VisibleMessage,
    entities: Value,
    /// Name and size of the file.
    attachment: Option<Value>,
    silent: bool,
    /// True if the bot confirmed the update, and for the bot's own messages.
    read: bool,
    /// Id and excerpt of the message replied to.
    reply: Option<Value>,
}

/// Chat, people and commands, with a `version` that changes with any of them.
pub(crate) fn page(state: &State, chat: i64) -> Value {
    let people: Vec<_> = state.people.all().take(MAX_LISTED_PEOPLE).map(|person| person_entry(state, person)).collect();
    let mut page = chat_view(state, chat);
    if let Value::Object(fields) = &mut page {
        fields.insert("people".into(), people.into());
        let digest = Sha256::digest(serde_json::to_vec(&fields).unwrap_or_default());
        let version: String = hex::encode(digest).chars().take(16).collect();
        fields.insert("version".into(), version.into());
    }
    page
}

/// Chat without the list of people.
pub(crate) fn chat_view(state: &State, chat: i64) -> Value {
    let chat_state = state.chat(chat);
    let messages: Vec<_> = chat_state
        .map(|chat_state| chat_state.messages().map(|message| message_view(state, chat, message)).collect())
        .unwrap_or_default();
    let person = state.people.person(chat);
    let action = chat_state
        .and_then(|chat_state| chat_state.action.as_ref())
        .filter(|(_, began)| state.now() - began < ACTION_SECS);
    json!({
        "id": chat,
        "started": state.is_started(chat),
        "blocked": state.is_blocked(chat),
        "action": action.map(|(action, _)| action),
        "keyboard": chat_state.and_then(|chat_state| chat_state.keyboard.as_ref()),
        "commands": state.commands.menu(chat, person.language_code.as_deref()),
        "description": state.profile.shown(person.language_code.as_deref().unwrap_or_default()).description,
        "stars": state.stars_of(chat),
        "messages": messages,
    })
}

/// A person in the list.
pub(crate) fn person_entry(state: &State, person: &Person) -> Value {
    let last = state.chat(person.id).and_then(|chat| chat.messages().next_back());
    let last_of_bot = state
        .chat(person.id)
        .and_then(|chat| chat.messages().rfind(|message| message.author == Author::Bot).map(|message| message.id));
    json!({
        "person": person,
        "name": person.full_name(),
        "started": state.is_started(person.id),
        "blocked": state.is_blocked(person.id),
        "last": last.map(|message| json!({"text": excerpt(message), "date": message.date, "from_bot": message.author == Author::Bot})),
        "last_of_bot": last_of_bot.unwrap_or_default(),
    })
}

fn message_view(state: &State, chat: i64, stored: &StoredMessage) -> MessageView {
    let replied = stored.reply_to.and_then(|id| state.chat(chat)?.find(id));
    MessageView {
        message: VisibleMessage::from_stored(stored),
        entities: json!(stored.body.entities),
        attachment: stored.media.as_ref().map(|media| json!({"name": media.name, "size": media.size})),
        silent: stored.silent,
        read: !stored.update.is_some_and(|update| state.updates.is_pending(update)),
        reply: replied.map(
            |message| json!({"id": message.id, "text": excerpt(message), "from_bot": message.author == Author::Bot}),
        ),
    }
}

/// A payment message in the list of people.
fn payment_excerpt(message: &PaymentMessage) -> &str {
    match message {
        PaymentMessage::Invoice { title, .. } => title,
        PaymentMessage::Paid { .. } => "Payment",
        PaymentMessage::Refunded { .. } => "Refund",
    }
}

/// First 80 characters of a message; a spoiler hides all of them.
fn excerpt(message: &StoredMessage) -> String {
    let covered = message.body.entities.iter().any(|entity| entity.kind == "spoiler");
    let text = if covered { "Hidden text" } else { message.body.text.as_str() };
    let text = match &message.service {
        Some(content) => payment_excerpt(&content.shown),
        None => text,
    };
    let text = if text.is_empty() { message.media.as_ref().map_or("", |media| media.field()) } else { text };
    text.chars().take(80).map(|letter| if letter == '\n' { ' ' } else { letter }).collect()
}

//! A chat as the chat page shows it: messages with their entities, the people beside it, the commands menu.

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    observe::VisibleMessage,
    state::{
        State,
        message::{Author, StoredMessage},
        people::Person,
    },
};

/// How long a chat action is shown, in seconds.
const ACTION_SECS: i64 = 5;
/// People listed beside a chat.
const MAX_LISTED_PEOPLE: usize = 200;

/// A message with what only the page needs.
#[derive(Serialize)]
struct MessageView {
    #[serde(flatten)]
    message: VisibleMessage,
    entities: Value,
    /// File name and size, when there is a file.
    attachment: Option<Value>,
    silent: bool,
    /// The bot confirmed the update about it; `true` for its own messages.
    read: bool,
    /// Id and beginning of the message replied to.
    reply: Option<Value>,
}

/// The whole page: chat, people, commands; with a `version` that changes when anything of it does.
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

/// The chat alone.
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
        "messages": messages,
    })
}

/// A person as the list shows them.
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

/// The first words of a message, spoilers covered.
fn excerpt(message: &StoredMessage) -> String {
    let covered = message.body.entities.iter().any(|entity| entity.kind == "spoiler");
    let text = if covered { "Hidden text" } else { message.body.text.as_str() };
    let text = if text.is_empty() { message.media.as_ref().map_or("", |media| media.field()) } else { text };
    text.chars().take(80).map(|letter| if letter == '\n' { ' ' } else { letter }).collect()
}

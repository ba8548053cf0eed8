//! A chat as the chat page shows it: messages with their entities, the people beside it, the commands menu.

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    message::{Author, Posted},
    people::Person,
    seeing::Message,
    world::World,
};

/// How long a chat action is shown, in seconds.
const ACTION_SHOWN: i64 = 5;
/// People listed beside a chat.
const LISTED: usize = 200;

/// A message with what only the page needs.
#[derive(Serialize)]
struct Bubble {
    #[serde(flatten)]
    message: Message,
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
pub(super) fn page(world: &World, chat: i64) -> Value {
    let people: Vec<_> = world.people.all().take(LISTED).map(|person| listed(world, person)).collect();
    let mut page = chat_view(world, chat);
    if let Value::Object(fields) = &mut page {
        fields.insert("people".into(), people.into());
        let digest = Sha256::digest(serde_json::to_vec(&fields).unwrap_or_default());
        let version: String = hex::encode(digest).chars().take(16).collect();
        fields.insert("version".into(), version.into());
    }
    page
}

/// The chat alone.
pub(super) fn chat_view(world: &World, chat: i64) -> Value {
    let there = world.chat(chat);
    let bubbles: Vec<_> =
        there.map(|there| there.messages().map(|message| bubble(world, chat, message)).collect()).unwrap_or_default();
    let person = world.people.person(chat);
    let action = there.and_then(|there| there.action.as_ref()).filter(|(_, began)| world.now() - began < ACTION_SHOWN);
    json!({
        "id": chat,
        "started": world.is_started(chat),
        "blocked": world.is_blocked(chat),
        "action": action.map(|(action, _)| action),
        "keyboard": there.and_then(|there| there.keyboard.as_ref()),
        "commands": world.commands.menu(chat, person.language_code.as_deref()),
        "messages": bubbles,
    })
}

/// A person as the list shows them.
pub(super) fn listed(world: &World, person: &Person) -> Value {
    let last = world.chat(person.id).and_then(|chat| chat.messages().next_back());
    let last_of_bot = world
        .chat(person.id)
        .and_then(|chat| chat.messages().rfind(|message| message.author == Author::Bot).map(|message| message.id));
    json!({
        "person": person,
        "name": person.full_name(),
        "started": world.is_started(person.id),
        "blocked": world.is_blocked(person.id),
        "last": last.map(|message| json!({"text": beginning(message), "date": message.date, "from_bot": message.author == Author::Bot})),
        "last_of_bot": last_of_bot.unwrap_or_default(),
    })
}

fn bubble(world: &World, chat: i64, posted: &Posted) -> Bubble {
    let replied = posted.reply_to.and_then(|id| world.chat(chat)?.find(id));
    Bubble {
        message: Message::of(posted),
        entities: json!(posted.body.entities),
        attachment: posted.media.as_ref().map(|media| json!({"name": media.name, "size": media.size})),
        silent: posted.silent,
        read: !posted.update.is_some_and(|update| world.updates.is_pending(update)),
        reply: replied.map(
            |message| json!({"id": message.id, "text": beginning(message), "from_bot": message.author == Author::Bot}),
        ),
    }
}

/// The first words of a message, spoilers covered.
fn beginning(message: &Posted) -> String {
    let covered = message.body.entities.iter().any(|entity| entity.kind == "spoiler");
    let text = if covered { "Hidden text" } else { message.body.text.as_str() };
    let text = if text.is_empty() { message.media.as_ref().map_or("", |media| media.field()) } else { text };
    text.chars().take(80).map(|letter| if letter == '\n' { ' ' } else { letter }).collect()
}

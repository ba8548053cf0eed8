//! Acting as a person: writing, tapping, editing, blocking.

use serde_json::{Value, json};
use thiserror::Error;

use super::{
    Sandbox,
    entities::Formatted,
    message::{Author, Posted},
    people::Person,
    seeing::{Button, Message},
    sign,
    world::World,
};

/// Why a button can't be tapped.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TapError {
    /// No such message in the chat, or it was deleted.
    #[error("message {0} is not there")]
    NoMessage(i64),
    /// The message has other buttons.
    #[error("no button \"{wanted}\"; there are: {}", .there.join(", "))]
    NoButton {
        /// The label or data asked for.
        wanted: String,
        /// The labels there are.
        there: Vec<String>,
    },
    /// The button opens or copies; nobody asks the bot.
    #[error("button \"{0}\" asks nothing of the bot")]
    NotCallback(String),
    /// The button opens nothing.
    #[error("button \"{0}\" opens no address")]
    NotLink(String),
}

#[expect(clippy::must_use_candidate, reason = "acting is done for its effect; the id is there for who wants it")]
impl Sandbox {
    /// Lets the bot write to these chats, as if their people had started it long ago; makes no update.
    pub fn admit(&self, chats: impl IntoIterator<Item = i64>) {
        self.change(|world| chats.into_iter().for_each(|chat| world.admit(chat)));
    }

    /// The person writes to the bot; returns the message's id. Unblocks the bot if it was blocked.
    pub fn say(&self, person: &Person, text: &str) -> i64 {
        self.say_after(person, None, text)
    }

    /// The same as a reply to a message of the chat.
    pub fn reply(&self, person: &Person, to: i64, text: &str) -> i64 {
        self.say_after(person, Some(to), text)
    }

    fn say_after(&self, person: &Person, reply_to: Option<i64>, text: &str) -> i64 {
        self.unblock(person);
        self.change(|world| {
            world.start(person);
            let message = Posted { reply_to, ..written(world, person, text) };
            world.write(person.id, message)
        })
    }

    /// The person writes in a supergroup the bot is in; group ids are negative.
    pub fn say_in_group(&self, group: i64, person: &Person, text: &str) -> i64 {
        self.change(|world| {
            world.people.meet(person);
            world.admit(group);
            world.write(group, written(world, person, text))
        })
    }

    /// The person edits their message; returns whether it was there.
    pub fn edit(&self, person: &Person, message_id: i64, text: &str) -> bool {
        self.change(|world| {
            let now = world.now();
            let body = typed(text);
            let Some(message) = world.chat_mut(person.id).find_mut(message_id) else { return false };
            if message.author != Author::Person(person.id) {
                return false;
            }
            message.sent.clone_from(&body.text);
            message.body = body;
            message.edited = Some(now);
            let update = world.message_value(person.id, message_id).unwrap_or_default();
            world.updates.make("edited_message", &update);
            true
        })
    }

    /// The person taps an inline button in their private chat, named by its label or callback data; returns the
    /// id of the callback query.
    pub fn tap(&self, person: &Person, message_id: i64, label_or_data: &str) -> Result<String, TapError> {
        self.change(|world| {
            let button = button(world, person.id, message_id, label_or_data)?;
            let data = button.data().ok_or_else(|| TapError::NotCallback(button.label.clone()))?;
            let query = world.callbacks.open();
            let update = json!({
                "id": query,
                "from": world.people.person(person.id).user(),
                "message": world.message_value(person.id, message_id),
                "chat_instance": (-person.id).to_string(),
                "data": data,
            });
            world.updates.make("callback_query", &update);
            Ok(query)
        })
    }

    /// The address a tap on a link button opens; of a `login_url` button with the person's signed login in it.
    pub fn link(&self, person: &Person, message_id: i64, label: &str) -> Result<String, TapError> {
        self.look(|world| {
            let button = button(world, person.id, message_id, label)?;
            let url = button.url().ok_or_else(|| TapError::NotLink(button.label.clone()))?;
            if button.raw.get("login_url").is_none() {
                return Ok(url.to_owned());
            }
            let login = sign::widget_login(&world.settings.token, &world.people.person(person.id), world.now());
            Ok(sign::with_login(url, &login))
        })
    }

    /// The person blocks the bot: sends are refused with 403, and the bot is told.
    pub fn block(&self, person: &Person) {
        self.set_blocked(person, true);
    }

    /// The person unblocks the bot, and the bot is told.
    pub fn unblock(&self, person: &Person) {
        self.set_blocked(person, false);
    }

    fn set_blocked(&self, person: &Person, blocked: bool) {
        self.change(|world| {
            if world.set_blocked(person.id, blocked) {
                let update = membership(world, person, blocked);
                world.updates.make("my_chat_member", &update);
            }
        });
    }

    /// Adds a raw update; `update_id` is filled in unless given, and may repeat an older one. Returns the id.
    pub fn push(&self, update: Value) -> i64 {
        self.change(|world| world.updates.push(update))
    }
}

fn typed(text: &str) -> Formatted {
    Formatted { text: text.to_owned(), entities: Vec::new() }.tidied().with_found()
}

fn written(world: &World, person: &Person, text: &str) -> Posted {
    Posted::new(Author::Person(person.id), world.now(), typed(text))
}

fn button(world: &World, chat: i64, message: i64, wanted: &str) -> Result<Button, TapError> {
    let found = world.chat(chat).and_then(|chat| chat.find(message));
    let message = Message::of(found.ok_or(TapError::NoMessage(message))?);
    message.button(wanted).cloned().ok_or_else(|| TapError::NoButton {
        wanted: wanted.to_owned(),
        there: message.buttons.into_iter().flatten().map(|button| button.label).collect(),
    })
}

/// `ChatMemberUpdated` of a person who blocked or unblocked the bot.
fn membership(world: &World, person: &Person, blocked: bool) -> Value {
    let member = json!({"status": "member", "user": world.bot_user()});
    let kicked = json!({"status": "kicked", "user": world.bot_user(), "until_date": 0});
    let (old, new) = if blocked { (member, kicked) } else { (kicked, member) };
    json!({
        "chat": person.chat(),
        "from": person.user(),
        "date": world.now(),
        "old_chat_member": old,
        "new_chat_member": new,
    })
}

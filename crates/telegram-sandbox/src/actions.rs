//! Actions of a person: write, tap, edit, block.

use serde_json::{Value, json};
use thiserror::Error;

use crate::{
    Sandbox, login_widget,
    observe::{Button, VisibleMessage},
    state::{
        State,
        message::{Author, StoredMessage},
        people::Person,
    },
    text::entities::FormattedText,
};

/// Reason a button cannot be tapped.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TapError {
    /// The chat has no message with this id, or it was deleted.
    #[error("no message {0} in the chat")]
    NoMessage(i64),
    /// The message has no such button.
    #[error("no button \"{wanted}\"; available: {}", .available.join(", "))]
    NoButton {
        /// Requested label or callback data.
        wanted: String,
        /// Labels of the message's buttons.
        available: Vec<String>,
    },
    /// The button opens an address or copies text, so no callback query results.
    #[error("button \"{0}\" sends no callback query")]
    NotCallback(String),
    /// The button has no address.
    #[error("button \"{0}\" has no address")]
    NotLink(String),
}

#[expect(clippy::must_use_candidate, reason = "actions are called for their effect; the returned id is optional")]
impl Sandbox {
    /// Lets the bot write to these chats without an update, as if each had been started before the test.
    pub fn allow_chats(&self, chats: impl IntoIterator<Item = i64>) {
        self.change(|state| chats.into_iter().for_each(|chat| state.allow_chat(chat)));
    }

    /// Sends a text to the bot and returns the message's id. Unblocks the bot first, as a Telegram client requires.
    pub fn say(&self, person: &Person, text: &str) -> i64 {
        self.send_text(person, None, text)
    }

    /// Sends a text as a reply to message `to` of the chat; otherwise like [`Sandbox::say`].
    pub fn reply(&self, person: &Person, to: i64, text: &str) -> i64 {
        self.send_text(person, Some(to), text)
    }

    fn send_text(&self, person: &Person, reply_to: Option<i64>, text: &str) -> i64 {
        self.unblock(person);
        self.change(|state| {
            state.start_chat(person);
            let message = StoredMessage { reply_to, ..new_message(state, person, text) };
            state.post_from_person(person.id, message)
        })
    }

    /// Sends a text in a supergroup that has the bot as a member. Group ids are negative.
    pub fn say_in_group(&self, group: i64, person: &Person, text: &str) -> i64 {
        self.change(|state| {
            state.people.add_or_update(person);
            state.allow_chat(group);
            state.post_from_person(group, new_message(state, person, text))
        })
    }

    /// Sends a text in a topic of the person's private chat or, with a negative id, of a group. Creates the topic.
    pub fn say_in_topic(&self, chat: i64, topic: i64, person: &Person, text: &str) -> i64 {
        self.change(|state| {
            state.start_chat(person);
            state.allow_chat(chat);
            state.chat_mut(chat).topics.insert(topic);
            let message = StoredMessage { topic: Some(topic), ..new_message(state, person, text) };
            state.post_from_person(chat, message)
        })
    }

    /// Deletes a topic: the bot can no longer send to it. Its messages stay, as with a deletion just missed.
    pub fn delete_topic(&self, chat: i64, topic: i64) {
        self.change(|state| _ = state.chat_mut(chat).topics.remove(&topic));
    }

    /// Lets the bot delete other people's messages in a group.
    pub fn allow_deletions(&self, group: i64) {
        self.change(|state| state.chat_mut(group).bot_may_delete = true);
    }

    /// Deletes a message, as a person does in their chat. The bot receives no update.
    pub fn delete(&self, chat: i64, message_id: i64) {
        self.change(|state| state.chat_mut(chat).remove(message_id));
    }

    /// Edits a message of the person. Returns false if the chat has no such message.
    pub fn edit(&self, person: &Person, message_id: i64, text: &str) -> bool {
        self.change(|state| {
            let now = state.now();
            let body = typed_text(text);
            let Some(message) = state.chat_mut(person.id).find_mut(message_id) else { return false };
            if message.author != Author::Person(person.id) {
                return false;
            }
            message.raw_text.clone_from(&body.text);
            message.body = body;
            message.edited = Some(now);
            let update = state.api_message(person.id, message_id).unwrap_or_default();
            state.updates.enqueue("edited_message", &update);
            true
        })
    }

    /// Taps an inline button of the person's private chat, named by label or callback data. Returns the id of the
    /// callback query; read the bot's answer with [`Sandbox::callback_answer`].
    pub fn tap(&self, person: &Person, message_id: i64, label_or_data: &str) -> Result<String, TapError> {
        self.change(|state| {
            let button = find_button(state, person.id, message_id, label_or_data)?;
            let data = button.data().ok_or_else(|| TapError::NotCallback(button.label.clone()))?;
            let query = state.callbacks.open_query();
            let update = json!({
                "id": query,
                "from": state.people.person(person.id).api_user(),
                "message": state.api_message(person.id, message_id),
                "chat_instance": (-person.id).to_string(),
                "data": data,
            });
            state.updates.enqueue("callback_query", &update);
            Ok(query)
        })
    }

    /// Address a link button opens. A `login_url` button adds the person's signed login to it.
    pub fn button_url(&self, person: &Person, message_id: i64, label: &str) -> Result<String, TapError> {
        self.read(|state| {
            let button = find_button(state, person.id, message_id, label)?;
            let url = button.url().ok_or_else(|| TapError::NotLink(button.label.clone()))?;
            if button.raw.get("login_url").is_none() {
                return Ok(url.to_owned());
            }
            let login = login_widget::widget_login(&state.settings.token, &state.people.person(person.id), state.now());
            Ok(login_widget::add_login_to_url(url, &login))
        })
    }

    /// Blocks the bot: later sends fail with 403. The bot receives `my_chat_member`.
    pub fn block(&self, person: &Person) {
        self.change(|state| {
            if state.block(person.id) {
                enqueue_bot_status(state, person, BotStatus::Kicked);
            }
        });
    }

    /// Unblocks the bot. The bot receives `my_chat_member`.
    pub fn unblock(&self, person: &Person) {
        self.change(|state| {
            if state.unblock(person.id) {
                enqueue_bot_status(state, person, BotStatus::Member);
            }
        });
    }

    /// Adds a raw update and returns its id. A missing `update_id` is filled in; a given one may repeat an older id.
    pub fn push_update(&self, update: Value) -> i64 {
        self.change(|state| state.updates.enqueue_raw(update))
    }
}

fn typed_text(text: &str) -> FormattedText {
    FormattedText { text: text.to_owned(), entities: Vec::new() }.normalized().with_detected()
}

fn new_message(state: &State, person: &Person, text: &str) -> StoredMessage {
    StoredMessage::new(Author::Person(person.id), state.now(), typed_text(text))
}

fn find_button(state: &State, chat: i64, message: i64, wanted: &str) -> Result<Button, TapError> {
    let found = state.chat(chat).and_then(|chat| chat.find(message));
    let message = VisibleMessage::from_stored(found.ok_or(TapError::NoMessage(message))?);
    message.button(wanted).cloned().ok_or_else(|| TapError::NoButton {
        wanted: wanted.to_owned(),
        available: message.buttons.into_iter().flatten().map(|button| button.label).collect(),
    })
}

/// Status of the bot in a private chat.
#[derive(Clone, Copy)]
enum BotStatus {
    /// The person has not blocked the bot.
    Member,
    /// The person blocked the bot.
    Kicked,
}

/// Enqueues the `my_chat_member` update for a person who blocked or unblocked the bot.
fn enqueue_bot_status(state: &mut State, person: &Person, status: BotStatus) {
    let member = json!({"status": "member", "user": state.api_bot()});
    let kicked = json!({"status": "kicked", "user": state.api_bot(), "until_date": 0});
    let (old, new) = match status {
        BotStatus::Kicked => (member, kicked),
        BotStatus::Member => (kicked, member),
    };
    let update = json!({
        "chat": person.api_chat(),
        "from": person.api_user(),
        "date": state.now(),
        "old_chat_member": old,
        "new_chat_member": new,
    });
    state.updates.enqueue("my_chat_member", &update);
}

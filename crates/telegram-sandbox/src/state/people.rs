//! People, and their conversion to the Bot API's `User` and `Chat`.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A person with a Telegram account. The private chat with the bot has the person's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Telegram id: at most 52 significant bits.
    pub id: i64,
    /// First name; never empty in Telegram.
    pub first_name: String,
    /// Last name, if set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Username, without `@`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// IETF language tag of the person's client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_code: Option<String>,
    /// Label on the chat page, such as "VIP plan". The bot never receives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
}

impl Person {
    /// A person with an id and a first name.
    #[must_use]
    pub fn new(id: i64, first_name: impl Into<String>) -> Self {
        Self { id, first_name: first_name.into(), last_name: None, username: None, language_code: None, caption: None }
    }

    /// First and last name.
    #[must_use]
    pub fn full_name(&self) -> String {
        self.last_name.as_ref().map_or_else(|| self.first_name.clone(), |last| format!("{} {last}", self.first_name))
    }

    /// The Bot API's `User`.
    pub(crate) fn api_user(&self) -> Value {
        let mut user = self.with_names(json!({"id": self.id, "is_bot": false}));
        insert_if_some(&mut user, "language_code", self.language_code.as_deref());
        user
    }

    /// The Bot API's private `Chat` with this person.
    pub(crate) fn api_chat(&self) -> Value {
        self.with_names(json!({"id": self.id, "type": "private"}))
    }

    fn with_names(&self, mut value: Value) -> Value {
        insert_if_some(&mut value, "first_name", Some(&self.first_name));
        insert_if_some(&mut value, "last_name", self.last_name.as_deref());
        insert_if_some(&mut value, "username", self.username.as_deref());
        value
    }
}

/// Inserts a field if it has a value; Telegram omits absent fields.
fn insert_if_some(value: &mut Value, name: &str, text: Option<&str>) {
    if let (Value::Object(fields), Some(text)) = (value, text) {
        fields.insert(name.to_owned(), text.into());
    }
}

/// Known people, in the order of their first appearance.
#[derive(Default)]
pub(crate) struct People {
    order: Vec<i64>,
    by_id: HashMap<i64, Person>,
}

impl People {
    /// Adds a person, or updates a known one.
    pub(crate) fn add_or_update(&mut self, person: &Person) {
        if self.by_id.insert(person.id, person.clone()).is_none() {
            self.order.push(person.id);
        }
    }

    /// The person with this id. An unknown id gets a generated name, as in load tests with many recipients.
    pub(crate) fn person(&self, id: i64) -> Person {
        self.find(id).cloned().unwrap_or_else(|| Person::new(id, format!("Person {id}")))
    }

    /// The person with this id, if known.
    pub(crate) fn find(&self, id: i64) -> Option<&Person> {
        self.by_id.get(&id)
    }

    /// All people, in the order of their first appearance.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Person> {
        self.order.iter().filter_map(|id| self.by_id.get(id))
    }
}

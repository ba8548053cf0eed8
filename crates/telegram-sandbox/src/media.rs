//! Photos and documents, thinly: names and sizes are kept, bytes are not.

use serde_json::{Value, json};

/// How the `file_id` of a document begins here.
pub(super) const DOCUMENT: &str = "sandbox-document-";

/// What kind of file a message holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `sendPhoto`
    Photo,
    /// `sendDocument`
    Document,
}

/// A file in a message.
#[derive(Clone, Debug)]
pub(super) struct Media {
    /// Photo or document.
    pub(super) kind: Kind,
    /// What the bot may send again.
    pub(super) file_id: String,
    /// Name of an uploaded file.
    pub(super) name: Option<String>,
    /// Bytes.
    pub(super) size: usize,
}

impl Media {
    /// The field of `Message` it is in, and the parameter of the method that sends it.
    pub(super) fn field(&self) -> &'static str {
        match self.kind {
            Kind::Photo => "photo",
            Kind::Document => "document",
        }
    }

    /// An array of `PhotoSize`, or a `Document`.
    pub(super) fn value(&self) -> Value {
        let file =
            json!({"file_id": self.file_id, "file_unique_id": format!("u{}", self.file_id), "file_size": self.size});
        match self.kind {
            Kind::Photo => json!([merged(file, json!({"width": 640, "height": 480}))]),
            Kind::Document => merged(file, json!({"file_name": self.name.as_deref().unwrap_or("file")})),
        }
    }
}

fn merged(mut base: Value, more: Value) -> Value {
    if let (Value::Object(base), Value::Object(more)) = (&mut base, more) {
        base.extend(more);
    }
    base
}

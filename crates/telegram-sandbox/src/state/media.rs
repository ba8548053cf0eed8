//! Photos and documents, thinly: names and sizes are kept, bytes are not.

use serde_json::{Value, json};

/// How the `file_id` of a document begins here.
pub(crate) const DOCUMENT_ID_PREFIX: &str = "sandbox-document-";

/// What kind of file a message holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaKind {
    /// `sendPhoto`
    Photo,
    /// `sendDocument`
    Document,
}

/// A file in a message.
#[derive(Clone, Debug)]
pub(crate) struct Media {
    /// Photo or document.
    pub(crate) kind: MediaKind,
    /// What the bot may send again.
    pub(crate) file_id: String,
    /// Name of an uploaded file.
    pub(crate) name: Option<String>,
    /// Bytes.
    pub(crate) size: usize,
}

impl Media {
    /// The field of `Message` it is in, and the parameter of the method that sends it.
    pub(crate) fn field(&self) -> &'static str {
        match self.kind {
            MediaKind::Photo => "photo",
            MediaKind::Document => "document",
        }
    }

    /// An array of `PhotoSize`, or a `Document`.
    pub(crate) fn value(&self) -> Value {
        let file =
            json!({"file_id": self.file_id, "file_unique_id": format!("u{}", self.file_id), "file_size": self.size});
        match self.kind {
            MediaKind::Photo => json!([merged(file, json!({"width": 640, "height": 480}))]),
            MediaKind::Document => merged(file, json!({"file_name": self.name.as_deref().unwrap_or("file")})),
        }
    }
}

fn merged(mut base: Value, more: Value) -> Value {
    if let (Value::Object(base), Value::Object(more)) = (&mut base, more) {
        base.extend(more);
    }
    base
}

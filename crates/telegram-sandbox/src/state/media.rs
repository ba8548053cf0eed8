//! Photos and documents. Only names and sizes are stored, not bytes.

use serde_json::{Value, json};

/// Prefix of a document's `file_id`, which distinguishes it from a photo's.
pub(crate) const DOCUMENT_ID_PREFIX: &str = "sandbox-document-";

/// Kind of a file.
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
    pub(crate) kind: MediaKind,
    /// Id with which the bot can send the file again.
    pub(crate) file_id: String,
    /// File name of an upload.
    pub(crate) name: Option<String>,
    /// Size in bytes.
    pub(crate) size: usize,
}

impl Media {
    /// Field of `Message` that holds the file, and parameter of the method that sends it.
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

//! Photos and documents. Of documents only names and sizes are stored, not bytes.

use std::collections::{HashMap, VecDeque};

use axum::body::Bytes;
use serde_json::{Value, json};

/// Number of uploaded photos whose bytes are stored; the oldest is dropped.
const MAX_PHOTOS: usize = 100;

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

impl MediaKind {
    /// Field of `Message` that holds the file, and parameter of the method that sends it.
    pub(crate) fn field(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Document => "document",
        }
    }
}

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PictureSize {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Default for PictureSize {
    /// Size reported for a picture whose bytes are unknown.
    fn default() -> Self {
        Self { width: 640, height: 480 }
    }
}

impl PictureSize {
    /// Size of a PNG, JPEG or WebP picture; `None` for anything else. Only PNG is measured.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
            return Some(Self { width: number(16)?, height: number(20)? });
        }
        let is_webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP".as_slice());
        (is_webp || bytes.starts_with(&[0xFF, 0xD8, 0xFF])).then(Self::default)
    }

    /// True for a size that `sendPhoto` accepts: at most 10,000 pixels in total, and a ratio of at most 20.
    pub(crate) fn is_allowed(self) -> bool {
        let (long, short) = (u64::from(self.width.max(self.height)), u64::from(self.width.min(self.height)));
        short > 0 && long + short <= 10_000 && long <= 20 * short
    }
}

/// Bytes of uploaded photos, by `file_id`.
#[derive(Default)]
pub(crate) struct PhotoFiles {
    files: HashMap<String, Bytes>,
    order: VecDeque<String>,
}

impl PhotoFiles {
    /// Stores a photo.
    pub(crate) fn store(&mut self, file_id: &str, bytes: Bytes) {
        if self.files.insert(file_id.to_owned(), bytes).is_none() {
            self.order.push_back(file_id.to_owned());
        }
        if self.order.len() > MAX_PHOTOS
            && let Some(oldest) = self.order.pop_front()
        {
            self.files.remove(&oldest);
        }
    }

    /// Bytes of a photo.
    pub(crate) fn find(&self, file_id: &str) -> Option<&Bytes> {
        self.files.get(file_id)
    }
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
    /// Width and height of a photo.
    pub(crate) picture: PictureSize,
}

impl Media {
    /// Field of `Message` that holds the file, and parameter of the method that sends it.
    pub(crate) fn field(&self) -> &'static str {
        self.kind.field()
    }

    /// An array of `PhotoSize`, or a `Document`.
    pub(crate) fn value(&self) -> Value {
        let file =
            json!({"file_id": self.file_id, "file_unique_id": format!("u{}", self.file_id), "file_size": self.size});
        match self.kind {
            MediaKind::Photo => {
                json!([merged(file, json!({"width": self.picture.width, "height": self.picture.height}))])
            }
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

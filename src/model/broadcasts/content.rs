//! Content of a broadcast in each language.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::text::language::Language;

/// Content of a broadcast. Stored as JSON, so every form ever written must stay readable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BroadcastContent {
    /// Texts by language. At least one, unless there is a file.
    #[serde(default)]
    pub texts: BTreeMap<Language, LocalizedText>,
    /// Buttons below the message, for languages without their own.
    #[serde(default)]
    pub buttons: Vec<LinkButton>,
    /// Photo or document above the text. The text becomes its caption.
    #[serde(default)]
    pub file: Option<Attachment>,
    /// Appearance of the photo and its caption.
    #[serde(default, skip_serializing_if = "is_default")]
    pub layout: MediaLayout,
    /// Link previews of the texts that an admin sent in the chat. Any other text has none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub link_previews: BTreeMap<Language, LinkPreview>,
}

/// Appearance of a photo and its caption, as in `sendPhoto` of the Bot API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaLayout {
    /// True if the photo is covered until tapped (`has_spoiler`).
    #[serde(default)]
    pub has_spoiler: bool,
    /// True if the caption is above the photo (`show_caption_above_media`).
    #[serde(default)]
    pub caption_above: bool,
}

/// Preview of a link in a text: `LinkPreviewOptions` of the Bot API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "they are the fields of the Bot API")]
pub struct LinkPreview {
    /// True if there is no preview.
    #[serde(skip_serializing_if = "is_default")]
    pub is_disabled: bool,
    /// Link to preview; `None` for the first of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// True if its picture is shrunk.
    #[serde(skip_serializing_if = "is_default")]
    pub prefer_small_media: bool,
    /// True if its picture is enlarged.
    #[serde(skip_serializing_if = "is_default")]
    pub prefer_large_media: bool,
    /// True if it is above the text.
    #[serde(skip_serializing_if = "is_default")]
    pub show_above_text: bool,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Text and buttons in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalizedText {
    /// Text in Telegram's HTML.
    pub html: String,
    /// Buttons of this language. If empty, the common buttons are used.
    #[serde(default)]
    pub buttons: Vec<LinkButton>,
}

/// Button that opens a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkButton {
    /// Label of the button.
    pub text: String,
    /// URL that the button opens.
    pub url: String,
}

/// Kind of an attached file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    /// Photo, shown in the chat.
    Photo,
    /// Document, offered for download.
    Document,
}

/// File stored at Telegram.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Kind that decides the Bot API method.
    pub kind: AttachmentKind,
    /// Telegram's `file_id`, valid for this bot only.
    pub file_id: String,
}

/// Message in the language of one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedMessage<'a> {
    /// Text or caption in Telegram's HTML; may be empty beside a file.
    pub html: &'a str,
    /// Buttons, one a row.
    pub buttons: &'a [LinkButton],
    /// Attached file.
    pub file: Option<&'a Attachment>,
    /// Appearance of a photo.
    pub layout: MediaLayout,
    /// Link preview; `None` for no preview.
    pub link_preview: Option<&'a LinkPreview>,
}

impl BroadcastContent {
    /// Returns the message for a reader of `language`. Falls back to English, then to any language. Returns `None` if
    /// there is neither text nor file.
    #[must_use]
    pub fn resolve(&self, language: Language) -> Option<ResolvedMessage<'_>> {
        let chosen = self.texts.get_key_value(&language).or_else(|| self.texts.get_key_value(&Language::English));
        let chosen = chosen.or_else(|| self.texts.iter().next());
        if chosen.is_none() && self.file.is_none() {
            return None;
        }
        let link_preview = chosen.and_then(|(language, _)| self.link_previews.get(language));
        let text = chosen.map(|(_, text)| text);
        let own = text.map(|text| text.buttons.as_slice()).filter(|own| !own.is_empty());
        let html = text.map_or("", |text| text.html.as_str());
        let (buttons, file) = (own.unwrap_or(&self.buttons), self.file.as_ref());
        Some(ResolvedMessage { html, buttons, file, layout: self.layout, link_preview })
    }

    /// Returns the stored JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings always serialize.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads the stored JSON. Returns `None` for content that only a newer version knows.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stored_form_stays_readable() {
        for written in [
            r#"{"texts":{},"buttons":[],"file":null}"#,
            r#"{"texts":{"en":{"html":"<b>Hi</b>","buttons":[]},"ru":{"html":"Привет","buttons":[{"text":"Да","url":"https://a.example"}]}},"buttons":[{"text":"Yes","url":"https://a.example"}],"file":{"kind":"photo","file_id":"AgAC"}}"#,
            r#"{"texts":{"en":{"html":"a.example","buttons":[]}},"buttons":[],"file":null,"layout":{"has_spoiler":true,"caption_above":false},"link_previews":{"en":{"url":"https://a.example/","show_above_text":true}}}"#,
        ] {
            assert_eq!(BroadcastContent::from_json(written).expect("it reads").to_json(), written);
        }
        assert!(BroadcastContent::from_json("{}").is_some(), "fields may be missing");
    }

    #[test]
    fn everybody_gets_the_nearest_language() {
        let words = |html: &str| LocalizedText { html: html.to_owned(), buttons: Vec::new() };
        let of = |texts: &[(Language, &str)]| BroadcastContent {
            texts: texts.iter().map(|(language, html)| (*language, words(html))).collect(),
            ..BroadcastContent::default()
        };
        let both = of(&[(Language::English, "hi"), (Language::Russian, "привет")]);
        let html =
            |content: &BroadcastContent, language| content.resolve(language).map(|message| message.html.to_owned());
        assert_eq!(html(&both, Language::Russian).as_deref(), Some("привет"));
        assert_eq!(html(&of(&[(Language::English, "hi")]), Language::Russian).as_deref(), Some("hi"));
        assert_eq!(html(&of(&[(Language::Russian, "привет")]), Language::English).as_deref(), Some("привет"));
        assert_eq!(html(&BroadcastContent::default(), Language::English), None);
    }
}

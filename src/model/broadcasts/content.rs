//! What a broadcast says, in each language.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::text::language::Language;

/// What a broadcast says. Stored as JSON: what was once written must always be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BroadcastContent {
    /// By language; at least one, unless there is a file.
    #[serde(default)]
    pub texts: BTreeMap<Language, LocalizedText>,
    /// Buttons below the message, for languages without their own.
    #[serde(default)]
    pub buttons: Vec<LinkButton>,
    /// A photo or document above the text, which becomes its caption.
    #[serde(default)]
    pub file: Option<Attachment>,
}

/// What is said in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LocalizedText {
    /// The text, in Telegram's HTML.
    pub html: String,
    /// Its own buttons; if there are none, those of all languages.
    #[serde(default)]
    pub buttons: Vec<LinkButton>,
}

/// A button that opens a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LinkButton {
    /// Its label.
    pub text: String,
    /// Where it leads.
    pub url: String,
}

/// What kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    /// Shown.
    Photo,
    /// Offered.
    Document,
}

/// A file that Telegram has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attachment {
    /// How it is sent.
    pub kind: AttachmentKind,
    /// Telegram's name of it, for this bot.
    pub file_id: String,
}

/// A message as one person gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedMessage<'a> {
    /// The text or caption, in Telegram's HTML; may be empty beside a file.
    pub html: &'a str,
    /// The buttons, one a row.
    pub buttons: &'a [LinkButton],
    /// The file.
    pub file: Option<&'a Attachment>,
}

impl BroadcastContent {
    /// The message for someone who reads `language`: in it, else in English, else in whichever there is. `None` if there is
    /// nothing to say.
    #[must_use]
    pub fn said(&self, language: Language) -> Option<ResolvedMessage<'_>> {
        let chosen = self.texts.get(&language).or_else(|| self.texts.get(&Language::English));
        let words = chosen.or_else(|| self.texts.values().next());
        if words.is_none() && self.file.is_none() {
            return None;
        }
        let own = words.map(|words| words.buttons.as_slice()).filter(|own| !own.is_empty());
        let html = words.map_or("", |words| words.html.as_str());
        Some(ResolvedMessage { html, buttons: own.unwrap_or(&self.buttons), file: self.file.as_ref() })
    }

    /// As it is stored.
    #[must_use]
    pub fn to_json(&self) -> String {
        // It is made of texts alone, which cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what was stored; `None` for what only a newer version knows.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_for_ever() {
        for written in [
            r#"{"texts":{},"buttons":[],"file":null}"#,
            r#"{"texts":{"en":{"html":"<b>Hi</b>","buttons":[]},"ru":{"html":"Привет","buttons":[{"text":"Да","url":"https://a.example"}]}},"buttons":[{"text":"Yes","url":"https://a.example"}],"file":{"kind":"photo","file_id":"AgAC"}}"#,
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
        let html = |content: &BroadcastContent, language| content.said(language).map(|said| said.html.to_owned());
        assert_eq!(html(&both, Language::Russian).as_deref(), Some("привет"));
        assert_eq!(html(&of(&[(Language::English, "hi")]), Language::Russian).as_deref(), Some("hi"));
        assert_eq!(html(&of(&[(Language::Russian, "привет")]), Language::English).as_deref(), Some("привет"));
        assert_eq!(html(&BroadcastContent::default(), Language::English), None);
    }
}

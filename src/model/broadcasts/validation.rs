//! Validation of a draft against the limits of Telegram. Errors surface while it is written, not after thousands of
//! sends.

use crate::model::broadcasts::button::ButtonError;
use crate::model::broadcasts::content::{BroadcastContent, LinkButton};
use crate::model::broadcasts::segment::{MAX_CONDITIONS, MAX_SEGMENT_DEPTH};
use crate::model::sign_in::login_widget::FieldError;
use crate::model::text::language::Language;
use crate::model::text::telegram_html::plain;
use crate::model::time::Moment;

/// Limit of a text in characters, without markup (Bot API `sendMessage`). Telegram counts code points here and UTF-16
/// units only in entities: it accepts 4,096 emoji and refuses 4,097.
pub const MAX_TEXT_CHARS: usize = 4096;
/// Limit of a caption in characters, without markup (Bot API `sendPhoto`).
pub const MAX_CAPTION_CHARS: usize = 1024;
/// Limit of a text with its markup.
const MAX_MARKUP_BYTES: usize = 32 * 1024;
/// Limit of buttons under a message.
pub const MAX_BUTTONS: usize = 3;
/// Limit of the people that a segment lists.
pub const MAX_LISTED_PEOPLE: usize = 10_000;
/// Limit of the days that a segment looks back or ahead.
pub const MAX_SEGMENT_DAYS: u32 = 3650;
/// Limit of the delay of a scheduled start: 366 days.
pub const MAX_SCHEDULE_SECS: i64 = 366 * 86_400;

/// Reason a draft is invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftError {
    /// Neither text nor file.
    Empty,
    /// The text in this language is empty.
    NoText(Language),
    /// The text in this language has that length, above that limit.
    TooLong(Language, usize, usize),
    /// The text in this language is not Telegram's HTML, for that reason.
    Html(Language, String),
    /// More than [`MAX_BUTTONS`] buttons, of this language or common to all.
    TooManyButtons(Option<Language>),
    /// The button at that position, counted from 1, is invalid.
    Button(Option<Language>, usize, ButtonError),
    /// The `file_id` is malformed.
    File,
    /// No plan has this id.
    NoPlan(String),
    /// The list of plans is empty.
    NoPlans,
    /// The number of days is not from 1 to [`MAX_SEGMENT_DAYS`].
    Days,
    /// The number of tokens is less than 1.
    Tokens,
    /// The list of people is empty, or longer than [`MAX_LISTED_PEOPLE`].
    People,
    /// The number is not a Telegram id.
    NoPerson(i64),
    /// A combination of no segments.
    NoConditions,
    /// More than [`MAX_CONDITIONS`] conditions.
    TooManyConditions,
    /// Combinations nested deeper than [`MAX_SEGMENT_DEPTH`].
    TooDeep,
    /// The part of a combined segment at this path is invalid.
    Condition(String, Box<Self>),
    /// The scheduled start is not in the future.
    Over,
    /// The scheduled start is more than a year ahead.
    TooFar,
}

impl DraftError {
    /// Returns the path of the field in the API and on the command line.
    #[must_use]
    pub fn field(&self) -> String {
        let buttons = |language: Option<Language>| {
            language.map_or("buttons".to_owned(), |language| format!("texts.{}.buttons", language.code()))
        };
        match self {
            Self::Empty => "texts".to_owned(),
            Self::NoText(language) | Self::TooLong(language, ..) | Self::Html(language, _) => {
                format!("texts.{}.html", language.code())
            }
            Self::TooManyButtons(language) => buttons(*language),
            Self::Button(language, place, _) => format!("{}[{}]", buttons(*language), place.saturating_sub(1)),
            Self::File => "file.file_id".to_owned(),
            Self::NoPlan(_) | Self::NoPlans => "segment.plans".to_owned(),
            Self::Days => "segment.days".to_owned(),
            Self::Tokens => "segment.tokens".to_owned(),
            Self::People | Self::NoPerson(_) => "segment.ids".to_owned(),
            Self::NoConditions => "segment.of".to_owned(),
            Self::TooManyConditions | Self::TooDeep => "segment".to_owned(),
            Self::Condition(path, error) => error.field().replacen("segment", &format!("segment.{path}"), 1),
            Self::Over | Self::TooFar => "start_at".to_owned(),
        }
    }

    /// Returns the English text. It completes the sentence "field …".
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Empty => "must have a text in some language, or there must be a file".to_owned(),
            Self::NoText(_) => "must not be empty".to_owned(),
            Self::TooLong(_, length, most) if *most == MAX_CAPTION_CHARS => {
                format!("must have at most {most} characters with a photo or document, and has {length}")
            }
            Self::TooLong(_, length, most) => format!("must have at most {most} characters, and has {length}"),
            Self::Html(_, why) => format!("must be Telegram's HTML: {why}"),
            Self::TooManyButtons(_) => format!("must be at most {MAX_BUTTONS}"),
            Self::Button(.., flaw) => flaw.to_string(),
            Self::File => "must be the file_id of a file that was sent to this bot".to_owned(),
            Self::NoPlan(plan) => format!("must be ids of plans; {plan:?} is none"),
            Self::NoPlans => "must name a plan".to_owned(),
            Self::Days => format!("must be from 1 to {MAX_SEGMENT_DAYS}"),
            Self::Tokens => "must be at least 1".to_owned(),
            Self::People => format!("must be 1 to {MAX_LISTED_PEOPLE} Telegram ids"),
            Self::NoPerson(id) => format!("must be Telegram ids; {id} is none"),
            Self::NoConditions => "must have a condition".to_owned(),
            Self::TooManyConditions => format!("must have at most {MAX_CONDITIONS} conditions"),
            Self::TooDeep => format!("must be nested at most {MAX_SEGMENT_DEPTH} deep"),
            Self::Condition(_, error) => error.message(),
            Self::Over => "must be in the future".to_owned(),
            Self::TooFar => "must be within a year".to_owned(),
        }
    }
}

impl From<DraftError> for FieldError {
    fn from(flaw: DraftError) -> Self {
        Self::new(flaw.field(), flaw.message())
    }
}

impl BroadcastContent {
    /// True if there is neither text nor file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.file.is_none()
    }

    /// Returns every reason the content is invalid.
    #[must_use]
    pub fn errors(&self) -> Vec<DraftError> {
        let most = if self.file.is_some() { MAX_CAPTION_CHARS } else { MAX_TEXT_CHARS };
        let texts = self.texts.iter().filter_map(|(language, words)| text(*language, &words.html, most));
        let own = self.texts.iter().flat_map(|(language, words)| buttons(Some(*language), &words.buttons));
        let named = |id: &str| !id.is_empty() && id.len() <= 256 && id.bytes().all(|byte| byte.is_ascii_graphic());
        let file = self.file.iter().filter(|file| !named(&file.file_id)).map(|_| DraftError::File);
        texts.chain(buttons(None, &self.buttons)).chain(own).chain(file).collect()
    }

    /// Returns the beginning of the text without markup, at most `most` characters.
    #[must_use]
    pub fn excerpt(&self, language: Language, most: usize) -> String {
        let html = self.resolve(language).map(|message| message.html).unwrap_or_default();
        let text = plain(html).unwrap_or_default();
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.chars().count() <= most {
            line
        } else {
            line.chars().take(most.saturating_sub(1)).chain(['…']).collect()
        }
    }
}

fn text(language: Language, html: &str, most: usize) -> Option<DraftError> {
    if html.len() > MAX_MARKUP_BYTES {
        return Some(DraftError::TooLong(language, html.len(), MAX_MARKUP_BYTES));
    }
    match plain(html) {
        Err(why) => Some(DraftError::Html(language, why)),
        Ok(text) if text.trim().is_empty() => Some(DraftError::NoText(language)),
        Ok(text) => Some(text.trim().chars().count())
            .filter(|length| *length > most)
            .map(|length| DraftError::TooLong(language, length, most)),
    }
}

fn buttons(language: Option<Language>, buttons: &[LinkButton]) -> Vec<DraftError> {
    if buttons.len() > MAX_BUTTONS {
        return vec![DraftError::TooManyButtons(language)];
    }
    let faulty = |(place, button): (usize, &LinkButton)| {
        button.check().err().map(|flaw| DraftError::Button(language, place + 1, flaw))
    };
    buttons.iter().enumerate().filter_map(faulty).collect()
}

/// Returns the reason a scheduled start is invalid.
#[must_use]
pub fn schedule_error(start_at: Moment, now: Moment) -> Option<DraftError> {
    match start_at.since(now) {
        ..=0 => Some(DraftError::Over),
        ahead if ahead > MAX_SCHEDULE_SECS => Some(DraftError::TooFar),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::broadcasts::content::{Attachment, AttachmentKind, LocalizedText};

    fn content(html: &str) -> BroadcastContent {
        let words = LocalizedText { html: html.to_owned(), buttons: Vec::new() };
        BroadcastContent { texts: [(Language::English, words)].into(), ..BroadcastContent::default() }
    }

    fn with_file(content: BroadcastContent, file_id: &str) -> BroadcastContent {
        BroadcastContent {
            file: Some(Attachment { kind: AttachmentKind::Photo, file_id: file_id.to_owned() }),
            ..content
        }
    }

    fn said(content: &BroadcastContent) -> Vec<String> {
        content.errors().iter().map(|flaw| format!("{} {}", flaw.field(), flaw.message())).collect()
    }

    #[test]
    fn a_text_fits_or_the_reason_is_given() {
        assert!(said(&content(&format!("<b>{}</b>", "x".repeat(4096)))).is_empty());
        assert!(said(&content(&"😀".repeat(4096))).is_empty());
        let emoji = content(&"😀".repeat(4097));
        assert_eq!(said(&emoji), ["texts.en.html must have at most 4096 characters, and has 4097"]);
        assert!(said(&with_file(content(&"😀".repeat(1024)), "AgAC")).is_empty());
        assert!(said(&with_file(content(&"x".repeat(1024)), "AgAC")).is_empty());
        assert_eq!(
            said(&with_file(content(&"x".repeat(1025)), "no file")),
            [
                "texts.en.html must have at most 1024 characters with a photo or document, and has 1025",
                "file.file_id must be the file_id of a file that was sent to this bot"
            ]
        );
        assert_eq!(said(&content("<b> </b>")), ["texts.en.html must not be empty"]);
        assert_eq!(said(&content("<b>x")), ["texts.en.html must be Telegram's HTML: <b> is never closed"]);
    }

    #[test]
    fn buttons_are_looked_over_where_they_stand() {
        let button = |url: &str| LinkButton { text: "Go".to_owned(), url: url.to_owned() };
        let mut content = content("x");
        content.buttons = vec![button("https://a.example"), button("javascript:alert(1)")];
        for words in content.texts.values_mut() {
            words.buttons = vec![button("https://a.example"); 4];
        }
        assert_eq!(
            said(&content),
            [
                "buttons[1] must have an address that begins with https://, http:// or tg://",
                "texts.en.buttons must be at most 3"
            ]
        );
    }

    #[test]
    fn the_beginning_of_a_text_is_one_line() {
        assert_eq!(content("<b>Hello</b>,\n\nworld &amp; all").excerpt(Language::Russian, 12), "Hello, worl…");
        assert_eq!(BroadcastContent::default().excerpt(Language::English, 12), "");
    }

    #[test]
    fn a_time_is_ahead_and_not_too_far() {
        let now = Moment(1_000_000);
        assert_eq!(schedule_error(now, now), Some(DraftError::Over));
        assert_eq!(schedule_error(now.plus(1), now), None);
        assert_eq!(schedule_error(now.plus(400 * 86_400), now), Some(DraftError::TooFar));
    }
}

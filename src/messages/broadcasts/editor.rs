//! Messages of the broadcast editor.

use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup};

use crate::gateway::telegram::OutgoingMessage;
use crate::messages::callback_data::{BroadcastCallback, Callback};
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::plain;
use crate::model::billing::plan::Plans;
use crate::model::broadcasts::{AttachmentKind, Broadcast, BroadcastId, LinkButton};
use crate::model::notices::category::Category;
use crate::model::text::language::Language;
use crate::model::text::texts::TextArg::{Count, Text};
use crate::model::time::Moment;

/// Length of the excerpt of a text, in characters.
const EXCERPT_CHARS: usize = 200;

pub(crate) fn callback_button(label: String, tap: BroadcastCallback) -> InlineKeyboardButton {
    button(label, &Callback::Broadcast(tap))
}

/// Mark of an option in a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// The option in effect.
    Chosen,
    /// Any other option.
    Unchosen,
}

impl Mark {
    /// Marks an option that equals the current value.
    pub(crate) fn of<T: PartialEq>(option: &T, current: &T) -> Self {
        if option == current { Self::Chosen } else { Self::Unchosen }
    }
}

/// Callback button of an option. A mark in its label shows whether it is chosen.
pub(crate) fn choice(label: String, mark: Mark, tap: BroadcastCallback) -> InlineKeyboardButton {
    callback_button(if mark == Mark::Chosen { format!("✅ {label}") } else { label }, tap)
}

/// Keyboard with a button back to the draft.
pub(crate) fn back_to_draft(localizer: &Localizer, id: BroadcastId) -> InlineKeyboardMarkup {
    rows([vec![draft_button(localizer, id)]])
}

pub(crate) fn draft_button(localizer: &Localizer, id: BroadcastId) -> InlineKeyboardButton {
    callback_button(localizer.text("bot-broadcast-button-draft"), BroadcastCallback::Open(id))
}

/// Button that makes a new draft with the same content.
pub(crate) fn copy_button(localizer: &Localizer, id: BroadcastId) -> InlineKeyboardButton {
    callback_button(localizer.text("bot-broadcast-button-copy"), BroadcastCallback::Copy(id))
}

pub(crate) fn list_button(localizer: &Localizer) -> InlineKeyboardButton {
    callback_button(localizer.text("bot-broadcast-button-broadcasts"), BroadcastCallback::List(None))
}

/// Adds a button to the list of broadcasts.
pub(crate) fn with_list(localizer: &Localizer, screen: OutgoingMessage) -> OutgoingMessage {
    OutgoingMessage { keyboard: rows([vec![list_button(localizer)]]), ..screen }
}

/// Toast about a test on its way to that number of admins.
pub(crate) fn test_sent(localizer: &Localizer, admins: i64) -> String {
    localizer.html("bot-broadcast-test-sent", &[("count", Count(admins))])
}

/// Name of a language in the form that follows "in".
pub(in crate::messages) fn in_language(localizer: &Localizer, language: Language) -> String {
    localizer.text(&format!("bot-broadcast-in-{}", language.code()))
}

/// Question for the text in a language.
pub(crate) fn ask_text(localizer: &Localizer, id: BroadcastId, language: Language) -> OutgoingMessage {
    let language_name = in_language(localizer, language);
    let html =
        localizer.html("bot-broadcast-ask-text", &[("id", Text(&id.to_string())), ("language", Text(&language_name))]);
    let instead = |other: &Language| {
        let language_name = in_language(localizer, *other);
        let label = localizer.html("bot-broadcast-button-instead", &[("language", Text(&language_name))]);
        vec![callback_button(label, BroadcastCallback::AskText(id, *other))]
    };
    let others = Language::ALL.iter().filter(|other| **other != language).map(instead);
    let buttons = others.chain([vec![draft_button(localizer, id), list_button(localizer)]]);
    OutgoingMessage { keyboard: rows(buttons), ..plain(html) }
}

/// Explanation of an invalid answer; the question stays open.
pub(crate) fn again(localizer: &Localizer, id: BroadcastId, why: &str) -> OutgoingMessage {
    let html = format!("{why}\n\n{}", localizer.text("bot-broadcast-invalid-again"));
    OutgoingMessage { keyboard: back_to_draft(localizer, id), ..plain(html) }
}

/// Overview of a draft, with its current number of recipients.
pub(crate) fn draft(localizer: &Localizer, draft: &Broadcast, count: i64, plans: &Plans) -> OutgoingMessage {
    let mut lines = vec![localizer.html("bot-broadcast-draft", &[("id", Text(&draft.id.to_string()))])];
    lines.push(excerpt(localizer, draft));
    lines.extend(content_lines(localizer, draft));
    let about = about(localizer, draft.category);
    lines.push(localizer.html("bot-broadcast-line-category", &[("about", Text(&about))]));
    let segment = crate::messages::broadcasts::segment::described(localizer, &draft.segment, plans);
    lines.push(localizer.html("bot-broadcast-line-segment", &[("segment", Text(&segment)), ("count", Count(count))]));
    let time = time_of(localizer, draft.start_at);
    lines.push(localizer.html("bot-broadcast-line-when", &[("time", Text(&time))]));
    if draft.paid {
        lines.push(localizer.text("bot-broadcast-line-paid"));
    }
    OutgoingMessage { keyboard: rows(draft_buttons(localizer, draft.id)), ..plain(lines.join("\n")) }
}

/// Excerpt of the text, as a block quotation.
pub(crate) fn excerpt(localizer: &Localizer, broadcast: &Broadcast) -> String {
    let text = broadcast.content.excerpt(localizer.language(), EXCERPT_CHARS);
    match (text.is_empty(), broadcast.content.is_empty()) {
        (true, true) => format!("{}\n", localizer.text("bot-broadcast-line-nothing")),
        (true, false) => String::new(),
        (false, _) => format!("<blockquote>{}</blockquote>", escaped(&text)),
    }
}

fn escaped(text: &str) -> String {
    teloxide::utils::html::escape(&crate::messages::localizer::visible(text))
}

fn content_lines(localizer: &Localizer, draft: &Broadcast) -> Vec<String> {
    let content = &draft.content;
    let mut lines = Vec::new();
    let languages: Vec<_> = content.texts.keys().map(|language| in_language(localizer, *language)).collect();
    if !languages.is_empty() {
        let id = if languages.len() == 1 { "bot-broadcast-line-one-language" } else { "bot-broadcast-line-texts" };
        lines.push(localizer.html(id, &[("languages", Text(&languages.join(", ")))]));
    }
    if let Some(file) = &content.file {
        lines.push(localizer.text(if file.kind == AttachmentKind::Photo {
            "bot-broadcast-line-photo"
        } else {
            "bot-broadcast-line-document"
        }));
    }
    let buttons: Vec<_> = labels(&content.buttons)
        .chain(content.texts.values().flat_map(|words| labels(&words.buttons)))
        .map(|label| format!("[{label}]"))
        .collect();
    if !buttons.is_empty() {
        lines.push(localizer.html("bot-broadcast-line-buttons", &[("buttons", Text(&buttons.join(" ")))]));
    }
    lines
}

fn labels(buttons: &[LinkButton]) -> impl Iterator<Item = &str> {
    buttons.iter().map(|button| button.text.as_str())
}

pub(in crate::messages) fn about(localizer: &Localizer, category: Category) -> String {
    localizer.text(&format!("bot-broadcast-category-{}", category.as_str().replace('_', "-")))
}

/// Text of the start time.
pub(in crate::messages) fn time_of(localizer: &Localizer, at: Option<Moment>) -> String {
    match at {
        Some(at) => localizer.day_and_time(at),
        None => localizer.text("bot-broadcast-at-once"),
    }
}

fn draft_buttons(localizer: &Localizer, id: BroadcastId) -> [Vec<InlineKeyboardButton>; 6] {
    let tap_button = |label: &str, tap: BroadcastCallback| callback_button(localizer.text(label), tap);
    [
        vec![
            tap_button("bot-broadcast-button-texts", BroadcastCallback::Texts(id)),
            tap_button("bot-broadcast-button-buttons", BroadcastCallback::AskButtons(id, None)),
        ],
        vec![
            tap_button("bot-broadcast-button-segment", BroadcastCallback::Segments(id)),
            tap_button("bot-broadcast-button-category", BroadcastCallback::Categories(id)),
        ],
        vec![
            tap_button("bot-broadcast-button-when", BroadcastCallback::Times(id)),
            tap_button("bot-broadcast-button-speed", BroadcastCallback::Speeds(id)),
        ],
        vec![tap_button("bot-broadcast-button-review", BroadcastCallback::Review(id))],
        vec![tap_button("bot-broadcast-button-test", BroadcastCallback::Test(id)), copy_button(localizer, id)],
        vec![tap_button("bot-broadcast-button-throw-away", BroadcastCallback::AskCancel(id)), list_button(localizer)],
    ]
}

/// Texts and file of a draft.
pub(crate) fn texts(localizer: &Localizer, draft: &Broadcast) -> OutgoingMessage {
    let id = draft.id;
    let language = |language: Language| {
        let language_name = in_language(localizer, language);
        let labelled = |label: &str| localizer.html(label, &[("language", Text(&language_name))]);
        let is_there = draft.content.texts.contains_key(&language);
        let write = if is_there { "bot-broadcast-button-rewrite" } else { "bot-broadcast-button-write" };
        let mut row = vec![callback_button(labelled(write), BroadcastCallback::AskText(id, language))];
        if is_there {
            row.push(callback_button(labelled("bot-broadcast-button-drop"), BroadcastCallback::DropText(id, language)));
        }
        row
    };
    let mut buttons: Vec<_> = Language::ALL.into_iter().map(language).collect();
    if let Some(file) = &draft.content.file {
        let is_photo = file.kind == AttachmentKind::Photo;
        let label = if is_photo { "bot-broadcast-button-drop-photo" } else { "bot-broadcast-button-drop-document" };
        buttons.push(vec![callback_button(localizer.text(label), BroadcastCallback::DropFile(id))]);
    }
    buttons.push(vec![draft_button(localizer, id)]);
    OutgoingMessage { keyboard: rows(buttons), ..plain(localizer.text("bot-broadcast-texts")) }
}

/// Question for the buttons of a language, or of all languages without their own.
pub(crate) fn ask_buttons(localizer: &Localizer, draft: &Broadcast, language: Option<Language>) -> OutgoingMessage {
    let (id, content) = (draft.id, &draft.content);
    let (question, current) = match language {
        None => (localizer.text("bot-broadcast-ask-buttons"), Some(&content.buttons)),
        Some(language) => {
            let language_name = in_language(localizer, language);
            let question = localizer.html("bot-broadcast-ask-buttons-in", &[("language", Text(&language_name))]);
            (question, content.texts.get(&language).map(|text| &text.buttons))
        }
    };
    let current: Vec<_> = current.into_iter().flatten().map(|button| escaped(&button.to_string())).collect();
    let (mut html, mut buttons) = (question, Vec::new());
    if !current.is_empty() {
        html = format!("{html}\n\n{}\n{}", localizer.text("bot-broadcast-buttons-now"), current.join("\n"));
        let none = BroadcastCallback::DropButtons(id, language);
        buttons.push(vec![callback_button(localizer.text("bot-broadcast-button-drop-buttons"), none)]);
    }
    if language.is_none() && content.texts.len() > 1 {
        let own = |language: &Language| {
            let language_name = in_language(localizer, *language);
            let label = localizer.html("bot-broadcast-button-buttons-in", &[("language", Text(&language_name))]);
            callback_button(label, BroadcastCallback::AskButtons(id, Some(*language)))
        };
        buttons.push(content.texts.keys().map(own).collect());
    }
    buttons.push(vec![draft_button(localizer, id)]);
    OutgoingMessage { keyboard: rows(buttons), ..plain(html) }
}

/// Choice of the category.
pub(crate) fn categories(localizer: &Localizer, draft: &Broadcast) -> OutgoingMessage {
    let id = draft.id;
    let option = |category: Category| {
        let tap = BroadcastCallback::SetCategory(id, category);
        vec![choice(about(localizer, category), Mark::of(&category, &draft.category), tap)]
    };
    let buttons = Category::BROADCAST.into_iter().map(option).chain([vec![draft_button(localizer, id)]]);
    OutgoingMessage { keyboard: rows(buttons), ..plain(localizer.text("bot-broadcast-categories")) }
}

/// Choice of the start time.
pub(crate) fn times(localizer: &Localizer, draft: &Broadcast, now: Moment) -> OutgoingMessage {
    let id = draft.id;
    let values = [("time", time_of(localizer, draft.start_at)), ("now", localizer.day_and_time(now))];
    let values: Vec<_> = values.iter().map(|(name, text)| (*name, Text(text.as_str()))).collect();
    let option = |label: &str, at: Option<Moment>| {
        vec![choice(localizer.text(label), Mark::of(&at, &draft.start_at), BroadcastCallback::SetTime(id, at))]
    };
    let keyboard = rows([
        option("bot-broadcast-button-at-once", None),
        option("bot-broadcast-button-in-an-hour", Some(now.plus(3600))),
        option("bot-broadcast-button-tomorrow", Some(now.plus(86_400))),
        vec![draft_button(localizer, id)],
    ]);
    OutgoingMessage { keyboard, ..plain(localizer.html("bot-broadcast-times", &values)) }
}

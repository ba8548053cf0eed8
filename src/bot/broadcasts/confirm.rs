//! Confirmation of a broadcast: the admin sees the exact message and the number of recipients, and types that number.

use crate::bot::broadcasts::{BroadcastEditor, BroadcastQuestion, Confirmation};
use crate::bot::context::Result;
use crate::bot::reply::{BroadcastPreview, Reply};
use crate::domain::broadcasts::segments::Audience;
use crate::domain::error::BroadcastError;
use crate::domain::{Error, Refusal};
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::broadcasts::card::ReviewedDraft;
use crate::messages::broadcasts::editor;
use crate::messages::broadcasts::validation;
use crate::messages::plain;
use crate::model::broadcasts::validation::{DraftError, schedule_error};
use crate::model::broadcasts::{Broadcast, BroadcastId};
use crate::model::text::language::Language;
use crate::model::text::texts::TextArg::Text;

/// Maximum age of the number of recipients when the admin confirms it, in seconds.
const RECIPIENT_COUNT_MAX_AGE_SECS: i64 = 600;

/// Sends a preview in each language and asks for the number of recipients.
pub(super) async fn review(editor: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    let draft = editor.load(id).await?;
    if draft.state != crate::model::broadcasts::BroadcastState::Draft {
        return editor.show(&draft).await;
    }
    let late = draft.start_at.and_then(|at| schedule_error(at, editor.domain.now()));
    if let Some(error) = draft.content.is_empty().then_some(DraftError::Empty).or(late) {
        return editor.open_with_toast(id, validation::sentence(&editor.localizer, &error)).await;
    }
    let audience = match draft.segment.error(editor.domain.plans()) {
        None => editor.domain.audience(&editor.admin, &draft).await?,
        // A plan that no longer exists: the admin can choose another.
        Some(_) => Audience { recipients: 0, without_text: Vec::new() },
    };
    let count = audience.recipients;
    if count == 0 {
        return editor.open_with_toast(id, editor.localizer.text("bot-broadcast-nobody")).await;
    }
    let mut languages: Vec<Language> = draft.content.texts.keys().copied().collect();
    if languages.is_empty() {
        languages.push(editor.localizer.language());
    }
    let question = Confirmation { id, revision: draft.revision, recipients: count };
    let question = BroadcastQuestion::Confirm(question).encode();
    let then = ask_number(editor, &draft, &audience);
    Ok(Reply::Preview(Box::new(BroadcastPreview { id, content: draft.content, languages, then, question })))
}

fn ask_number(editor: &BroadcastEditor, draft: &Broadcast, audience: &Audience) -> OutgoingMessage {
    let reviewed = ReviewedDraft { draft, audience, rate: editor.domain.rate(draft.speed()) };
    crate::messages::broadcasts::card::confirm(&editor.localizer, &reviewed, editor.domain.plans())
}

/// Compares the typed number and starts the broadcast if it matches.
pub(super) async fn confirm(editor: &BroadcastEditor, question: Confirmation, text: &str) -> Result<Reply> {
    let Confirmation { id, revision, recipients: count } = question;
    if editor.context.sent_at.is_some_and(|at| editor.domain.now().since(at) > RECIPIENT_COUNT_MAX_AGE_SECS) {
        // The admin has seen that nothing was sent, and may have changed their mind.
        let html = editor.localizer.html("bot-broadcast-late", &[("number", Text(&count.to_string()))]);
        return Ok(Reply::Show(OutgoingMessage {
            keyboard: editor::back_to_draft(&editor.localizer, id),
            ..plain(html)
        }));
    }
    if number(text) != Some(count) {
        return Ok(Reply::AskAgain(crate::messages::broadcasts::card::wrong_number(&editor.localizer, id, count)));
    }
    match editor.domain.start_broadcast(&editor.admin, id, count, Some(revision)).await {
        Ok(started) => {
            editor.end_dialogue().await?;
            editor.show(&started).await
        }
        Err(Error::Refused(Refusal::Broadcast(BroadcastError::CountChanged { recipients, .. }))) if recipients > 0 => {
            editor.ask(BroadcastQuestion::Confirm(Confirmation { id, revision, recipients })).await?;
            let draft = editor.load(id).await?;
            let audience = Audience { recipients, ..editor.domain.audience(&editor.admin, &draft).await? };
            let question = ask_number(editor, &draft, &audience);
            let html = format!("{}\n\n{}", editor.localizer.text("bot-broadcast-other-number"), question.html);
            Ok(Reply::AskAgain(OutgoingMessage { html, ..question }))
        }
        Err(Error::Refused(refusal @ Refusal::Broadcast(BroadcastError::Changed | BroadcastError::State(_)))) => {
            editor.end_dialogue().await?;
            // Another admin changed it in the meantime, so show its current state.
            let reason = crate::bot::reply::refusal_text::sentence(&editor.localizer, &refusal);
            Ok(with_text_above(editor.open(id).await?, &reason))
        }
        Err(Error::Refused(Refusal::Broadcast(BroadcastError::CountChanged { .. }))) => {
            editor.end_dialogue().await?;
            Ok(with_text_above(editor.open(id).await?, &editor.localizer.text("bot-broadcast-nobody")))
        }
        Err(Error::Refused(Refusal::Invalid(_))) => {
            editor.end_dialogue().await?;
            // Everything else was validated when it was written.
            let over = validation::sentence(&editor.localizer, &DraftError::Over);
            Ok(with_text_above(editor.open(id).await?, &over))
        }
        Err(error) => Err(error),
    }
}

/// Parses `1,234`, `1 234` or `1234`.
fn number(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, ',' | '.' | '\'')).collect();
    digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Adds a sentence above a reply.
fn with_text_above(reply: Reply, text: &str) -> Reply {
    let above = |screen: OutgoingMessage| OutgoingMessage { html: format!("{text}\n\n{}", screen.html), ..screen };
    match reply {
        Reply::Show(screen) => Reply::Show(above(screen)),
        Reply::Card(screen, id, word) => Reply::Card(above(screen), id, word),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for text in ["1234", " 1,234 ", "1 234", "1\u{a0}234", "1.234", "1'234"] {
            assert_eq!(number(text), Some(1234), "{text}");
        }
        for text in ["", "-1234", "1234 people", "yes", "0x10", "99999999999999999999"] {
            assert_ne!(number(text), Some(1234), "{text}");
        }
        assert_eq!(number("٣"), None, "other digits are no number here");
    }
}

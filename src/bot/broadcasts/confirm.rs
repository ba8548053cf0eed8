//! Sending a broadcast: the admin sees the very message and how many get it, and types that number.

use crate::bot::broadcasts::{BroadcastEditor, BroadcastQuestion};
use crate::bot::context::Result;
use crate::bot::reply::{BroadcastPreview, Reply};
use crate::domain::{Error, Refusal};
use crate::messages::broadcasts::editor;
use crate::messages::broadcasts::validation;
use crate::messages::{Screen, plain};
use crate::model::broadcasts::validation::{DraftError, schedule_error};
use crate::model::broadcasts::{Broadcast, BroadcastId};
use crate::model::text::language::Language;
use crate::model::text::texts::TextArg::Text;

/// How old the number may be when it arrives, in seconds.
const RECIPIENT_COUNT_MAX_AGE_SECS: i64 = 600;

/// Shows the message in each of its languages, and asks for the number.
pub(super) async fn review(desk: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    let draft = desk.get(id).await?;
    if draft.state != crate::model::broadcasts::BroadcastState::Draft {
        return desk.show(&draft).await;
    }
    let late = draft.start_at.and_then(|at| schedule_error(at, desk.domain.now()));
    if let Some(flaw) = draft.content.is_empty().then_some(DraftError::Empty).or(late) {
        return desk.open_saying(id, validation::sentence(&desk.localizer, &flaw)).await;
    }
    let count = desk.count(&draft).await?;
    if count == 0 {
        return desk.open_saying(id, desk.localizer.text("bot-broadcast-nobody")).await;
    }
    let mut languages: Vec<Language> = draft.content.texts.keys().copied().collect();
    if languages.is_empty() {
        languages.push(desk.localizer.language());
    }
    let question = BroadcastQuestion::Confirm(id, draft.revision, count).encode();
    let then = ask_number(desk, &draft, count);
    Ok(Reply::Preview(Box::new(BroadcastPreview { id, content: draft.content, languages, then, question })))
}

fn ask_number(desk: &BroadcastEditor, draft: &Broadcast, count: i64) -> Screen {
    let rate = desk.domain.rate(draft.paid);
    crate::messages::broadcasts::card::confirm(&desk.localizer, draft, (count, rate, desk.domain.plans()))
}

/// They typed something: the number, or not.
pub(super) async fn confirm(
    desk: &BroadcastEditor,
    (id, revision, count): (BroadcastId, i64, i64),
    text: &str,
) -> Result<Reply> {
    if desk.context.sent_at.is_some_and(|at| desk.domain.now().since(at) > RECIPIENT_COUNT_MAX_AGE_SECS) {
        // They have seen that nothing was sent, and may not want it any more.
        let html = desk.localizer.html("bot-broadcast-late", &[("number", Text(&count.to_string()))]);
        return Ok(Reply::Show(Screen { keyboard: editor::back_to_draft(&desk.localizer, id), ..plain(html) }));
    }
    if number(text) != Some(count) {
        return Ok(Reply::Show(crate::messages::broadcasts::card::wrong_number(&desk.localizer, id, count)));
    }
    match desk.domain.start_broadcast(&desk.admin, id, count, Some(revision)).await {
        Ok(started) => {
            desk.forget().await?;
            desk.show(&started).await
        }
        Err(Error::Refused(Refusal::RecipientCountChanged { recipients, .. })) if recipients > 0 => {
            desk.ask(BroadcastQuestion::Confirm(id, revision, recipients)).await?;
            let asked = ask_number(desk, &desk.get(id).await?, recipients);
            let html = format!("{}\n\n{}", desk.localizer.text("bot-broadcast-other-number"), asked.html);
            Ok(Reply::Show(Screen { html, ..asked }))
        }
        Err(Error::Refused(refusal @ (Refusal::BroadcastChanged | Refusal::BroadcastState(_)))) => {
            desk.forget().await?;
            // Somebody else was at work on it: here is what became of it.
            let said = crate::bot::reply::refusal_text::sentence(&desk.localizer, &refusal);
            Ok(with_words(desk.open(id).await?, &said))
        }
        Err(Error::Refused(Refusal::RecipientCountChanged { .. })) => {
            desk.forget().await?;
            Ok(with_words(desk.open(id).await?, &desk.localizer.text("bot-broadcast-nobody")))
        }
        Err(Error::Refused(Refusal::Invalid(_))) => {
            desk.forget().await?;
            // All else was looked over when it was written.
            let over = validation::sentence(&desk.localizer, &DraftError::Over);
            Ok(with_words(desk.open(id).await?, &over))
        }
        Err(error) => Err(error),
    }
}

/// `1,234`, `1 234`, `1234`
fn number(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, ',' | '.' | '\'')).collect();
    digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The same with a sentence above it.
fn with_words(reply: Reply, said: &str) -> Reply {
    let above = |screen: Screen| Screen { html: format!("{said}\n\n{}", screen.html), ..screen };
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

//! Sending a broadcast: the admin sees the very message and how many get it, and types that number.

use crate::bot::broadcasts::{Desk, Step};
use crate::bot::context::Result;
use crate::bot::reply::{Preview, Reply};
use crate::domain::{Error, Refusal};
use crate::messages::broadcasts::editor;
use crate::messages::broadcasts::validation;
use crate::messages::{Screen, plain};
use crate::model::broadcasts::validation::{Flaw, flaw_of_time};
use crate::model::broadcasts::{Broadcast, BroadcastId};
use crate::model::text::language::Language;
use crate::model::text::texts::Value::Text;

/// How old the number may be when it arrives, in seconds.
const PATIENCE: i64 = 600;

/// Shows the message in each of its languages, and asks for the number.
pub(super) async fn review(desk: &Desk, id: BroadcastId) -> Result<Reply> {
    let draft = desk.get(id).await?;
    if draft.state != crate::model::broadcasts::State::Draft {
        return desk.show(&draft).await;
    }
    let late = draft.start_at.and_then(|at| flaw_of_time(at, desk.domain.now()));
    if let Some(flaw) = draft.content.is_empty().then_some(Flaw::Empty).or(late) {
        return desk.open_saying(id, validation::sentence(&desk.speaker, &flaw)).await;
    }
    let count = desk.count(&draft).await?;
    if count == 0 {
        return desk.open_saying(id, desk.speaker.say("bot-bc-nobody")).await;
    }
    let mut languages: Vec<Language> = draft.content.texts.keys().copied().collect();
    if languages.is_empty() {
        languages.push(desk.speaker.language());
    }
    let question = Step::Confirm(id, draft.revision, count).encode();
    let then = ask_number(desk, &draft, count);
    Ok(Reply::Preview(Box::new(Preview { id, content: draft.content, languages, then, question })))
}

fn ask_number(desk: &Desk, draft: &Broadcast, count: i64) -> Screen {
    let rate = desk.domain.rate(draft.paid);
    crate::messages::broadcasts::card::confirm(&desk.speaker, draft, (count, rate, desk.domain.plans()))
}

/// They typed something: the number, or not.
pub(super) async fn confirm(desk: &Desk, (id, revision, count): (BroadcastId, i64, i64), text: &str) -> Result<Reply> {
    if desk.turn.sent_at.is_some_and(|at| desk.domain.now().since(at) > PATIENCE) {
        // They have seen that nothing was sent, and may not want it any more.
        let html = desk.speaker.html("bot-bc-late", &[("number", Text(&count.to_string()))]);
        return Ok(Reply::Show(Screen { keyboard: editor::back_to_draft(&desk.speaker, id), ..plain(html) }));
    }
    if number(text) != Some(count) {
        return Ok(Reply::Show(crate::messages::broadcasts::card::wrong_number(&desk.speaker, id, count)));
    }
    match desk.domain.start_broadcast(&desk.admin, id, count, Some(revision)).await {
        Ok(started) => {
            desk.forget().await?;
            desk.show(&started).await
        }
        Err(Error::Refused(Refusal::OtherRecipients { recipients, .. })) if recipients > 0 => {
            desk.ask(Step::Confirm(id, revision, recipients)).await?;
            let asked = ask_number(desk, &desk.get(id).await?, recipients);
            let html = format!("{}\n\n{}", desk.speaker.say("bot-bc-other-number"), asked.html);
            Ok(Reply::Show(Screen { html, ..asked }))
        }
        Err(Error::Refused(refusal @ (Refusal::BroadcastChanged | Refusal::BroadcastState(_)))) => {
            desk.forget().await?;
            // Somebody else was at work on it: here is what became of it.
            let said = crate::bot::reply::refusal_text::sentence(&desk.speaker, &refusal);
            Ok(with_words(desk.open(id).await?, &said))
        }
        Err(Error::Refused(Refusal::OtherRecipients { .. })) => {
            desk.forget().await?;
            Ok(with_words(desk.open(id).await?, &desk.speaker.say("bot-bc-nobody")))
        }
        Err(Error::Refused(Refusal::Invalid(_))) => {
            desk.forget().await?;
            // All else was looked over when it was written.
            let over = validation::sentence(&desk.speaker, &Flaw::Over);
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

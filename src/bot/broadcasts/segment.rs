//! Choosing the audience of a broadcast: by buttons, which replace the segment or combine a condition with it, or typed.

use crate::bot::broadcasts::compose::{again, done};
use crate::bot::broadcasts::{BroadcastEditor, BroadcastQuestion};
use crate::bot::context::Result;
use crate::bot::reply::Reply;
use crate::domain::broadcasts::DraftChange;
use crate::messages::broadcasts::segment::{self, CombinedAudience};
use crate::messages::broadcasts::{editor, validation};
use crate::messages::callback_data::{Combination, SegmentChoice};
use crate::model::broadcasts::segment_syntax::TypedSegment;
use crate::model::broadcasts::{BroadcastId, Segment};
use crate::model::text::telegram_html;

/// Shows the segment and its number of recipients. A typed answer replaces it.
pub(super) async fn segments(editor: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    let draft = editor.load(id).await?;
    let count = editor.count(&draft).await?;
    editor.ask(BroadcastQuestion::Segment(id)).await?;
    Ok(Reply::Show(segment::segments(&editor.localizer, &draft, count, editor.domain.plans())))
}

/// Offers conditions to combine with the segment. A typed answer is combined, too.
pub(super) async fn combine(editor: &BroadcastEditor, id: BroadcastId, combination: Combination) -> Result<Reply> {
    let draft = editor.load(id).await?;
    let count = editor.count(&draft).await?;
    editor.ask(BroadcastQuestion::Condition(id, combination)).await?;
    let audience = CombinedAudience { draft: &draft, count, plans: editor.domain.plans() };
    Ok(Reply::Show(segment::combine(&editor.localizer, &audience, combination)))
}

/// Takes the choice of a button in the place of the segment.
pub(super) async fn set_segment(editor: &BroadcastEditor, id: BroadcastId, choice: SegmentChoice) -> Result<Reply> {
    let chosen = choose(editor.load(id).await?.segment, choice);
    save(editor, id, chosen).await
}

/// Combines the choice of a button with the segment.
pub(super) async fn add_condition(
    editor: &BroadcastEditor,
    id: BroadcastId,
    combination: Combination,
    choice: SegmentChoice,
) -> Result<Reply> {
    let condition = choose(Segment::Everyone, choice);
    let combined = combined(&editor.load(id).await?.segment, combination, condition);
    save(editor, id, combined).await
}

/// Takes away the parts of a combined segment beyond the first ones.
pub(super) async fn keep_parts(editor: &BroadcastEditor, id: BroadcastId, count: u8) -> Result<Reply> {
    let kept = editor.load(id).await?.segment.first_parts(usize::from(count));
    save(editor, id, kept).await
}

/// Saves a segment and shows it with its number of recipients. If it is invalid, says why.
async fn save(editor: &BroadcastEditor, id: BroadcastId, segment: Segment) -> Result<Reply> {
    if let Some(error) = segment.error(editor.domain.plans()) {
        let text = validation::sentence(&editor.localizer, &error);
        return Ok(Reply::Say(telegram_html::plain(&text).unwrap_or(text)));
    }
    editor.edit(id, &[DraftChange::Segment(segment)]).await?;
    segments(editor, id).await
}

/// Takes a typed segment.
pub(super) async fn take_segment(editor: &BroadcastEditor, id: BroadcastId, text: &str) -> Result<Reply> {
    match typed(editor, id, text).await? {
        Ok(segment) => done(editor, id, &[DraftChange::Segment(segment)]).await,
        Err(why) => Ok(why),
    }
}

/// Combines a typed segment with that of the draft.
pub(super) async fn take_condition(
    editor: &BroadcastEditor,
    id: BroadcastId,
    combination: Combination,
    text: &str,
) -> Result<Reply> {
    let segment = match typed(editor, id, text).await? {
        Ok(condition) => combined(&editor.load(id).await?.segment, combination, condition),
        Err(why) => return Ok(why),
    };
    match segment.error(editor.domain.plans()) {
        Some(error) => Ok(again(editor, id, &error)),
        None => done(editor, id, &[DraftChange::Segment(segment)]).await,
    }
}

/// Reads a typed segment; or returns the explanation of what is wrong. The question stays open then.
async fn typed(editor: &BroadcastEditor, id: BroadcastId, text: &str) -> Result<std::result::Result<Segment, Reply>> {
    let resolved = match text.parse::<TypedSegment>() {
        Ok(typed) => editor.domain.resolve_segment(&editor.admin, typed).await?,
        Err(error) => Err(error),
    };
    Ok(match resolved {
        Err(error) => {
            let why = segment::text_error(&editor.localizer, &error);
            Err(Reply::Show(editor::again(&editor.localizer, id, &why)))
        }
        Ok(segment) => match segment.error(editor.domain.plans()) {
            Some(error) => Err(again(editor, id, &error)),
            None => Ok(segment),
        },
    })
}

fn combined(segment: &Segment, combination: Combination, condition: Segment) -> Segment {
    segment.and(match combination {
        Combination::And => condition,
        Combination::Except => Segment::Not { of: Box::new(condition) },
    })
}

/// Segment after a choice. Plans add up; any other choice replaces the segment.
fn choose(segment: Segment, choice: SegmentChoice) -> Segment {
    let mut plans = if let Segment::Plans { plans } = segment { plans } else { Vec::new() };
    match choice {
        SegmentChoice::With(plan) => {
            plans.retain(|id| *id != plan);
            plans.push(plan);
            Segment::Plans { plans }
        }
        SegmentChoice::Without(plan) => {
            plans.retain(|id| *id != plan);
            if plans.is_empty() { Segment::Everyone } else { Segment::Plans { plans } }
        }
        SegmentChoice::Everyone => Segment::Everyone,
        SegmentChoice::PlanEnds(days) => Segment::PlanEnds { days },
        SegmentChoice::BalanceUnder(tokens) => Segment::BalanceUnder { tokens },
        SegmentChoice::Language(language) => Segment::Language { language },
        SegmentChoice::ActiveWithin(days) => Segment::ActiveWithin { days },
    }
}

//! Writing a broadcast: each part asked for and looked over by itself.

use crate::bot::broadcasts::{BroadcastEditor, BroadcastQuestion};
use crate::bot::context::Result;
use crate::bot::incoming::message_content::{MessageContent, UnsupportedContent};
use crate::bot::reply::Reply;
use crate::domain::broadcasts::DraftChange;
use crate::messages::broadcasts::editor;
use crate::messages::broadcasts::validation;
use crate::messages::callback_data::SegmentChoice;
use crate::model::broadcasts::validation::{DraftError, MAX_BUTTONS, schedule_error};
use crate::model::broadcasts::{Broadcast, BroadcastId, BroadcastState, LinkButton, LocalizedText, Segment};
use crate::model::notices::notice::Category;
use crate::model::text::language::Language;
use crate::model::time::Moment;

/// How many of the latest broadcasts are looked through for a draft that nothing was written in.
const MAX_LISTED: i64 = 20;

/// A draft with nothing in it yet: one of their own that was left so, or a new one.
pub(super) async fn begin(desk: &BroadcastEditor) -> Result<Reply> {
    let latest = desk.domain.broadcasts(&desk.admin, None, MAX_LISTED).await?;
    let is_blank = |draft: &&Broadcast| {
        draft.state == BroadcastState::Draft && draft.author == Some(desk.context.person) && draft.revision == 0
    };
    let id = if let Some(blank) = latest.iter().find(is_blank) {
        blank.id
    } else {
        let once = format!("telegram:{}", desk.context.update_id);
        desk.domain.draft_broadcast(&desk.admin, Some(&once)).await?.id
    };
    ask_text(desk, id, desk.localizer.language()).await
}

pub(super) async fn texts(desk: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    Ok(Reply::Show(editor::texts(&desk.localizer, &desk.get(id).await?)))
}

pub(super) async fn ask_text(desk: &BroadcastEditor, id: BroadcastId, language: Language) -> Result<Reply> {
    desk.ask(BroadcastQuestion::Text(id, language)).await?;
    Ok(Reply::Show(editor::ask_text(&desk.localizer, id, language)))
}

/// What was written becomes the text in that language, and a photo or document that of all. What cannot be sent is said, and
/// asked for again.
pub(super) async fn take_text(
    desk: &BroadcastEditor,
    (id, language): (BroadcastId, Language),
    written: MessageContent,
) -> Result<Reply> {
    if let Some(beyond) = written.beyond {
        let why = if beyond == UnsupportedContent::Album {
            "bot-broadcast-invalid-album"
        } else {
            "bot-broadcast-invalid-kind"
        };
        return Ok(Reply::Show(editor::again(&desk.localizer, id, &desk.localizer.text(why))));
    }
    let mut content = desk.get(id).await?.content;
    let mut changes = Vec::new();
    if !written.html.is_empty() {
        let buttons = content.texts.get(&language).map(|words| words.buttons.clone()).unwrap_or_default();
        changes.push(DraftChange::Text(language, Some(LocalizedText { html: written.html, buttons })));
    }
    changes.extend(written.file.map(|file| DraftChange::File(Some(file))));
    for change in &changes {
        content.apply(change);
    }
    match content.errors().first() {
        Some(flaw) => Ok(again(desk, id, flaw)),
        None => done(desk, id, &changes).await,
    }
}

pub(super) async fn drop_text(desk: &BroadcastEditor, id: BroadcastId, language: Language) -> Result<Reply> {
    let draft = desk.edit(id, &[DraftChange::Text(language, None)]).await?;
    Ok(Reply::Show(editor::texts(&desk.localizer, &draft)))
}

pub(super) async fn drop_file(desk: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    let draft = desk.edit(id, &[DraftChange::File(None)]).await?;
    Ok(Reply::Show(editor::texts(&desk.localizer, &draft)))
}

pub(super) async fn ask_buttons(desk: &BroadcastEditor, id: BroadcastId, language: Option<Language>) -> Result<Reply> {
    let draft = desk.get(id).await?;
    desk.ask(BroadcastQuestion::Buttons(id, language)).await?;
    Ok(Reply::Show(editor::ask_buttons(&desk.localizer, &draft, language)))
}

pub(super) async fn take_buttons(
    desk: &BroadcastEditor,
    (id, language): (BroadcastId, Option<Language>),
    text: &str,
) -> Result<Reply> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    if lines.len() > MAX_BUTTONS {
        return Ok(again(desk, id, &DraftError::TooManyButtons(language)));
    }
    let mut buttons = Vec::new();
    for (place, line) in lines.into_iter().enumerate() {
        match LinkButton::parse(line) {
            Ok(button) => buttons.push(button),
            Err(flaw) => return Ok(again(desk, id, &DraftError::Button(language, place + 1, flaw))),
        }
    }
    set_buttons(desk, (id, language), buttons).await
}

pub(super) async fn drop_buttons(desk: &BroadcastEditor, id: BroadcastId, language: Option<Language>) -> Result<Reply> {
    set_buttons(desk, (id, language), Vec::new()).await
}

async fn set_buttons(
    desk: &BroadcastEditor,
    (id, language): (BroadcastId, Option<Language>),
    buttons: Vec<LinkButton>,
) -> Result<Reply> {
    let Some(language) = language else { return done(desk, id, &[DraftChange::Buttons(buttons)]).await };
    let html = desk.get(id).await?.content.texts.get(&language).map(|words| words.html.clone());
    // Buttons of a language stand below its text; without one they stand nowhere.
    let Some(html) = html else { return Ok(again(desk, id, &DraftError::NoText(language))) };
    done(desk, id, &[DraftChange::Text(language, Some(LocalizedText { html, buttons }))]).await
}

pub(super) async fn categories(desk: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    Ok(Reply::Show(editor::categories(&desk.localizer, &desk.get(id).await?)))
}

pub(super) async fn set_category(desk: &BroadcastEditor, id: BroadcastId, category: Category) -> Result<Reply> {
    done(desk, id, &[DraftChange::Category(category)]).await
}

pub(super) async fn segments(desk: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    let draft = desk.get(id).await?;
    let count = desk.count(&draft).await?;
    desk.ask(BroadcastQuestion::Segment(id)).await?;
    Ok(Reply::Show(crate::messages::broadcasts::segment::segments(
        &desk.localizer,
        &draft,
        (count, desk.domain.plans()),
    )))
}

pub(super) async fn set_segment(desk: &BroadcastEditor, id: BroadcastId, choice: SegmentChoice) -> Result<Reply> {
    let segment = chosen(desk.get(id).await?.segment, choice);
    if let Some(flaw) = segment.error(desk.domain.plans()) {
        return Ok(again(desk, id, &flaw));
    }
    desk.edit(id, &[DraftChange::Segment(segment)]).await?;
    segments(desk, id).await
}

pub(super) async fn take_segment(desk: &BroadcastEditor, id: BroadcastId, text: &str) -> Result<Reply> {
    let Ok(segment) = text.parse::<Segment>() else {
        return Ok(Reply::Show(editor::again(
            &desk.localizer,
            id,
            &desk.localizer.text("bot-broadcast-invalid-segment"),
        )));
    };
    if let Some(flaw) = segment.error(desk.domain.plans()) {
        return Ok(again(desk, id, &flaw));
    }
    done(desk, id, &[DraftChange::Segment(segment)]).await
}

/// Plans add up; anything else takes the place of what was chosen.
fn chosen(now: Segment, choice: SegmentChoice) -> Segment {
    let mut plans = if let Segment::Plans { plans } = now { plans } else { Vec::new() };
    match choice {
        SegmentChoice::With(plan) => {
            plans.retain(|there| *there != plan);
            plans.push(plan);
            Segment::Plans { plans }
        }
        SegmentChoice::Without(plan) => {
            plans.retain(|there| *there != plan);
            if plans.is_empty() { Segment::Everyone } else { Segment::Plans { plans } }
        }
        SegmentChoice::Everyone => Segment::Everyone,
        SegmentChoice::PlanEnds(days) => Segment::PlanEnds { days },
        SegmentChoice::BalanceUnder(tokens) => Segment::BalanceUnder { tokens },
        SegmentChoice::Language(language) => Segment::Language { language },
        SegmentChoice::ActiveWithin(days) => Segment::ActiveWithin { days },
    }
}

pub(super) async fn times(desk: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    let draft = desk.get(id).await?;
    desk.ask(BroadcastQuestion::Time(id)).await?;
    Ok(Reply::Show(editor::times(&desk.localizer, &draft, desk.domain.now())))
}

pub(super) async fn set_time(desk: &BroadcastEditor, id: BroadcastId, at: Option<Moment>) -> Result<Reply> {
    // The button may be an old one.
    if let Some(flaw) = at.and_then(|at| schedule_error(at, desk.domain.now())) {
        return Ok(again(desk, id, &flaw));
    }
    done(desk, id, &[DraftChange::StartAt(at)]).await
}

pub(super) async fn take_time(desk: &BroadcastEditor, id: BroadcastId, text: &str) -> Result<Reply> {
    match Moment::parse(text) {
        Some(at) => set_time(desk, id, Some(at)).await,
        None => Ok(Reply::Show(editor::again(&desk.localizer, id, &desk.localizer.text("bot-broadcast-invalid-time")))),
    }
}

pub(super) async fn speeds(desk: &BroadcastEditor, id: BroadcastId) -> Result<Reply> {
    let draft = desk.get(id).await?;
    let count = desk.count(&draft).await?;
    let rates = (desk.domain.rate(false), desk.domain.rate(true));
    Ok(Reply::Show(editor::speeds(&desk.localizer, &draft, (count, rates))))
}

pub(super) async fn set_paid(desk: &BroadcastEditor, id: BroadcastId, paid: bool) -> Result<Reply> {
    done(desk, id, &[DraftChange::Paid(paid)]).await
}

/// The draft with that change; nothing more is waited for.
async fn done(desk: &BroadcastEditor, id: BroadcastId, changes: &[DraftChange]) -> Result<Reply> {
    let draft = desk.edit(id, changes).await?;
    desk.forget().await?;
    desk.show(&draft).await
}

/// What is wrong; the question stays open.
fn again(desk: &BroadcastEditor, id: BroadcastId, flaw: &DraftError) -> Reply {
    Reply::Show(editor::again(&desk.localizer, id, &validation::sentence(&desk.localizer, flaw)))
}

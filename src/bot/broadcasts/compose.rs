//! Writing a broadcast: each part asked for and looked over by itself.

use crate::bot::broadcasts::{Desk, Step};
use crate::bot::context::Result;
use crate::bot::incoming::message_content::{Beyond, Written};
use crate::bot::reply::Reply;
use crate::domain::broadcasts::Change;
use crate::messages::broadcasts::editor;
use crate::messages::broadcasts::validation;
use crate::messages::callback_data::Choice;
use crate::model::broadcasts::validation::{Flaw, MOST_BUTTONS, flaw_of_time};
use crate::model::broadcasts::{Broadcast, BroadcastId, LinkButton, Segment, State, Words};
use crate::model::notices::notice::Category;
use crate::model::text::language::Language;
use crate::model::time::Moment;

/// How many of the latest broadcasts are looked through for a draft that nothing was written in.
const LATEST: i64 = 20;

/// A draft with nothing in it yet: one of their own that was left so, or a new one.
pub(super) async fn begin(desk: &Desk) -> Result<Reply> {
    let latest = desk.domain.broadcasts(&desk.admin, None, LATEST).await?;
    let is_blank = |draft: &&Broadcast| {
        draft.state == State::Draft && draft.author == Some(desk.turn.person) && draft.revision == 0
    };
    let id = if let Some(blank) = latest.iter().find(is_blank) {
        blank.id
    } else {
        let once = format!("telegram:{}", desk.turn.update_id);
        desk.domain.draft_broadcast(&desk.admin, Some(&once)).await?.id
    };
    ask_text(desk, id, desk.speaker.language()).await
}

pub(super) async fn texts(desk: &Desk, id: BroadcastId) -> Result<Reply> {
    Ok(Reply::Show(editor::texts(&desk.speaker, &desk.get(id).await?)))
}

pub(super) async fn ask_text(desk: &Desk, id: BroadcastId, language: Language) -> Result<Reply> {
    desk.ask(Step::Text(id, language)).await?;
    Ok(Reply::Show(editor::ask_text(&desk.speaker, id, language)))
}

/// What was written becomes the text in that language, and a photo or document that of all. What cannot be sent is said, and
/// asked for again.
pub(super) async fn take_text(desk: &Desk, (id, language): (BroadcastId, Language), written: Written) -> Result<Reply> {
    if let Some(beyond) = written.beyond {
        let why = if beyond == Beyond::Album { "bot-bc-flaw-album" } else { "bot-bc-flaw-kind" };
        return Ok(Reply::Show(editor::again(&desk.speaker, id, &desk.speaker.say(why))));
    }
    let mut content = desk.get(id).await?.content;
    let mut changes = Vec::new();
    if !written.html.is_empty() {
        let buttons = content.texts.get(&language).map(|words| words.buttons.clone()).unwrap_or_default();
        changes.push(Change::Text(language, Some(Words { html: written.html, buttons })));
    }
    changes.extend(written.file.map(|file| Change::File(Some(file))));
    for change in &changes {
        content.apply(change);
    }
    match content.flaws().first() {
        Some(flaw) => Ok(again(desk, id, flaw)),
        None => done(desk, id, &changes).await,
    }
}

pub(super) async fn drop_text(desk: &Desk, id: BroadcastId, language: Language) -> Result<Reply> {
    let draft = desk.edit(id, &[Change::Text(language, None)]).await?;
    Ok(Reply::Show(editor::texts(&desk.speaker, &draft)))
}

pub(super) async fn drop_file(desk: &Desk, id: BroadcastId) -> Result<Reply> {
    let draft = desk.edit(id, &[Change::File(None)]).await?;
    Ok(Reply::Show(editor::texts(&desk.speaker, &draft)))
}

pub(super) async fn ask_buttons(desk: &Desk, id: BroadcastId, language: Option<Language>) -> Result<Reply> {
    let draft = desk.get(id).await?;
    desk.ask(Step::Buttons(id, language)).await?;
    Ok(Reply::Show(editor::ask_buttons(&desk.speaker, &draft, language)))
}

pub(super) async fn take_buttons(
    desk: &Desk,
    (id, language): (BroadcastId, Option<Language>),
    text: &str,
) -> Result<Reply> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    if lines.len() > MOST_BUTTONS {
        return Ok(again(desk, id, &Flaw::TooManyButtons(language)));
    }
    let mut buttons = Vec::new();
    for (place, line) in lines.into_iter().enumerate() {
        match LinkButton::parse(line) {
            Ok(button) => buttons.push(button),
            Err(flaw) => return Ok(again(desk, id, &Flaw::Button(language, place + 1, flaw))),
        }
    }
    set_buttons(desk, (id, language), buttons).await
}

pub(super) async fn drop_buttons(desk: &Desk, id: BroadcastId, language: Option<Language>) -> Result<Reply> {
    set_buttons(desk, (id, language), Vec::new()).await
}

async fn set_buttons(
    desk: &Desk,
    (id, language): (BroadcastId, Option<Language>),
    buttons: Vec<LinkButton>,
) -> Result<Reply> {
    let Some(language) = language else { return done(desk, id, &[Change::Buttons(buttons)]).await };
    let html = desk.get(id).await?.content.texts.get(&language).map(|words| words.html.clone());
    // Buttons of a language stand below its text; without one they stand nowhere.
    let Some(html) = html else { return Ok(again(desk, id, &Flaw::NoText(language))) };
    done(desk, id, &[Change::Text(language, Some(Words { html, buttons }))]).await
}

pub(super) async fn categories(desk: &Desk, id: BroadcastId) -> Result<Reply> {
    Ok(Reply::Show(editor::categories(&desk.speaker, &desk.get(id).await?)))
}

pub(super) async fn set_category(desk: &Desk, id: BroadcastId, category: Category) -> Result<Reply> {
    done(desk, id, &[Change::Category(category)]).await
}

pub(super) async fn segments(desk: &Desk, id: BroadcastId) -> Result<Reply> {
    let draft = desk.get(id).await?;
    let count = desk.count(&draft).await?;
    desk.ask(Step::Segment(id)).await?;
    Ok(Reply::Show(crate::messages::broadcasts::segment::segments(&desk.speaker, &draft, (count, desk.domain.plans()))))
}

pub(super) async fn set_segment(desk: &Desk, id: BroadcastId, choice: Choice) -> Result<Reply> {
    let segment = chosen(desk.get(id).await?.segment, choice);
    if let Some(flaw) = segment.flaw(desk.domain.plans()) {
        return Ok(again(desk, id, &flaw));
    }
    desk.edit(id, &[Change::Segment(segment)]).await?;
    segments(desk, id).await
}

pub(super) async fn take_segment(desk: &Desk, id: BroadcastId, text: &str) -> Result<Reply> {
    let Ok(segment) = text.parse::<Segment>() else {
        return Ok(Reply::Show(editor::again(&desk.speaker, id, &desk.speaker.say("bot-bc-flaw-segment"))));
    };
    if let Some(flaw) = segment.flaw(desk.domain.plans()) {
        return Ok(again(desk, id, &flaw));
    }
    done(desk, id, &[Change::Segment(segment)]).await
}

/// Plans add up; anything else takes the place of what was chosen.
fn chosen(now: Segment, choice: Choice) -> Segment {
    let mut plans = if let Segment::Plans { plans } = now { plans } else { Vec::new() };
    match choice {
        Choice::With(plan) => {
            plans.retain(|there| *there != plan);
            plans.push(plan);
            Segment::Plans { plans }
        }
        Choice::Without(plan) => {
            plans.retain(|there| *there != plan);
            if plans.is_empty() { Segment::Everyone } else { Segment::Plans { plans } }
        }
        Choice::Everyone => Segment::Everyone,
        Choice::PlanEnds(days) => Segment::PlanEnds { days },
        Choice::BalanceUnder(tokens) => Segment::BalanceUnder { tokens },
        Choice::Language(language) => Segment::Language { language },
        Choice::ActiveWithin(days) => Segment::ActiveWithin { days },
    }
}

pub(super) async fn times(desk: &Desk, id: BroadcastId) -> Result<Reply> {
    let draft = desk.get(id).await?;
    desk.ask(Step::Time(id)).await?;
    Ok(Reply::Show(editor::times(&desk.speaker, &draft, desk.domain.now())))
}

pub(super) async fn set_time(desk: &Desk, id: BroadcastId, at: Option<Moment>) -> Result<Reply> {
    // The button may be an old one.
    if let Some(flaw) = at.and_then(|at| flaw_of_time(at, desk.domain.now())) {
        return Ok(again(desk, id, &flaw));
    }
    done(desk, id, &[Change::StartAt(at)]).await
}

pub(super) async fn take_time(desk: &Desk, id: BroadcastId, text: &str) -> Result<Reply> {
    match Moment::parse(text) {
        Some(at) => set_time(desk, id, Some(at)).await,
        None => Ok(Reply::Show(editor::again(&desk.speaker, id, &desk.speaker.say("bot-bc-flaw-time")))),
    }
}

pub(super) async fn speeds(desk: &Desk, id: BroadcastId) -> Result<Reply> {
    let draft = desk.get(id).await?;
    let count = desk.count(&draft).await?;
    let rates = (desk.domain.rate(false), desk.domain.rate(true));
    Ok(Reply::Show(editor::speeds(&desk.speaker, &draft, (count, rates))))
}

pub(super) async fn set_paid(desk: &Desk, id: BroadcastId, paid: bool) -> Result<Reply> {
    done(desk, id, &[Change::Paid(paid)]).await
}

/// The draft with that change; nothing more is waited for.
async fn done(desk: &Desk, id: BroadcastId, changes: &[Change]) -> Result<Reply> {
    let draft = desk.edit(id, changes).await?;
    desk.forget().await?;
    desk.show(&draft).await
}

/// What is wrong; the question stays open.
fn again(desk: &Desk, id: BroadcastId, flaw: &Flaw) -> Reply {
    Reply::Show(editor::again(&desk.speaker, id, &validation::sentence(&desk.speaker, flaw)))
}

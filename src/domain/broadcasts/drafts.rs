//! Broadcasts that are being written.

use crate::domain::Domain;
use crate::domain::admin::Admin;
use crate::domain::error::{Refusal, Result};
use crate::model::broadcast::{Broadcast, BroadcastId, Content, File, LinkButton, Segment, State, Words};
use crate::model::language::Language;
use crate::model::login_widget::FieldFault;
use crate::model::notice::Category;
use crate::model::time::Moment;
use crate::store::broadcasts::drafts::{AddDraft, SaveDraft};

/// How often an edit that names no revision is made anew because somebody else was faster.
const ATTEMPTS: usize = 8;
/// The most people that a segment can name.
const MOST_PEOPLE: usize = 10_000;
/// The most buttons below a message.
const MOST_BUTTONS: usize = 3;
/// The longest label of a button, in characters.
const LONGEST_LABEL: usize = 64;
/// The longest link of a button, in bytes.
const LONGEST_LINK: usize = 2048;
/// The most days that a segment can look ahead or back.
const MOST_DAYS: u32 = 3660;
/// How far ahead a broadcast can be scheduled, in seconds.
const FURTHEST: i64 = 366 * 86_400;

/// A change of a draft.
#[derive(Clone, Debug)]
pub enum Change {
    /// The text and its own buttons in a language, or none in it.
    Text(Language, Option<Words>),
    /// The file, or none.
    File(Option<File>),
    /// The buttons of languages without their own.
    Buttons(Vec<LinkButton>),
    /// All that is said.
    Content(Content),
    /// What it is about.
    Category(Category),
    /// To whom.
    Segment(Segment),
    /// Whether Stars are paid to be faster.
    Paid(bool),
    /// When it is to begin; at once if unset.
    StartAt(Option<Moment>),
}

impl Domain {
    /// Begins a draft. `once` names the ask: made again, it is the same draft.
    pub async fn draft_broadcast(&self, admin: &Admin, once: Option<&str>) -> Result<Broadcast> {
        let author = admin.who();
        let whose = author.map_or_else(|| "operator".to_owned(), |id| id.to_string());
        let once_key = once.map(|once| format!("{whose}:{once}"));
        let id = self.parts.store.write(AddDraft { author, once_key, now: self.now() }).await?;
        self.broadcast(admin, id).await
    }

    /// Changes a draft: all of it or nothing. With `revision`, only if nobody else changed it since.
    pub async fn edit_broadcast(
        &self,
        admin: &Admin,
        id: BroadcastId,
        changes: &[Change],
        revision: Option<i64>,
    ) -> Result<Broadcast> {
        for _ in 0..ATTEMPTS {
            let mut draft = self.broadcast(admin, id).await?;
            if draft.state != State::Draft {
                return Err(Refusal::BroadcastState(draft.state).into());
            }
            if revision.is_some_and(|revision| revision != draft.revision) {
                return Err(Refusal::BroadcastChanged.into());
            }
            for change in changes {
                draft.apply(change.clone());
            }
            self.check(&draft)?;
            let Broadcast { revision, content, category, segment, paid, start_at, .. } = draft;
            let save = SaveDraft { id, revision, content, category, segment, paid, start_at };
            if let Some(line) = self.parts.store.write(save).await? {
                return self.broadcast_of(line).await;
            }
        }
        Err(Refusal::BroadcastChanged.into())
    }

    /// Whether everything in a draft is as it must be; what is still missing is asked for when it is started.
    fn check(&self, draft: &Broadcast) -> Result<()> {
        let mut faults = content_faults(&draft.content);
        if !Category::BROADCAST.contains(&draft.category) {
            faults.push(FieldFault::new("category", "must be one of: service, plan_news, product_news"));
        }
        faults.extend(self.segment_fault(&draft.segment).map(|message| FieldFault::new("segment", message)));
        let ahead = draft.start_at.map(|at| at.since(self.now()));
        if ahead.is_some_and(|ahead| ahead <= 0 || ahead > FURTHEST) {
            faults.push(FieldFault::new("start_at", "must be in the future, at most a year ahead"));
        }
        if faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid(faults).into()) }
    }

    pub(super) fn segment_fault(&self, segment: &Segment) -> Option<String> {
        let days = |days: u32| {
            let fine = (1..=MOST_DAYS).contains(&days);
            (!fine).then(|| format!("days: must be from 1 to {MOST_DAYS}"))
        };
        match segment {
            Segment::Everyone | Segment::Language { .. } => None,
            Segment::Plans { plans } if plans.is_empty() => Some("plans: must name a plan".to_owned()),
            Segment::Plans { plans } => {
                let unknown = plans.iter().find(|id| self.plans().get(id).is_none());
                unknown.map(|id| format!("plans: there is no plan {id:?}"))
            }
            Segment::PlanEnds { days: within } | Segment::ActiveWithin { days: within } => days(*within),
            Segment::BalanceUnder { tokens } => (*tokens < 1).then(|| "tokens: must be at least 1".to_owned()),
            Segment::People { ids } if ids.is_empty() || ids.len() > MOST_PEOPLE => {
                Some(format!("ids: must be 1 to {MOST_PEOPLE} Telegram ids"))
            }
            Segment::People { ids } => ids.iter().find(|id| **id <= 0).map(|id| format!("ids: {id} is no person")),
        }
    }
}

impl Broadcast {
    fn apply(&mut self, change: Change) {
        match change {
            Change::Text(language, Some(words)) => drop(self.content.texts.insert(language, words)),
            Change::Text(language, None) => drop(self.content.texts.remove(&language)),
            Change::File(file) => self.content.file = file,
            Change::Buttons(buttons) => self.content.buttons = buttons,
            Change::Content(content) => self.content = content,
            Change::Category(category) => self.category = category,
            Change::Segment(segment) => self.segment = segment,
            Change::Paid(paid) => self.paid = paid,
            Change::StartAt(at) => self.start_at = at,
        }
    }
}

/// What is wrong with what is said.
fn content_faults(content: &Content) -> Vec<FieldFault> {
    let mut faults = button_faults("buttons", &content.buttons);
    for (language, words) in &content.texts {
        faults.extend(button_faults(&format!("texts.{}.buttons", language.code()), &words.buttons));
    }
    if content.file.as_ref().is_some_and(|file| file.file_id.is_empty() || file.file_id.len() > 512) {
        faults.push(FieldFault::new("file.file_id", "must be Telegram's name of a file"));
    }
    faults
}

fn button_faults(field: &str, buttons: &[LinkButton]) -> Vec<FieldFault> {
    if buttons.len() > MOST_BUTTONS {
        return vec![FieldFault::new(field, format!("must be at most {MOST_BUTTONS}"))];
    }
    buttons.iter().filter_map(|button| button_fault(button).map(|what| FieldFault::new(field, what))).collect()
}

fn button_fault(LinkButton { text, url }: &LinkButton) -> Option<String> {
    let fine = !text.trim().is_empty() && text.chars().count() <= LONGEST_LABEL;
    if !fine {
        return Some(format!("text: must have 1 to {LONGEST_LABEL} characters"));
    }
    let link = url::Url::parse(url).ok().filter(|_| url.len() <= LONGEST_LINK);
    let fine =
        link.is_some_and(|link| link.scheme() == "https" && link.host_str().is_some_and(|host| host.contains('.')));
    (!fine).then(|| "url: must be an https address".to_owned())
}

//! Broadcasts that are being written.

use crate::domain::Domain;
use crate::domain::admin::access::Admin;
use crate::domain::error::{Error, Refusal, Result};
use crate::model::broadcasts::validation::flaw_of_time;
use crate::model::broadcasts::{Broadcast, BroadcastId, Content, File, LinkButton, Segment, State, Words};
use crate::model::notices::notice::Category;
use crate::model::sign_in::login_widget::FieldFault;
use crate::model::text::language::Language;
use crate::model::time::Moment;
use crate::store::broadcasts::drafts::{AddDraft, SaveDraft};

/// How often an edit that names no revision is made anew because somebody else was faster.
const ATTEMPTS: usize = 8;

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

    /// Begins a draft that says something already; if what it says will not do, nothing is begun. With `once`, asking again
    /// gives the same draft, as it is by then. Whether it is new.
    pub async fn draft_broadcast_with(
        &self,
        admin: &Admin,
        once: Option<&str>,
        changes: &[Change],
    ) -> Result<(Broadcast, bool)> {
        let mut content = Content::default();
        for change in changes {
            content.apply(change);
        }
        self.check(&content, changes)?;
        let draft = self.draft_broadcast(admin, once).await?;
        if draft.revision > 0 || draft.state != State::Draft || changes.is_empty() {
            let is_new = draft.revision == 0 && draft.state == State::Draft;
            return Ok((draft, is_new));
        }
        match self.edit_broadcast(admin, draft.id, changes, Some(draft.revision)).await {
            Ok(draft) => Ok((draft, true)),
            // The same ask, made twice at once.
            Err(Error::Refused(Refusal::BroadcastChanged)) => Ok((self.broadcast(admin, draft.id).await?, false)),
            Err(error) => Err(error),
        }
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
            self.check(&draft.content, changes)?;
            let Broadcast { revision, content, category, segment, paid, start_at, .. } = draft;
            let save = SaveDraft { id, revision, content, category, segment, paid, start_at };
            if let Some(line) = self.parts.store.write(save).await? {
                return self.broadcast_of(line).await;
            }
        }
        Err(Refusal::BroadcastChanged.into())
    }

    /// Whether all that is changed is as it must be; what is still missing is asked for when the draft is started.
    fn check(&self, content: &Content, changes: &[Change]) -> Result<()> {
        let is_said = |change: &Change| {
            matches!(change, Change::Text(..) | Change::File(_) | Change::Buttons(_) | Change::Content(_))
        };
        let flaws = if changes.iter().any(is_said) { content.flaws() } else { Vec::new() };
        let mut faults: Vec<FieldFault> = flaws.into_iter().map(FieldFault::from).collect();
        for change in changes {
            match change {
                Change::Category(category) if !Category::BROADCAST.contains(category) => {
                    faults.push(FieldFault::new("category", "must be one of: service, plan_news, product_news"));
                }
                Change::Segment(segment) => faults.extend(segment.flaw(self.plans()).map(FieldFault::from)),
                Change::StartAt(Some(at)) => faults.extend(flaw_of_time(*at, self.now()).map(FieldFault::from)),
                _ => {}
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid(faults).into()) }
    }
}

impl Broadcast {
    fn apply(&mut self, change: Change) {
        self.content.apply(&change);
        match change {
            Change::Text(..) | Change::File(_) | Change::Buttons(_) | Change::Content(_) => {}
            Change::Category(category) => self.category = category,
            Change::Segment(segment) => self.segment = segment,
            Change::Paid(paid) => self.paid = paid,
            Change::StartAt(at) => self.start_at = at,
        }
    }
}

impl Content {
    /// Makes a change, if it is one of what is said.
    pub fn apply(&mut self, change: &Change) {
        match change.clone() {
            Change::Text(language, Some(words)) => drop(self.texts.insert(language, words)),
            Change::Text(language, None) => drop(self.texts.remove(&language)),
            Change::File(file) => self.file = file,
            Change::Buttons(buttons) => self.buttons = buttons,
            Change::Content(content) => *self = content,
            Change::Category(_) | Change::Segment(_) | Change::Paid(_) | Change::StartAt(_) => {}
        }
    }
}

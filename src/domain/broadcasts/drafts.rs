//! Drafts of broadcasts.

use crate::domain::Domain;
use crate::domain::admin::access::{Admin, AdminAct};
use crate::domain::error::{BroadcastError, Error, Refusal, Result};
use crate::model::broadcasts::validation::schedule_error;
use crate::model::broadcasts::{
    Attachment, Broadcast, BroadcastContent, BroadcastId, BroadcastState, LinkButton, LinkPreview, LocalizedText,
    MediaLayout, Segment,
};
use crate::model::notices::category::Category;
use crate::model::sign_in::login_widget::FieldError;
use crate::model::text::language::Language;
use crate::model::time::Moment;
use crate::store::broadcasts::drafts::{AddDraft, SaveDraft};

/// Attempts of an edit without a revision while other admins change the draft.
const MAX_ATTEMPTS: usize = 8;

/// Change of a draft.
#[derive(Clone, Debug)]
pub enum DraftChange {
    /// Text with its own buttons in a language; `None` removes the language.
    Text(Language, Option<LocalizedText>),
    /// Attached file; `None` removes it.
    File(Option<Attachment>),
    /// Appearance of the attached photo.
    MediaLayout(MediaLayout),
    /// Link preview of the text in a language.
    LinkPreview(Language, LinkPreview),
    /// True to show a link preview of the text in a language: as it was chosen before, or else of the first link.
    LinkPreviewSwitch(Language, bool),
    /// Buttons of languages without their own.
    Buttons(Vec<LinkButton>),
    /// Complete content.
    Content(BroadcastContent),
    /// Category, from which people can opt out.
    Category(Category),
    /// Audience.
    Segment(Segment),
    /// Payment of Telegram Stars for a higher rate.
    Paid(bool),
    /// Start time; `None` to start immediately.
    StartAt(Option<Moment>),
}

/// Result of creating a draft.
#[derive(Clone, Debug)]
pub struct CreatedDraft {
    /// The draft in its present state.
    pub draft: Broadcast,
    /// False if an earlier request with the same idempotency key created it.
    pub is_new: bool,
}

impl Domain {
    /// Creates a draft. `once` is the idempotency key: a repeated request returns the same draft.
    pub async fn draft_broadcast(&self, admin: &Admin, once: Option<&str>) -> Result<Broadcast> {
        admin.require(AdminAct::Broadcasts)?;
        let author = admin.who();
        let idempotency_key = once.map(|once| admin.draft_key(once));
        let id = self.inner.store.write(AddDraft { author, idempotency_key, now: self.now() }).await?;
        self.broadcast(admin, id).await
    }

    /// Creates a draft with content; nothing is created if the content is invalid. With `once`, a repeated request
    /// returns the same draft in its present state.
    pub async fn draft_broadcast_with(
        &self,
        admin: &Admin,
        once: Option<&str>,
        changes: &[DraftChange],
    ) -> Result<CreatedDraft> {
        admin.require(AdminAct::Broadcasts)?;
        let errors = self.draft_errors(changes);
        if !errors.is_empty() {
            return Err(Refusal::Invalid(errors).into());
        }
        let draft = self.draft_broadcast(admin, once).await?;
        if draft.revision > 0 || draft.state != BroadcastState::Draft || changes.is_empty() {
            let is_new = draft.revision == 0 && draft.state == BroadcastState::Draft;
            return Ok(CreatedDraft { draft, is_new });
        }
        match self.edit_broadcast(admin, draft.id, changes, Some(draft.revision)).await {
            Ok(draft) => Ok(CreatedDraft { draft, is_new: true }),
            // The same request was made twice concurrently.
            Err(Error::Refused(Refusal::Broadcast(BroadcastError::Changed))) => {
                Ok(CreatedDraft { draft: self.broadcast(admin, draft.id).await?, is_new: false })
            }
            Err(error) => Err(error),
        }
    }

    /// Applies all changes to a draft, or none. With `revision`, only if nobody else changed the draft since.
    pub async fn edit_broadcast(
        &self,
        admin: &Admin,
        id: BroadcastId,
        changes: &[DraftChange],
        revision: Option<i64>,
    ) -> Result<Broadcast> {
        for _ in 0..MAX_ATTEMPTS {
            let mut draft = self.broadcast(admin, id).await?;
            if draft.state != BroadcastState::Draft {
                return Err(BroadcastError::State(draft.state).into());
            }
            if revision.is_some_and(|revision| revision != draft.revision) {
                return Err(BroadcastError::Changed.into());
            }
            for change in changes {
                draft.apply(change.clone());
            }
            let errors = self.change_errors(&draft.content, changes);
            if !errors.is_empty() {
                return Err(Refusal::Invalid(errors).into());
            }
            let Broadcast { revision, content, category, segment, paid, start_at, .. } = draft;
            let save = SaveDraft { id, revision, content, category, segment, paid, start_at };
            if let Some(line) = self.inner.store.write(save).await? {
                return self.broadcast_of(line).await;
            }
        }
        Err(BroadcastError::Changed.into())
    }

    /// Returns every invalid field of the changes that make a new draft.
    #[must_use]
    pub fn draft_errors(&self, changes: &[DraftChange]) -> Vec<FieldError> {
        let mut content = BroadcastContent::default();
        for change in changes {
            content.apply(change);
        }
        self.change_errors(&content, changes)
    }

    /// Returns every invalid field. Missing parts are reported when the draft is started.
    fn change_errors(&self, content: &BroadcastContent, changes: &[DraftChange]) -> Vec<FieldError> {
        let is_content = |change: &DraftChange| {
            matches!(
                change,
                DraftChange::Text(..)
                    | DraftChange::File(_)
                    | DraftChange::MediaLayout(_)
                    | DraftChange::LinkPreview(..)
                    | DraftChange::LinkPreviewSwitch(..)
                    | DraftChange::Buttons(_)
                    | DraftChange::Content(_)
            )
        };
        let errors = if changes.iter().any(is_content) { content.errors() } else { Vec::new() };
        let mut faults: Vec<FieldError> = errors.into_iter().map(FieldError::from).collect();
        for change in changes {
            match change {
                DraftChange::Category(category) if !Category::BROADCAST.contains(category) => {
                    faults.push(FieldError::new("category", "must be one of: service, plan_news, product_news"));
                }
                DraftChange::Segment(segment) => faults.extend(segment.error(self.plans()).map(FieldError::from)),
                DraftChange::StartAt(Some(at)) => faults.extend(schedule_error(*at, self.now()).map(FieldError::from)),
                _ => {}
            }
        }
        faults
    }
}

impl Admin {
    /// Returns the stored idempotency key of a new draft: keys of different admins never meet.
    pub(super) fn draft_key(&self, once: &str) -> String {
        let whose = self.who().map_or_else(|| "operator".to_owned(), |id| id.to_string());
        format!("{whose}:{once}")
    }
}

impl Broadcast {
    fn apply(&mut self, change: DraftChange) {
        self.content.apply(&change);
        match change {
            DraftChange::Text(..)
            | DraftChange::File(_)
            | DraftChange::MediaLayout(_)
            | DraftChange::LinkPreview(..)
            | DraftChange::LinkPreviewSwitch(..)
            | DraftChange::Buttons(_)
            | DraftChange::Content(_) => {}
            DraftChange::Category(category) => self.category = category,
            DraftChange::Segment(segment) => self.segment = segment,
            DraftChange::Paid(paid) => self.paid = paid,
            DraftChange::StartAt(at) => self.start_at = at,
        }
    }
}

impl BroadcastContent {
    /// Applies a change if it concerns the content.
    pub fn apply(&mut self, change: &DraftChange) {
        match change.clone() {
            DraftChange::Text(language, Some(words)) => drop(self.texts.insert(language, words)),
            DraftChange::Text(language, None) => {
                self.texts.remove(&language);
                self.link_previews.remove(&language);
            }
            // The layout belongs to the photo that was sent with it.
            DraftChange::File(file) => {
                let is_other = file != self.file;
                self.file = file;
                if is_other {
                    self.layout = MediaLayout::default();
                }
            }
            DraftChange::MediaLayout(layout) => self.layout = layout,
            DraftChange::LinkPreview(language, preview) => drop(self.link_previews.insert(language, preview)),
            DraftChange::LinkPreviewSwitch(language, is_on) => {
                self.link_previews.entry(language).or_default().is_disabled = !is_on;
            }
            DraftChange::Buttons(buttons) => self.buttons = buttons,
            DraftChange::Content(content) => *self = content,
            DraftChange::Category(_) | DraftChange::Segment(_) | DraftChange::Paid(_) | DraftChange::StartAt(_) => {}
        }
    }
}

//! JSON bodies of broadcasts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::broadcasts::segments::{Audience, LanguageReaders};
use crate::domain::broadcasts::{DraftChange, price_in_tenths};
use crate::model::accounts::account::TelegramId;
use crate::model::broadcasts;
use crate::model::broadcasts::{Attachment, BroadcastId, LinkButton, Segment};
use crate::model::notices::category::Category;
use crate::model::sign_in::login_widget::FieldError;
use crate::model::text::language::Language;
use crate::model::time::Moment;
use crate::web::api::broadcasts::check_idempotency_key;
use crate::web::extract::fields::{FromFields, RequestFields, from_fields};

use super::content::{AttachmentView, CategoryView, LanguageView, LinkButtonView, LocalizedTextView, SegmentView};
use super::content::{texts, views};
use super::draft_fields::DraftText;
use super::progress::{BroadcastStateView, FloodWaitView, RecipientCountsView};

/// Path of a broadcast.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the path to the document; `PathId` reads it")]
pub(crate) struct BroadcastPath {
    /// The broadcast's id
    #[param(example = 7)]
    id: i64,
}

/// Broadcast and its progress.
#[derive(Serialize, ToSchema)]
pub(crate) struct BroadcastView {
    #[schema(value_type = i64, example = 7)]
    id: BroadcastId,
    /// Revision of the content; grows with every change of the draft.
    revision: i64,
    state: BroadcastStateView,
    /// Telegram id of the admin who drafted it; null if the operator did.
    #[schema(value_type = Option<i64>, example = 1004)]
    author: Option<i64>,
    /// Content by language: Telegram HTML and optional buttons. Readers of other languages get English, or the only one
    /// present.
    #[schema(value_type = BTreeMap<String, LocalizedTextView>)]
    texts: BTreeMap<LanguageView, LocalizedTextView>,
    /// Buttons of languages without their own.
    buttons: Vec<LinkButtonView>,
    /// Photo or document above the text.
    file: Option<AttachmentView>,
    /// Category. People who switched it off get nothing; `service` cannot be switched off.
    category: CategoryView,
    segment: SegmentView,
    /// True if Telegram Stars are paid to send more than 30 messages per second.
    paid: bool,
    /// Scheduled start; null for an immediate one.
    #[schema(value_type = Option<String>, format = DateTime)]
    start_at: Option<Moment>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    /// Number of recipients confirmed at the start.
    confirmed: Option<i64>,
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Moment>,
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Moment>,
    counts: RecipientCountsView,
    /// Recipients whose message is not sent yet.
    remaining: i64,
    /// Current send rate in recipients per second.
    rate: f64,
    seconds_to_go: Option<i64>,
    /// Pause that Telegram has imposed; null if there is none.
    flood_wait: Option<FloodWaitView>,
    /// Error that paused the broadcast automatically.
    last_error: Option<String>,
}

impl From<broadcasts::Broadcast> for BroadcastView {
    fn from(broadcast: broadcasts::Broadcast) -> Self {
        Self {
            id: broadcast.id,
            revision: broadcast.revision,
            state: broadcast.state.into(),
            author: broadcast.author.map(TelegramId::get),
            texts: texts(&broadcast.content),
            buttons: views(broadcast.content.buttons),
            file: broadcast.content.file.map(AttachmentView::from),
            category: broadcast.category.into(),
            segment: broadcast.segment.into(),
            paid: broadcast.paid,
            start_at: broadcast.start_at,
            created_at: broadcast.created_at,
            confirmed: broadcast.confirmed,
            started_at: broadcast.started_at,
            finished_at: broadcast.finished_at,
            remaining: broadcast.counts.pending(),
            counts: broadcast.counts.into(),
            rate: broadcast.rate,
            seconds_to_go: broadcast.remaining,
            flood_wait: broadcast.flood_wait.map(FloodWaitView::from),
            last_error: broadcast.last_error,
        }
    }
}

/// Page of broadcasts, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct BroadcastsResponse {
    pub(super) broadcasts: Vec<BroadcastView>,
    /// `after` of the next page; null on the last one.
    pub(super) next: Option<String>,
}

/// Content of a draft. Fields left out stay unchanged.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::option_option, reason = "a field left out stays, `null` removes it")]
pub(crate) struct DraftRequest {
    /// Content by language (`en`, `ru`): Telegram HTML of at most 4,096 characters (1,024 with a file), optional buttons,
    /// and whether links have a preview. `null` removes a language.
    #[schema(value_type = BTreeMap<String, LocalizedTextView>)]
    texts: BTreeMap<Language, Option<DraftText>>,
    /// Buttons of languages without their own, at most 3.
    #[schema(value_type = Option<Vec<LinkButtonView>>)]
    buttons: Option<Vec<LinkButton>>,
    /// Photo or document that was sent to the bot before, by its `file_id`; `null` removes it.
    #[schema(value_type = Option<AttachmentView>)]
    file: Option<Option<Attachment>>,
    /// Category: `service`, `plan_news` or `product_news`.
    #[schema(value_type = Option<CategoryView>)]
    category: Option<Category>,
    #[schema(value_type = Option<SegmentView>)]
    segment: Option<Segment>,
    /// True to pay Telegram Stars for a higher send rate.
    paid: Option<bool>,
    /// Scheduled start, at most a year ahead; `null` for an immediate one.
    #[schema(value_type = Option<String>, format = DateTime)]
    start_at: Option<Option<String>>,
    /// Expected revision, for changes only. The change fails if the draft has another one.
    pub(super) revision: Option<i64>,
    /// Idempotency key, for new drafts only; equivalent to the `Idempotency-Key` header.
    #[schema(max_length = 200)]
    pub(super) idempotency_key: Option<String>,
}

/// Draft as far as it could be read, and the errors of the rest. The domain adds its own errors before any is answered.
pub(crate) struct DraftBody {
    pub(super) draft: DraftRequest,
    pub(super) errors: Vec<FieldError>,
}

impl FromFields for DraftBody {
    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        let draft = DraftRequest {
            texts: fields.read_or_default("texts").unwrap_or_default(),
            buttons: fields.read("buttons").flatten(),
            file: fields.removable("file").flatten(),
            category: fields.read("category").flatten(),
            segment: fields.read("segment").flatten(),
            paid: fields.read("paid").flatten(),
            start_at: fields.removable("start_at").flatten(),
            revision: fields.read("revision").flatten(),
            idempotency_key: fields.checked_if_sent("idempotency_key", check_idempotency_key).flatten(),
        };
        fields.refuse_unread();
        Some(Self { draft, errors: fields.take_errors() })
    }
}

impl DraftRequest {
    /// Changes to apply, one for each field present.
    pub(super) fn changes(&self, errors: &mut Vec<FieldError>) -> Vec<DraftChange> {
        let texts = self.texts.iter().flat_map(|(language, text)| {
            let preview = text.as_ref().and_then(|text| text.link_preview);
            let text = text.as_ref().map(|text| text.text.clone());
            let preview = preview.map(|is_on| DraftChange::LinkPreviewSwitch(*language, is_on));
            std::iter::once(DraftChange::Text(*language, text)).chain(preview)
        });
        let start_at = self.start_at.as_ref().map(|at| at.as_deref().map(Moment::parse));
        if start_at == Some(Some(None)) {
            errors.push(FieldError::new("start_at", "must be RFC 3339 time"));
        }
        let others = [
            self.buttons.clone().map(DraftChange::Buttons),
            self.file.clone().map(DraftChange::File),
            self.category.map(DraftChange::Category),
            self.segment.clone().map(DraftChange::Segment),
            self.paid.map(DraftChange::Paid),
            start_at.map(|at| DraftChange::StartAt(at.flatten())),
        ];
        texts.chain(others.into_iter().flatten()).collect()
    }
}

/// Confirmation that starts a broadcast.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartBroadcastRequest {
    /// Exact number of recipients, from the preview.
    #[schema(example = 1234)]
    pub(super) recipients: i64,
    /// Expected revision. The start fails if the draft has another one.
    pub(super) revision: Option<i64>,
}

from_fields!(StartBroadcastRequest { recipients, revision });

/// Preview of a broadcast.
#[derive(Serialize, ToSchema)]
pub(crate) struct PreviewResponse {
    /// Revision shown.
    revision: i64,
    /// Exact current number of recipients.
    recipients: i64,
    /// Estimated duration in seconds.
    seconds: i64,
    /// Maximum cost in Telegram Stars; 0 unless `paid`.
    stars: i64,
    /// Message in each language, exactly as it would be sent.
    messages: Vec<MessagePreview>,
    /// Recipients who read a language in which there is no text, and get the text in another one.
    without_text: Vec<LanguageReadersView>,
}

/// Recipients who read a language.
#[derive(Serialize, ToSchema)]
pub(crate) struct LanguageReadersView {
    language: LanguageView,
    /// Number of recipients.
    recipients: i64,
}

/// Message that readers of one language get.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessagePreview {
    language: LanguageView,
    /// Text in Telegram HTML.
    html: String,
    buttons: Vec<LinkButtonView>,
    file: Option<AttachmentView>,
    /// True if Telegram shows a preview of a link.
    link_preview: bool,
}

impl PreviewResponse {
    pub(super) fn new(broadcast: &broadcasts::Broadcast, audience: Audience, rate: i64) -> Self {
        let recipients = audience.recipients;
        let message = |language: Language| {
            let content = broadcast.content.resolve(language)?;
            let (html, buttons) = (content.html.to_owned(), views(content.buttons.to_vec()));
            let file = content.file.cloned().map(AttachmentView::from);
            let link_preview = content.link_preview.is_some_and(|preview| !preview.is_disabled);
            Some(MessagePreview { language: language.into(), html, buttons, file, link_preview })
        };
        Self {
            revision: broadcast.revision,
            recipients,
            seconds: (recipients + rate - 1) / rate.max(1),
            stars: if broadcast.paid { (price_in_tenths(recipients) + 9) / 10 } else { 0 },
            messages: Language::ALL.into_iter().filter_map(message).collect(),
            without_text: views(audience.without_text),
        }
    }
}

impl From<LanguageReaders> for LanguageReadersView {
    fn from(LanguageReaders { language, count }: LanguageReaders) -> Self {
        Self { language: language.into(), recipients: count }
    }
}

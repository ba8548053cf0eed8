//! A broadcast in JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::domain::Refusal;
use crate::domain::broadcasts::{DraftChange, price_in_tenths};
use crate::model::accounts::account::TelegramId;
use crate::model::broadcasts;
use crate::model::broadcasts::{
    Attachment, BroadcastId, BroadcastState, FloodWait, LinkButton, LocalizedText, RecipientCounts, Segment,
};
use crate::model::notices::notice::Category;
use crate::model::text::language::Language;
use crate::model::time::Moment;

/// A broadcast, and how it goes.
#[derive(Serialize, ToSchema)]
pub(crate) struct BroadcastView {
    #[schema(value_type = i64, example = 7)]
    id: BroadcastId,
    /// Grows with every change of the draft.
    revision: i64,
    state: BroadcastState,
    /// The Telegram id of the admin who drafted it; none if the operator did.
    #[schema(value_type = Option<i64>, example = 1004)]
    author: Option<i64>,
    /// What it says, by language: Telegram's HTML, and buttons of its own. Who reads another language gets English, or what there is.
    #[schema(value_type = BTreeMap<String, LocalizedText>)]
    texts: BTreeMap<Language, LocalizedText>,
    /// The buttons of languages without their own.
    buttons: Vec<LinkButton>,
    /// A photo or document above the text.
    file: Option<Attachment>,
    /// What it is about: who switched that off in chat gets nothing. `service` cannot be switched off.
    category: Category,
    segment: Segment,
    /// Whether Stars are paid to be faster than 30 messages a second.
    paid: bool,
    /// When it begins; at once if never.
    #[schema(value_type = Option<String>, format = DateTime)]
    start_at: Option<Moment>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    /// How many people were confirmed when it was started.
    confirmed: Option<i64>,
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Moment>,
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Moment>,
    counts: RecipientCounts,
    /// How many were not told yet.
    remaining: i64,
    /// Recipients a second, just now.
    rate: f64,
    seconds_to_go: Option<i64>,
    /// Why nothing is sent for now.
    flood_wait: Option<FloodWait>,
    /// Why it pauses without anybody's word.
    last_error: Option<String>,
}

impl From<broadcasts::Broadcast> for BroadcastView {
    fn from(it: broadcasts::Broadcast) -> Self {
        Self {
            id: it.id,
            revision: it.revision,
            state: it.state,
            author: it.author.map(TelegramId::get),
            texts: it.content.texts,
            buttons: it.content.buttons,
            file: it.content.file,
            category: it.category,
            segment: it.segment,
            paid: it.paid,
            start_at: it.start_at,
            created_at: it.created_at,
            confirmed: it.confirmed,
            started_at: it.started_at,
            finished_at: it.finished_at,
            remaining: it.counts.pending(),
            counts: it.counts,
            rate: it.rate,
            seconds_to_go: it.remaining,
            flood_wait: it.flood_wait,
            last_error: it.last_error,
        }
    }
}

/// Broadcasts, the latest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct BroadcastsResponse {
    pub(super) broadcasts: Vec<BroadcastView>,
    /// What to pass as `after` for more.
    pub(super) next: Option<String>,
}

/// What a draft is to be; what is left out stays as it is.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::option_option, reason = "what is left out stays, and `null` goes")]
pub(crate) struct DraftRequest {
    /// What it says, by language, `en` and `ru`: Telegram's HTML, at most 4,096 characters (1,024 with a file), and buttons of its
    /// own. `null` takes a language away.
    #[schema(value_type = BTreeMap<String, LocalizedText>)]
    texts: BTreeMap<Language, Option<LocalizedText>>,
    /// The buttons of languages without their own, at most 3.
    buttons: Option<Vec<LinkButton>>,
    /// A photo or document that was sent to the bot before, by its `file_id`; `null` for none.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<Attachment>)]
    file: Option<Option<Attachment>>,
    /// `service`, `plan_news` or `product_news`.
    category: Option<Category>,
    segment: Option<Segment>,
    /// Whether Stars are paid to be faster.
    paid: Option<bool>,
    /// When it begins, within a year; `null` for at once.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = DateTime)]
    start_at: Option<Option<String>>,
    /// Of a change: only if the draft is still of this revision.
    pub(super) revision: Option<i64>,
    /// Of a new draft: names it, as `Idempotency-Key` does.
    #[schema(max_length = 200)]
    pub(super) idempotency_key: Option<String>,
}

/// Tells `null` from what is left out.
#[expect(clippy::option_option, reason = "what is left out stays, and `null` goes")]
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

impl DraftRequest {
    /// What is to be changed.
    pub(super) fn changes(&self) -> Result<Vec<DraftChange>, Refusal> {
        let texts = self.texts.iter().map(|(language, words)| DraftChange::Text(*language, words.clone()));
        let start_at = self.start_at.as_ref().map(|at| match at {
            None => Ok(None),
            Some(text) => {
                let at = Moment::parse(text).ok_or_else(|| Refusal::field("start_at", "must be RFC 3339 time"));
                at.map(Some)
            }
        });
        let others = [
            self.buttons.clone().map(DraftChange::Buttons),
            self.file.clone().map(DraftChange::File),
            self.category.map(DraftChange::Category),
            self.segment.clone().map(DraftChange::Segment),
            self.paid.map(DraftChange::Paid),
            start_at.transpose()?.map(DraftChange::StartAt),
        ];
        Ok(texts.chain(others.into_iter().flatten()).collect())
    }
}

/// How many people it reaches.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartBroadcastRequest {
    /// Exactly so many, as the preview says.
    #[schema(example = 1234)]
    pub(super) recipients: i64,
    /// Only if the draft is still of this revision.
    pub(super) revision: Option<i64>,
}

/// What a broadcast would be.
#[derive(Serialize, ToSchema)]
pub(crate) struct PreviewResponse {
    /// The revision that is shown.
    revision: i64,
    /// How many people would get it now, exactly.
    recipients: i64,
    /// About how long that takes.
    seconds: i64,
    /// What it costs at most, in Telegram Stars; nothing unless it is paid for.
    stars: i64,
    /// The very messages.
    messages: Vec<MessagePreview>,
}

/// What the readers of a language get.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessagePreview {
    language: Language,
    /// Telegram's HTML.
    html: String,
    buttons: Vec<LinkButton>,
    file: Option<Attachment>,
}

impl PreviewResponse {
    pub(super) fn of(broadcast: &broadcasts::Broadcast, (recipients, rate): (i64, i64)) -> Self {
        let message = |language: Language| {
            let said = broadcast.content.said(language)?;
            let (html, buttons) = (said.html.to_owned(), said.buttons.to_vec());
            Some(MessagePreview { language, html, buttons, file: said.file.cloned() })
        };
        Self {
            revision: broadcast.revision,
            recipients,
            seconds: (recipients + rate - 1) / rate.max(1),
            stars: if broadcast.paid { (price_in_tenths(recipients) + 9) / 10 } else { 0 },
            messages: Language::ALL.into_iter().filter_map(message).collect(),
        }
    }
}

//! Content and audience of a broadcast as JSON, in requests and in responses.
//!
//! The stored form of both is the model's, so that either can change without the other.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::model::broadcasts::{Attachment, AttachmentKind, BroadcastContent, LinkButton, LocalizedText, Segment};
use crate::model::notices::category::Category;
use crate::model::text::language::Language;

/// Language of a text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub(crate) enum LanguageView {
    #[serde(rename = "en")]
    English,
    #[serde(rename = "ru")]
    Russian,
}

impl From<Language> for LanguageView {
    fn from(language: Language) -> Self {
        match language {
            Language::English => Self::English,
            Language::Russian => Self::Russian,
        }
    }
}

/// Text and buttons in one language.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct LocalizedTextView {
    /// Text in Telegram's HTML.
    html: String,
    /// Buttons of this language. If empty, the common buttons are used.
    #[serde(default)]
    buttons: Vec<LinkButtonView>,
    /// True if Telegram shows a preview of the first link, or of the one chosen in the bot. False if left out of a new
    /// text; a text that is replaced keeps its own.
    #[serde(default)]
    link_preview: bool,
}

/// Texts by language as JSON.
pub(super) fn texts(content: &BroadcastContent) -> BTreeMap<LanguageView, LocalizedTextView> {
    let text = |(language, text): (&Language, &LocalizedText)| {
        let LocalizedText { html, buttons } = text.clone();
        let link_preview = content.link_previews.get(language).is_some_and(|preview| !preview.is_disabled);
        ((*language).into(), LocalizedTextView { html, buttons: views(buttons), link_preview })
    };
    content.texts.iter().map(text).collect()
}

/// Button that opens a link.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct LinkButtonView {
    /// Label of the button.
    text: String,
    /// URL that the button opens.
    url: String,
}

impl From<LinkButton> for LinkButtonView {
    fn from(LinkButton { text, url }: LinkButton) -> Self {
        Self { text, url }
    }
}

/// Converts every item, from or to a view.
pub(super) fn views<T, V: From<T>>(items: Vec<T>) -> Vec<V> {
    items.into_iter().map(V::from).collect()
}

/// Kind of an attached file.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AttachmentKindView {
    Photo,
    Document,
}

/// File stored at Telegram.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct AttachmentView {
    /// Kind that decides the Bot API method.
    kind: AttachmentKindView,
    /// Telegram's `file_id`, valid for this bot only.
    file_id: String,
}

impl From<Attachment> for AttachmentView {
    fn from(Attachment { kind, file_id }: Attachment) -> Self {
        let kind = match kind {
            AttachmentKind::Photo => AttachmentKindView::Photo,
            AttachmentKind::Document => AttachmentKindView::Document,
        };
        Self { kind, file_id }
    }
}

/// Category of a broadcast or of another notice.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CategoryView {
    Security,
    SignIn,
    Key,
    Network,
    KeyExpiry,
    Limit,
    Balance,
    Plan,
    Reply,
    Service,
    PlanNews,
    ProductNews,
}

impl From<Category> for CategoryView {
    fn from(category: Category) -> Self {
        match category {
            Category::Security => Self::Security,
            Category::SignIn => Self::SignIn,
            Category::Key => Self::Key,
            Category::Network => Self::Network,
            Category::KeyExpiry => Self::KeyExpiry,
            Category::Limit => Self::Limit,
            Category::Balance => Self::Balance,
            Category::Plan => Self::Plan,
            Category::Reply => Self::Reply,
            Category::Service => Self::Service,
            Category::PlanNews => Self::PlanNews,
            Category::ProductNews => Self::ProductNews,
        }
    }
}

/// Audience, chosen from the people who started the bot, are reachable and have not opted out of the category: a condition,
/// or a combination of at most 10 conditions, nested at most 8 deep.
///
/// The parts that refer to it have names of their own: generators of clients cannot read a choice that contains itself.
#[derive(Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum SegmentView {
    Condition(ConditionView),
    All(AllSegmentsView),
    Not(NotSegmentView),
}

/// People in every one of these segments.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct AllSegmentsView {
    kind: AllKind,
    /// Segments to combine.
    #[schema(no_recursion, min_items = 1, max_items = 10)]
    of: Vec<SegmentView>,
}

/// Kind of a segment that combines others.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AllKind {
    All,
}

/// People outside of a segment.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct NotSegmentView {
    kind: NotKind,
    /// Segment to leave out.
    #[schema(no_recursion)]
    of: Box<SegmentView>,
}

/// Kind of a segment that leaves another out.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NotKind {
    Not,
}

/// One condition.
#[derive(Clone, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum ConditionView {
    /// Everyone, admins included.
    Everyone,
    /// People on one of these plans.
    Plans {
        /// Ids of the plans.
        plans: Vec<String>,
    },
    /// People whose plan ends soon.
    PlanEnds {
        /// Number of days within which it ends.
        days: u32,
    },
    /// People with a low balance.
    BalanceUnder {
        /// Balance, in tokens, that theirs is below.
        tokens: i64,
    },
    /// People who chose this language, or whose Telegram app uses it if they chose none.
    Language {
        /// Language to match.
        language: LanguageView,
    },
    /// People who recently wrote to the bot, visited the website or used a key.
    ActiveWithin {
        /// Number of days since then, at most.
        days: u32,
    },
    /// People listed one by one.
    People {
        /// Telegram ids.
        ids: Vec<i64>,
    },
}

impl From<Segment> for SegmentView {
    fn from(segment: Segment) -> Self {
        Self::Condition(match segment {
            Segment::Everyone => ConditionView::Everyone,
            Segment::Plans { plans } => ConditionView::Plans { plans },
            Segment::PlanEnds { days } => ConditionView::PlanEnds { days },
            Segment::BalanceUnder { tokens } => ConditionView::BalanceUnder { tokens },
            Segment::Language { language } => ConditionView::Language { language: language.into() },
            Segment::ActiveWithin { days } => ConditionView::ActiveWithin { days },
            Segment::People { ids } => ConditionView::People { ids },
            Segment::All { of } => return Self::All(AllSegmentsView { kind: AllKind::All, of: views(of) }),
            Segment::Not { of } => {
                return Self::Not(NotSegmentView { kind: NotKind::Not, of: Box::new((*of).into()) });
            }
        })
    }
}

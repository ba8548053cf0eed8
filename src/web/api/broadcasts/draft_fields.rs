//! Fields of a draft: content, category and segment, read from JSON.

use serde::{Deserialize, Serialize};

use crate::model::broadcasts::{Attachment, AttachmentKind, LinkButton, LocalizedText, Segment};
use crate::model::notices::category::Category;
use crate::model::text::language::Language;
use crate::web::extract::field_values::{FromName, one_of};
use crate::web::extract::fields::{FieldErrors, FromField, FromFields, RequestFields, UnknownFields};
use crate::web::extract::json_value::JsonValue;

impl FromField for Language {
    fn from_field(value: JsonValue, path: &str, errors: &mut FieldErrors) -> Option<Self> {
        one_of(value, path, errors, &Self::ALL.map(|language| (language.code(), language)))
    }
}

impl FromName for Language {
    fn from_name(name: &str) -> Result<Self, String> {
        let codes = Self::ALL.map(Self::code);
        let known = Self::ALL.into_iter().find(|language| language.code() == name);
        known.ok_or_else(|| format!("must be by language: {}", codes.join(", ")))
    }
}

impl FromField for Category {
    fn from_field(value: JsonValue, path: &str, errors: &mut FieldErrors) -> Option<Self> {
        one_of(value, path, errors, &Self::BROADCAST.map(|category| (category.as_str(), category)))
    }
}

/// Text in one language, as a request sends it.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct DraftText {
    #[serde(flatten)]
    pub(super) text: LocalizedText,
    /// Link preview; `None` to leave it as it is.
    pub(super) link_preview: Option<bool>,
}

impl FromFields for DraftText {
    const UNKNOWN_FIELDS: UnknownFields = UnknownFields::Ignored;

    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        let (html, buttons) = (fields.read("html"), fields.read_or_default("buttons"));
        let link_preview = fields.read("link_preview");
        Some(Self { text: LocalizedText { html: html?, buttons: buttons? }, link_preview: link_preview? })
    }
}

impl FromFields for LinkButton {
    const UNKNOWN_FIELDS: UnknownFields = UnknownFields::Ignored;

    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        let (text, url) = (fields.read("text"), fields.read("url"));
        Some(Self { text: text?, url: url? })
    }
}

impl FromFields for Attachment {
    const UNKNOWN_FIELDS: UnknownFields = UnknownFields::Ignored;

    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        let kinds = [("photo", AttachmentKind::Photo), ("document", AttachmentKind::Document)];
        let (kind, file_id) = (fields.one_of("kind", &kinds), fields.read("file_id"));
        Some(Self { kind: kind?, file_id: file_id? })
    }
}

/// Reads the values of a segment of one kind.
type SegmentReader = fn(&mut RequestFields<'_>) -> Option<Segment>;

/// Kinds of segments, each with its reader.
const SEGMENTS: [(&str, SegmentReader); 9] = [
    ("everyone", |_| Some(Segment::Everyone)),
    ("plans", |fields| Some(Segment::Plans { plans: fields.read("plans")? })),
    ("plan_ends", |fields| Some(Segment::PlanEnds { days: fields.read("days")? })),
    ("balance_under", |fields| Some(Segment::BalanceUnder { tokens: fields.read("tokens")? })),
    ("language", |fields| Some(Segment::Language { language: fields.read("language")? })),
    ("active_within", |fields| Some(Segment::ActiveWithin { days: fields.read("days")? })),
    ("people", |fields| Some(Segment::People { ids: fields.read("ids")? })),
    ("all", |fields| Some(Segment::All { of: fields.read("of")? })),
    ("not", |fields| Some(Segment::Not { of: Box::new(fields.read("of")?) })),
];

impl FromFields for Segment {
    const UNKNOWN_FIELDS: UnknownFields = UnknownFields::Ignored;

    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        let read = fields.one_of("kind", &SEGMENTS)?;
        read(fields)
    }
}

//! Arguments of a new draft.

use std::io::Read;

use clap::Args;

use crate::domain::admin::access::Admin;
use crate::domain::broadcasts::DraftChange;
use crate::domain::{self, Domain, Refusal};
use crate::model::broadcasts::segment_syntax::{SegmentTextError, TypedSegment};
use crate::model::broadcasts::{Attachment, AttachmentKind, LinkButton, LocalizedText};
use crate::model::notices::category::Category;
use crate::model::text::language::Language;
use crate::model::time::Moment;

/// Arguments of `admin broadcast new`.
#[derive(Args)]
pub(in crate::cli) struct NewBroadcastArgs {
    /// English text in Telegram HTML; `-` reads it from standard input
    #[arg(long, value_name = "HTML")]
    en: Option<String>,
    /// Russian text in Telegram HTML; `-` reads it from standard input
    #[arg(long, value_name = "HTML", required_unless_present_any = ["en", "photo", "document"])]
    ru: Option<String>,
    /// `file_id` of a photo sent to the bot
    #[arg(long, value_name = "FILE_ID", conflicts_with = "document")]
    photo: Option<String>,
    /// `file_id` of a document sent to the bot
    #[arg(long, value_name = "FILE_ID")]
    document: Option<String>,
    /// Button as `Read more - https://example.org/news`; up to three
    #[arg(long = "button", value_name = "BUTTON", value_parser = button)]
    buttons: Vec<LinkButton>,
    /// Category: `service` (people can't switch it off), `plan_news` or `product_news`
    #[arg(long, default_value = "product_news", value_parser = category)]
    about: Category,
    /// Audience: everyone, plans:vip,elite, `plan_ends:7`, `balance_under:100`, language:ru, `active_within:30` or
    /// people:1001,@ivan,#42,ivan@example.org; or several, as in `language:ru and not plans:vip`
    #[arg(long, default_value = "everyone", value_parser = segment)]
    to: TypedSegment,
    /// Show a preview of the first link of each text
    #[arg(long)]
    link_preview: bool,
    /// Start time in UTC, such as `2026-12-01 18:00`; omit to send immediately
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Moment>,
    /// Pay Stars to send more than 30 messages a second
    #[arg(long)]
    paid: bool,
    /// Idempotency name; the same name returns the same draft
    #[arg(long, value_name = "NAME")]
    pub(super) once: Option<String>,
}

fn button(text: &str) -> Result<LinkButton, String> {
    LinkButton::parse(text).map_err(|flaw| flaw.to_string())
}

fn category(text: &str) -> Result<Category, String> {
    Category::of_broadcast(text).ok_or_else(|| "must be service, plan_news or product_news".to_owned())
}

fn segment(text: &str) -> Result<TypedSegment, String> {
    text.parse().map_err(|error: SegmentTextError| error.to_string())
}

fn time(text: &str) -> Result<Moment, String> {
    Moment::parse(text).ok_or_else(|| "must be a time like 2026-12-01 18:00 (UTC)".to_owned())
}

impl NewBroadcastArgs {
    /// Changes that write the draft. The people whom the segment names are looked up.
    pub(super) async fn changes(self, domain: &Domain, admin: &Admin) -> domain::Result<Vec<DraftChange>> {
        let mut changes = Vec::new();
        for (language, text) in [(Language::English, self.en), (Language::Russian, self.ru)] {
            let Some(text) = text else { continue };
            let html = if text == "-" { standard_input()? } else { text };
            changes.push(DraftChange::Text(
                language,
                Some(LocalizedText { html: html.trim().to_owned(), buttons: Vec::new() }),
            ));
            changes.push(DraftChange::LinkPreviewSwitch(language, self.link_preview));
        }
        let photo = self.photo.map(|file_id| Attachment { kind: AttachmentKind::Photo, file_id });
        let document = self.document.map(|file_id| Attachment { kind: AttachmentKind::Document, file_id });
        changes.extend(photo.or(document).map(|file| DraftChange::File(Some(file))));
        changes.push(DraftChange::Buttons(self.buttons));
        let segment = domain.resolve_segment(admin, self.to).await?;
        let segment = segment.map_err(|error| Refusal::field("segment", error.to_string()))?;
        changes.extend([
            DraftChange::Category(self.about),
            DraftChange::Segment(segment),
            DraftChange::Paid(self.paid),
        ]);
        changes.extend(self.at.map(|at| DraftChange::StartAt(Some(at))));
        Ok(changes)
    }
}

fn standard_input() -> domain::Result<String> {
    let mut text = String::new();
    let read = std::io::stdin().read_to_string(&mut text);
    read.map_err(|fault| domain::Error::Failed(domain::Fault::new(fault)))?;
    Ok(text)
}

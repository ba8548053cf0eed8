//! The `neuralbox-auth admin broadcast` commands.
//!
//! A command only writes to the database. A service that runs on the same database reads the change there and does the
//! sending.

use std::io::Read;

use clap::{Args, Subcommand};

use crate::domain::admin::access::Admin;
use crate::domain::broadcasts::failures::CSV_HEADER;
use crate::domain::broadcasts::{DraftChange, MAX_PAGE_LINES};
use crate::domain::{self, Domain};
use crate::model::broadcasts::segment_syntax::SEGMENT_FORMS;
use crate::model::broadcasts::{
    Attachment, AttachmentKind, Broadcast, BroadcastId, BroadcastState, LinkButton, LocalizedText, Segment,
};
use crate::model::notices::category::Category;
use crate::model::text::language::Language;
use crate::model::time::Moment;

/// Length of the excerpt of a text in one-line output, in characters.
const EXCERPT_CHARS: usize = 60;

/// Subcommands of `admin broadcast`.
#[derive(Subcommand)]
pub(super) enum BroadcastCommand {
    /// Write a draft; nothing is sent until `start`
    New(Box<NewBroadcastArgs>),
    /// Show the content, audience and progress of a broadcast
    Show {
        /// Broadcast number
        id: i64,
    },
    /// List broadcasts and drafts, newest first
    List {
        /// Only broadcasts with a lower number
        #[arg(long, value_name = "NUMBER")]
        before: Option<i64>,
        /// Maximum number of broadcasts
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=MAX_PAGE_LINES))]
        limit: i64,
    },
    /// Send a draft, immediately or at its scheduled time
    Start {
        /// Broadcast number
        id: i64,
        /// Number of recipients printed by `show`; if it has changed, nothing is sent
        #[arg(long, value_name = "NUMBER")]
        recipients: i64,
    },
    /// Pause a broadcast; messages already in progress are still sent
    Pause {
        /// Broadcast number
        id: i64,
    },
    /// Resume a broadcast
    Resume {
        /// Broadcast number
        id: i64,
    },
    /// Cancel a broadcast, or delete a draft
    Cancel {
        /// Broadcast number
        id: i64,
    },
    /// Cancel a broadcast and delete the messages sent within the last 48 hours
    Retract {
        /// Broadcast number
        id: i64,
    },
    /// Turn a scheduled broadcast back into a draft
    Recall {
        /// Broadcast number
        id: i64,
    },
    /// Print who may not have got it, as CSV
    Failures {
        /// Broadcast number
        id: i64,
    },
}

/// Arguments of `admin broadcast new`.
#[derive(Args)]
pub(super) struct NewBroadcastArgs {
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
    /// people:1001,1002
    #[arg(long, default_value = "everyone", value_parser = segment)]
    to: Segment,
    /// Start time in UTC, such as `2026-12-01 18:00`; omit to send immediately
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Moment>,
    /// Pay Stars to send more than 30 messages a second
    #[arg(long)]
    paid: bool,
    /// Idempotency name; the same name returns the same draft
    #[arg(long, value_name = "NAME")]
    once: Option<String>,
}

fn button(text: &str) -> Result<LinkButton, String> {
    LinkButton::parse(text).map_err(|flaw| flaw.to_string())
}

fn category(text: &str) -> Result<Category, String> {
    Category::of_broadcast(text).ok_or_else(|| "must be service, plan_news or product_news".to_owned())
}

fn segment(text: &str) -> Result<Segment, String> {
    text.parse().map_err(|fault| if text.contains(':') { fault } else { format!("must be one of {SEGMENT_FORMS}") })
}

fn time(text: &str) -> Result<Moment, String> {
    Moment::parse(text).ok_or_else(|| "must be a time like 2026-12-01 18:00 (UTC)".to_owned())
}

/// Executes one command and prints its result.
pub(super) async fn run_command(domain: &Domain, command: BroadcastCommand) -> Result<(), String> {
    let output = execute(domain, command).await.map_err(|error| super::reason(domain, &error))?;
    print!("{output}");
    Ok(())
}

async fn execute(domain: &Domain, command: BroadcastCommand) -> domain::Result<String> {
    let admin = Admin::operator();
    let broadcast = match command {
        BroadcastCommand::New(args) => {
            let idempotency_key = args.once.clone().map(|once| format!("cli:{once}"));
            let changes = args.changes()?;
            domain.draft_broadcast_with(&admin, idempotency_key.as_deref(), &changes).await?.draft
        }
        BroadcastCommand::Show { id } => domain.broadcast(&admin, BroadcastId(id)).await?,
        BroadcastCommand::List { before, limit } => return list(domain, &admin, before, limit).await,
        BroadcastCommand::Start { id, recipients } => {
            domain.start_broadcast(&admin, BroadcastId(id), recipients, None).await?
        }
        BroadcastCommand::Pause { id } => domain.pause_broadcast(&admin, BroadcastId(id)).await?,
        BroadcastCommand::Resume { id } => domain.resume_broadcast(&admin, BroadcastId(id)).await?,
        BroadcastCommand::Cancel { id } => domain.cancel_broadcast(&admin, BroadcastId(id)).await?,
        BroadcastCommand::Retract { id } => domain.retract_broadcast(&admin, BroadcastId(id)).await?,
        BroadcastCommand::Recall { id } => domain.unschedule_broadcast(&admin, BroadcastId(id)).await?,
        BroadcastCommand::Failures { id } => return failures(domain, &admin, BroadcastId(id)).await,
    };
    describe(domain, &admin, &broadcast).await
}

impl NewBroadcastArgs {
    fn changes(self) -> domain::Result<Vec<DraftChange>> {
        let mut changes = Vec::new();
        for (language, text) in [(Language::English, self.en), (Language::Russian, self.ru)] {
            let Some(text) = text else { continue };
            let html = if text == "-" { standard_input()? } else { text };
            changes.push(DraftChange::Text(
                language,
                Some(LocalizedText { html: html.trim().to_owned(), buttons: Vec::new() }),
            ));
        }
        let photo = self.photo.map(|file_id| Attachment { kind: AttachmentKind::Photo, file_id });
        let document = self.document.map(|file_id| Attachment { kind: AttachmentKind::Document, file_id });
        changes.extend(photo.or(document).map(|file| DraftChange::File(Some(file))));
        changes.push(DraftChange::Buttons(self.buttons));
        changes.extend([
            DraftChange::Category(self.about),
            DraftChange::Segment(self.to),
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

/// Content, audience and progress, one fact a line. For a draft it ends with the command that sends it.
async fn describe(domain: &Domain, admin: &Admin, broadcast: &Broadcast) -> domain::Result<String> {
    let mut lines = vec![summary_line(broadcast)];
    for (language, text) in &broadcast.content.texts {
        lines.push(format!("  {}: {}", language.code(), text.html.replace('\n', "\n      ")));
        lines.extend(text.buttons.iter().map(|button| format!("      [{button}]")));
    }
    if let Some(file) = &broadcast.content.file {
        let kind = if file.kind == AttachmentKind::Photo { "photo" } else { "document" };
        lines.push(format!("  {kind}: {}", file.file_id));
    }
    lines.extend(broadcast.content.buttons.iter().map(|button| format!("  button: {button}")));
    let paid = if broadcast.paid { ", for Stars" } else { "" };
    let at = broadcast.start_at.map_or_else(|| "immediately".to_owned(), |at| format!("at {at}"));
    lines.push(format!("  to: {}, about: {}, {at}{paid}", broadcast.segment, broadcast.category.as_str()));
    if broadcast.state == BroadcastState::Draft {
        let recipients = domain.count_recipients(admin, broadcast.id).await?;
        lines.push(format!("  reaches {recipients} people now; send it with:"));
        let id = broadcast.id;
        lines.push(format!("  neuralbox-auth admin broadcast start {id} --recipients {recipients}"));
    } else {
        lines.extend(progress(broadcast));
    }
    Ok(lines.join("\n") + "\n")
}

/// Recipient counts, pace, pauses and times of a broadcast that has started.
fn progress(broadcast: &Broadcast) -> Vec<String> {
    let counts = &broadcast.counts;
    let mut lines = vec![format!(
        "  sent {}, unreachable {}, failed {}, uncertain {}, opted out {}, remaining {}",
        counts.sent,
        counts.unreachable,
        counts.failed,
        counts.uncertain,
        counts.opted_out,
        counts.pending()
    )];
    if matches!(broadcast.state, BroadcastState::Retracting | BroadcastState::Retracted) {
        lines.push(format!("  deleted {}, not deleted {}", counts.retracted, counts.not_deleted));
    }
    if let Some(remaining) = broadcast.remaining {
        lines.push(format!("  {:.0} messages a second, about {remaining} s remaining", broadcast.rate));
    }
    if let Some(flood_wait) = &broadcast.flood_wait {
        lines.push(format!("  paused until {}: {}", flood_wait.until, flood_wait.why));
    }
    lines.extend(broadcast.last_error.as_ref().map(|why| format!("  {why}")));
    for (event, at) in [("started", broadcast.started_at), ("finished", broadcast.finished_at)] {
        lines.extend(at.map(|at| format!("  {event} {at}")));
    }
    lines
}

/// Number, state, author and excerpt on one line.
fn summary_line(broadcast: &Broadcast) -> String {
    let by = broadcast.author.map_or_else(|| "the operator".to_owned(), |author| author.to_string());
    let Broadcast { id, state, .. } = broadcast;
    let excerpt = broadcast.content.excerpt(Language::English, EXCERPT_CHARS);
    format!("#{id} {}, by {by}: {excerpt}", state.as_str())
}

async fn list(domain: &Domain, admin: &Admin, before: Option<i64>, limit: i64) -> domain::Result<String> {
    let page = domain.broadcasts(admin, before.map(BroadcastId), limit).await?;
    Ok(page.iter().map(|broadcast| summary_line(broadcast) + "\n").collect())
}

/// CSV of all failed and uncertain recipients. Reads page by page, so the result has no row limit.
async fn failures(domain: &Domain, admin: &Admin, id: BroadcastId) -> domain::Result<String> {
    let mut csv = CSV_HEADER.to_owned();
    let mut after = 0;
    loop {
        let page = domain.broadcast_failures(admin, id, after, MAX_PAGE_LINES).await?;
        let Some(last) = page.last() else { return Ok(csv) };
        after = last.position;
        for failure in &page {
            csv.push_str(&failure.csv_line());
        }
    }
}

//! `neuralbox-auth admin broadcast …`: what the operator does to broadcasts. A service that runs on the same database learns of it
//! there, and does the sending.

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
use crate::model::notices::notice::Category;
use crate::model::text::language::Language;
use crate::model::time::Moment;

/// How much of a text stands in for it, in characters.
const EXCERPT_CHARS: usize = 60;

/// What to do.
#[derive(Subcommand)]
pub(super) enum BroadcastCommand {
    /// Write a draft; nothing is sent until it is started
    New(Box<NewBroadcastArgs>),
    /// Show a broadcast: what it says, to whom, and how it goes
    Show {
        /// Its number
        id: i64,
    },
    /// List broadcasts, drafts too, the latest first
    List {
        /// Only those with a lower number
        #[arg(long, value_name = "NUMBER")]
        before: Option<i64>,
        /// How many at most
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=MAX_PAGE_LINES))]
        limit: i64,
    },
    /// Send a draft, at once or at its time
    Start {
        /// Its number
        id: i64,
        /// How many people it reaches, as `show` says: nothing is sent if the number has changed
        #[arg(long, value_name = "NUMBER")]
        recipients: i64,
    },
    /// Let a broadcast rest; what is in hand is still sent
    Pause {
        /// Its number
        id: i64,
    },
    /// Let a broadcast go on
    Resume {
        /// Its number
        id: i64,
    },
    /// Stop a broadcast for good, or throw a draft away
    Cancel {
        /// Its number
        id: i64,
    },
    /// Stop a broadcast for good, and delete what was sent within the last 48 hours
    Retract {
        /// Its number
        id: i64,
    },
    /// Make a draft again of a broadcast whose time has not come
    Recall {
        /// Its number
        id: i64,
    },
    /// Print who did not get it for certain, as CSV
    Failures {
        /// Its number
        id: i64,
    },
}

/// A draft.
#[derive(Args)]
pub(super) struct NewBroadcastArgs {
    /// The English text, in Telegram's HTML; `-` reads it from standard input
    #[arg(long, value_name = "HTML")]
    en: Option<String>,
    /// The Russian text, in Telegram's HTML; `-` reads it from standard input
    #[arg(long, value_name = "HTML", required_unless_present_any = ["en", "photo", "document"])]
    ru: Option<String>,
    /// A photo that was sent to the bot, by its `file_id`
    #[arg(long, value_name = "FILE_ID", conflicts_with = "document")]
    photo: Option<String>,
    /// A document that was sent to the bot, by its `file_id`
    #[arg(long, value_name = "FILE_ID")]
    document: Option<String>,
    /// A button, `Read more - https://example.org/news`; up to three
    #[arg(long = "button", value_name = "BUTTON", value_parser = button)]
    buttons: Vec<LinkButton>,
    /// What it is about: `service` (cannot be switched off), `plan_news` or `product_news`
    #[arg(long, default_value = "product_news", value_parser = category)]
    about: Category,
    /// Who gets it: everyone, plans:vip,elite, `plan_ends:7`, `balance_under:100`, language:ru, `active_within:30` or people:1001,1002
    #[arg(long, default_value = "everyone", value_parser = segment)]
    to: Segment,
    /// When it begins, in UTC: `2026-12-01 18:00`; at once if left out
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Moment>,
    /// Pay Stars to be faster than 30 messages a second
    #[arg(long)]
    paid: bool,
    /// Names the draft: made again with the same name, it is the same draft
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

/// Does it, and says what came of it.
pub(super) async fn run_command(domain: &Domain, deed: BroadcastCommand) -> Result<(), String> {
    let said = done(domain, deed).await.map_err(|error| super::reason(domain, &error))?;
    print!("{said}");
    Ok(())
}

async fn done(domain: &Domain, deed: BroadcastCommand) -> domain::Result<String> {
    let admin = Admin::operator();
    let broadcast = match deed {
        BroadcastCommand::New(new) => {
            let once = new.once.clone().map(|once| format!("cli:{once}"));
            let changes = new.changes()?;
            domain.draft_broadcast_with(&admin, once.as_deref(), &changes).await?.0
        }
        BroadcastCommand::Show { id } => domain.broadcast(&admin, BroadcastId(id)).await?,
        BroadcastCommand::List { before, limit } => return list(domain, &admin, (before, limit)).await,
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
    shown(domain, &admin, &broadcast).await
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

/// A broadcast, in a few lines.
async fn shown(domain: &Domain, admin: &Admin, broadcast: &Broadcast) -> domain::Result<String> {
    let mut lines = vec![line(broadcast)];
    for (language, words) in &broadcast.content.texts {
        lines.push(format!("  {}: {}", language.code(), words.html.replace('\n', "\n      ")));
        lines.extend(words.buttons.iter().map(|button| format!("      [{button}]")));
    }
    if let Some(file) = &broadcast.content.file {
        let kind = if file.kind == AttachmentKind::Photo { "photo" } else { "document" };
        lines.push(format!("  {kind}: {}", file.file_id));
    }
    lines.extend(broadcast.content.buttons.iter().map(|button| format!("  button: {button}")));
    let paid = if broadcast.paid { ", for Stars" } else { "" };
    let at = broadcast.start_at.map_or_else(|| "at once".to_owned(), |at| format!("at {at}"));
    lines.push(format!("  to: {}, about: {}, {at}{paid}", broadcast.segment, broadcast.category.as_str()));
    if broadcast.state == BroadcastState::Draft {
        let recipients = domain.count_recipients(admin, broadcast.id).await?;
        lines.push(format!("  reaches {recipients} people now; to send it:"));
        let id = broadcast.id;
        lines.push(format!("  neuralbox-auth admin broadcast start {id} --recipients {recipients}"));
    } else {
        lines.extend(progress(broadcast));
    }
    Ok(lines.join("\n") + "\n")
}

/// How it goes.
fn progress(broadcast: &Broadcast) -> Vec<String> {
    let counts = &broadcast.counts;
    let mut lines = vec![format!(
        "  sent {}, unreachable {}, failed {}, uncertain {}, unwanted {}, left {}",
        counts.sent,
        counts.unreachable,
        counts.failed,
        counts.uncertain,
        counts.opted_out,
        counts.pending()
    )];
    if matches!(broadcast.state, BroadcastState::Retracting | BroadcastState::Retracted) {
        lines.push(format!("  deleted again {}, kept {}", counts.retracted, counts.not_deleted));
    }
    if let Some(remaining) = broadcast.remaining {
        lines.push(format!("  {:.0} a second, about {remaining} s to go", broadcast.rate));
    }
    if let Some(flood_wait) = &broadcast.flood_wait {
        lines.push(format!("  nothing is sent until {}: {}", flood_wait.until, flood_wait.why));
    }
    lines.extend(broadcast.last_error.as_ref().map(|why| format!("  {why}")));
    for (what, at) in [("began", broadcast.started_at), ("ended", broadcast.finished_at)] {
        lines.extend(at.map(|at| format!("  {what} {at}")));
    }
    lines
}

/// A broadcast in a line.
fn line(broadcast: &Broadcast) -> String {
    let by = broadcast.author.map_or_else(|| "the operator".to_owned(), |author| author.to_string());
    let Broadcast { id, state, .. } = broadcast;
    let beginning = broadcast.content.excerpt(Language::English, EXCERPT_CHARS);
    format!("#{id} {}, by {by}: {beginning}", state.as_str())
}

async fn list(domain: &Domain, admin: &Admin, (before, limit): (Option<i64>, i64)) -> domain::Result<String> {
    let page = domain.broadcasts(admin, before.map(BroadcastId), limit).await?;
    Ok(page.iter().map(|broadcast| line(broadcast) + "\n").collect())
}

/// Page by page, however many there are.
async fn failures(domain: &Domain, admin: &Admin, id: BroadcastId) -> domain::Result<String> {
    let mut table = CSV_HEADER.to_owned();
    let mut after = 0;
    loop {
        let page = domain.broadcast_failures(admin, id, after, MAX_PAGE_LINES).await?;
        let Some(last) = page.last() else { return Ok(table) };
        after = last.n;
        for failure in &page {
            table.push_str(&failure.csv_line());
        }
    }
}

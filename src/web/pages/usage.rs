//! Usage page: tokens and requests of the last 30 days, by key and by day.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::billing::daily_usage::{KeyUsage, SHOWN_DAYS};
use crate::model::billing::daily_usage::{UsageHistory, UsageTotal};
use crate::model::text::texts::TextArg::Count;
use crate::web::WebState;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, SignedInPage};
use crate::web::pages::localizer::PageLocalizer;
use crate::web::problem::Result;

/// Periods that are summed, in days. The template heads each with its text.
const PERIODS: [i64; 3] = [1, 7, SHOWN_DAYS];

#[derive(Template)]
#[template(path = "usage.html")]
struct UsagePage {
    frame: Layout,
    /// Sums of all keys.
    all: UsageRow,
    keys: Vec<UsageRow>,
    /// Days with usage, newest first.
    days: Vec<UsageRow>,
}

/// Row of a table.
struct UsageRow {
    /// Name of the key, or the day.
    title: String,
    /// Sum of each period, or of the day.
    sums: Vec<String>,
}

/// Shows the usage.
pub(crate) async fn show(State(web): State<WebState>, page: SignedInPage) -> Result<Response> {
    let history = web.domain.daily_usage(&page.caller, SHOWN_DAYS, None).await?;
    let keys = web.domain.usage_by_key(&page.caller, &history).await?;
    let localizer = page.localizer();
    let key = |KeyUsage { name, history }: KeyUsage| {
        sums(localizer, name.unwrap_or_else(|| localizer.text("page-usage-no-key")), &history)
    };
    let mut days = history.each_day(SHOWN_DAYS);
    days.retain(|(_, total)| *total != UsageTotal::default());
    let day = |(day, total)| UsageRow { title: localizer.utc_day(day), sums: vec![sum(localizer, total)] };
    let view = UsagePage {
        frame: page.frame("page-usage", page_paths::BILLING),
        all: sums(localizer, localizer.text("page-usage-all"), &history),
        keys: keys.into_iter().map(key).collect(),
        days: days.into_iter().rev().map(day).collect(),
    };
    Ok(layout::page(StatusCode::OK, &view))
}

fn sums(localizer: &PageLocalizer, title: String, history: &UsageHistory) -> UsageRow {
    UsageRow { title, sums: PERIODS.map(|days| sum(localizer, history.latest(days))).to_vec() }
}

fn sum(localizer: &PageLocalizer, UsageTotal { tokens, requests }: UsageTotal) -> String {
    localizer.values("page-usage-sum", &[("tokens", Count(tokens)), ("requests", Count(requests))])
}

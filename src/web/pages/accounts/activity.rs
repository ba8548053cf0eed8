//! Activity page: events of the account, newest first.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::Refusal;
use crate::model::accounts::activity::ActivityEntry;
use crate::model::billing::plan::Plans;
use crate::model::network::network_for_people;
use crate::model::text::texts::TextArg;
use crate::web::WebState;
use crate::web::extract::fields::from_fields;
use crate::web::extract::query::Query;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, SignedInPage};
use crate::web::pages::list_part::ListPart;
use crate::web::pages::localizer::{PageLocalizer, Timestamp};
use crate::web::problem::Result;

/// Events per page.
const PAGE_LINES: usize = 50;

/// Query of the activity page.
#[derive(Debug)]
pub(crate) struct ActivityQuery {
    after: Option<String>,
}

from_fields!(ActivityQuery { after }, Ignored);

#[derive(Template)]
#[template(path = "accounts/activity.html")]
struct ActivityPage {
    frame: Layout,
    lines: ListPart<ActivityRow>,
}

struct ActivityRow {
    what: String,
    who: String,
    network: Option<String>,
    when: Timestamp,
}

/// Shows a part of the activity.
pub(crate) async fn show(
    State(web): State<WebState>,
    page: SignedInPage,
    Query(query): Query<ActivityQuery>,
) -> Result<Response> {
    let after = query.after.as_deref().map(str::parse).transpose();
    let after = after.map_err(|_| Refusal::field("after", "must be the number of a line"))?;
    let entries = web.domain.activity(&page.caller, after, PAGE_LINES).await?;
    let plans = web.domain.plans();
    let lines = ListPart::new(entries, after, |last| last.id, |entry| row(entry, page.localizer(), plans));
    let frame = page.frame("page-activity", page_paths::SECURITY);
    Ok(layout::page(StatusCode::OK, &ActivityPage { frame, lines }))
}

fn row(entry: ActivityEntry, localizer: &PageLocalizer, plans: &Plans) -> ActivityRow {
    let what = entry.event.as_ref().map_or_else(
        || localizer.text("activity-other"),
        |event| {
            let day = event.day().map(|day| localizer.stored_day(day));
            let (id, mut values) = event.sentence(plans);
            values.extend(day.as_deref().map(|day| ("day", TextArg::Text(day))));
            localizer.values(&id, &values)
        },
    );
    let who = entry.device.unwrap_or_else(|| localizer.text(&format!("activity-by-{}", entry.actor)));
    let network = entry.network.as_deref().map(network_for_people);
    ActivityRow { what, who, network, when: localizer.when(entry.created_at) }
}

//! Recipients without a confirmed delivery of a broadcast.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::broadcasts::failures::{CSV_HEADER, MAX_EXPORTED_FAILURES};
use crate::domain::{ListPage, broadcasts, rows_for};
use crate::model::time::Moment;
use crate::web::WebState;
use crate::web::api::broadcasts::views::BroadcastPath;
use crate::web::api::query::{PageBounds, PageQuery};
use crate::web::extract::caller::AdminCaller;
use crate::web::extract::header_fields::{essence, members};
use crate::web::extract::path_id::PathId;
use crate::web::extract::query::Query;
use crate::web::openapi::responses;
use crate::web::problem::{Problem, Result};

/// Recipient without a confirmed delivery, or whose message could not be deleted.
#[derive(Serialize, ToSchema)]
pub(crate) struct FailedRecipientView {
    /// Position among the recipients of the broadcast.
    n: i64,
    #[schema(example = 1001)]
    telegram_id: i64,
    /// `unreachable`, `failed`, `uncertain` (may have been delivered) or `not_deleted` (could not be deleted).
    #[schema(example = "unreachable")]
    outcome: String,
    /// Reason in English. Of an unreachable person: `blocked the bot`, `deleted their Telegram account`, `never started the
    /// bot` or `is unreachable`.
    #[schema(example = "blocked the bot")]
    reason: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Moment>,
}

/// Format of the list, by `Accept`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FailuresFormat {
    /// One page.
    Json,
    /// All failures as one file.
    Csv,
}

/// Page and format that a request asks for.
pub(crate) struct FailuresQuery {
    page: PageQuery,
    format: FailuresFormat,
}

impl<S: Send + Sync> FromRequestParts<S> for FailuresQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> std::result::Result<Self, Problem> {
        let Query(page) = Query::from_request_parts(parts, state).await?;
        let mut kinds = members(&parts.headers, ACCEPT).filter_map(essence);
        let wants_csv = kinds.any(|kind| kind.eq_ignore_ascii_case("text/csv"));
        let format = if wants_csv { FailuresFormat::Csv } else { FailuresFormat::Json };
        Ok(Self { page, format })
    }
}

/// Page of failed recipients, in sending order.
#[derive(Serialize, ToSchema)]
pub(crate) struct FailedRecipientsResponse {
    failures: Vec<FailedRecipientView>,
    /// `after` of the next page; null on the last one.
    next: Option<String>,
}

/// List the recipients without a confirmed delivery.
///
/// With `Accept: text/csv`, returns all of them as a table, at most 100,000. The list is deleted 90 days after the broadcast
/// ended.
#[utoipa::path(
    get, path = "/admin/broadcasts/{id}/failures", operation_id = "listBroadcastFailures", tag = "Broadcasts", security(("session" = [])),
    params(BroadcastPath, PageQuery),
    responses(
        (status = 200, description = "Recipients without a confirmed delivery", content(
            (FailedRecipientsResponse = "application/json"), (String = "text/csv")
        )),
        (status = 410, description = "The list was deleted 90 days after the broadcast ended"),
        responses::BroadcastErrors,
        responses::PageErrors,
    )
)]
pub(crate) async fn failures(
    State(web): State<WebState>,
    AdminCaller(admin): AdminCaller,
    id: PathId,
    FailuresQuery { page, format }: FailuresQuery,
) -> Result<Response> {
    let id = id.broadcast()?;
    if format == FailuresFormat::Csv {
        let all = web.domain.all_failures(&admin, id, MAX_EXPORTED_FAILURES).await?;
        let lines: String = all.iter().map(broadcasts::FailedRecipient::csv_line).collect();
        let named = format!("attachment; filename=\"broadcast-{id}-failures.csv\"");
        let headers = [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, named)];
        return Ok((headers, format!("{CSV_HEADER}{lines}")).into_response());
    }
    let PageBounds { after, limit } = page.bounds();
    let found = web.domain.broadcast_failures(&admin, id, after.unwrap_or(0), rows_for(limit)).await?;
    let part = ListPage::cut(found, limit);
    let next = part.resume_after().map(|recipient| recipient.position.to_string());
    let failures = part.items.into_iter().map(|recipient| FailedRecipientView {
        n: recipient.position,
        telegram_id: recipient.chat_id,
        outcome: recipient.state,
        reason: recipient.reason,
        at: recipient.settled_at,
    });
    Ok(Json(FailedRecipientsResponse { failures: failures.collect(), next }).into_response())
}

//! Reports of keys that were found in public, from GitHub's secret scanning
//! (<https://docs.github.com/en/code-security/secret-scanning/secret-scanning-partnership-program/secret-scanning-partner-program>).

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::domain::api_keys::leaks::{LeakReporter, ReportedKey};
use crate::gateway::github::ReportSignature;
use crate::model::crypto::secret::Secret;
use crate::web::WebState;
use crate::web::extract::json;
use crate::web::problem::{Problem, ProblemBody, Result};

/// The longest report we read, in bytes.
const MAX_REPORT_BYTES: usize = 2 * 1024 * 1024;

/// Something that matched the pattern of our keys, as GitHub reports it.
#[derive(Deserialize, ToSchema)]
pub(crate) struct LeakReportItem {
    /// What was found.
    token: String,
    /// The name under which our pattern is registered.
    #[serde(rename = "type")]
    #[schema(example = "neuralbox_api_key")]
    kind: String,
    /// Where it was found; may be empty.
    #[serde(default)]
    #[schema(
        example = "https://github.com/octocat/Hello-World/blob/12345600b9cbe38a219f39a9941c9319b600c002/foo/bar.txt"
    )]
    url: String,
    /// What kind of place that is.
    #[serde(default, rename = "source")]
    #[schema(example = "commit")]
    _source: String,
}

/// What a find was.
#[derive(Serialize, ToSchema)]
pub(crate) struct LeakLabelView {
    /// The SHA-256 of what was found, in hexadecimal.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    token_hash: String,
    /// The `type` of the report.
    #[schema(example = "neuralbox_api_key")]
    token_type: String,
    /// `true_positive`: a key of ours, which works no more. `false_positive`: nobody's key.
    #[schema(example = "true_positive")]
    label: &'static str,
}

/// A report that GitHub signed.
pub(crate) struct GitHubReport {
    scanner: LeakReporter,
    reported: Vec<LeakReportItem>,
}

/// The signature counts for the bytes as they came: they are read and checked before they are understood.
impl FromRequest<WebState> for GitHubReport {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &WebState) -> std::result::Result<Self, Problem> {
        let seal = seal(request.headers());
        let body = json::json_text(request, MAX_REPORT_BYTES).await?;
        let scanner = web.domain.authenticate_github(seal.as_ref(), &body).await?;
        Ok(Self { scanner, reported: json::parse(&body)? })
    }
}

fn seal(headers: &HeaderMap) -> Option<ReportSignature> {
    let field = |name| headers.get(name).and_then(|value| value.to_str().ok());
    ReportSignature::parse(field("github-public-key-identifier")?, field("github-public-key-signature")?)
}

/// For GitHub's secret scanning: keys that were found in public. Each live one is revoked at once, and its owner warned.
#[utoipa::path(
    post, path = "/leaks/github", tag = "Leaks", request_body = Vec<LeakReportItem>,
    params(
        ("Github-Public-Key-Identifier" = String, Header, description = "Which of GitHub's public keys signed the body"),
        ("Github-Public-Key-Signature" = String, Header, description = "The signature of the body as it is: ECDSA P-256 with SHA-256, DER, in base64"),
    ),
    responses(
        (status = 200, description = "What each find was, in the order of the report", body = Vec<LeakLabelView>),
        (status = 401, description = "GitHub did not sign this", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Not a report, or one of more than 2000 finds", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "GitHub's public keys cannot be had now", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn github(State(web): State<WebState>, report: GitHubReport) -> Result<Json<Vec<LeakLabelView>>> {
    let GitHubReport { scanner, reported } = report;
    let (answers, finds): (Vec<_>, Vec<_>) = reported.into_iter().map(understood).unzip();
    let verdicts = web.domain.revoke_leaked(&scanner, finds).await?;
    let labelled = answers.into_iter().zip(verdicts);
    Ok(Json(labelled.map(|(answer, verdict)| LeakLabelView { label: verdict.as_str(), ..answer }).collect()))
}

/// What is answered but for the label, and what is to be looked into.
fn understood(reported: LeakReportItem) -> (LeakLabelView, ReportedKey) {
    let LeakReportItem { token, kind, url, .. } = reported;
    let token_hash = hex::encode(Sha256::digest(token.as_bytes()));
    (LeakLabelView { token_hash, token_type: kind, label: "" }, ReportedKey { token: Secret::new(token), url })
}

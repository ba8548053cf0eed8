//! Reports of leaked keys from GitHub secret scanning
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
use crate::web::extract::fields::{FromFields, RequestFields, UnknownFields};
use crate::web::extract::header_fields::single;
use crate::web::extract::json;
use crate::web::problem::{Problem, Result};

/// Limits the body of a report, in bytes.
const MAX_REPORT_BYTES: usize = 2 * 1024 * 1024;

/// One find that matches the pattern of our API keys, as GitHub reports it.
#[derive(Deserialize, ToSchema)]
pub(crate) struct LeakReportItem {
    /// Text that was found.
    token: String,
    /// Name under which our pattern is registered at GitHub.
    #[serde(rename = "type")]
    #[schema(example = "neuralbox_api_key")]
    kind: String,
    /// Address of the find; may be empty.
    #[serde(default)]
    #[schema(
        example = "https://github.com/octocat/Hello-World/blob/12345600b9cbe38a219f39a9941c9319b600c002/foo/bar.txt"
    )]
    url: String,
    /// Kind of place, such as `commit`.
    #[serde(default, rename = "source")]
    #[schema(example = "commit")]
    _source: String,
}

/// GitHub may add fields.
impl FromFields for LeakReportItem {
    const UNKNOWN_FIELDS: UnknownFields = UnknownFields::Ignored;

    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        let (token, kind) = (fields.read("token"), fields.read("type"));
        let (url, source) = (fields.read_or_default("url"), fields.read_or_default("source"));
        Some(Self { token: token?, kind: kind?, url: url?, _source: source? })
    }
}

/// Verdict on one find.
#[derive(Serialize, ToSchema)]
pub(crate) struct LeakLabelView {
    /// SHA-256 of the reported text, in hexadecimal.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    token_hash: String,
    /// `type` from the report.
    #[schema(example = "neuralbox_api_key")]
    token_type: String,
    /// `true_positive`: one of our API keys, which is revoked now. `false_positive`: not one of our API keys.
    #[schema(example = "true_positive")]
    label: &'static str,
}

/// Report with a verified signature of GitHub.
pub(crate) struct GitHubReport {
    scanner: LeakReporter,
    reported: Vec<LeakReportItem>,
}

/// The signature covers the raw bytes, so they are verified before they are parsed.
impl FromRequest<WebState> for GitHubReport {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &WebState) -> std::result::Result<Self, Problem> {
        let signature = signature(request.headers());
        let body = json::json_text(request, MAX_REPORT_BYTES).await?;
        let scanner = web.domain.authenticate_github(signature.as_ref(), &body).await?;
        Ok(Self { scanner, reported: json::parse(&body)? })
    }
}

fn signature(headers: &HeaderMap) -> Option<ReportSignature> {
    let identifier = single(headers, "github-public-key-identifier").text()?;
    ReportSignature::parse(identifier, single(headers, "github-public-key-signature").text()?)
}

/// Report leaked API keys; for GitHub secret scanning.
///
/// Live keys are revoked immediately, and their owners are notified.
#[utoipa::path(
    post, path = "/leaks/github", operation_id = "reportLeakedKeys", tag = "Leaks", request_body = Vec<LeakReportItem>,
    params(
        ("Github-Public-Key-Identifier" = String, Header, description = "Identifier of the GitHub public key that signed the body"),
        ("Github-Public-Key-Signature" = String, Header, description = "Signature of the raw body: ECDSA P-256 with SHA-256, DER, base64"),
    ),
    responses(
        (status = 200, description = "Verdict on each find, in the order of the report", body = Vec<LeakLabelView>),
        (status = 401, description = "The signature is missing, wrong or not GitHub's"),
        (status = 422, description = "Not a report, or more than 2000 finds"),
        (status = 503, description = "GitHub's public keys are unavailable"),
    )
)]
pub(crate) async fn github(State(web): State<WebState>, report: GitHubReport) -> Result<Json<Vec<LeakLabelView>>> {
    let GitHubReport { scanner, reported } = report;
    let (answers, keys): (Vec<_>, Vec<_>) = reported.into_iter().map(split).unzip();
    let verdicts = web.domain.revoke_leaked(&scanner, keys).await?;
    let labels = answers.into_iter().zip(verdicts);
    Ok(Json(labels.map(|(answer, verdict)| LeakLabelView { label: verdict.as_str(), ..answer }).collect()))
}

/// Splits a find into its answer, whose label is still empty, and the key to check.
fn split(reported: LeakReportItem) -> (LeakLabelView, ReportedKey) {
    let LeakReportItem { token, kind, url, .. } = reported;
    let token_hash = hex::encode(Sha256::digest(token.as_bytes()));
    (LeakLabelView { token_hash, token_type: kind, label: "" }, ReportedKey { token: Secret::new(token), url })
}

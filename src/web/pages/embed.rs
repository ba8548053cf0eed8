//! `/embed.js`, the sign-in script of other websites. `docs/embedding.md` is its guide.
//!
//! The address of the latest version is cached for minutes. Each released version also has an address of its own, whose
//! content never changes, so that a website can state its hash (Subresource Integrity). A change to a released version
//! is a new file and a new row of [`VERSIONS`].

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};

use crate::web::WebState;
use crate::web::extract::header_fields::members;
use crate::web::page_paths;
use crate::web::pages::assets::matches_tag;
use crate::web::problem::{Problem, Result};

/// Websites check for a new version so often.
const LATEST_CACHE: &str = "public, max-age=300";
const VERSION_CACHE: &str = "public, max-age=31536000, immutable";
/// Permits embedding from pages that isolate themselves with `Cross-Origin-Embedder-Policy`.
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

struct ScriptVersion {
    /// Last part of its address.
    file: &'static str,
    content: &'static str,
    tag: String,
}

impl ScriptVersion {
    fn new(file: &'static str, content: &'static str) -> Self {
        let hash = hex::encode(Sha256::digest(content.as_bytes()));
        Self { file, content, tag: format!("\"{}\"", hash.get(..16).unwrap_or(&hash)) }
    }

    /// Any website may load the script and read it, which `integrity` requires.
    fn serve(&self, headers: &HeaderMap, cache: &'static str) -> Response {
        let fields = [
            (CACHE_CONTROL, cache),
            (CONTENT_TYPE, "text/javascript; charset=utf-8"),
            (ETAG, &self.tag),
            (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            (RESOURCE_POLICY, "cross-origin"),
        ];
        if members(headers, IF_NONE_MATCH).any(|known| matches_tag(known, &self.tag)) {
            return (StatusCode::NOT_MODIFIED, fields).into_response();
        }
        (fields, self.content).into_response()
    }
}

/// Released versions, the latest first.
static VERSIONS: LazyLock<[ScriptVersion; 1]> =
    LazyLock::new(|| [ScriptVersion::new("1.0.0.js", include_str!("../../../templates/assets/embed/1.0.0.js"))]);

/// Routes of the script.
pub(super) fn routes() -> Router<WebState> {
    Router::new().route(page_paths::EMBED_SCRIPT, get(latest)).route(page_paths::EMBED_VERSION, get(version))
}

async fn latest(headers: HeaderMap) -> Response {
    let [latest, ..] = &*VERSIONS;
    latest.serve(&headers, LATEST_CACHE)
}

async fn version(Path(file): Path<String>, headers: HeaderMap) -> Result<Response> {
    let version = VERSIONS.iter().find(|version| version.file == file).ok_or_else(Problem::path_not_found)?;
    Ok(version.serve(&headers, VERSION_CACHE))
}

//! Static files of pages. Their names contain a hash of the content, so browsers may cache them permanently.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::web::extract::header_fields::members;
use crate::web::page_paths;
use crate::web::problem::{Problem, Result};

struct Asset {
    name: &'static str,
    kind: &'static str,
    content: &'static str,
    /// `/assets/site.1a2b3c4d5e6f.css`.
    address: String,
}

impl Asset {
    fn new(name: &'static str, kind: &'static str, content: &'static str) -> Self {
        let hash = hex::encode(Sha256::digest(content.as_bytes()));
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        let address = format!("{}/{stem}.{}.{ending}", page_paths::ASSETS, hash.get(..12).unwrap_or(&hash));
        Self { name, kind, content, address }
    }
}

/// Files compiled into the program, hashed once.
static ASSETS: LazyLock<[Asset; 6]> = LazyLock::new(|| {
    [
        Asset::new("site.css", "text/css; charset=utf-8", include_str!("../../../templates/assets/site.css")),
        Asset::new("site.js", "text/javascript; charset=utf-8", include_str!("../../../templates/assets/site.js")),
        Asset::new("docs.css", "text/css; charset=utf-8", include_str!("../../../templates/assets/docs.css")),
        Asset::new("docs.js", "text/javascript; charset=utf-8", include_str!("../../../templates/assets/docs.js")),
        Asset::new(
            "window_return.js",
            "text/javascript; charset=utf-8",
            include_str!("../../../templates/assets/window_return.js"),
        ),
        Asset::new("icon.svg", "image/svg+xml", include_str!("../../../templates/assets/icon.svg")),
    ]
});

/// Path of an asset; empty if there is none called `name`.
pub(crate) fn address(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("", |asset| asset.address.as_str())
}

/// Serves an asset. A page of another version may request another hash; it gets the present content, uncached.
pub(crate) async fn show(Path(file): Path<String>, headers: HeaderMap) -> Result<Response> {
    let (stem, ending) = (file.split('.').next(), file.rsplit('.').next());
    let is_same = |asset: &&Asset| asset.name.split('.').next() == stem && asset.name.rsplit('.').next() == ending;
    let asset = ASSETS.iter().find(is_same).ok_or_else(Problem::path_not_found)?;
    let exact = asset.address.ends_with(&format!("/{file}"));
    let cache = if exact { "public, max-age=31536000, immutable" } else { "no-cache" };
    let tag = format!("\"{}\"", asset.address.split('.').nth(1).unwrap_or_default());
    let known = members(&headers, IF_NONE_MATCH).any(|known| matches_tag(known, &tag));
    let fields = [(CACHE_CONTROL, cache), (CONTENT_TYPE, asset.kind), (ETAG, &tag)];
    Ok(if known { (StatusCode::NOT_MODIFIED, fields).into_response() } else { (fields, asset.content).into_response() })
}

/// True if a member of `If-None-Match` is `tag`, weak or strong, or `*` (RFC 9110, section 13.1.2).
pub(super) fn matches_tag(member: &[u8], tag: &str) -> bool {
    member == b"*" || member.strip_prefix(b"W/").unwrap_or(member) == tag.as_bytes()
}

//! Pages for a browser: the chat, the Login Widget, and a demonstration of what the widget signs.
//!
//! The pages are static files of `templates/`; their data comes from [`super::control`].
//! The content security policy forbids loading anything from elsewhere.

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::Sandbox;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// Assets: name, media type, content.
const ASSETS: [(&str, &str, &str); 14] = [
    ("base.css", CSS, include_str!("../../templates/assets/base.css")),
    ("chat.css", CSS, include_str!("../../templates/assets/chat.css")),
    ("bubble.css", CSS, include_str!("../../templates/assets/bubble.css")),
    ("chat.js", SCRIPT, include_str!("../../templates/assets/chat.js")),
    ("bubble.js", SCRIPT, include_str!("../../templates/assets/bubble.js")),
    ("dom.js", SCRIPT, include_str!("../../templates/assets/dom.js")),
    ("embed.css", CSS, include_str!("../../templates/assets/embed.css")),
    ("embed.js", SCRIPT, include_str!("../../templates/assets/embed.js")),
    ("widget.css", CSS, include_str!("../../templates/assets/widget.css")),
    ("widget.js", SCRIPT, include_str!("../../templates/assets/widget.js")),
    ("google.css", CSS, include_str!("../../templates/assets/google.css")),
    ("outbox.css", CSS, include_str!("../../templates/assets/outbox.css")),
    ("invoice.css", CSS, include_str!("../../templates/assets/invoice.css")),
    ("icon.svg", SVG, include_str!("../../templates/assets/icon.svg")),
];

const CHAT: &str = include_str!("../../templates/chat.html");
const WIDGET: &str = include_str!("../../templates/widget.html");
const EMBED: &str = include_str!("../../templates/embed.html");
const WIDGET_SCRIPT: &str = include_str!("../../templates/telegram-widget.js");

/// Allows a page its own files and calls only.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'none'";

/// Routes of the pages.
pub(crate) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/", get(async || page(CHAT, "'none'")))
        .route("/chat", get(async || page(CHAT, "'none'")))
        .route("/widget", get(async || page(WIDGET, "'none'")))
        .route("/embed/{bot}", get(embed))
        .route("/js/telegram-widget.js", get(async || file(SCRIPT, WIDGET_SCRIPT)))
        .route("/assets/{name}", get(asset))
}

async fn asset(Path(name): Path<String>) -> Response {
    let found = ASSETS.iter().find(|(known, ..)| *known == name);
    found.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |(_, media_type, content)| file(media_type, content))
}

/// Content of the widget's frame. Pages of this machine and of the service may embed it.
async fn embed(State(sandbox): State<Sandbox>) -> Response {
    let service = sandbox.read(|state| state.settings.service_url.clone());
    let origin = service.and_then(|url| url::Url::parse(&url).ok()).map(|url| url.origin().ascii_serialization());
    let loopback = "http://localhost:* http://127.0.0.1:* https://localhost:* https://127.0.0.1:*";
    page(EMBED, &format!("{loopback} {}", origin.unwrap_or_default()))
}

fn page(content: &'static str, frame_ancestors: &str) -> Response {
    let policy = format!("{POLICY}; frame-ancestors {frame_ancestors}");
    ([(header::CONTENT_SECURITY_POLICY, policy)], file(HTML, content)).into_response()
}

fn file(media_type: &'static str, content: &'static str) -> Response {
    const HEADERS: [(HeaderName, &str); 3] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (HEADERS, [(header::CONTENT_TYPE, media_type)], content).into_response()
}

//! The sign-in script of other websites: how it is served, and its behaviour in node.

use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use sha2::{Digest, Sha384};

use crate::on_both;
use crate::support::{App, ask};

/// Tests of the script's behaviour.
const BEHAVIOUR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/embed");
const GUIDE: &str = include_str!("../../../docs/embedding.md");
/// Address of the latest version.
pub const LATEST: &str = "/assets/embed/1.0.0.js";
/// The latest version.
pub const SCRIPT: &str = include_str!("../../../templates/assets/embed/1.0.0.js");

/// Value of the attribute `integrity` (W3C Subresource Integrity).
pub fn integrity(script: &str) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(script.as_bytes())))
}

on_both! {
    async fn any_website_may_load_the_script(app: App) {
        let latest = ask(app.browser().request(Method::GET, "/embed.js").header("origin", "https://shop.example")).await;
        let version = app.browser().get(LATEST).await;
        assert_eq!(latest.text, version.text, "the guide names the latest version");
        for (answer, cache) in
            [(&latest, "public, max-age=300"), (&version, "public, max-age=31536000, immutable")]
        {
            assert_eq!((answer.status, answer.header("content-type")), (200, "text/javascript; charset=utf-8"));
            assert_eq!(answer.header("cache-control"), cache);
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            assert_eq!(answer.header("access-control-allow-credentials"), "");
            assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert!(answer.cookies().is_empty(), "{answer:?}");
        }
        for path in ["/embed.js", LATEST] {
            let known = app.browser().request(Method::GET, path).header("if-none-match", latest.header("etag"));
            let known = ask(known).await;
            assert_eq!((known.status, known.text.as_str()), (304, ""));
            assert_eq!(known.header("access-control-allow-origin"), "*");
        }
        assert_eq!(app.browser().get("/assets/embed/0.9.0.js").await.status, 404);
    }

    async fn the_guide_states_the_hash(app: App) {
        let served = app.browser().get(LATEST).await;
        assert_eq!(served.text, SCRIPT);
        let integrity = integrity(&served.text);
        assert!(GUIDE.contains(&format!("{LATEST}\"")) && GUIDE.contains(&integrity), "docs/embedding.md: {integrity}");
    }
}

#[test]
fn the_script_behaves_as_the_guide_says() {
    let output = Command::new("node").args(["--test", BEHAVIOUR]).output().expect("node (Debian package nodejs)");
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(output.status.success(), "{said}");
}

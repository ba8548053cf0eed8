//! Documentation on the pages.

use super::{Reader, between, check};
use crate::on_both;
use crate::support::App;

on_both! {
    async fn every_call_and_every_problem_has_its_place(app: App) {
        let mut reader = Reader::new(&app, "en");
        let page = reader.get("/docs").await;
        check(&page);
        let document = reader.get("/api/v2/openapi.json").await.json();
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                let method = method.to_uppercase();
                let heading = format!(">{method}</span> <code>{path}</code>");
                assert!(page.text.contains(&heading), "{method} {path} is not documented");
            }
        }
        assert!(page.text.contains("nb_[0-9A-Za-z]{45}"));
        let anchors: Vec<_> = page.text.match_indices("href=\"#").map(|(at, _)| between(&page.text[at..], "#", "\"")).collect();
        for anchor in &anchors {
            assert_eq!(page.text.matches(&format!(" id=\"{anchor}\"")).count(), 1, "#{anchor}");
        }
        let problem = app.browser().get("me").await;
        let kind = problem.json()["type"].as_str().unwrap().to_owned();
        let anchor = kind.strip_prefix(&format!("{}/docs#", app.url)).unwrap();
        assert!(anchors.contains(&anchor), "{kind}");
    }

    async fn assets_are_cached_permanently(app: App) {
        let mut reader = Reader::new(&app, "en");
        let page = reader.get("/docs").await;
        let address = between(&page.text, "rel=\"stylesheet\" href=\"", "\"").to_owned();
        let style = reader.get(&address).await;
        assert_eq!((style.status, style.header("content-type")), (200, "text/css; charset=utf-8"));
        assert_eq!(style.header("cache-control"), "public, max-age=31536000, immutable");
        let known = reader.request(reqwest::Method::GET, &address).header("if-none-match", style.header("etag"));
        assert_eq!(reader.send(known).await.status, 304);
        let old = reader.get("/assets/site.000000000000.css").await;
        assert_eq!((old.status, old.header("cache-control")), (200, "no-cache"), "an asset of another version");
        assert_eq!(reader.get("/assets/site.000000000000.exe").await.status, 404);
    }
}

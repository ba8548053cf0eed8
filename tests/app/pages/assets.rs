//! Stylesheet, script and icon of the pages.

use super::{Reader, between};
use crate::on_both;
use crate::support::App;

on_both! {
    async fn assets_are_kept_for_good(app: App) {
        let mut reader = Reader::new(&app, "en");
        let page = reader.get("/web").await;
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

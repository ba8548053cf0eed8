//! Usage page.

use neuralbox_auth::model::api_key::PlainKey;
use serde_json::json;

use super::{Reader, check};
use crate::on_both;
use crate::support::gateway::{SERVICE, charge, charged};
use crate::support::{App, verify};

on_both! {
    async fn the_page_shows_the_numbers_of_the_chat(app: App) with SERVICE; {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let page = reader.get("/web/profile/usage").await;
        check(&page);
        assert!(page.text.contains("No usage in the last 30 days."), "{page:?}");
        let made = reader.make_key("<laptop>").await;
        let key = PlainKey::find_in(&made.text).next().unwrap();
        assert_eq!(verify(&app, key.reveal()).await.status, 200);
        app.domain.flush_last_used().await.unwrap();
        charge(&app, &json!({"key_id": 1, "tokens": 300, "request_id": "a"})).await;
        charged(&app, 1, 50, "b").await;
        let page = reader.get("/web/profile/usage").await;
        check(&page);
        for part in [
            "&#60;laptop&#62;</bdi></th><td>300 tokens, 1 request</td>",
            "Without a key</bdi></th><td>50 tokens, 0 requests</td>",
            "All</th><td>350 tokens, 1 request</td>",
            "23 Nov 2026</th><td>350 tokens, 1 request</td>",
        ] {
            assert!(page.text.contains(part), "{part}: {}", page.text);
        }
        let russian = Reader::signed_in(&app, &ivan, "ru").await.get("/web/profile/usage").await;
        check(&russian);
        assert!(russian.text.contains("Всего</th><td>350 токенов, 1 запрос</td>"), "{}", russian.text);
    }
}

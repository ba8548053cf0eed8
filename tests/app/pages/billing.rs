//! Balance history and plans on the pages.

use serde_json::json;

use super::{Reader, between, check};
use crate::on_both;
use crate::support::App;
use crate::support::gateway::{SERVICE, charge, charged};

/// Returns reason and tokens of the ledger's entries on the page, which come after the packs and the purchases.
fn lines(text: &str) -> Vec<String> {
    let (_, history) = text.split_once("<h2 id=\"history\">").expect("the history");
    let items = history.split("<h3>").skip(1);
    items
        .map(|item| {
            let tokens = item.split("class=\"number").nth(1).unwrap();
            format!("{} {}", between(item, "<bdi>", "</bdi>"), between(tokens, ">", "<"))
        })
        .collect()
}

on_both! {
    async fn the_ledger_in_words_page_by_page(app: App) with SERVICE; {
        let ivan = app.person_on("Ivan", "vip").await;
        let who = neuralbox_auth::domain::admin::access::PersonRef::parse("#1").unwrap();
        let operator = neuralbox_auth::domain::admin::access::Admin::operator();
        app.domain.grant(&operator, &who, 5, "").await.unwrap();
        app.domain.grant(&operator, &who, 5, "<b>for the talk</b>").await.unwrap();
        charged(&app, 1, 1200, "req<1>").await;
        let mut english = Reader::signed_in(&app, &ivan, "en").await;
        let page = english.get("/web/billing").await;
        check(&page);
        assert_eq!(lines(&page.text), ["API request −1,200", "&#60;b&#62;for the talk&#60;/b&#62; +5", "From the team +5", "Monthly tokens +1,400", "Welcome tokens +100"]);
        assert!(page.text.contains("req&#60;1&#62;") && !page.text.contains("Older"), "{page:?}");
        let russian = Reader::signed_in(&app, &ivan, "ru").await.get("/web/billing").await;
        check(&russian);
        assert_eq!(lines(&russian.text)[0], "Запрос к API −1\u{a0}200");

        let list: Vec<_> = (0..30).map(|number| json!({"user_id": 1, "tokens": 1, "request_id": format!("more-{number}")})).collect();
        charge(&app, &json!({ "charges": list })).await;
        let first = english.get("/web/billing").await;
        check(&first);
        assert!(lines(&first.text).len() == 20 && !first.text.contains("Back to newest"), "{first:?}");
        let older = between(&first.text, "<a href=\"/web/billing?after=", "#history").to_owned();
        let second = english.get(&format!("/web/billing?after={older}")).await;
        check(&second);
        assert!(lines(&second.text).len() == 15 && second.text.contains("Back to newest") && !second.text.contains("Older"));
        assert_eq!(lines(&english.get("/web/billing?after=x").await.text).len(), 20, "an invalid cursor is ignored");
    }
}

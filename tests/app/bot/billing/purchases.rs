//! A person's own purchases in chat and over HTTP.

use super::{labels, pay};
use crate::on_both;
use crate::support::App;
use crate::support::chat::last;

on_both! {
    async fn purchases_are_listed_newest_first(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let chat = app.say(&ivan, "/purchases").await;
        assert!(last(&chat).text.contains("You haven’t bought anything yet."), "{chat:#?}");
        assert_eq!(labels(&chat), ["💳 Help with a payment", "‹ Plans"]);
        for number in 1..=9 {
            app.say(&ivan, "/plans").await;
            app.tap(&ivan, "🪙 More tokens").await;
            app.tap(&ivan, if number == 9 { "🪙 5,000 tokens · 1,500 Stars" } else { "🪙 1,000 tokens · 400 Stars" }).await;
            pay(&app, &ivan, if number == 9 { "+5,000 tokens" } else { "+1,000 tokens" }).await;
        }
        let chat = app.say(&ivan, "/purchases").await;
        let lines: Vec<_> = last(&chat).text.lines().filter(|line| line.contains("Stars")).map(ToOwned::to_owned).collect();
        assert_eq!(lines.len(), 8, "{chat:#?}");
        assert!(lines[0].contains("5,000 tokens · 1,500 Stars"), "{lines:?}");
        let chat = app.tap(&ivan, "Older ›").await;
        assert_eq!(last(&chat).text.lines().filter(|line| line.contains("Stars")).count(), 1, "{chat:#?}");
        let chat = app.tap(&ivan, "‹ Newest").await;
        assert!(last(&chat).text.contains("5,000 tokens"), "{chat:#?}");

        let mut browser = app.signed_in(&ivan).await;
        let first = browser.get("purchases?limit=2").await.json();
        assert_eq!((&first["purchases"][0]["title"], &first["purchases"][0]["state"]), (&"5,000 tokens".into(), &"paid".into()));
        assert_eq!((&first["purchases"][0]["stars"], &first["purchases"][0]["tokens"]), (&1500.into(), &5000.into()));
        let next = first["next"].as_str().expect("a second page");
        assert_eq!(browser.get(&format!("purchases?after={next}")).await.json()["purchases"].as_array().map(Vec::len), Some(7));
        let other = app.signed_in(&app.person("Olga")).await.get("purchases").await;
        assert_eq!(other.json(), serde_json::json!({"purchases": [], "next": null}), "nobody sees those of others");
    }
}

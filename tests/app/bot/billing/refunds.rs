//! Refunds by an admin: from the card of a person, and by a command.

use super::{labels, pay};
use crate::on_both;
use crate::support::chat::last;
use crate::support::{App, admin};

on_both! {
    async fn a_pack_is_refunded_from_the_card(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        app.say(&ivan, "/plans").await;
        app.tap(&ivan, "🪙 More tokens").await;
        app.tap(&ivan, "🪙 1,000 tokens · 400 Stars").await;
        pay(&app, &ivan, "+1,000 tokens").await;
        app.say(&admin(), "/start").await;
        let chat = app.say(&admin(), &format!("/user {}", ivan.id)).await;
        assert!(last(&chat).text.contains("1,000 tokens · 400 Stars"), "the card lists the purchases: {chat:#?}");
        let chat = app.tap(&admin(), "🧾 Purchases").await;
        let refund = labels(&chat).into_iter().find(|label| label.starts_with("↩️ 1,000 tokens")).expect("a refund");
        let chat = app.tap(&admin(), &refund).await;
        assert!(last(&chat).text.contains("unspent tokens are taken back"), "{chat:#?}");
        assert!(app.calls("refundStarPayment").is_empty(), "nothing happens before the answer");
        let chat = app.tap(&admin(), "↩️ Yes, refund").await;
        assert!(last(&chat).text.contains("Refunded: 1,000 tokens, 400 Stars"), "{chat:#?}");
        let told = app.comes(&ivan, "Refunded").await;
        assert!(!told.buttons.is_empty(), "{told:#?}");
        assert_eq!(app.signed_in(&ivan).await.get("me").await.json()["token_balance"], 100);
        assert!(last(&app.say(&ivan, "/purchases").await).text.contains("refunded"));
        let chat = app.tap(&admin(), "🧾 Purchases").await;
        assert!(!labels(&chat).iter().any(|label| label.starts_with("↩️")), "it is not refunded twice: {chat:#?}");
    }

    async fn a_plan_is_refunded_by_its_charge(app: App) {
        let (ivan, olga) = (app.chatting(app.person("Ivan"), "free").await, app.chatting(app.person("Olga"), "free").await);
        app.say(&ivan, "/start buy_vip").await;
        pay(&app, &ivan, "You’re on VIP until").await;
        let charge = app.sandbox.subscriptions_of(&ivan)[0].charge_id.clone();
        app.say(&admin(), "/start").await;
        let chat = app.say(&admin(), "/refund").await;
        assert!(last(&chat).text.starts_with("Usage: /refund CHARGE"), "{chat:#?}");
        let chat = app.say(&admin(), &format!("/refund {} {charge}", olga.id)).await;
        assert_eq!(last(&chat).text, "This payment isn’t from that person. Nothing was refunded.");
        let chat = app.say(&admin(), &format!("/refund {} {charge}", ivan.id)).await;
        assert!(last(&chat).text.contains("The plan ends right away"), "{chat:#?}");
        app.tap(&admin(), "↩️ Yes, refund").await;
        app.comes(&ivan, "Refunded").await;
        assert_eq!(app.signed_in(&ivan).await.get("me").await.json()["plan"], "free");
        let chat = app.say(&admin(), &format!("/refund {charge}")).await;
        assert!(last(&chat).text.contains("already been refunded"), "refused before it is asked: {chat:#?}");
        assert!(last(&chat).button("↩️ Yes, refund").is_none(), "{chat:#?}");
        assert_eq!(app.calls("refundStarPayment").len(), 1);
    }

    async fn nobody_else_can_refund(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        app.say(&ivan, "/start buy_vip").await;
        pay(&app, &ivan, "You’re on VIP until").await;
        let charge = app.sandbox.subscriptions_of(&ivan)[0].charge_id.clone();
        let chat = app.say(&ivan, &format!("/refund {charge}")).await;
        assert!(last(&chat).text.starts_with("I don’t know that command"), "{chat:#?}");
        assert!(app.calls("refundStarPayment").is_empty());
    }
}

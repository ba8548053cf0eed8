//! Cancelling and resuming the renewal: asked once, shown only after Telegram agreed.

use telegram_sandbox::{Fault, FaultKind, Person};

use super::{labels, pay};
use crate::on_both;
use crate::support::App;
use crate::support::chat::last;

/// Buys VIP in chat.
async fn subscribed(app: &App) -> Person {
    let ivan = app.chatting(app.person("Ivan"), "free").await;
    app.say(&ivan, "/start buy_vip").await;
    pay(app, &ivan, "You’re on VIP until").await;
    ivan
}

on_both! {
    async fn cancelled_after_one_question_and_resumed(app: App) {
        let ivan = subscribed(&app).await;
        let chat = app.say(&ivan, "/plans").await;
        assert!(last(&chat).text.contains("Renews on ") && last(&chat).text.contains("for 500 Stars"), "{chat:#?}");
        assert!(!labels(&chat).iter().any(|label| label.starts_with("⭐ VIP")), "one's own plan is not sold twice: {chat:#?}");
        let chat = app.tap(&ivan, "Cancel renewal").await;
        assert!(last(&chat).text.contains("Cancel the renewal of VIP?"), "{chat:#?}");
        assert!(app.calls("editUserStarSubscription").is_empty(), "nothing happens before the answer");
        let chat = app.tap(&ivan, "Yes, cancel renewal").await;
        assert!(last(&chat).text.contains("Renewal is off."), "{chat:#?}");
        assert_eq!(app.calls("editUserStarSubscription").len(), 1);
        assert_eq!(labels(&chat), ["Resume renewal", "‹ Plans"]);
        let chat = app.say(&ivan, "/plans").await;
        assert!(last(&chat).text.contains("renewal is off"), "{chat:#?}");
        let chat = app.tap(&ivan, "Resume renewal").await;
        assert!(last(&chat).text.contains("One more step, in Telegram."), "a bot cannot renew for a person: {chat:#?}");
        assert!(last(&app.say(&ivan, "/plans").await).text.contains("renewal is off"), "not before the person did it");
        let charge = app.sandbox.subscriptions_of(&ivan)[0].charge_id.clone();
        app.sandbox.resume_subscription(&charge).expect("Telegram allows it again");
        app.settled().await;
        assert!(last(&app.say(&ivan, "/plans").await).text.contains("Renews on "));
    }

    async fn the_question_can_be_left(app: App) {
        let ivan = subscribed(&app).await;
        app.say(&ivan, "/plans").await;
        app.tap(&ivan, "Cancel renewal").await;
        let chat = app.tap(&ivan, "No, keep it").await;
        assert!(last(&chat).text.contains("Renews on "), "{chat:#?}");
        assert!(app.calls("editUserStarSubscription").is_empty());
    }

    async fn what_telegram_refuses_is_reported_and_not_shown_as_done(app: App) {
        let ivan = subscribed(&app).await;
        app.say(&ivan, "/plans").await;
        app.tap(&ivan, "Cancel renewal").await;
        let description = "Bad Request: SUBSCRIPTION_NOT_FOUND".to_owned();
        app.sandbox.inject_fault(Fault::once("editUserStarSubscription", FaultKind::Refused { code: 400, description }));
        let chat = app.tap(&ivan, "Yes, cancel renewal").await;
        assert!(!last(&chat).text.contains("Renewal is off"), "{chat:#?}");
        assert_eq!(labels(&chat), ["🔁 Try again", "‹ Plans"]);
        assert!(last(&app.say(&ivan, "/plans").await).text.contains("Renews on "), "nothing has changed");
    }

    async fn a_failed_renewal_and_a_renewal_cause_notices(app: App) {
        let ivan = subscribed(&app).await;
        let charge = app.sandbox.subscriptions_of(&ivan)[0].charge_id.clone();
        app.clock.pass(30 * 86_400 - 3600);
        app.sandbox.renew_subscription(&charge).expect("a renewal");
        app.settled().await;
        let receipt = app.comes(&ivan, "VIP was renewed until").await;
        assert!(receipt.text.contains("500 Stars") && !receipt.buttons.is_empty(), "{receipt:#?}");
        app.sandbox.fail_renewal(&charge).expect("a failed renewal");
        app.settled().await;
        let told = app.comes(&ivan, "couldn’t renew VIP").await;
        assert!(!told.buttons.is_empty(), "{told:#?}");
    }
}

//! Grants of tokens and corrections: numbers as people type them, and the button on the card.

use serde_json::Value;

use crate::support::chat::last;
use crate::support::{App, admin, russian};
use crate::{on_both, sees};

/// Balance and ledger of account 1, newest first.
async fn ledger(app: &App, ivan: &telegram_sandbox::Person) -> (i64, Vec<String>) {
    let mut browser = app.signed_in(ivan).await;
    let line = |entry: &Value| format!("{} {}", entry["reason"].as_str().unwrap(), entry["tokens"]);
    let entries = browser.get("usage").await.json()["entries"].as_array().unwrap().iter().map(line).collect();
    (browser.get("me").await.json()["token_balance"].as_i64().unwrap(), entries)
}

on_both! {
    async fn numbers_are_understood_as_people_type_them(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.say(&ivan, "/start").await;
        for number in ["5000", "5 000", "5,000", "5.000", "5_000", "5\u{a0}000", "5\u{202f}000", "5k", "5к", "5.0k"] {
            let chat = app.say(&ada, &format!("/grant #1 {number} a talk")).await;
            assert!(last(&chat).text.starts_with("Give Ivan (#1) 5,000 tokens?"), "{number}: {chat:#?}");
            assert!(last(&chat).text.ends_with("Reason: a talk"), "{number}: {chat:#?}");
        }
        let chat = app.say(&ada, "/grant ivan 1.5k").await;
        assert!(last(&chat).text.starts_with("Give Ivan (#1) 1,500 tokens?"), "{chat:#?}");
    }

    async fn a_negative_number_takes_back_and_never_below_zero(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.say(&ivan, "/start").await;
        let chat = app.say(&ada, "/grant #1 -40 a mistake").await;
        sees!(chat, @"
        Take back <b>40 tokens</b> from <b>Ivan</b> (#1)?
        Balance: 100 → 60
        Reason: a mistake
        [Confirm] [Cancel]
        ");
        let chat = app.tap(&ada, "Confirm").await;
        sees!(chat, @"
        Ivan (#1): <b>40 tokens</b> taken back. Balance: 100 → 60
        [↩️ Undo] [‹ Card]
        ");
        app.comes(&ivan, "<b>40 tokens</b> were taken back: a mistake").await;
        let chat = app.say(&ada, "/grant #1 -100").await;
        assert_eq!(last(&chat).text, "The balance is only 60 tokens. Nothing was changed.");
        assert_eq!(ledger(&app, &ivan).await, (60, vec!["a mistake -40".to_owned(), "welcome 100".to_owned()]));
    }

    async fn tokens_spent_since_the_question_are_not_taken(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.say(&ivan, "/start").await;
        let chat = app.say(&ada, "/grant #1 -80").await;
        let first = last(&chat).id;
        app.say(&ada, "/grant #1 -70").await;
        app.tap(&ada, "Confirm").await;
        app.sandbox.tap(&ada, first, "Confirm").unwrap();
        app.settled().await;
        let chat = app.sandbox.chat(ada.id);
        let answered = chat.iter().find(|message| message.id == first).unwrap();
        assert_eq!(answered.text, "The balance is only 30 tokens. Nothing was changed.");
        assert_eq!(ledger(&app, &ivan).await.0, 30);
    }

    async fn from_the_card_the_next_message_is_the_number(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.say(&ivan, "/start").await;
        app.say(&ada, "/user #1").await;
        let chat = app.tap(&ada, "🎁 Tokens").await;
        sees!(chat, @"
        🎁 <b>How many tokens for Ivan</b> (#1)?

        Send a number, and a reason if you like: <i>5000 a talk</i>. A negative number takes tokens back.
        [‹ Card]
        ");
        let chat = app.say(&ada, "lots").await;
        assert!(last(&chat).text.starts_with("Send a number such as 5000,"), "{chat:#?}");
        let chat = app.say(&ada, "5k a talk").await;
        assert!(last(&chat).text.starts_with("Give Ivan (#1) 5,000 tokens?"), "the question stayed open: {chat:#?}");
        app.tap(&ada, "Confirm").await;
        assert_eq!(ledger(&app, &ivan).await.0, 5100);
        let chat = app.say(&ada, "7").await;
        assert_eq!(last(&chat).text, "I only understand commands and buttons. See /help.", "one number for one tap");
    }

    async fn a_tap_elsewhere_ends_the_question(app: App) {
        let (ada, ivan) = (russian(admin()), app.person("Ivan"));
        app.say(&ivan, "/start").await;
        app.say(&ada, "/user #1").await;
        app.tap(&ada, "🎁 Токены").await;
        app.tap(&ada, "‹ Карточка").await;
        let chat = app.say(&ada, "5000").await;
        assert!(!last(&chat).text.contains("начислить"), "{chat:#?}");
    }
}

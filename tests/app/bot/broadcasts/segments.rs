//! Combining the audience of a broadcast in chat: by buttons and by typing, with the number of people after each step.

use serde_json::json;
use telegram_sandbox::Person;

use crate::support::chat::last;
use crate::support::mailbox::token_in;
use crate::support::{App, admin, russian};
use crate::{on_both, sees};

/// Creates people: Ivan on VIP, Olga on VIP and Мария on Free, who both read Russian. Opens the recipients of a draft.
async fn recipients(app: &App, ada: &Person) {
    app.chatting(app.person("Ivan"), "vip").await;
    app.chatting(russian(app.person("Olga")), "vip").await;
    app.chatting(russian(app.person("Мария")), "free").await;
    app.say(ada, "/broadcast").await;
    app.say(ada, "Hi").await;
    app.tap(ada, "👥 Recipients").await;
}

on_both! {
    async fn conditions_are_joined_by_buttons_and_taken_back(app: App) {
        let ada = admin();
        recipients(&app, &ada).await;
        let chat = app.tap(&ada, "Russian").await;
        assert!(last(&chat).html.contains("people who read Russian — <b>2 people</b>"), "{chat:#?}");
        let chat = app.tap(&ada, "➖ except …").await;
        sees!(chat, @"
        <b>Except …</b>

        Now: people who read Russian — <b>2 people</b>

        Choose who won’t get it, or type it.
        [Free] [Basic] [VIP] [Elite]
        [Ends ≤ 1 d] [Ends ≤ 7 d] [Ends ≤ 30 d]
        [Under 100] [Under 1,000] [Under 10,000]
        [English] [Russian]
        [Active ≤ 1 d] [Active ≤ 7 d] [Active ≤ 30 d]
        [‹ Recipients]
        ");
        let chat = app.tap(&ada, "VIP").await;
        sees!(chat, @"
        <b>Who gets it?</b>

        people who read Russian, except people on VIP — <b>1 person</b> right now

        Only people who started the bot, can be messaged and want this topic.

        Or type a segment: <code>plan_ends:14</code>, <code>balance_under:500</code>, <code>active_within:45</code>, <code>people:1001,@ivan</code>, or several: <code>language:ru and not plans:vip</code>
        [Everyone]
        [Free] [Basic] [VIP] [Elite]
        [Ends ≤ 1 d] [Ends ≤ 7 d] [Ends ≤ 30 d]
        [Under 100] [Under 1,000] [Under 10,000]
        [English] [Russian]
        [Active ≤ 1 d] [Active ≤ 7 d] [Active ≤ 30 d]
        [➕ and …] [➖ except …]
        [↩️ Without the last condition]
        [‹ Draft]
        ");
        // A second tap on the button of before adds nothing.
        let shown = last(&app.sandbox.chat(ada.id)).clone();
        app.sandbox.push_update(json!({"callback_query": {
            "id": "again", "chat_instance": "1", "data": "v1:bc:not:1:+vip",
            "from": {"id": ada.id, "is_bot": false, "first_name": "Ada"},
            "message": {"message_id": shown.id, "date": app.clock.unix(), "chat": {"id": ada.id, "type": "private", "first_name": "Ada"}},
        }}));
        app.settled().await;
        assert_eq!(last(&app.sandbox.chat(ada.id)).html, shown.html);
        app.tap(&ada, "➕ and …").await;
        let chat = app.tap(&ada, "Active ≤ 7 d").await;
        assert!(last(&chat).html.contains("people who read Russian, except people on VIP and people active in the last 7 days — <b>1 person</b>"), "{chat:#?}");
        app.tap(&ada, "↩️ Without the last condition").await;
        let chat = app.tap(&ada, "↩️ Without the last condition").await;
        assert!(last(&chat).html.contains("people who read Russian — <b>2 people</b>"), "{chat:#?}");
        let chat = app.tap(&ada, "Everyone").await;
        assert!(last(&chat).html.contains("everyone — <b>4 people</b>") && last(&chat).button("➕ and …").is_none(), "{chat:#?}");
    }

    async fn ten_conditions_are_the_most(app: App) {
        let ada = admin();
        recipients(&app, &ada).await;
        app.say(&ada, &["active_within:1"; 10].join(" and ")).await;
        let chat = app.tap(&ada, "👥 Recipients").await;
        assert!(last(&chat).button("➖ except …").is_none() && last(&chat).button("‹ Draft").is_some(), "{chat:#?}");
        let chat = app.say(&ada, &["active_within:1"; 11].join(" and ")).await;
        assert!(last(&chat).text.starts_with("A segment can have at most 10 conditions."), "{chat:#?}");
    }

    async fn typed_conditions_are_joined_and_the_wrong_word_is_named(app: App) {
        let ada = admin();
        recipients(&app, &ada).await;
        for (typed, said) in [
            ("language:ru and not vip", "I don’t know the condition vip."),
            ("language:ru plans:vip", "Put and or except before plans:vip."),
            ("language:ru and", "A condition is missing after and."),
            ("language:de", "language: is en or ru, not de."),
            ("plan_ends:soon", "plan_ends: needs a whole number, and soon isn’t one."),
            ("(language:ru", "A parenthesis is not closed."),
            ("people:@nobody_here", "Nobody here is @nobody_here."),
            ("people:nobody", "Nobody here is nobody."),
            ("not plans:gold", "There’s no plan called gold."),
            ("active_within:0 and language:ru", "Days must be from 1 to 3,650."),
        ] {
            let chat = app.say(&ada, typed).await;
            assert!(last(&chat).text.starts_with(said), "{typed}: {chat:#?}");
        }
        let chat = app.say(&ada, "language:ru and not plans:vip").await;
        assert!(last(&chat).html.contains("To: people who read Russian, except people on VIP — <b>1 person</b>"), "{chat:#?}");
        app.tap(&ada, "👥 Recipients").await;
        app.tap(&ada, "➕ and …").await;
        let chat = app.say(&ada, "not active_within:1").await;
        assert!(last(&chat).html.contains("except people active in the last 1 day — <b>0 people</b>"), "{chat:#?}");
    }

    async fn people_are_named_by_anything_that_finds_them(app: App) {
        let ada = admin();
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let olga = app.chatting(app.person("Olga"), "free").await;
        app.chatting(app.person("Maria"), "free").await;
        let mail = "olga@example.com".to_owned();
        let mut browser = app.signed_in(&olga).await;
        browser.post("identities/email", json!({"email": mail})).await;
        let token = token_in(&app.mails_to(&mail, 1).await[0]);
        assert_eq!(browser.post("identities/email/verify", json!({"token": token})).await.status, 200);
        app.say(&ada, "/broadcast").await;
        app.say(&ada, "Hi").await;
        app.tap(&ada, "👥 Recipients").await;
        let named = [format!("@{}", ivan.username.as_deref().unwrap()), mail, ada.id.to_string()];
        let chat = app.say(&ada, &format!("people:{}", named.join(", "))).await;
        assert!(last(&chat).html.contains("To: selected people (3) — <b>3 people</b>"), "{chat:#?}");
        app.tap(&ada, "👁 Preview and send").await;
        app.say(&ada, "3").await;
        for person in [&ivan, &olga] {
            app.comes(person, "Hi").await;
        }
    }

    async fn readers_without_a_text_are_warned_of_before_the_number(app: App) {
        let ada = admin();
        recipients(&app, &ada).await;
        let chat = app.tap(&ada, "‹ Draft").await;
        assert!(last(&chat).button("👁 Preview and send").is_some());
        let chat = app.tap(&ada, "👁 Preview and send").await;
        sees!(chat, @"
        ⬆️ This is exactly what <b>4 people</b> will get. To: everyone.
        ⚠️ This text is in English, but <b>2 recipients</b> read another language.
        Starts right away, takes about 1 s.

        To send it, type this number: <code>4</code>
        [‹ Draft]
        ");
        app.tap(&ada, "‹ Draft").await;
        app.tap(&ada, "✏️ Text").await;
        app.tap(&ada, "✏️ Russian").await;
        app.say(&ada, "Привет").await;
        let chat = app.tap(&ada, "👁 Preview and send").await;
        assert!(!last(&chat).text.contains("⚠️"), "{chat:#?}");
    }
}

//! Undo of an admin's action: once, within an hour, and only while nothing else has changed it.

use serde_json::Value;
use telegram_sandbox::Person;

use crate::support::chat::{key_in, last};
use crate::support::gateway::{SERVICE, charged};
use crate::support::{App, admin, russian, verify};
use crate::{on_both, sees};

const TWO_ADMINS: [(&str, &str); 1] = [("NEURALBOX_ADMINS", "900,901:support")];

/// Plan, balance and ledger of a person.
async fn state(app: &App, person: &Person) -> (String, i64, Vec<i64>) {
    let mut browser = app.signed_in(person).await;
    let me = browser.get("me").await.json();
    let entries = browser.get("usage").await.json()["entries"].as_array().unwrap().clone();
    let tokens = entries.iter().map(|entry: &Value| entry["tokens"].as_i64().unwrap()).collect();
    (me["plan"].as_str().unwrap().to_owned(), me["token_balance"].as_i64().unwrap(), tokens)
}

on_both! {
    async fn a_plan_goes_back_with_the_tokens_that_it_added(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.say(&ivan, "/start").await;
        app.say(&ada, "/plan #1 elite 30").await;
        app.tap(&ada, "Confirm").await;
        assert_eq!(state(&app, &ivan).await.1, 10_000);
        let chat = app.tap(&ada, "↩️ Undo").await;
        sees!(chat, @"
        ↩️ Undone. Ivan (#1) is now on <b>Free</b>.
        [‹ Card]
        ");
        assert_eq!(state(&app, &ivan).await, ("free".to_owned(), 100, vec![-9900, 9900, 100]));
        app.comes(&ivan, "Your plan is now <b>Free</b>").await;
        app.say(&ada, "/plan #1 elite 30").await;
        app.tap(&ada, "Confirm").await;
        assert_eq!(state(&app, &ivan).await.1, 10_000, "a later plan pays its tokens again");
        app.tap(&ada, "↩️ Undo").await;
        let chat = app.tap(&ada, "‹ Card").await;
        let log = "↩️ 23 Nov 2026 plan: Elite until 23 Dec 2026 → Free (Ada)\n23 Nov 2026 plan: Free → Elite until 23 Dec 2026 (Ada)";
        assert!(last(&chat).text.contains(log), "{chat:#?}");
        assert_eq!(state(&app, &ivan).await.1, 100);
    }

    async fn an_extension_goes_back_to_the_end_before(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.say(&ivan, "/start").await;
        app.put_on_plan_for(&ivan, "vip", Some(66)).await;
        app.say(&ada, "/plan #1 vip 30").await;
        app.tap(&ada, "Confirm").await;
        let chat = app.say(&ada, "/undo").await;
        assert_eq!(last(&chat).text, "↩️ Undone. Ivan (#1) is now on VIP until 28 Jan 2027.");
        app.comes(&ivan, "plan now ends on 28 Jan 2027").await;
        let chat = app.say(&ada, "/undo").await;
        assert!(last(&chat).text.starts_with("There’s nothing to undo"), "{chat:#?}");
    }

    async fn tokens_go_back_unless_they_are_spent(app: App) with SERVICE; {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.say(&ivan, "/start").await;
        app.say(&ada, "/grant #1 50").await;
        app.tap(&ada, "Confirm").await;
        app.tap(&ada, "↩️ Undo").await;
        assert_eq!(state(&app, &ivan).await, ("free".to_owned(), 100, vec![-50, 50, 100]));
        app.say(&ada, "/grant #1 50").await;
        app.tap(&ada, "Confirm").await;
        charged(&app, 1, 120, "a").await;
        let chat = app.tap(&ada, "↩️ Undo").await;
        assert_eq!(app.word(), "The tokens are spent, so this can’t be undone. The balance is 30 tokens.");
        assert!(last(&chat).button("↩️ Undo").is_some(), "the result stays: {chat:#?}");
        assert_eq!(state(&app, &ivan).await.1, 30);
        app.say(&ada, "/grant #1 -20 a mistake").await;
        app.tap(&ada, "Confirm").await;
        let chat = app.say(&ada, "/undo").await;
        assert!(last(&chat).text.starts_with("↩️ Undone. Ivan (#1) received 20 tokens."), "{chat:#?}");
        assert_eq!(state(&app, &ivan).await.1, 30);
    }

    async fn a_ban_and_its_end_go_back(app: App) {
        let (ada, ivan) = (admin(), app.chatting(app.person("Ivan"), "vip").await);
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        app.say(&ada, "/ban #1 spam").await;
        app.tap(&ada, "Confirm").await;
        assert_eq!(verify(&app, &key).await.status, 403);
        let chat = app.tap(&ada, "↩️ Undo").await;
        assert_eq!(last(&chat).text, "↩️ Undone. Ban lifted: Ivan (#1).");
        assert_eq!(verify(&app, &key).await.status, 200);
        app.comes(&ivan, "active again").await;
        app.say(&ada, "/ban #1").await;
        app.tap(&ada, "Confirm").await;
        app.say(&ada, "/unban #1").await;
        app.tap(&ada, "Confirm").await;
        app.say(&ada, "/undo").await;
        assert_eq!(verify(&app, &key).await.status, 403);
    }

    async fn once_and_in_time_and_not_over_a_later_change(app: App) {
        let (ada, ivan) = (russian(admin()), app.person("Ivan"));
        app.say(&ivan, "/start").await;
        let chat = app.say(&ada, "/undo").await;
        assert!(last(&chat).text.starts_with("Отменять нечего"), "{chat:#?}");
        app.say(&ada, "/plan #1 vip 30").await;
        let result = last(&app.tap(&ada, "Подтвердить").await).id;
        app.put_on_plan(&ivan, "elite").await;
        app.tap(&ada, "↩️ Отменить").await;
        assert_eq!(app.word(), "С тех пор это изменили снова, отменить нельзя. Измените всё через карточку.");
        app.say(&ada, "/grant #1 50").await;
        app.tap(&ada, "Подтвердить").await;
        let data = last(&app.sandbox.chat(ada.id)).button("↩️ Отменить").unwrap().data().unwrap().to_owned();
        app.tap(&ada, "↩️ Отменить").await;
        app.sandbox.push_update(serde_json::json!({"callback_query": {
            "id": "again", "chat_instance": "1", "data": data,
            "from": {"id": ada.id, "is_bot": false, "first_name": "Ada", "username": ada.username, "language_code": "ru"},
        }}));
        app.settled().await;
        assert_eq!(app.word(), "Уже отменено.");
        assert_eq!(state(&app, &ivan).await.1, 10_000);
        app.say(&ada, "/grant #1 70").await;
        app.tap(&ada, "Подтвердить").await;
        app.clock.pass(3600);
        let chat = app.say(&ada, "/undo").await;
        assert!(last(&chat).text.starts_with("Прошло больше часа"), "{chat:#?}");
        app.sandbox.tap(&ada, result, "↩️ Отменить").unwrap();
        app.settled().await;
        assert_eq!(app.word(), "Прошло больше часа, отменить уже нельзя. Измените всё через карточку.");
        assert_eq!(state(&app, &ivan).await.1, 10_070);
    }

    async fn nobody_undoes_what_another_admin_did(app: App) with TWO_ADMINS; {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        let eve = Person::new(901, "Eve");
        app.say(&ivan, "/start").await;
        app.say(&ada, "/grant #1 50").await;
        let chat = app.tap(&ada, "Confirm").await;
        let data = last(&chat).button("↩️ Undo").unwrap().data().unwrap().to_owned();
        let chat = app.say(&eve, "/undo").await;
        assert!(last(&chat).text.starts_with("There’s nothing to undo"), "{chat:#?}");
        app.sandbox.push_update(serde_json::json!({"callback_query": {
            "id": "1", "chat_instance": "1", "data": data, "from": {"id": eve.id, "is_bot": false, "first_name": "Eve"},
        }}));
        app.settled().await;
        assert!(app.word().starts_with("There’s nothing to undo"), "{}", app.word());
        assert_eq!(state(&app, &ivan).await.1, 150);
    }
}

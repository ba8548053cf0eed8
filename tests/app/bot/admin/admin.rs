//! Admin commands: look up a person, grant tokens, show statistics.

use neuralbox_auth::domain::admin::access::{Admin, PersonRef};
use serde_json::{Value, json};

use crate::support::chat::{last, said};
use crate::support::gateway::{SERVICE, charged};
use crate::support::{App, admin, russian};
use crate::{on_both, sees};

/// Returns the ledger of account 1, newest first.
async fn ledger(app: &App) -> Vec<String> {
    let who = PersonRef::parse("#1").unwrap();
    let account = app.domain.find_person(&Admin::operator(), &who).await.unwrap();
    let line = |entry: &Value| format!("{} {}", entry["reason"].as_str().unwrap(), entry["tokens"]);
    let ivan = telegram_sandbox::Person {
        username: Some("ivan_1001".to_owned()),
        ..telegram_sandbox::Person::new(1001, "Ivan")
    };
    let entries = app.signed_in(&ivan).await.get("usage").await.json();
    assert_eq!(entries["entries"][0]["balance"], account.token_balance);
    entries["entries"].as_array().unwrap().iter().map(line).collect()
}

on_both! {
    async fn a_grant_asks_once_and_happens_once(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.greet(&ivan).await;
        let chat = app.say(&ada, &format!("/grant {} 5,000 a talk <b>", ivan.id)).await;
        sees!(chat, @"
        Give <b>Ivan</b> (#1) <b>5,000 tokens</b>?
        Balance: 100 → 5,100
        Reason: a talk &lt;b&gt;
        [Confirm] [Cancel]
        ");
        assert_eq!(ledger(&app).await, ["welcome 100"]);
        let asked = last(&chat).id;
        for _ in 0..3 {
            app.sandbox.tap(&ada, asked, "Confirm").unwrap();
        }
        app.settled().await;
        sees!(app.sandbox.chat(ada.id), @"
        Ivan (#1) received <b>5,000 tokens</b>. Balance: 100 → 5,100
        [↩️ Undo] [‹ Card]
        ");
        assert_eq!(app.word(), "Already answered.");
        assert_eq!(ledger(&app).await, ["a talk <b> 5000", "welcome 100"]);
    }

    async fn a_cancelled_action_cannot_be_confirmed(app: App) {
        let (ada, ivan) = (russian(admin()), app.person("Ivan"));
        app.greet(&ivan).await;
        let chat = app.say(&ada, "/grant #1 21").await;
        sees!(chat, @"
        <b>Ivan</b> (#1): начислить <b>21 токен</b>?
        Баланс: 100 → 121
        Причина: grant
        [Подтвердить] [Отмена]
        ");
        let asked = last(&chat).id;
        app.sandbox.tap(&ada, asked, "Отмена").unwrap();
        app.sandbox.tap(&ada, asked, "Подтвердить").unwrap();
        app.settled().await;
        sees!(app.sandbox.chat(ada.id), @"
        Отменено. Ничего не изменилось.
        [‹ Карточка]
        ");
        assert_eq!(ledger(&app).await, ["welcome 100"]);
    }

    async fn an_outdated_command_is_not_carried_out(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.greet(&ivan).await;
        app.say(&ada, "/grant #1 5000").await;
        app.clock.pass(600);
        let chat = app.tap(&ada, "Confirm").await;
        sees!(chat, @"
        This question is too old, so nothing was done. Send the command again if you still want it.
        [‹ Menu]
        ");
        assert_eq!(ledger(&app).await, ["welcome 100"]);
    }

    async fn a_command_that_comes_twice_requests_one_action_and_survives_a_restart(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.greet(&ivan).await;
        app.say(&ada, "/grant #1 5000").await;
        app.service.stop().await;
        let next = app.another(&[("NEURALBOX_PUBLIC_URL", &app.url)]).await;
        let chat = app.tap(&ada, "Confirm").await;
        assert!(last(&chat).text.starts_with("Ivan (#1) received 5,000 tokens."), "{chat:#?}");
        next.stop().await;
    }

    async fn an_unclear_grant_is_explained(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.greet(&ivan).await;
        let chat = app.say(&ada, "/grant").await;
        sees!(chat, @"
        Usage: <code>/grant 1001 5000 a talk</code>
        User: a Telegram ID, #account, @name, an email address or part of a name. The number can be written as 5 000, 5,000 or 5k; a negative one takes tokens back. The reason appears in their token history.
        [‹ Menu]
        ");
        let usage = last(&chat).text.clone();
        for order in ["#1", "#1 many", "#1 - 5", "#1 0", "#1 99999999999", "#1 5 0000", "i 5"] {
            assert_eq!(last(&app.say(&ada, &format!("/grant {order}")).await).text, usage, "{order}");
        }
        assert_eq!(last(&app.say(&ada, "/grant #4242 5").await).text, "No such user. Try a Telegram ID, #account, @name, an email address or part of a name.");
    }

    async fn a_card_shows_a_person_and_what_was_done_to_them(app: App) {
        let (ada, ivan) = (admin(), app.person_on("Ivan", "vip").await);
        app.say(&ivan, "/newkey laptop").await;
        let chat = app.say(&ada, "/user #1").await;
        sees!(chat, @"
        <b>Ivan</b> (#1)
        telegram 1001 @ivan_1001

        Plan: <b>VIP</b>
        Balance: <b>1,500</b>
        Keys: 1 · Sessions: 1
        Joined 23 Nov 2026 · Last seen: 23 Nov 2026

        23 Nov 2026 plan: Free → VIP (operator)
        [📋 Plan] [🎁 Tokens]
        [✉️ Message] [⛔ Ban]
        [🛠 Admin] [‹ Menu]
        ");
        app.say(&ada, "/grant 1001 50").await;
        app.tap(&ada, "Confirm").await;
        app.tap(&ada, "‹ Card").await;
        let chat = app.tap(&ada, "📋 Plan").await;
        sees!(chat, @"
        Choose a plan for <b>Ivan</b> (#1). Current plan: VIP.
        [Free, no end date]
        [Basic, 30 days] [Basic, no end date]
        [VIP, 30 days] [VIP, no end date]
        [Elite, 30 days] [Elite, no end date]
        [‹ Card]
        ");
        let chat = app.tap(&ada, "Elite, 30 days").await;
        sees!(chat, @"
        Put <b>Ivan</b> (#1) on <b>Elite</b> until 23 Dec 2026? Current plan: VIP.
        [Confirm] [Cancel]
        ");
        app.tap(&ada, "Confirm").await;
        let chat = app.tap(&ada, "‹ Card").await;
        assert!(last(&chat).text.contains("tokens: 1,500 → 1,550 (Ada)"), "{chat:#?}");
        let chat = app.say(&russian(ada), "/user @IVAN_1001").await;
        sees!(chat, @"
        <b>Ivan</b> (#1)
        telegram 1001 @ivan_1001

        Тариф: <b>Elite</b>
        Баланс: <b>10 050</b>
        Ключи: 1 · Сеансы: 1
        Регистрация: 23 ноября 2026 · Последний визит: 23 ноября 2026
        Тариф до 23 декабря 2026

        23 ноября 2026 тариф: VIP → Elite до 23 декабря 2026 (Ada)
        23 ноября 2026 токены: 1 500 → 1 550 (Ada)
        23 ноября 2026 тариф: Free → VIP (оператор)
        [📋 Тариф] [🎁 Токены]
        [✉️ Написать] [⛔ Заблокировать]
        [🛠 Администратор] [‹ Меню]
        ");
    }

    async fn stats_count_everybody(app: App) with SERVICE; {
        let ada = admin();
        app.chatting(app.person("Ivan"), "vip").await;
        app.person_on("Olga", "elite").await;
        app.clock.pass(86_400);
        app.chatting(app.person("Maria"), "free").await;
        charged(&app, 1, 250, "a").await;
        charged(&app, 2, 50, "b").await;
        let chat = app.say(&ada, "/stats").await;
        sees!(chat, @"
        <b>Accounts:</b> 4
        Banned: 0
        Keys: 0 · Sessions: 1

        <b>Today · 7 days · 30 days</b>
        New: 2 · 4 · 4
        Active: 2 · 4 · 4
        Tokens used: 300 · 300 · 300

        Free: 2
        VIP: 1
        Elite: 1
        [🛠 Admin]
        ");
        app.clock.pass(86_400);
        let chat = app.say(&russian(ada), "/stats").await;
        sees!(chat, @"
        <b>Аккаунты:</b> 4
        Заблокированные: 0
        Ключи: 0 · Сеансы: 1

        <b>Сегодня · 7 дней · 30 дней</b>
        Новые: 0 · 4 · 4
        Активные: 1 · 4 · 4
        Списано токенов: 0 · 300 · 300

        Free: 2
        VIP: 1
        Elite: 1
        [🛠 Администратор]
        ");
    }

    async fn to_everyone_else_none_of_it_exists(app: App) {
        let ivan = app.person("Ivan");
        for order in ["/user #1", "/grant #1 5000", "/stats", "/plan #1 vip", "/user", "/ban #1", "/unban #1", "/undo"] {
            let chat = app.say(&ivan, order).await;
            assert!(last(&chat).text.starts_with("I don’t know that command."), "{order}: {chat:#?}");
        }
        let ada = admin();
        app.say(&ada, "/grant #1 5000").await;
        let before = said(&app.sandbox.chat(ivan.id));
        for data in ["v1:act:1", "v1:noact:1", "v1:user:1", "v1:plans?:1", "v1:gp:1:vip:30", "v1:ban?:1", "v1:unban?:1", "v1:unact:1", "v1:admin", "v1:find", "v1:fn:9:iva", "v1:stats", "v1:rp:1:vip:30", "v1:grant?:1", "v1:write?:1"] {
            app.sandbox.push_update(json!({"callback_query": {
                "id": data, "chat_instance": "1", "data": data,
                "from": {"id": ivan.id, "is_bot": false, "first_name": "Ivan", "username": ivan.username},
            }}));
            app.settled().await;
            assert_eq!(app.word(), "I can’t do that. See /help.", "{data}");
        }
        assert_eq!(said(&app.sandbox.chat(ivan.id)), before);
        let chat = app.tap(&ada, "Confirm").await;
        assert!(last(&chat).text.starts_with("Ivan (#1) received 5,000 tokens."), "the admin can still confirm: {chat:#?}");
    }

    async fn what_an_admin_forwards_is_not_their_command(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.greet(&ivan).await;
        app.sandbox.allow_chats([ada.id]);
        let origin = json!({"type": "user", "date": app.clock.unix(), "sender_user": {"id": ivan.id, "is_bot": false, "first_name": "Ivan"}});
        app.sandbox.push_update(json!({"message": {
            "message_id": 900, "date": app.clock.unix(), "text": "/grant #1 5000", "forward_origin": origin,
            "from": {"id": ada.id, "is_bot": false, "first_name": "Ada", "username": ada.username},
            "chat": {"id": ada.id, "type": "private", "first_name": "Ada"},
        }}));
        app.settled().await;
        let chat = app.sandbox.chat(ada.id);
        assert_eq!(last(&chat).text, "I only understand commands and buttons. See /help.");
    }
}

//! Ban of an account by an admin, and its lifting.

use crate::support::chat::{key_in, last};
use crate::support::{App, admin, russian, verify};
use crate::{on_both, sees};

on_both! {
    async fn a_ban_counts_at_once_and_everywhere(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        let mut browser = app.signed_in(&ivan).await;
        app.put_on_plan(&ivan, "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        assert_eq!(verify(&app, &key).await.status, 200);
        app.say(&ada, "/user #1").await;
        let chat = app.tap(&ada, "⛔ Ban").await;
        sees!(chat, @"
        Ban <b>Ivan</b> (#1)?

        Their keys stop working and their sessions end right away, and they can’t sign in. Lifting the ban brings the keys back.

        To tell them why, send the reason now.
        [Confirm] [Cancel]
        ");
        assert_eq!(verify(&app, &key).await.status, 200, "not before the confirmation");
        let chat = app.tap(&ada, "Confirm").await;
        sees!(chat, @"
        ⛔ Ivan (#1) is banned.
        [↩️ Undo] [‹ Card]
        ");
        assert_eq!(verify(&app, &key).await.status, 403);
        assert_eq!(browser.get("me").await.problem(), "401 Invalid or expired token (session_ended)");
        let chat = app.say(&ivan, "/start").await;
        assert_eq!(last(&chat).text, "This account is suspended. If you think this is a mistake, ask the operator of this service.");

        let chat = app.tap(&ada, "‹ Card").await;
        assert!(last(&chat).text.contains("⛔ Banned since 23 Nov 2026"), "{chat:#?}");
        let chat = app.tap(&ada, "Lift ban").await;
        sees!(chat, @"
        Lift the ban on <b>Ivan</b> (#1)? Their keys will work again; they’ll have to sign in again.
        [Confirm] [Cancel]
        ");
        app.tap(&ada, "Confirm").await;
        assert_eq!(verify(&app, &key).await.status, 200);
        assert_eq!(browser.refresh().await.status, 401, "lifting the ban does not restore sessions");
        let chat = app.say(&ada, "/user #1").await;
        assert!(last(&chat).text.contains("23 Nov 2026 suspension lifted (Ada)\n23 Nov 2026 suspended (Ada)"), "{chat:#?}");
    }

    async fn in_russian(app: App) {
        let (ada, ivan) = (russian(admin()), app.person("Ivan"));
        app.say(&ivan, "/start").await;
        app.say(&ada, "/user #1").await;
        let chat = app.tap(&ada, "⛔ Заблокировать").await;
        sees!(chat, @"
        <b>Ivan</b> (#1): заблокировать аккаунт?

        Ключи сразу перестанут работать, сеансы завершатся, войти будет нельзя. После разблокировки ключи заработают снова.

        Чтобы человек узнал почему, пришлите причину сейчас.
        [Подтвердить] [Отмена]
        ");
        app.tap(&ada, "Подтвердить").await;
        let chat = app.tap(&ada, "‹ Карточка").await;
        assert!(last(&chat).button("Разблокировать").is_some(), "{chat:#?}");
    }

    async fn another_instance_receives_the_change(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        let other = app.another(&[]).await;
        let ask = || {
            let request = reqwest::Client::new().get(format!("{}/api/v2/auth/verify", other.url));
            crate::support::ask(request.bearer_auth(&key))
        };
        assert_eq!(ask().await.status, 200);
        let (operator, who) = (neuralbox_auth::domain::admin::access::Admin::operator(), "#1");
        let who = neuralbox_auth::domain::admin::access::PersonRef::parse(who).unwrap();
        app.domain.perform_action(&operator, &who, neuralbox_auth::model::admin_action::AdminAction::Ban { reason: None }).await.unwrap();
        let since = std::time::Instant::now();
        while ask().await.status != 403 {
            assert!(since.elapsed() < std::time::Duration::from_secs(5), "within a second, with a margin for slow machines");
        }
        other.stop().await;
    }

    async fn an_admin_cannot_be_banned(app: App) {
        let ada = admin();
        let chat = app.say(&ada, "/user 900").await;
        assert!(last(&chat).button("⛔ Ban").is_none(), "{chat:#?}");
        app.sandbox.push_update(serde_json::json!({"callback_query": {
            "id": "1", "chat_instance": "1", "data": "v1:ban?:1",
            "from": {"id": ada.id, "is_bot": false, "first_name": "Ada", "username": ada.username},
        }}));
        app.settled().await;
        assert_eq!(last(&app.sandbox.chat(ada.id)).text, "I can’t do that. See /help.");
    }
}

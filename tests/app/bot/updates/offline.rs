//! Updates sent while the bot was offline.

use serde_json::json;
use telegram_sandbox::Person;

use crate::support::chat::{last, said};
use crate::support::{App, admin, russian};
use crate::{on_both, sees};

/// Pushes a message dated `seconds` ago; returns the chat after the bot has handled it.
async fn sent_before(app: &App, person: &Person, text: &str, seconds: i64) -> Vec<telegram_sandbox::VisibleMessage> {
    let from = json!({
        "id": person.id, "is_bot": false, "first_name": person.first_name, "username": person.username,
        "language_code": person.language_code,
    });
    app.sandbox.push_update(json!({"message": {
        "message_id": 900, "date": app.clock.unix() - seconds, "text": text, "from": from,
        "chat": {"id": person.id, "type": "private", "first_name": person.first_name},
    }}));
    app.settled().await;
    app.sandbox.chat(person.id)
}

on_both! {
    async fn what_makes_a_secret_is_not_made_long_after(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let chat = sent_before(&app, &ivan, "/newkey laptop", 601).await;
        sees!(chat, @"
        I was offline. You sent <code>/newkey</code> on 23 Nov 2026, 11:49 UTC, and I didn’t run it.

        If you still want it, send it again.
        [‹ Menu]
        ");
        let chat = sent_before(&app, &russian(ivan.clone()), "/newkey laptop", 86_400).await;
        sees!(chat, @"
        Меня не было на связи. Вы отправили <code>/newkey</code> 22 ноября 2026, 12:00 UTC, и я не выполнил команду.

        Если она ещё нужна, отправьте её снова.
        [‹ Меню]
        ");
        let keys = app.signed_in(&ivan).await.get("keys").await.json();
        assert_eq!(keys["keys"], json!([]));
        let chat = sent_before(&app, &ivan, "/newkey laptop", 599).await;
        assert!(last(&chat).text.starts_with("🔑 laptop"), "{chat:#?}");
    }

    async fn what_only_shows_something_is_done_however_late(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let chat = sent_before(&app, &ivan, "/profile", 80_000).await;
        assert!(last(&chat).text.starts_with("Ivan\nAccount #1"), "{chat:#?}");
    }

    async fn nor_are_admins_commands_questioned(app: App) {
        let (ada, ivan) = (admin(), app.person("Ivan"));
        app.sandbox.allow_chats([ada.id]);
        app.greet(&ivan).await;
        for (order, name) in [
            ("/plan #1 vip", "/plan"), ("/grant #1 5000", "/grant"), ("/ban #1", "/ban"), ("/unban #1", "/unban"), ("/undo", "/undo"),
        ] {
            let chat = sent_before(&app, &ada, order, 3600).await;
            assert!(last(&chat).text.starts_with(&format!("I was offline. You sent {name} on")), "{chat:#?}");
        }
        let chat = sent_before(&app, &ivan, "/grant #1 5000", 3600).await;
        assert!(last(&chat).text.starts_with("I don’t know that command."), "the command is not revealed: {chat:#?}");
        assert_eq!(said(&chat), 2);
    }
}

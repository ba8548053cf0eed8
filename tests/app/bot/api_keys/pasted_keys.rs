//! API keys pasted into the chat by mistake.

use telegram_sandbox::{Fault, FaultKind};

use crate::support::chat::{key_in, last, said, shown};
use crate::support::{App, russian, verify};
use crate::{on_both, sees};

on_both! {
    async fn a_pasted_key_is_deleted_and_its_owner_may_revoke_it(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        app.tap(&ivan, "✅ Saved — delete now").await;
        let chat = app.say(&ivan, &format!("look: {key}!")).await;
        sees!(chat, @"
        That message contained your key <b>laptop</b> (<code>nb_·…·</code>). I deleted the message.

        The key still works. If anyone else may have seen it, revoke it.
        [🗑 Revoke]
        [No, keep it]
        ");
        assert!(chat.iter().all(|message| !message.text.contains(&key)), "{chat:#?}");
        app.tap(&ivan, "🗑 Revoke").await;
        app.tap(&ivan, "Yes, revoke it").await;
        assert_eq!(verify(&app, &key).await.status, 401);
    }

    async fn a_pasted_key_in_russian(app: App) {
        let maria = russian(app.person_on("Мария", "vip").await);
        let key = key_in(&app.say(&maria, "/newkey ноутбук").await);
        let chat = app.say(&maria, &key).await;
        sees!(chat, @"
        В сообщении был ваш ключ <b>ноутбук</b> (<code>nb_·…·</code>). Я удалил сообщение.

        Сам ключ продолжает работать. Если его мог увидеть кто-то ещё, отзовите его.
        [🗑 Отозвать]
        [Нет, оставить]
        ");
        let boris = russian(app.person("Борис"));
        let chat = app.say(&boris, &key).await;
        sees!(chat, @"
        В сообщении был API-ключ, которого нет в вашем аккаунте. Я удалил сообщение.
        [‹ Меню]
        ");
    }

    async fn a_key_of_someone_else_is_deleted_and_stays_theirs(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        let olga = app.person_on("Olga", "vip").await;
        let chat = app.say(&olga, &key).await;
        sees!(chat, @"
        That message contained an API key that isn’t on your account. I deleted the message.
        [‹ Menu]
        ");
        assert!(chat.iter().all(|message| !message.text.contains(&key)), "{chat:#?}");
        assert_eq!(verify(&app, &key).await.status, 200);
    }

    async fn several_keys_in_one_message_are_each_named_and_revocable(app: App) {
        let (ivan, maria) = (app.person_on("Ivan", "vip").await, russian(app.person_on("Мария", "vip").await));
        let mine = [key_in(&app.say(&ivan, "/newkey laptop").await), key_in(&app.say(&ivan, "/newkey desktop").await)];
        let hers = [key_in(&app.say(&maria, "/newkey один").await), key_in(&app.say(&maria, "/newkey два").await)];
        let text = format!("{} {}\n{} {},{}", mine[0], hers[0], mine[1], hers[1], mine[0]);
        let before = said(&app.sandbox.chat(ivan.id));
        let chat = app.say(&ivan, &text).await;
        let told: Vec<_> = chat.iter().filter(|message| message.from_bot).skip(before).map(shown).collect();
        insta::allow_duplicates! { insta::assert_snapshot!(told.join("\n—\n"), @"
        That message contained your key <b>laptop</b> (<code>nb_·…·</code>). I deleted the message.

        The key still works. If anyone else may have seen it, revoke it.
        [🗑 Revoke]
        [No, keep it]
        —
        That message contained your key <b>desktop</b> (<code>nb_·…·</code>). I deleted the message.

        The key still works. If anyone else may have seen it, revoke it.
        [🗑 Revoke]
        [No, keep it]
        —
        That message contained 2 API keys that aren’t on your account. I deleted the message.
        ") }
        assert!(!chat.iter().any(|message| !message.from_bot && message.text.contains(&mine[0])), "{chat:#?}");
        let of = |name: &str| app.sandbox.chat(ivan.id).into_iter().rfind(|message| message.text.contains(name)).unwrap().id;
        for name in ["your key laptop", "your key desktop"] {
            let message = of(name);
            app.sandbox.tap(&ivan, message, "🗑 Revoke").unwrap();
            app.settled().await;
            app.sandbox.tap(&ivan, message, "Yes, revoke it").unwrap();
            app.settled().await;
        }
        for key in &mine {
            assert_eq!(verify(&app, key).await.status, 401);
        }
        assert_eq!(verify(&app, &hers[0]).await.status, 200);
        let chat = app.say(&maria, &mine.join(" ")).await;
        sees!(chat, @"
        В сообщении было 2 API-ключа, которых нет в вашем аккаунте. Я удалил сообщение.
        [‹ Меню]
        ");
    }

    async fn a_key_that_came_in_by_an_edit_is_rescued_too(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        app.tap(&ivan, "✅ Saved — delete now").await;
        let written = app.sandbox.say(&ivan, "hello");
        app.settled().await;
        assert!(app.sandbox.edit(&ivan, written, &format!("hello {key}")));
        app.settled().await;
        let chat = app.sandbox.chat(ivan.id);
        assert!(last(&chat).text.starts_with("That message contained your key laptop"), "{chat:#?}");
        assert!(!chat.iter().any(|message| message.text.contains(&key)), "{chat:#?}");
    }

    async fn a_message_that_cannot_be_deleted_is_said_to_be_there(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        let description = "Bad Request: message can't be deleted".to_owned();
        app.sandbox.inject_fault(Fault::once("deleteMessage", FaultKind::Refused { code: 400, description }));
        let chat = app.say(&ivan, &key).await;
        assert!(last(&chat).text.contains("I couldn’t delete the message: please delete it yourself."), "{chat:#?}");
    }

    async fn a_key_inside_a_command_is_no_name(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        app.say(&ivan, "/newkey").await;
        for text in [key.clone(), format!("/newkey {key}"), format!("/dance\n{key}")] {
            let chat = app.say(&ivan, &text).await;
            assert!(last(&chat).text.starts_with("That message contained your key laptop"), "{chat:#?}");
        }
        let listed = app.signed_in(&ivan).await.get("keys").await.json();
        assert_eq!(listed["keys"].as_array().unwrap().len(), 1, "{listed}");
    }

    async fn what_only_looks_like_a_key_is_left_alone(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        let typo = if key.ends_with('0') { format!("{}1", &key[..47]) } else { format!("{}0", &key[..47]) };
        for text in [typo.as_str(), "nb_", "nb_short", &key[..47]] {
            let chat = app.say(&ivan, text).await;
            assert!(last(&chat).text.starts_with("I only understand commands"), "{text}: {chat:#?}");
            assert!(chat.iter().any(|message| message.text == text), "the message is not deleted: {chat:#?}");
        }
    }
}

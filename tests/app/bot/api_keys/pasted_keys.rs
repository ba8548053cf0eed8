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
        [🔑 Мои ключи]
        ");
    }

    async fn a_key_of_someone_else_is_deleted_and_stays_theirs(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        let olga = app.person_on("Olga", "vip").await;
        let chat = app.say(&olga, &key).await;
        sees!(chat, @"
        That message contained an API key that isn’t on your account. I deleted the message.
        [🔑 My keys]
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
        [🔑 My keys]
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
        [🔑 Мои ключи]
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

    async fn a_message_that_cannot_be_deleted_is_reported(app: App) {
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

    async fn a_key_that_was_revoked_is_known_as_such(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        let row = last(&app.say(&ivan, "/keys").await).buttons[0][0].label.clone();
        app.tap(&ivan, &row).await;
        app.tap(&ivan, "🗑 Revoke").await;
        app.tap(&ivan, "Yes, revoke it").await;
        let chat = app.say(&ivan, &key).await;
        sees!(chat, @"
        That message contained your key <b>laptop</b> (<code>nb_·…·</code>). You already revoked it, so nobody can use it. I deleted the message.
        [🔑 My keys]
        ");
        let chat = app.say(&app.person_on("Olga", "vip").await, &key).await;
        assert!(last(&chat).text.starts_with("That message contained an API key that isn’t on your account."), "{chat:#?}");
    }

    async fn every_secret_that_was_replaced_is_known_as_such(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut browser = app.signed_in(&ivan).await;
        let mut keys = vec![browser.post("keys", serde_json::json!({"name": "ci"})).await.json()["key"].as_str().unwrap().to_owned()];
        for grace in [0, 3600, 3600, 0] {
            let rotated = browser.post("keys/1/rotate", serde_json::json!({"grace_seconds": grace})).await.json();
            keys.push(rotated["key"].as_str().unwrap().to_owned());
            assert_eq!(verify(&app, keys.last().unwrap()).await.status, 200);
            app.clock.pass(1);
        }
        let current = keys.pop().unwrap();
        for old in &keys {
            let chat = app.say(&ivan, old).await;
            sees!(chat, @"
            That message contained the old key of <b>ci</b>. It was replaced, so nobody can use it. I deleted the message.
            [🔑 My keys]
            ");
        }
        let chat = app.say(&ivan, &current).await;
        assert!(last(&chat).text.contains("The key still works."), "{chat:#?}");
        let maria = russian(ivan.clone());
        let chat = app.say(&maria, &keys[0]).await;
        assert!(last(&chat).text.starts_with("В сообщении был прежний ключ ci."), "{chat:#?}");
    }

    async fn in_its_grace_period_a_replaced_secret_still_works(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut browser = app.signed_in(&ivan).await;
        let old = browser.post("keys", serde_json::json!({"name": "ci"})).await.json()["key"].as_str().unwrap().to_owned();
        browser.post("keys/1/rotate", serde_json::json!({"grace_seconds": 3600})).await;
        let chat = app.say(&ivan, &old).await;
        assert!(last(&chat).text.contains("The key still works."), "{chat:#?}");
        app.clock.pass(3601);
        let chat = app.say(&ivan, &old).await;
        assert!(last(&chat).text.starts_with("That message contained the old key of ci."), "{chat:#?}");
    }

    async fn a_mistyped_or_shortened_key_is_deleted_and_named(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        app.tap(&ivan, "✅ Saved — delete now").await;
        let typo = if key.ends_with('0') { format!("{}1", &key[..47]) } else { format!("{}0", &key[..47]) };
        for text in [typo.as_str(), &key[..47], &format!("KEY={}.", &key[..30])] {
            let chat = app.say(&ivan, text).await;
            sees!(chat, @"
            That looks like a NeuralBox key, but a character is wrong or missing. Copy it again from where you saved it.

            I deleted the message.
            [🔑 My keys]
            ");
            assert!(chat.iter().all(|message| !message.text.contains(&key[..20])), "the message is deleted: {chat:#?}");
        }
        let chat = app.say(&russian(ivan), &typo).await;
        assert!(last(&chat).text.starts_with("Похоже на ключ NeuralBox, но в нём ошибка"), "{chat:#?}");
    }

    async fn what_only_looks_like_a_key_is_left_alone(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        for text in ["nb_", "nb_short", "nb_ab12…wxyz", "my_nb_0123456789abcdefghij"] {
            let chat = app.say(&ivan, text).await;
            assert!(last(&chat).text.starts_with("I only understand commands"), "{text}: {chat:#?}");
            assert!(chat.iter().any(|message| message.text == text), "the message is not deleted: {chat:#?}");
        }
    }
}

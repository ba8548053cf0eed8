//! Creation of an API key in the chat.

use crate::support::chat::{key_in, last, said};
use crate::support::{App, russian, verify};
use crate::{on_both, sees};

on_both! {
    async fn a_key_with_a_name_is_shown_once_and_works(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let chat = app.say(&ivan, "/newkey my laptop").await;
        sees!(chat, @"
        🔑 <b>my laptop</b>

        <code>nb_KEY</code>

        This is the only time you’ll see this key. Keep it somewhere safe: I’ll delete this message in 5 minutes.
        (protected)
        [📋 Copy the key = nb_KEY]
        [✅ Saved — delete now]
        ");
        let key = key_in(&chat);
        let yes = verify(&app, &key).await;
        assert_eq!((yes.status, yes.header("x-neuralbox-key-name")), (200, "my%20laptop"));
    }

    async fn the_key_is_in_that_message_and_nowhere_else(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let chat = app.say(&ivan, "/newkey laptop").await;
        let key = key_in(&chat);
        assert!(last(&chat).protected);
        assert_eq!(last(&chat).button("📋 Copy the key").unwrap().copies(), Some(key.as_str()));
        app.say(&ivan, "/keys").await;
        app.tap(&ivan, "✅ Saved — delete now").await;
        let with_key: Vec<_> =
            app.sandbox.calls().into_iter().filter(|call| call.params.to_string().contains(&key)).collect();
        let [call] = with_key.as_slice() else { panic!("{with_key:#?}") };
        assert_eq!(call.method, "sendMessage");
        let keyboard = call.params["reply_markup"].to_string();
        assert!(!keyboard.split("callback_data").skip(1).any(|data| data.contains(&key)), "{keyboard}");
    }

    async fn saved_deletes_the_message_and_shows_how_to_use_the_key(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        let chat = app.tap(&ivan, "✅ Saved — delete now").await;
        assert_eq!((said(&chat), app.word().as_str()), (1, "Deleted."), "{chat:#?}");
        assert!(!last(&chat).protected && !last(&chat).html.contains(&key), "{chat:#?}");
        assert_eq!(verify(&app, &key).await.status, 200, "the key stays valid");
    }

    async fn the_question_becomes_the_ready_card_and_the_key_is_tested_there(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let asked = last(&app.say(&ivan, "/newkey").await).id;
        assert_eq!(last(&app.say(&ivan, "laptop").await).id, asked, "the question becomes the next one");
        let key = key_in(&app.tap(&ivan, "No end").await);
        let chat = app.tap(&ivan, "✅ Saved — delete now").await;
        assert_eq!((said(&chat), last(&chat).id), (1, asked), "the question is the result: {chat:#?}");
        sees!(chat, @r#"
        ✅ <b>laptop</b> is ready · <code>nb_·…·</code>

        <pre><code class="language-bash">curl -i "http://HERE/api/v2/auth/verify" -H "Authorization: Bearer $KEY"</code></pre>
        <pre><code class="language-python">import os, urllib.request
        request = urllib.request.Request("http://HERE/api/v2/auth/verify")
        request.add_header("Authorization", f"Bearer {os.environ['KEY']}")
        print(urllib.request.urlopen(request).status)</code></pre>
        [▶️ Test it]
        [🔑 My keys] [‹ Menu]
        "#);
        let chat = app.tap(&ivan, "▶️ Test it").await;
        assert_eq!(app.word(), "Your key hasn’t made a request yet. Run the command above, then tap again.");
        assert!(last(&chat).text.ends_with("then tap again."), "{chat:#?}");
        assert_eq!(verify(&app, &key).await.status, 200);
        let chat = app.tap(&ivan, "▶️ Test it").await;
        assert_eq!(app.word(), "✅ Your key works: 599 of 600 requests left this minute.");
        assert_eq!((said(&chat), last(&chat).id), (1, asked), "in the same message");
        app.put_on_plan(&ivan, "free").await;
        app.tap(&ivan, "▶️ Test it").await;
        assert_eq!(app.word(), "❌ Requests with this key are rejected. Its status: paused (your plan has no API access).");
    }

    async fn snippets_call_the_api_that_is_configured(app: App) with [("NEURALBOX_API_URL", "https://api.example.com/v1/models")]; {
        let ivan = app.person_on("Ivan", "vip").await;
        app.say(&ivan, "/newkey laptop").await;
        let chat = app.tap(&ivan, "✅ Saved — delete now").await;
        assert_eq!(last(&chat).text.matches("https://api.example.com/v1/models").count(), 2, "{chat:#?}");
    }

    async fn with_all_keys_used_no_name_is_asked_for(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        for number in 1..=5 {
            key_in(&app.say(&ivan, &format!("/newkey key {number}")).await);
        }
        let chat = app.say(&ivan, "/newkey").await;
        assert!(last(&chat).text.starts_with("You’ve used all 5 keys of your plan."), "{chat:#?}");
        let chat = app.say(&ivan, "/keys").await;
        assert!(last(&chat).button("➕ New key").is_none(), "{chat:#?}");
        let chat = app.tap(&ivan, "⭐ More keys").await;
        assert!(last(&chat).text.starts_with("Plans"), "{chat:#?}");
        app.put_on_plan(&ivan, "elite").await;
        let chat = app.say(&ivan, "/keys").await;
        assert!(last(&chat).button("➕ New key").is_some() && last(&chat).button("⭐ More keys").is_none(), "{chat:#?}");
    }

    async fn a_refused_name_is_asked_for_below_and_leaves_no_second_question(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let first = last(&app.say(&ivan, "/newkey").await).id;
        for _ in 0..2 {
            let chat = app.say(&ivan, &"x".repeat(65)).await;
            assert_eq!(said(&chat), 1, "one question: {chat:#?}");
            assert!(last(&chat).id > first && last(&chat).button("Cancel").is_some(), "{chat:#?}");
        }
        let chat = app.say(&ivan, "laptop").await;
        assert_eq!(said(&chat), 1, "the same question becomes the next one: {chat:#?}");
        key_in(&app.tap(&ivan, "No end").await);
    }

    async fn a_question_that_was_dropped_has_no_live_button(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.say(&ivan, "/newkey").await;
        let chat = app.say(&ivan, "/profile").await;
        assert!(chat.iter().all(|message| message.button("Cancel").is_none()), "{chat:#?}");
        assert!(chat.iter().any(|message| message.text == "Canceled."), "{chat:#?}");
        app.say(&ivan, "/newkey").await;
        let chat = app.say(&ivan, "отмена").await;
        assert_eq!((last(&chat).text.as_str(), said(&chat)), ("Canceled.", 3), "{chat:#?}");
        let chat = app.say(&ivan, "/cancel").await;
        sees!(chat, @"
        There’s nothing to cancel.
        [‹ Menu]
        ");
    }

    async fn a_name_is_asked_for_when_none_is_given(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let chat = app.say(&ivan, "/newkey").await;
        sees!(chat, @"
        What should the new key be called?

        Send a name of up to 64 characters, for example <i>laptop</i>.
        [Cancel]
        ");
        let chat = app.say(&ivan, "  my laptop ").await;
        sees!(chat, @"
        How long should <b>my laptop</b> work?

        You can change this later.
        [No end] [30 d] [90 d] [1 y]
        [Cancel]
        ");
        let chat = app.tap(&ivan, "No end").await;
        sees!(chat, @"
        🔑 <b>my laptop</b>

        <code>nb_KEY</code>

        This is the only time you’ll see this key. Keep it somewhere safe: I’ll delete this message in 5 minutes.
        (protected)
        [📋 Copy the key = nb_KEY]
        [✅ Saved — delete now]
        ");
        let chat = app.say(&ivan, "another one").await;
        sees!(chat, @"
        I only understand commands and buttons. See /help.
        [‹ Menu]
        ");
    }

    async fn the_whole_of_it_in_russian(app: App) {
        let maria = russian(app.person_on("Мария", "vip").await);
        let chat = app.say(&maria, "/newkey").await;
        sees!(chat, @"
        Как назвать новый ключ?

        Пришлите название до 64 символов, например <i>ноутбук</i>.
        [Отмена]
        ");
        let chat = app.say(&maria, "ноутбук").await;
        sees!(chat, @"
        Сколько должен работать ключ <b>ноутбук</b>?

        Потом это можно изменить.
        [Бессрочно] [30 дн.] [90 дн.] [1 год]
        [Отмена]
        ");
        let chat = app.tap(&maria, "Бессрочно").await;
        sees!(chat, @"
        🔑 <b>ноутбук</b>

        <code>nb_KEY</code>

        Ключ показывается только один раз. Сохраните его в надёжном месте: через 5 минут я удалю это сообщение.
        (protected)
        [📋 Скопировать ключ = nb_KEY]
        [✅ Сохранено, убрать сообщение]
        ");
        let chat = app.say(&maria, "/newkey ноутбук").await;
        sees!(chat, @"
        Ключ с названием <b>ноутбук</b> у вас уже есть. Пришлите другое название или нажмите /cancel.
        [Отмена]
        ");
        let chat = app.tap(&maria, "✅ Сохранено, убрать сообщение").await;
        assert_eq!((said(&chat), app.word().as_str()), (2, "Удалено."));
    }

    async fn a_question_can_be_taken_back(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        for how in ["button", "command"] {
            app.say(&ivan, "/newkey").await;
            match how {
                "button" => app.tap(&ivan, "Cancel").await,
                _ => app.say(&ivan, "/cancel").await,
            };
            let chat = app.say(&ivan, "laptop").await;
            assert!(last(&chat).text.starts_with("I only understand commands"), "{how}: {chat:#?}");
        }
    }

    async fn a_question_is_forgotten_after_ten_minutes(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.say(&ivan, "/newkey").await;
        app.clock.pass(601);
        let chat = app.say(&ivan, "laptop").await;
        sees!(chat, @"
        I only understand commands and buttons. See /help.
        [‹ Menu]
        ");
    }

    async fn a_name_that_will_not_do_is_asked_for_again(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.say(&ivan, "/newkey").await;
        let chat = app.say(&ivan, &"x".repeat(65)).await;
        sees!(chat, @"
        A key name must be 1 to 64 characters, with no line breaks. Send another one, or /cancel.
        [Cancel]
        ");
        app.say(&ivan, &"x".repeat(64)).await;
        let chat = app.tap(&ivan, "No end").await;
        assert_eq!(verify(&app, &key_in(&chat)).await.status, 200);
    }

    async fn a_bad_name_behind_the_command_can_be_sent_again_too(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let chat = app.say(&ivan, "/newkey two\nlines").await;
        sees!(chat, @"
        A key name must be 1 to 64 characters, with no line breaks. Send another one, or /cancel.
        [Cancel]
        ");
        app.say(&ivan, "one line").await;
        let chat = app.tap(&ivan, "No end").await;
        assert_eq!(verify(&app, &key_in(&chat)).await.header("x-neuralbox-key-name"), "one%20line");
    }

    async fn a_name_that_is_taken_is_asked_for_again(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.say(&ivan, "/newkey <b>laptop</b>").await;
        let chat = app.say(&ivan, "/newkey <b>laptop</b>").await;
        sees!(chat, @"
        You already have a key called <b>&lt;b&gt;laptop&lt;/b&gt;</b>. Send another name, or /cancel.
        [Cancel]
        ");
        let chat = app.say(&ivan, "<B>Laptop</b>").await;
        assert!(last(&chat).text.starts_with("You already have a key called <B>Laptop</b>."), "case does not count: {chat:#?}");
        app.say(&ivan, "desktop").await;
        let chat = app.tap(&ivan, "No end").await;
        assert_eq!(verify(&app, &key_in(&chat)).await.header("x-neuralbox-key-name"), "desktop");
    }

    async fn a_plan_limits_the_number_of_keys(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        for number in 1..=5 {
            key_in(&app.say(&ivan, &format!("/newkey key {number}")).await);
        }
        let chat = app.say(&ivan, "/newkey one more").await;
        sees!(chat, @"
        You’ve used all 5 keys of your plan. Revoke one to create another.

        Here’s what would help:
        [⭐ Elite · 2,500 Stars]
        [🔑 My keys] [‹ Menu]
        ");
        let chat = app.say(&russian(ivan.clone()), "/newkey one more").await;
        sees!(chat, @"
        Вы создали все 5 ключей вашего тарифа. Отзовите один, чтобы создать новый.

        Вот что поможет:
        [⭐ Elite · 2 500 звёзд]
        [🔑 Мои ключи] [‹ Меню]
        ");
        let chat = app.say(&ivan, "hello").await;
        assert!(last(&chat).text.starts_with("I only understand commands"), "no question is pending: {chat:#?}");
    }

    async fn a_plan_without_api_access_says_where_to_upgrade(app: App) {
        let olga = app.person("Olga");
        let chat = app.say(&olga, "/newkey laptop").await;
        sees!(chat, @"
        Your <b>Free</b> plan doesn’t include API access.

        Here’s what would help:
        [⭐ VIP · 500 Stars]
        [⭐ Elite · 2,500 Stars]
        [🔑 My keys] [‹ Menu]
        ");
        let chat = app.say(&russian(olga.clone()), "/newkey").await;
        sees!(chat, @"
        В тарифе <b>Free</b> нет доступа к API.

        Вот что поможет:
        [⭐ VIP · 500 звёзд]
        [⭐ Elite · 2 500 звёзд]
        [🔑 Мои ключи] [‹ Меню]
        ");
        app.greet(&olga).await;
        let chat = app.tap(&olga, "➕ New key").await;
        assert!(last(&chat).text.starts_with("Your Free plan doesn’t include API access."), "{chat:#?}");
    }

    async fn a_person_who_does_something_else_is_no_longer_asked(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.say(&ivan, "/newkey").await;
        app.say(&ivan, "/profile").await;
        let chat = app.say(&ivan, "thanks").await;
        assert!(last(&chat).text.starts_with("I only understand commands and buttons."), "{chat:#?}");
        app.tap(&ivan, "🔑 My keys").await;
        app.tap(&ivan, "➕ New key").await;
        app.say(&ivan, "laptop").await;
        let chat = app.tap(&ivan, "No end").await;
        assert!(last(&chat).text.starts_with("🔑 laptop"), "{chat:#?}");
    }

    async fn a_plan_that_ends_between_question_and_answer_counts(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.say(&ivan, "/newkey").await;
        app.put_on_plan(&ivan, "free").await;
        let chat = app.say(&ivan, "laptop").await;
        assert!(last(&chat).text.starts_with("Your Free plan doesn’t include API access."), "{chat:#?}");
        app.put_on_plan(&ivan, "vip").await;
        let listed = app.signed_in(&ivan).await.get("keys").await.json();
        assert_eq!(listed["keys"].as_array().unwrap().len(), 0);
    }

    async fn the_expiry_is_chosen_after_the_name(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.say(&ivan, "/newkey").await;
        app.say(&ivan, "lptop").await;
        app.say(&ivan, "laptop").await;
        let chat = app.tap(&ivan, "30 d").await;
        assert!(last(&chat).text.starts_with("🔑 laptop"), "the last name counts: {chat:#?}");
        let key = key_in(&chat);
        let listed = app.signed_in(&ivan).await.get("keys").await.json();
        assert_eq!((listed["keys"].as_array().unwrap().len(), &listed["keys"][0]["expires_at"]), (1, &"2026-12-23T12:00:00Z".into()));
        app.clock.pass(30 * 86_400);
        assert_eq!(verify(&app, &key).await.problem(), "401 Invalid or expired token (key_expired)");
    }

    async fn a_second_tap_on_an_expiry_makes_no_second_key(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.say(&ivan, "/newkey").await;
        let asked = last(&app.say(&ivan, "laptop").await).id;
        app.tap(&ivan, "1 y").await;
        // The second tap was on its way already when the first took the buttons away.
        app.sandbox.push_update(serde_json::json!({"callback_query": {
            "id": "again", "chat_instance": "1", "data": "v1:newkey:90",
            "from": {"id": ivan.id, "is_bot": false, "first_name": "Ivan", "username": ivan.username},
            "message": {"message_id": asked, "date": app.clock.unix(), "chat": {"id": ivan.id, "type": "private", "first_name": "Ivan"}},
        }}));
        app.settled().await;
        let listed = app.signed_in(&ivan).await.get("keys").await.json();
        assert_eq!((listed["keys"].as_array().unwrap().len(), &listed["keys"][0]["expires_at"]), (1, &"2027-11-23T12:00:00Z".into()));
    }

    async fn with_all_keys_used_no_expiry_is_asked(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        app.say(&ivan, "/newkey").await;
        for number in 1..=5 {
            let mut browser = app.signed_in(&ivan).await;
            browser.post("keys", serde_json::json!({"name": format!("key {number}")})).await;
        }
        let chat = app.say(&ivan, "one more").await;
        assert!(last(&chat).text.starts_with("You’ve used all 5 keys of your plan."), "{chat:#?}");
    }
}

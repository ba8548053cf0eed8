//! List of API keys in the chat, and revocation.

use serde_json::json;
use telegram_sandbox::VisibleMessage;

use crate::support::chat::{key_in, last, said};
use crate::support::{App, russian, verify};
use crate::{on_both, sees};

on_both! {
    async fn many_keys_come_in_pages_of_one_message(app: App) {
        let ivan = app.person_on("Ivan", "elite").await;
        for number in 1..=19 {
            app.say(&ivan, &format!("/newkey key {number:02}")).await;
        }
        let page = |chat: &[VisibleMessage]| -> Vec<String> {
            let labels = last(chat).buttons.iter().map(|row| row.iter().map(|button| button.label.clone()).collect::<Vec<_>>().join(" "));
            labels.map(|label| label.split(" · ").next().unwrap().to_owned()).collect()
        };
        let chat = app.say(&ivan, "/keys").await;
        let tail = ["➕ New key", "‹ Menu"];
        let first: Vec<_> = (1..=8).map(|number| format!("🔑 key {number:02}")).collect();
        assert_eq!(page(&chat), [&first[..], &["‹ 1/3 ›".to_owned()], &tail.map(ToOwned::to_owned)].concat());
        let before = said(&chat);
        assert_eq!(page(&app.tap(&ivan, "›").await)[..2], ["🔑 key 09", "🔑 key 10"]);
        let chat = app.tap(&ivan, "›").await;
        assert_eq!(page(&chat), ["🔑 key 17", "🔑 key 18", "🔑 key 19", "‹ 3/3 ›", "➕ New key", "‹ Menu"]);
        assert_eq!(page(&app.tap(&ivan, "›").await)[0], "🔑 key 01", "the last page is followed by the first");
        app.tap(&ivan, "‹").await;
        let row = last(&app.sandbox.chat(ivan.id)).buttons[2][0].label.clone();
        app.tap(&ivan, &row).await;
        assert_eq!(page(&app.tap(&ivan, "‹ Keys").await)[0], "🔑 key 17", "back to the same page");
        for _ in 0..3 {
            let row = last(&app.sandbox.chat(ivan.id)).buttons[0][0].label.clone();
            for label in [&row, "🗑 Revoke", "Yes, revoke it"] {
                app.tap(&ivan, label).await;
            }
        }
        let chat = app.sandbox.chat(ivan.id);
        assert_eq!(page(&chat)[0], "🔑 key 09", "an emptied page gives way to the previous one");
        assert_eq!(said(&chat), before, "the list stays in one message");
    }

    async fn no_keys_yet(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let chat = app.say(&ivan, "/keys").await;
        sees!(chat, @"
        <b>You don’t have any API keys yet.</b>
        [➕ New key]
        [‹ Menu]
        ");
        let chat = app.say(&russian(ivan.clone()), "/keys").await;
        sees!(chat, @"
        <b>У вас пока нет API-ключей.</b>
        [➕ Новый ключ]
        [‹ Меню]
        ");
        let olga = app.person("Olga");
        let chat = app.say(&olga, "/keys").await;
        sees!(chat, @"
        <b>You don’t have any API keys yet.</b>

        Your Free plan doesn’t include API access. Keys work once you upgrade.
        [⭐ VIP · 500 Stars]
        [⭐ Elite · 2,500 Stars]
        [⭐ Plans]
        [‹ Menu]
        ");
    }

    async fn keys_are_listed_by_name_and_last_use_and_shown_with_first_and_last_characters(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        app.say(&ivan, &format!("/newkey a name that is far too long for a button {}", "x".repeat(20))).await;
        let chat = app.say(&ivan, "/keys").await;
        sees!(chat, @"
        <b>You’re using 2 of 5 API keys.</b> Tap one to manage it.
        [🔑 laptop · not used yet]
        [🔑 a name that is far too … · not used yet]
        [➕ New key]
        [‹ Menu]
        ");
        let card = app.tap(&ivan, "🔑 laptop · not used yet").await;
        assert!(last(&card).text.contains(&format!("{}…{}", &key[..7], &key[44..])), "{card:#?}");
        let chat = app.say(&russian(ivan.clone()), "/keys").await;
        sees!(chat, @"
        <b>API-ключи: 2 из 5.</b> Нажмите на ключ, чтобы открыть его.
        [🔑 laptop · ещё не использован]
        [🔑 a name that is far too … · ещё не использован]
        [➕ Новый ключ]
        [‹ Меню]
        ");
    }

    async fn a_card_says_how_old_a_key_is_and_when_it_was_used(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        let chat = app.say(&ivan, "/keys").await;
        let row = last(&chat).buttons[0][0].label.clone();
        let chat = app.tap(&ivan, &row).await;
        sees!(chat, @"
        🔑 <b>laptop</b>
        <code>nb_·…·</code>

        Status: active
        Created: just now
        Last used: never

        Today: <b>0 tokens</b>, 0 requests
        7 days: <b>0 tokens</b>, 0 requests
        30 days: <b>0 tokens</b>, 0 requests

        Limit: 600 of 600 requests left this minute
        [✏️ Rename] [🔄 Rotate]
        [📅 Expiry] [🗑 Revoke]
        [‹ Keys]
        ");
        app.clock.pass(3 * 86_400);
        assert_eq!(verify(&app, &key).await.status, 200);
        app.domain.flush_last_used().await.unwrap();
        app.clock.pass(2 * 3600);
        app.tap(&ivan, "‹ Keys").await;
        let chat = app.tap(&ivan, "🔑 laptop · 2 hours ago").await;
        sees!(chat, @"
        🔑 <b>laptop</b>
        <code>nb_·…·</code>

        Status: active
        Created: 3 days ago
        Last used: 2 hours ago

        Today: <b>0 tokens</b>, 1 request
        7 days: <b>0 tokens</b>, 1 request
        30 days: <b>0 tokens</b>, 1 request

        Limit: 600 of 600 requests left this minute
        [✏️ Rename] [🔄 Rotate]
        [📅 Expiry] [🗑 Revoke]
        [‹ Keys]
        ");
        app.clock.pass(60);
        let maria = russian(ivan.clone());
        app.say(&maria, "/keys").await;
        let chat = app.tap(&maria, "🔑 laptop · 2 часа назад").await;
        sees!(chat, @"
        🔑 <b>laptop</b>
        <code>nb_·…·</code>

        Статус: активен
        Создан: 3 дня назад
        Последнее использование: 2 часа назад

        Сегодня: <b>0 токенов</b>, 1 запрос
        7 дней: <b>0 токенов</b>, 1 запрос
        30 дней: <b>0 токенов</b>, 1 запрос

        Лимит: на эту минуту осталось 600 из 600 запросов
        [✏️ Переименовать] [🔄 Перевыпустить]
        [📅 Срок] [🗑 Отозвать]
        [‹ Ключи]
        ");
    }

    async fn revoking_asks_once_and_stops_the_key_at_once(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        let other = key_in(&app.say(&ivan, "/newkey desktop").await);
        let row = last(&app.say(&ivan, "/keys").await).buttons[0][0].label.clone();
        app.tap(&ivan, &row).await;
        let chat = app.tap(&ivan, "🗑 Revoke").await;
        sees!(chat, @"
        Revoke <b>laptop</b> (<code>nb_·…·</code>)?

        Everything that uses it stops working right away. This can’t be undone.
        [Yes, revoke it]
        [No, keep it]
        ");
        assert_eq!(verify(&app, &key).await.status, 200, "not before the confirmation");
        let chat = app.tap(&ivan, "Yes, revoke it").await;
        assert_eq!(verify(&app, &key).await.problem(), "401 Invalid or expired token (key_revoked)");
        assert_eq!(app.word(), "Revoked. It no longer works.");
        sees!(chat, @"
        <b>You’re using 1 of 5 API keys.</b> Tap it to manage it.
        [🔑 desktop · not used yet]
        [➕ New key]
        [‹ Menu]
        ");
        assert_eq!(verify(&app, &other).await.status, 200, "the other key is unaffected");
        assert_eq!(said(&chat), 3, "two keys and the list, in one message each: {chat:#?}");
    }

    async fn revoking_in_russian(app: App) {
        let maria = russian(app.person_on("Мария", "vip").await);
        let key = key_in(&app.say(&maria, "/newkey ноутбук").await);
        let row = last(&app.say(&maria, "/keys").await).buttons[0][0].label.clone();
        app.tap(&maria, &row).await;
        let chat = app.tap(&maria, "🗑 Отозвать").await;
        sees!(chat, @"
        Отозвать <b>ноутбук</b> (<code>nb_·…·</code>)?

        Все программы с этим ключом сразу перестанут работать. Отменить это нельзя.
        [Да, отозвать]
        [Нет, оставить]
        ");
        app.tap(&maria, "Да, отозвать").await;
        assert_eq!(app.word(), "Ключ отозван и больше не работает.");
        assert_eq!(verify(&app, &key).await.status, 401);
    }

    async fn a_revoke_that_was_thought_over_keeps_the_key(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        let row = last(&app.say(&ivan, "/keys").await).buttons[0][0].label.clone();
        app.tap(&ivan, &row).await;
        app.tap(&ivan, "🗑 Revoke").await;
        let chat = app.tap(&ivan, "No, keep it").await;
        assert!(last(&chat).text.contains("Status: active"), "{chat:#?}");
        assert_eq!(verify(&app, &key).await.status, 200);
    }

    async fn a_key_waits_while_its_plan_has_no_access_and_comes_back(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        app.put_on_plan(&ivan, "basic").await;
        let chat = app.say(&ivan, "/keys").await;
        sees!(chat, @"
        <b>You have 1 API key.</b>

        Your Basic plan doesn’t include API access. Keys work once you upgrade.
        [⏸ laptop · not used yet]
        [⭐ VIP · 500 Stars]
        [⭐ Elite · 2,500 Stars]
        [⭐ Plans]
        [‹ Menu]
        ");
        let row = last(&chat).buttons[0][0].label.clone();
        let chat = app.tap(&ivan, &row).await;
        assert!(last(&chat).text.contains("Status: paused (your plan has no API access)"), "{chat:#?}");
        assert_eq!(verify(&app, &key).await.status, 403);
        app.put_on_plan(&ivan, "elite").await;
        assert_eq!(verify(&app, &key).await.status, 200);
    }

    async fn a_key_that_expires_says_so_before_and_after(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let made = app.signed_in(&ivan).await.post("keys", json!({"name": "for a week", "expires_in_days": 7})).await;
        assert_eq!(made.status, 201, "{made:?}");
        let row = last(&app.say(&ivan, "/keys").await).buttons[0][0].label.clone();
        let chat = app.tap(&ivan, &row).await;
        sees!(chat, @"
        🔑 <b>for a week</b>
        <code>nb_·…·</code>

        Status: active
        Created: just now
        Last used: never
        Expires: 30 Nov 2026

        Today: <b>0 tokens</b>, 0 requests
        7 days: <b>0 tokens</b>, 0 requests
        30 days: <b>0 tokens</b>, 0 requests

        Limit: 600 of 600 requests left this minute
        [✏️ Rename] [🔄 Rotate]
        [📅 Expiry] [🗑 Revoke]
        [‹ Keys]
        ");
        app.clock.pass(7 * 86_400);
        let row = last(&app.say(&ivan, "/keys").await).buttons[0][0].label.clone();
        let chat = app.tap(&ivan, &row).await;
        sees!(chat, @"
        🔑 <b>for a week</b>
        <code>nb_·…·</code>

        Status: expired
        Created: 7 days ago
        Last used: never
        Expires: 30 Nov 2026

        Today: <b>0 tokens</b>, 0 requests
        7 days: <b>0 tokens</b>, 0 requests
        30 days: <b>0 tokens</b>, 0 requests
        [✏️ Rename] [🔄 Rotate]
        [📅 Expiry] [🗑 Revoke]
        [‹ Keys]
        ");
    }
}

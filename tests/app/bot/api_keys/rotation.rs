//! Rotation of an API key in the chat, with a choice of the grace period.

use telegram_sandbox::{Fault, FaultKind, Person};

use crate::support::chat::{key_in, last, said};
use crate::support::{App, russian, verify};
use crate::{on_both, sees};

on_both! {
    async fn the_old_secret_stays_valid_for_the_chosen_grace_period(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let old = with_choice(&app, &ivan).await;
        sees!(app.sandbox.chat(ivan.id), @"
        Rotate <b>laptop</b> (<code>nb_·…·</code>)?

        You’ll get a new key. How long should the old one keep working while you switch over?
        [1 hour] [1 day] [7 days]
        [Stop it now]
        [Cancel]
        ");
        let chat = app.tap(&ivan, "1 hour").await;
        sees!(chat, @"
        🔄 <b>laptop</b>

        <code>nb_KEY</code>

        This is the only time you’ll see this key. Keep it somewhere safe: I’ll delete this message in 5 minutes. The old key keeps working for 1 hour.
        (protected)
        [📋 Copy the key = nb_KEY]
        [✅ Saved — delete now]
        ");
        let new = key_in(&chat);
        assert_eq!((verify(&app, &old).await.status, verify(&app, &new).await.status), (200, 200));
        app.domain.flush_last_used().await.unwrap();
        app.clock.pass(600);
        let row = last(&app.say(&ivan, "/keys").await).buttons[0][0].label.clone();
        let chat = app.tap(&ivan, &row).await;
        sees!(chat, @"
        🔑 <b>laptop</b>
        <code>nb_·…·</code>

        Status: active
        Created: 10 minutes ago
        Last used: 10 minutes ago

        Old key: works for 50 minutes more; last used: 10 minutes ago

        Today: <b>0 tokens</b>, 2 requests
        7 days: <b>0 tokens</b>, 2 requests
        30 days: <b>0 tokens</b>, 2 requests

        Limit: 600 of 600 requests left this minute
        [✏️ Rename] [🔄 Rotate]
        [📅 Expiry] [🗑 Revoke]
        [‹ Keys]
        ");
        app.clock.pass(3000);
        assert_eq!((verify(&app, &old).await.status, verify(&app, &new).await.status), (401, 200));
    }

    async fn without_grace_it_stops_at_once(app: App) {
        let maria = russian(app.person_on("Мария", "vip").await);
        let old = key_in(&app.say(&maria, "/newkey ноутбук").await);
        let row = last(&app.say(&maria, "/keys").await).buttons[0][0].label.clone();
        app.tap(&maria, &row).await;
        let chat = app.tap(&maria, "🔄 Перевыпустить").await;
        sees!(chat, @"
        Перевыпустить ключ <b>ноутбук</b> (<code>nb_·…·</code>)?

        Сколько ещё должен работать прежний, чтобы вы успели заменить его в программах?
        [1 час] [1 день] [7 дней]
        [Отключить сразу]
        [Отмена]
        ");
        let chat = app.tap(&maria, "Отключить сразу").await;
        sees!(chat, @"
        🔄 <b>ноутбук</b>

        <code>nb_KEY</code>

        Новый ключ показывается только один раз. Сохраните его в надёжном месте: через 5 минут я удалю это сообщение. Прежний ключ больше не работает.
        (protected)
        [📋 Скопировать ключ = nb_KEY]
        [✅ Сохранено, убрать сообщение]
        ");
        let new = key_in(&chat);
        assert_eq!((verify(&app, &old).await.status, verify(&app, &new).await.status), (401, 200));
    }

    async fn a_second_tap_changes_nothing(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        with_choice(&app, &ivan).await;
        let asked = last(&app.sandbox.chat(ivan.id)).id;
        for _ in 0..2 {
            app.sandbox.tap(&ivan, asked, "1 hour").unwrap();
        }
        app.settled().await;
        let chat = app.sandbox.chat(ivan.id);
        let new = key_in(&chat);
        assert_eq!(verify(&app, &new).await.status, 200);
        let shown = chat.iter().filter(|message| message.text.starts_with("🔄")).count();
        assert_eq!(shown, 1, "{chat:#?}");
        assert_eq!(app.word(), "This key was already rotated. Here’s its current state.");
    }

    async fn a_secret_that_may_not_have_arrived_is_revoked_and_the_old_one_stays_valid(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let old = with_choice(&app, &ivan).await;
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::ResetAfter));
        let chat = app.tap(&ivan, "1 day").await;
        sees!(chat, @"
        I couldn’t be sure the new key reached you, so I canceled it. The old one keeps working for 1 day. Please rotate again.
        [🔄 Rotate]
        ");
        let unseen = key_in(&chat[..chat.len() - 1]);
        assert_eq!((verify(&app, &old).await.status, verify(&app, &unseen).await.status), (200, 401));
        app.tap(&ivan, "🔄 Rotate").await;
        let new = key_in(&app.tap(&ivan, "1 hour").await);
        assert_eq!((verify(&app, &old).await.status, verify(&app, &new).await.status), (200, 200));
    }

    async fn a_plan_without_access_rotates_nothing(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        with_choice(&app, &ivan).await;
        app.put_on_plan(&ivan, "free").await;
        let before = said(&app.sandbox.chat(ivan.id));
        let chat = app.tap(&ivan, "1 hour").await;
        assert!(last(&chat).text.starts_with("Your Free plan doesn’t include API access."), "{chat:#?}");
        assert_eq!(said(&chat), before, "the question becomes the refusal");
    }
}

/// Creates a key and opens the choice of the grace period; returns the key.
async fn with_choice(app: &App, person: &Person) -> String {
    let key = key_in(&app.say(person, "/newkey laptop").await);
    let row = last(&app.say(person, "/keys").await).buttons[0][0].label.clone();
    app.tap(person, &row).await;
    app.tap(person, "🔄 Rotate").await;
    key
}

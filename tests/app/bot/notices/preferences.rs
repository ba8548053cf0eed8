//! Preferences of notices: categories and quiet hours.

use crate::support::chat::{last, said, warnings};
use crate::support::gateway::{SERVICE, charged};
use crate::support::{App, russian};
use crate::{on_both, sees};

/// For each warning sent to a person, true if it made a sound.
fn sounds(app: &App, person: i64) -> Vec<bool> {
    let said = app.calls("sendMessage").into_iter().filter(|call| call.params["chat_id"] == person);
    said.filter(|call| call.params["text"].as_str().unwrap().starts_with('🔔'))
        .map(|call| call.params["disable_notification"].as_bool() != Some(true))
        .collect()
}

on_both! {
    async fn each_category_has_its_switch(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let chat = app.say(&ivan, "/notify").await;
        sees!(chat, @"
        <b>Notifications</b>

        Tap to turn on or off. I always tell you about leaked keys, copied sessions and service changes.

        Quiet hours: off
        [✅ New sign-ins] [✅ New keys]
        [✅ Keys used from new networks] [✅ Keys about to expire]
        [✅ Rejected requests] [✅ Token balance]
        [✅ Plan ending] [✅ Plan news]
        [✅ Product news]
        [🌙 Quiet hours]
        [‹ Profile]
        ");
        let shown = last(&chat).id;
        for _ in 0..3 {
            app.sandbox.tap(&ivan, shown, "✅ New sign-ins").unwrap();
        }
        app.settled().await;
        let chat = app.sandbox.chat(ivan.id);
        assert!(last(&chat).button("⬜ New sign-ins").is_some(), "three taps switch once: {chat:#?}");
        assert_eq!(said(&chat), 2, "one message, edited in place");
        app.signed_in(&ivan).await;
        app.put_on_plan_for(&ivan, "vip", Some(1)).await;
        app.domain.add_expiry_notices().await.unwrap();
        let chat = app.warned(&ivan, 1).await;
        assert!(warnings(&chat)[0].text.starts_with("🔔 Your VIP plan ends"), "earlier notices have been sent: {chat:#?}");
        app.tap(&ivan, "⬜ New sign-ins").await;
        app.signed_in_with(&ivan, "another/1").await;
        let chat = app.warned(&ivan, 2).await;
        assert!(warnings(&chat)[1].text.starts_with("🔔 New sign-in"), "{chat:#?}");
    }

    async fn quiet_hours_by_the_persons_own_clock(app: App) {
        let maria = app.chatting(russian(app.person("Мария")), "vip").await;
        app.say(&maria, "/notify").await;
        let chat = app.tap(&maria, "🌙 Тихие часы").await;
        sees!(chat, @"
        <b>Тихие часы:</b> выкл.

        В тихие часы всё, что может подождать, придёт позже, а остальное — без звука.

        Сейчас у вас <b>12:00</b> (UTC)? Если нет, поправьте время кнопками.
        [✅ выкл.] [22–08] [23–07] [00–09]
        [−1:00] [−0:30] [+0:30] [+1:00]
        [‹ Уведомления]
        ");
        for _ in 0..3 {
            app.tap(&maria, "+1:00").await;
        }
        let chat = app.tap(&maria, "23–07").await;
        sees!(chat, @"
        <b>Тихие часы:</b> 23:00–07:00 (UTC+3)

        В тихие часы всё, что может подождать, придёт позже, а остальное — без звука.

        Сейчас у вас <b>15:00</b> (UTC+3)? Если нет, поправьте время кнопками.
        [выкл.] [22–08] [✅ 23–07] [00–09]
        [−1:00] [−0:30] [+0:30] [+1:00]
        [‹ Уведомления]
        ");
        let chat = app.tap(&maria, "‹ Уведомления").await;
        assert!(last(&chat).text.ends_with("Тихие часы: 23:00–07:00 (UTC+3)"), "{chat:#?}");
        assert_eq!(said(&chat), 2, "one message, edited in place");
    }

    async fn at_night_what_can_wait_waits_and_the_rest_is_silent(app: App) with SERVICE; {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        app.say(&ivan, "/notify").await;
        app.tap(&ivan, "🌙 Quiet hours").await;
        app.tap(&ivan, "22–08").await;
        app.clock.pass(11 * 3600);
        charged(&app, 1, 1500, "all").await;
        app.signed_in(&ivan).await;
        let chat = app.warned(&ivan, 1).await;
        assert!(warnings(&chat)[0].text.starts_with("🔔 New sign-in"), "{chat:#?}");
        app.clock.pass(9 * 3600 - 60);
        app.signed_in_with(&ivan, "another/1").await;
        app.warned(&ivan, 2).await;
        app.clock.pass(60);
        let chat = app.warned(&ivan, 3).await;
        assert!(warnings(&chat)[2].text.starts_with("🔔 You’ve used all your tokens"), "{chat:#?}");
        app.settled().await;
        assert_eq!(sounds(&app, ivan.id), [false, false, true]);
    }

    async fn a_made_up_button_sets_no_impossible_clock(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        for data in ["v1:clock:900", "v1:hours:24-8", "v1:hours:8-8", "v1:off:security", "v1:on:"] {
            app.sandbox.push_update(serde_json::json!({"callback_query": {
                "id": data, "chat_instance": "1", "data": data,
                "from": {"id": ivan.id, "is_bot": false, "first_name": "Ivan", "username": ivan.username},
            }}));
            app.settled().await;
        }
        let chat = app.say(&ivan, "/notify").await;
        assert!(last(&chat).text.ends_with("Quiet hours: off"), "{chat:#?}");
        app.tap(&ivan, "🌙 Quiet hours").await;
        for _ in 0..15 {
            app.tap(&ivan, "+1:00").await;
        }
        assert!(last(&app.sandbox.chat(ivan.id)).text.contains("(UTC+14)"));
    }
}

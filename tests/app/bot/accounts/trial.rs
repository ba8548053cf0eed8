//! Trial: from Start to a key that works, once per Telegram user.

use crate::support::chat::{key_in, last};
use crate::support::{App, russian, verify};
use crate::{on_both, sees};

const PLANS: [(&str, &str); 1] =
    [("NEURALBOX_PLANS_FILE", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/app/bot/accounts/trial_plans.toml"))];
const DAY: i64 = 86_400;

on_both! {
    async fn a_newcomer_gets_a_working_key_in_five_taps_and_messages(app: App) with PLANS; {
        let ivan = app.person("Ivan");
        let chat = app.say(&ivan, "/start").await;
        sees!(chat, @"
        👋 Hi, <b>Ivan</b>! Here you get keys for the NeuralBox API.

        1. Choose a plan
        2. Create a key
        3. Send your first request
        [🎁 Try VIP for 7 days free]
        [‹ Menu]
        ");
        let chat = app.tap(&ivan, "🎁 Try VIP for 7 days free").await;
        sees!(chat, @"
        🎁 You’re on <b>VIP</b> until 30 Nov 2026, free of charge.

        Nothing to cancel: after that you’re back on Free. Your keys pause then, and nothing is deleted. I’ll remind you before.

        Next: create your first key.
        [➕ New key]
        [‹ Menu]
        ");
        app.tap(&ivan, "➕ New key").await;
        app.say(&ivan, "laptop").await;
        let key = key_in(&app.tap(&ivan, "No end").await);
        app.tap(&ivan, "✅ Saved — delete now").await;
        assert_eq!(verify(&app, &key).await.status, 200);
    }

    async fn in_russian(app: App) with PLANS; {
        let maria = russian(app.person("Мария"));
        app.say(&maria, "/start").await;
        let chat = app.tap(&maria, "🎁 VIP бесплатно на 7 дней").await;
        sees!(chat, @"
        🎁 У вас тариф <b>VIP</b> до 30 ноября 2026, бесплатно.

        Отменять ничего не нужно: потом снова будет Free. Ключи тогда приостановятся, ничего не удалится. Я напомню заранее.

        Дальше: создайте первый ключ.
        [➕ Новый ключ]
        [‹ Меню]
        ");
    }

    async fn it_is_offered_wherever_a_key_is_refused(app: App) with PLANS; {
        let ivan = app.person("Ivan");
        for command in ["/newkey", "/newkey laptop", "/keys"] {
            let chat = app.say(&ivan, command).await;
            assert!(last(&chat).button("🎁 Try VIP for 7 days free").is_some(), "{command}: {chat:#?}");
        }
        app.greet(&ivan).await;
        let menu = last(&app.sandbox.chat(ivan.id)).id;
        let chat = app.tap(&ivan, "➕ New key").await;
        assert!(last(&chat).id == menu && last(&chat).button("🎁 Try VIP for 7 days free").is_some(), "in place: {chat:#?}");
    }

    async fn a_double_tap_starts_it_once_and_shows_it(app: App) with PLANS; {
        let ivan = app.person("Ivan");
        let shown = last(&app.say(&ivan, "/start").await).id;
        for _ in 0..2 {
            app.sandbox.tap(&ivan, shown, "🎁 Try VIP for 7 days free").unwrap();
        }
        app.settled().await;
        let chat = app.sandbox.chat(ivan.id);
        assert!(last(&chat).text.starts_with("🎁 You’re on VIP until 30 Nov 2026"), "{chat:#?}");
        let me = app.signed_in(&ivan).await.get("me").await.json();
        assert_eq!(me["plan"], "vip");
    }

    async fn it_ends_automatically_and_comes_only_once(app: App) with PLANS; {
        let ivan = app.person("Ivan");
        app.say(&ivan, "/start").await;
        app.tap(&ivan, "🎁 Try VIP for 7 days free").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        let button = last(&app.say(&ivan, "/keys").await).clone();
        assert!(button.button("🎁 Try VIP for 7 days free").is_none(), "{button:#?}");
        app.clock.pass(7 * DAY + 1);
        assert_eq!(verify(&app, &key).await.status, 403);
        let chat = app.say(&ivan, "/newkey").await;
        assert!(last(&chat).text.starts_with("Your Free plan doesn’t include API access."), "{chat:#?}");
        assert!(last(&chat).button("🎁 Try VIP for 7 days free").is_none() && last(&chat).button("v1:buyplan:vip").is_some(), "{chat:#?}");
    }

    async fn a_button_of_a_trial_that_was_used_is_refused_with_a_next_step(app: App) with PLANS; {
        let ivan = app.person("Ivan");
        let greeting = last(&app.say(&ivan, "/start").await).id;
        app.say(&ivan, "/newkey").await;
        app.tap(&ivan, "🎁 Try VIP for 7 days free").await;
        app.clock.pass(8 * DAY);
        app.sandbox.tap(&ivan, greeting, "🎁 Try VIP for 7 days free").unwrap();
        app.settled().await;
        let chat = app.sandbox.chat(ivan.id);
        let refused = chat.iter().find(|message| message.id == greeting).unwrap();
        assert!(refused.text.starts_with("The free trial is for people who haven’t had it"), "{refused:#?}");
        assert!(refused.button("⭐ Plans").is_some() && refused.button("‹ Menu").is_some(), "{refused:#?}");
        let me = app.signed_in(&ivan).await.get("me").await.json();
        assert_eq!(me["plan"], "free");
    }
}

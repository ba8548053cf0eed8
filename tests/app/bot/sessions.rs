//! List of sessions in the chat, and their revocation.

use reqwest::Method;
use serde_json::Value;
use telegram_sandbox::Person;

use crate::support::chat::{last, said};
use crate::support::{App, Browser, russian};
use crate::{on_both, sees};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1";
const ENDED: &str = "401 Invalid or expired token (session_ended)";

async fn signed_in_from(app: &App, person: &Person, agent: &str) -> Browser {
    app.clock.pass(1);
    let mut browser = app.browser();
    let object = app.sandbox.widget_login(person, app.clock.unix());
    let request = browser.request(Method::POST, "auth/telegram").json(&Value::Object(object));
    assert_eq!(browser.send(request.header("user-agent", agent)).await.status, 200);
    browser
}

on_both! {
    async fn the_list_and_a_button_for_each(app: App) {
        let ivan = app.person("Ivan");
        let mut firefox = signed_in_from(&app, &ivan, FIREFOX).await;
        app.clock.pass(3 * 86_400);
        let mut phone = signed_in_from(&app, &ivan, IPHONE).await;
        app.clock.pass(600);
        firefox.refresh().await;
        app.clock.pass(120);
        let chat = app.say(&ivan, "/sessions").await;
        sees!(chat, @"
        <b>You have 2 active sessions.</b>

        1. <b>Safari, iPhone</b>, 127.0.0.x
        Signed in 12 minutes ago, last active 12 minutes ago

        2. <b>Firefox, Linux</b>, 127.0.0.x
        Signed in 3 days ago, last active 2 minutes ago
        [✖ End 1 · Safari, iPhone]
        [✖ End 2 · Firefox, Linux]
        [✖ End all]
        [📜 Activity]
        [🌐 Dashboard]
        [‹ Menu]
        ");
        let chat = app.tap(&ivan, "✖ End 1 · Safari, iPhone").await;
        assert_eq!((app.word().as_str(), said(&chat)), ("Session ended.", 1));
        sees!(chat, @"
        <b>You have 1 active session.</b>

        1. <b>Firefox, Linux</b>, 127.0.0.x
        Signed in 3 days ago, last active 2 minutes ago
        [✖ End 1 · Firefox, Linux]
        [📜 Activity]
        [🌐 Dashboard]
        [‹ Menu]
        ");
        assert_eq!(phone.refresh().await.problem(), ENDED);
        assert_eq!(firefox.get("me").await.status, 200);
        let chat = app.say(&russian(ivan.clone()), "/sessions").await;
        sees!(chat, @"
        <b>У вас 1 активный сеанс.</b>

        1. <b>Firefox, Linux</b>, 127.0.0.x
        Вход: 3 дня назад, активность: 2 минуты назад
        [✖ Завершить 1 · Firefox, Linux]
        [📜 События]
        [🌐 Сайт]
        [‹ Меню]
        ");
    }

    async fn ending_all_asks_once(app: App) {
        let ivan = app.person("Ivan");
        let mut browsers = [app.signed_in(&ivan).await, app.signed_in(&ivan).await];
        let mut olgas = app.signed_in(&app.person("Olga")).await;
        app.greet(&ivan).await;
        app.tap(&ivan, "📱 Sessions").await;
        let chat = app.tap(&ivan, "✖ End all").await;
        sees!(chat, @"
        <b>End all sessions?</b>

        You’ll need to sign in again in every browser. Your API keys keep working.
        [Yes, end them all]
        [No, keep them]
        ");
        let chat = app.tap(&ivan, "No, keep them").await;
        assert!(last(&chat).text.starts_with("You have 2 active sessions."), "{chat:#?}");
        let asked = last(&app.tap(&ivan, "✖ End all").await).id;
        for _ in 0..2 {
            app.sandbox.tap(&ivan, asked, "Yes, end them all").unwrap();
        }
        app.settled().await;
        assert_eq!(app.word(), "You’re signed out everywhere.");
        sees!(app.sandbox.chat(ivan.id), @"
        <b>You aren’t signed in anywhere on the web.</b>
        [📜 Activity]
        [🌐 Dashboard]
        [‹ Menu]
        ");
        for browser in &mut browsers {
            assert_eq!(browser.get("me").await.problem(), ENDED);
        }
        assert_eq!(olgas.get("me").await.status, 200);
    }

    async fn a_double_tap_and_another_persons_session(app: App) {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        app.signed_in(&ivan).await;
        let mut olgas = app.signed_in(&olga).await;
        let shown = app.say(&ivan, "/sessions").await;
        let (message, label) = (last(&shown).id, last(&shown).buttons[0][0].label.clone());
        for _ in 0..2 {
            app.sandbox.tap(&ivan, message, &label).unwrap();
        }
        app.settled().await;
        assert_eq!(app.word(), "Already ended.");
        // A forged button with the id of another person's session.
        let data = last(&shown).buttons[0][0].data().unwrap().replace(":1", ":2");
        assert_eq!(data, "v1:end:2");
        let from = serde_json::json!({"id": ivan.id, "is_bot": false, "first_name": "Ivan"});
        app.sandbox.push_update(serde_json::json!({"callback_query": {"id": "777", "from": from, "chat_instance": "1", "data": data}}));
        app.settled().await;
        assert_eq!(app.word(), "Already ended.");
        assert_eq!(olgas.get("me").await.status, 200);
    }

    async fn many_sessions_fit_in_one_message(app: App) {
        let ivan = app.person("Ivan");
        for _ in 0..12 {
            signed_in_from(&app, &ivan, &"<&>\u{202e}".repeat(40)).await;
        }
        let chat = app.say(&ivan, "/sessions").await;
        let text = &last(&chat).text;
        assert!(text.chars().count() < 4096 && text.ends_with("And 2 older sessions on the website."), "{text}");
        assert!(!text.contains('\u{202e}'), "{text}");
        assert_eq!(last(&chat).buttons.len(), 14);
        let chat = app.say(&russian(ivan.clone()), "/sessions").await;
        assert!(last(&chat).text.ends_with("Ещё 2 старых сеанса — на сайте."), "{chat:#?}");
    }
}

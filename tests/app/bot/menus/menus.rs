//! Command menus: one for everyone, and one for admins in their own chats.

use serde_json::Value;

use telegram_sandbox::{Fault, FaultKind};

use crate::on_both;
use crate::support::{App, admin};

/// Returns the menus set for a chat, or for all private chats, by language.
fn menus(app: &App, chat: Option<i64>) -> Vec<(String, Value)> {
    let calls = app.calls("setMyCommands").into_iter().filter(|call| call.params["scope"]["chat_id"].as_i64() == chat);
    let menu =
        |params: &Value| (params["language_code"].as_str().unwrap_or("-").to_owned(), params["commands"].clone());
    calls.map(|call| menu(&call.params)).collect()
}

fn names(menu: &Value) -> Vec<&str> {
    menu.as_array().unwrap().iter().map(|line| line["command"].as_str().unwrap()).collect()
}

const EVERYONES: [&str; 7] = ["start", "profile", "keys", "newkey", "notify", "language", "help"];

on_both! {
    async fn everyones_menu_is_set_in_both_languages(app: App) {
        app.say(&app.person("Ivan"), "/help").await;
        let set = app.sandbox.wait_for(|_| Some(menus(&app, None)).filter(|menus| menus.len() == 2)).await.unwrap();
        assert_eq!((set[0].0.as_str(), set[1].0.as_str()), ("-", "ru"));
        for (_, menu) in set {
            assert!(EVERYONES.iter().all(|name| names(&menu).contains(name)), "{menu}");
            for name in ["user", "plan", "grant", "ban", "unban", "undo", "stats", "broadcast", "broadcasts"] {
                assert!(!names(&menu).contains(&name), "the menu for everyone has no admin commands: {menu}");
            }
            assert!(!menu.to_string().contains("bot-command"), "a text is missing: {menu}");
        }
    }

    async fn admins_also_have_theirs_from_the_first_start(app: App) {
        let ada = admin();
        // The first attempt fails because the admin has no chat yet.
        app.sandbox.wait_for(|_| (menus(&app, Some(ada.id)).len() == 2).then_some(())).await.unwrap();
        let before = menus(&app, Some(ada.id)).len();
        app.greet(&ada).await;
        let set = menus(&app, Some(ada.id)).split_off(before);
        assert_eq!(set.iter().map(|(language, _)| language.as_str()).collect::<Vec<_>>(), ["-", "ru"]);
        for (_, menu) in set {
            assert!(EVERYONES.iter().all(|name| names(&menu).contains(name)), "{menu}");
            assert!(["user", "plan", "grant", "ban", "unban", "undo", "stats", "broadcast", "broadcasts"].iter().all(|name| names(&menu).contains(name)), "{menu}");
            assert!(!menu.to_string().contains("bot-command"), "a text is missing: {menu}");
        }
    }

    async fn the_bot_introduces_itself_in_both_languages(app: App) {
        let set = |app: &App, method: &str| -> Vec<(String, String)> {
            let of = |params: &Value, field: &str| params[field].as_str().unwrap_or_default().to_owned();
            let field = if method == "setMyDescription" { "description" } else { "short_description" };
            app.calls(method).iter().map(|call| (of(&call.params, "language_code"), of(&call.params, field))).collect()
        };
        app.sandbox.wait_for(|_| (!app.calls("setChatMenuButton").is_empty()).then_some(())).await.unwrap();
        for (method, limit) in [("setMyDescription", 512), ("setMyShortDescription", 120)] {
            let texts = set(&app, method);
            assert_eq!(texts.iter().map(|(language, _)| language.as_str()).collect::<Vec<_>>(), ["", "ru"], "{method}");
            for (_, text) in &texts {
                assert!(text.contains("NeuralBox") && text.chars().count() <= limit, "{text}");
            }
            assert_ne!(texts[0].1, texts[1].1);
        }
        let button = &app.calls("setChatMenuButton")[0].params;
        assert!(button["menu_button"]["type"] == "commands" && button.get("chat_id").is_none(), "{button}");
    }

    async fn a_telegram_that_takes_no_menus_yet_is_asked_again_and_the_bot_works_meanwhile(app: App) {
        app.service.stop().await;
        let before = menus(&app, None).len();
        app.sandbox.inject_fault(Fault::once("setMyCommands", FaultKind::TooManyRequests { retry_after: 1 }).times(4));
        let described = app.calls("setMyDescription").len();
        app.sandbox.inject_fault(Fault::once("setMyDescription", FaultKind::InternalError));
        app.sandbox.inject_fault(Fault::once("setChatMenuButton", FaultKind::InternalError));
        let buttons = app.calls("setChatMenuButton").len();
        let next = app.another(&[]).await;
        assert!(crate::support::chat::last(&app.say(&app.person("Ivan"), "/start").await).text.starts_with("👋 Hi, Ivan!"));
        app.sandbox.wait_for(|_| (menus(&app, None).len() >= before + 4).then_some(())).await.unwrap();
        // Each part that failed is set again; English is described again.
        let is_set = |method: &str, calls: usize| app.calls(method).len() >= calls;
        let introduced = app.sandbox.wait_for(|_| {
            (is_set("setMyDescription", described + 3) && is_set("setChatMenuButton", buttons + 2)).then_some(())
        });
        introduced.await.expect("the whole introduction");
        next.stop().await;
    }
}

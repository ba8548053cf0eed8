//! Roles of admins: what each may do in chat and over HTTP.

use serde_json::json;
use telegram_sandbox::Person;

use crate::on_both;
use crate::support::chat::last;
use crate::support::routes::admins;
use crate::support::{App, Browser, admin};

const ROLES: [(&str, &str); 1] = [("NEURALBOX_ADMINS", "900:owner, 901:support, 902:announcer")];
/// Commands about people, and the beginning of the answer.
const OF_PEOPLE: [(&str, &str); 9] = [
    ("/user #1", "Ivan (#1)"),
    ("/plan #1 vip", "Put Ivan (#1)"),
    ("/grant #1 5", "Give Ivan (#1)"),
    ("/ban #1", "Ban Ivan (#1)?"),
    ("/unban #1", "Lift the ban on Ivan (#1)?"),
    ("/undo", "There’s nothing to undo"),
    ("/stats", "Accounts:"),
    ("/refund", "Usage:"),
    ("/user", "🔎 Who are you looking for?"),
];
/// Buttons about people.
const TAPS_OF_PEOPLE: [&str; 12] = [
    "v1:user:1",
    "v1:plans?:1",
    "v1:gp:1:vip:30",
    "v1:rp:1:vip:30",
    "v1:grant?:1",
    "v1:write?:1",
    "v1:ban?:1",
    "v1:unban?:1",
    "v1:find",
    "v1:fn:9:iva",
    "v1:stats",
    "v1:unact:1",
];

fn support() -> Person {
    Person::new(901, "Eve")
}

fn announcer() -> Person {
    Person::new(902, "Bob")
}

async fn tap_data(app: &App, person: &Person, data: &str) {
    app.sandbox.push_update(json!({"callback_query": {
        "id": data, "chat_instance": "1", "data": data,
        "from": {"id": person.id, "is_bot": false, "first_name": person.first_name},
    }}));
    app.settled().await;
}

on_both! {
    async fn commands_exist_by_role(app: App) with ROLES; {
        app.say(&app.person("Ivan"), "/start").await;
        for (person, people, broadcasts) in [(admin(), true, true), (support(), true, false), (announcer(), false, true)] {
            for (command, answer) in OF_PEOPLE {
                let chat = app.say(&person, command).await;
                let expected = if people { answer } else { "I don’t know that command." };
                assert!(last(&chat).text.starts_with(expected), "{command} by {}: {chat:#?}", person.first_name);
            }
            for command in ["/broadcasts", "/broadcast"] {
                let chat = app.say(&person, command).await;
                let is_unknown = last(&chat).text.starts_with("I don’t know that command.");
                assert_eq!(is_unknown, !broadcasts, "{command} by {}: {chat:#?}", person.first_name);
            }
        }
    }

    async fn buttons_work_by_role(app: App) with ROLES; {
        app.say(&app.person("Ivan"), "/start").await;
        app.say(&announcer(), "/start").await;
        app.say(&support(), "/start").await;
        for data in TAPS_OF_PEOPLE {
            tap_data(&app, &announcer(), data).await;
            assert_eq!(app.word(), "I can’t do that. See /help.", "{data}");
        }
        for data in ["v1:bc:new", "v1:bc:list:0"] {
            tap_data(&app, &support(), data).await;
            assert_eq!(app.word(), "I can’t do that. See /help.", "{data}");
        }
        for data in &TAPS_OF_PEOPLE[..11] {
            tap_data(&app, &support(), data).await;
            assert_eq!(app.word(), "", "{data}");
        }
    }

    async fn menus_and_help_show_only_what_the_role_may_do(app: App) with ROLES; {
        for (person, people, broadcasts) in [(admin(), true, true), (support(), true, false), (announcer(), false, true)] {
            app.greet(&person).await;
            let chat = app.tap(&person, "🛠 Admin").await;
            let (find, send) = (last(&chat).button("🔎 Find someone"), last(&chat).button("📣 Broadcasts"));
            assert_eq!((find.is_some(), send.is_some()), (people, broadcasts), "{chat:#?}");
            let chat = app.say(&person, "/help").await;
            let text = &last(&chat).text;
            assert_eq!((text.contains("/grant"), text.contains("/broadcast")), (people, broadcasts), "{text}");
            let of_chat = |call: &&std::sync::Arc<telegram_sandbox::LoggedCall>| call.params["scope"]["chat_id"] == person.id;
            let menu = app.calls("setMyCommands").iter().rfind(of_chat).unwrap().params["commands"].to_string();
            assert_eq!((menu.contains("\"grant\""), menu.contains("\"broadcast\"")), (people, broadcasts), "{menu}");
        }
    }

    async fn over_http_too(app: App) with ROLES; {
        for (person, people, broadcasts) in [(admin(), true, true), (support(), true, false), (announcer(), false, true)] {
            app.say(&person, "/start").await;
            let mut browser = app.signed_in(&person).await;
            for (method, path) in admins() {
                let may = match path.as_str() {
                    path if path.contains("/admin/broadcasts") => broadcasts,
                    path if path.contains("/admin/clients") => people && broadcasts,
                    _ => people,
                };
                let answer = browser.send(browser.request(method.clone(), &path).json(&json!({"recipients": 1}))).await;
                let is_refused = answer.status == 403;
                assert_eq!(is_refused, !may, "{method} {path}: {answer:?}");
                assert!(may || answer.problem() == "403 Role not allowed (role_not_allowed)", "{method} {path}: {answer:?}");
            }
        }
    }

    async fn a_scheduled_broadcast_asks_for_the_role_again(app: App) with ROLES; {
        for person in [admin(), announcer()] {
            app.say(&person, "/start").await;
        }
        let mut bob = app.signed_in(&announcer()).await;
        let at = neuralbox_auth::model::time::Moment(app.clock.unix() + 3600);
        bob.post("admin/broadcasts", json!({"texts": {"en": {"html": "News"}}, "start_at": at})).await;
        let answer = bob.post("admin/broadcasts/1/start", json!({"recipients": 2})).await;
        assert_eq!(answer.json()["state"], "scheduled", "{answer:?}");
        app.service.stop().await;
        let other = app.another(&[("NEURALBOX_ADMINS", "900,902:support")]).await;
        app.clock.pass(3600);
        let told = app.comes(&admin(), "on hold").await;
        assert!(told.html.contains("may no longer send broadcasts"), "{told:#?}");
        let mut ada = Browser::new(&other.url);
        ada.sign_in(&app, &admin()).await;
        assert_eq!(ada.get("admin/broadcasts/1").await.json()["state"], "paused");
        let chat = app.sandbox.chat(announcer().id);
        assert!(chat.iter().all(|message| !message.text.contains("on hold")), "only who may send is told: {chat:#?}");
        other.stop().await;
    }
}

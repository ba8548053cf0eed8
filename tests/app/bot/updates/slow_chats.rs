//! A slow chat delays nobody else, with the rules of a real Bot API server for `getUpdates`, and no secret is stored
//! while an update waits.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, SqliteConnection};
use telegram_sandbox::{Fault, FaultKind, Person};

use crate::on_both;
use crate::support::App;
use crate::support::chat::{key_in, last, said};

/// Time of each slow answer. The pretend Telegram answers a repeated offset after three seconds.
const SLOW: Duration = Duration::from_secs(4);
/// Everyone else is answered within this time. It leaves room for a busy machine and is below one repeated poll.
const AT_ONCE: Duration = Duration::from_secs(2);
const HOOK: [(&str, &str); 1] = [("TELEGRAM_WEBHOOK_URL", "{url}/telegram/hook")];

/// Makes every answer to the person slow.
fn slow_down(app: &App, person: &Person) {
    app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Slow(SLOW)).in_chat(person.id).times(u32::MAX));
}

/// Sends `/profile` several times, one after another; each must be answered at once.
async fn assert_answered_at_once(app: &App, person: &Person) {
    for _ in 0..5 {
        let before = said(&app.sandbox.chat(person.id));
        let asked = Instant::now();
        app.sandbox.say(person, "/profile");
        let answered = app.sandbox.wait_for(|sandbox| (said(&sandbox.chat(person.id)) > before).then_some(())).await;
        answered.unwrap_or_else(|late| panic!("{} is not answered: {late}", person.first_name));
        assert!(asked.elapsed() < AT_ONCE, "{} waited {:?}", person.first_name, asked.elapsed());
    }
}

async fn assert_nobody_waits_for_slow_chats(app: &App, number: usize) {
    let slow: Vec<_> = (0..number).map(|number| app.person(&format!("Slow {number}"))).collect();
    let olga = app.person("Olga");
    app.greet(&olga).await;
    for person in &slow {
        slow_down(app, person);
        app.sandbox.say(person, "/start");
        app.sandbox.say(person, "/help");
    }
    assert_answered_at_once(app, &olga).await;
    assert!(slow.iter().all(|person| said(&app.sandbox.chat(person.id)) < 2), "their answers are still in flight");
    app.settled().await;
    for person in &slow {
        assert_eq!(said(&app.sandbox.chat(person.id)), 2, "each is answered once: {:#?}", app.sandbox.chat(person.id));
    }
}

on_both! {
    async fn nobody_waits_for_one_slow_chat(app: App) {
        assert_nobody_waits_for_slow_chats(&app, 1).await;
    }

    async fn nobody_waits_for_fifty_slow_chats(app: App) {
        assert_nobody_waits_for_slow_chats(&app, 50).await;
    }

    async fn nobody_waits_for_slow_chats_when_updates_are_pushed(app: App) with HOOK; {
        app.sandbox.wait_for(|sandbox| (sandbox.call_count("setWebhook") > 0).then_some(())).await.unwrap();
        // More than the connections that Telegram opens.
        assert_nobody_waits_for_slow_chats(&app, 50).await;
    }

    async fn updates_are_confirmed_before_they_are_handled(app: App) {
        let ivan = app.person("Ivan");
        slow_down(&app, &ivan);
        for text in ["/start", "/profile", "/help"] {
            app.sandbox.say(&ivan, text);
        }
        app.sandbox.wait_for(|sandbox| (sandbox.pending_updates() == 0).then_some(())).await.unwrap();
        assert_eq!(said(&app.sandbox.chat(ivan.id)), 0);
        assert_eq!(app.domain.parked_updates().await.unwrap().len(), 3);
        app.sandbox.clear_faults();
        app.settled().await;
        assert_eq!(said(&app.sandbox.chat(ivan.id)), 3);
    }

    async fn a_key_and_a_sign_in_link_are_never_stored(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey laptop").await);
        app.say(&ivan, "/signin").await;
        let link = last(&app.sandbox.chat(ivan.id)).buttons.iter().flatten().find_map(|button| button.url()).unwrap().to_owned();
        let token = link.rsplit('=').next().unwrap().to_owned();
        let over_https = format!("https://auth.example/api/v2/auth/telegram/callback?link={token}");
        for method in ["deleteMessage", "sendMessage", "answerCallbackQuery"] {
            app.sandbox.inject_fault(Fault::once(method, FaultKind::Slow(Duration::from_secs(2))).in_chat(ivan.id));
        }
        app.sandbox.say(&ivan, &format!("oh: {key}"));
        app.sandbox.say(&ivan, &format!("look {link} and {over_https}"));
        let shown = app.sandbox.chat(ivan.id).into_iter().rfind(|message| message.button("✅ Saved — delete now").is_some()).unwrap();
        app.sandbox.tap(&ivan, shown.id, "✅ Saved — delete now").unwrap();
        app.sandbox.wait_for(|sandbox| (sandbox.pending_updates() == 0).then_some(())).await.unwrap();
        let stored = rows(&app).await;
        assert!(stored.len() >= 2, "{stored:?}");
        for secret in [&key, &token] {
            assert!(!stored.iter().any(|row| row.contains(secret)), "a secret was stored");
        }
        app.settled().await;
        let chat = app.sandbox.chat(ivan.id);
        assert!(chat.iter().any(|message| message.text.starts_with("That message contained your key laptop")), "{chat:#?}");
        assert!(!chat.iter().any(|message| message.text.contains(&key)), "{chat:#?}");
    }

    async fn what_a_killed_instance_left_is_handled_once_and_in_order(app: App) {
        let (ivan, olga) = (app.person_on("Ivan", "elite").await, app.person("Olga"));
        app.sandbox.allow_chats([ivan.id, olga.id]);
        // Stored by an instance that died before it handled them, in the order in which they were sent.
        let parked = |id: i64, person: &Person, text: &str| neuralbox_auth::domain::bot_state::updates::ParkedUpdate {
            update_id: id,
            queue_id: person.id,
            body: message(&app, person, id, text).to_string(),
        };
        let mut updates: Vec<_> = (0..5).map(|number| parked(500 + number, &ivan, &format!("/newkey key {number}"))).collect();
        updates.push(parked(600, &olga, "/start"));
        app.domain.park_updates(updates).await.unwrap();
        // The running instance takes them over once they are overdue.
        app.clock.pass(20);
        let handled = |sandbox: &telegram_sandbox::Sandbox| (said(&sandbox.chat(ivan.id)), said(&sandbox.chat(olga.id)));
        app.sandbox.wait_for(|sandbox| (handled(sandbox) == (5, 1)).then_some(())).await.unwrap();
        while !app.domain.parked_updates().await.unwrap().is_empty() {}
        assert_eq!(handled(&app.sandbox), (5, 1));
        let names: Vec<_> = app.sandbox.chat(ivan.id).iter().map(|message| message.text.lines().next().unwrap().to_owned()).collect();
        assert_eq!(names, (0..5).map(|number| format!("🔑 key {number}")).collect::<Vec<_>>());
    }
}

/// Stored updates, as the database has them.
async fn rows(app: &App) -> Vec<String> {
    let sql = AssertSqlSafe("select body from parked_update");
    if app.database_url.starts_with("sqlite") {
        let mut connection = SqliteConnection::connect(&app.database_url).await.unwrap();
        sqlx::query(sql).fetch_all(&mut connection).await.unwrap().iter().map(|row| row.get(0)).collect()
    } else {
        let mut connection = PgConnection::connect(&app.database_url).await.unwrap();
        sqlx::query(sql).fetch_all(&mut connection).await.unwrap().iter().map(|row| row.get(0)).collect()
    }
}

fn message(app: &App, person: &Person, update_id: i64, text: &str) -> Value {
    json!({"update_id": update_id, "message": {
        "message_id": update_id, "date": app.clock.unix(), "text": text,
        "from": {"id": person.id, "is_bot": false, "first_name": person.first_name},
        "chat": {"id": person.id, "type": "private", "first_name": person.first_name},
    }})
}

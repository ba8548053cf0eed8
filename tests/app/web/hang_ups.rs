//! Callers hang up in the middle of what they asked for: it is done or not, never half, and nobody else waits for it.

use serde_json::json;
use sqlx::{Connection, PgConnection};
use telegram_sandbox::Person;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::on_both;
use crate::support::{App, Browser, verify};

/// How many hang up.
const CALLERS: usize = 3000;

on_both! {
    async fn callers_hang_up_by_the_thousand_and_nothing_is_left_half_done(app: App) {
        let ivan = app.person_on("Ivan", "elite").await;
        let mut browser = app.signed_in(&ivan).await;
        let access = browser.access.clone().unwrap();
        let mut before = Vec::new();
        for number in 0..20 {
            let made = browser.post("keys", json!({"name": format!("before {number}")})).await.json();
            before.push((made["id"].to_string(), made["key"].as_str().unwrap().to_owned()));
        }
        let strangers: Vec<Person> = (0..CALLERS).map(|_| app.person("Stranger")).collect();
        for (number, stranger) in strangers.iter().enumerate() {
            match number % 4 {
                0 | 1 => hang_up(&app, "POST", "/auth/telegram", &login(&app, stranger), "").await,
                2 => hang_up(&app, "POST", "/keys", &json!({"name": format!("hung up {number}")}).to_string(), &access).await,
                _ => hang_up(&app, "DELETE", &format!("/keys/{}", before[(number / 4) % 20].0), "", &access).await,
            }
        }

        // Writes go on at once.
        let made = browser.post("keys", json!({"name": "after"})).await;
        assert!(made.status == 201 || made.json()["code"] == "key_limit_reached", "{made:?}");
        // A revoke may still be under way, but what is listed and what is admitted agree: first gone, then refused for good.
        let listed = live_keys(&mut browser).await;
        let mut refused = Vec::new();
        for (id, key) in &before {
            match verify(&app, key).await.status {
                401 => refused.push(id.clone()),
                status => assert!(status == 200 && listed.contains(id), "{id}: {status}"),
            }
        }
        let listed = live_keys(&mut browser).await;
        assert!(refused.iter().all(|id| !listed.contains(id)), "{refused:?} {listed:?}");
        // A stranger has a whole account or none: signing in now finds or makes it, with its tokens given once.
        app.clock.pass(1);
        for stranger in strangers.iter().take(8) {
            let me = app.signed_in(stranger).await.get("me").await.json();
            assert_eq!((&me["token_balance"], &me["plan"]), (&100.into(), &"free".into()), "{me}");
        }
        if app.database_url.starts_with("postgres") {
            assert_no_transaction_is_open(&app.database_url).await;
        }
    }
}

async fn live_keys(browser: &mut Browser) -> Vec<String> {
    let listed = browser.get("keys").await.json();
    listed["keys"].as_array().unwrap().iter().map(|key| key["id"].to_string()).collect()
}

/// Writes a request, and drops the connection without waiting for the answer.
async fn hang_up(app: &App, method: &str, path: &str, body: &str, access: &str) {
    let mut line = TcpStream::connect(app.url.trim_start_matches("http://")).await.unwrap();
    let length = body.len();
    let request = format!(
        "{method} /api/v2{path} HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         authorization: Bearer {access}\r\n\r\n{body}"
    );
    let request = if access.is_empty() { request.replace("authorization: Bearer \r\n", "") } else { request };
    line.write_all(request.as_bytes()).await.unwrap();
}

/// What the login widget would post for that person.
fn login(app: &App, person: &Person) -> String {
    serde_json::Value::Object(app.sandbox.widget_login(person, app.clock.unix())).to_string()
}

/// Asks the server itself: a connection that is idle in a transaction keeps its locks.
async fn assert_no_transaction_is_open(url: &str) {
    let mut server = PgConnection::connect(url).await.unwrap();
    // The last batch may still be committing; an abandoned transaction stays for as long as one looks.
    for _ in 0..200 {
        let sql = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'";
        let (open,): (i64,) = sqlx::query_as(sql).fetch_one(&mut server).await.unwrap();
        if open == 0 {
            return;
        }
    }
    panic!("a transaction was left open");
}

//! Callers that close the connection early. Their requests are done or not, never half, and delay nobody else.

use serde_json::json;
use sqlx::{Connection, PgConnection};
use telegram_sandbox::Person;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::on_both;
use crate::support::{App, Browser, verify};

/// Number of requests abandoned.
const CALLERS: usize = 3000;

on_both! {
    async fn thousands_of_aborted_requests_leave_nothing_half_done(app: App) {
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

        // Later writes are not delayed. That many keys used up the changes of a minute.
        app.clock.pass(60);
        let made = browser.post("keys", json!({"name": "after"})).await;
        assert!(made.status == 201 || made.json()["code"] == "key_limit_reached", "{made:?}");
        // A revocation may still be running, but list and verification agree: unlisted first, then rejected.
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
        // Each stranger has a complete account or none. Signing in finds or creates it; welcome tokens come once.
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

/// Sends a request and closes the connection without waiting for the response.
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

/// Returns the body that the login widget would post for a person.
fn login(app: &App, person: &Person) -> String {
    serde_json::Value::Object(app.sandbox.widget_login(person, app.clock.unix())).to_string()
}

/// Asserts that Postgres has no connection idle in a transaction, which would keep its locks.
async fn assert_no_transaction_is_open(url: &str) {
    let mut server = PgConnection::connect(url).await.unwrap();
    // The last batch may still be committing; an abandoned transaction would stay.
    for _ in 0..200 {
        let sql = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'";
        let (open,): (i64,) = sqlx::query_as(sql).fetch_one(&mut server).await.unwrap();
        if open == 0 {
            return;
        }
    }
    panic!("a transaction is still open");
}

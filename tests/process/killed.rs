//! Repeated `kill -9` during writes. Every acknowledged write survives.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use futures::future::join_all;
use neuralbox_auth::model::crypto::rng::{SystemRng, below};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::database::Database;
use crate::program::{Names, Program, Telegram, generous_plans, now, person};

/// Number of kills.
const ROUNDS: usize = 4;
const CLIENTS: usize = 6;

/// Acknowledged state.
#[derive(Default)]
struct Promised {
    /// True if the key is live. A key whose revocation was not acknowledged is in doubt and absent.
    keys: Mutex<BTreeMap<String, bool>>,
    /// Latest refresh cookie, by person.
    cookies: Mutex<BTreeMap<i64, String>>,
    answers: AtomicUsize,
    next_person: AtomicI64,
    answered: Notify,
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_what_was_answered() {
    keeps_what_was_answered(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_keeps_what_was_answered() {
    keeps_what_was_answered(Database::Postgres).await;
}

async fn keeps_what_was_answered(database: Database) {
    let (folder, telegram, place) = (tempfile::tempdir().unwrap(), Telegram::start().await, database.make().await);
    let names = Names::usual(&telegram.url, place.url()).with("NEURALBOX_PLANS_FILE", &generous_plans(folder.path()));
    let (telegram, promised) = (Arc::new(telegram), Arc::new(Promised::default()));
    let mut program = Arc::new(names.serve(folder.path()));
    for round in 0..ROUNDS {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| tokio::spawn(client(Arc::clone(&program), Arc::clone(&telegram), Arc::clone(&promised))))
            .collect();
        let enough = promised.answers.load(Ordering::SeqCst) + 60 + usize::from(below(&SystemRng, 120));
        while promised.answers.load(Ordering::SeqCst) < enough {
            promised.answered.notified().await;
        }
        program.signal("KILL");
        for client in clients {
            client.await.expect("a client received an unexpected answer");
        }
        program = Arc::new(names.serve(folder.path()));
        assert_kept(&program, &promised, round).await;
    }
    assert!(promised.keys.lock().unwrap().values().any(|works| !works), "some keys were revoked");
    Arc::into_inner(program).unwrap().kill();
    place.clear().await;
}

/// Repeats sign-in, refresh, two new keys and one revocation with new people until the program stops answering.
async fn client(program: Arc<Program>, telegram: Arc<Telegram>, promised: Arc<Promised>) {
    while work(&program, &telegram, &promised).await.is_some() {}
}

async fn work(program: &Program, telegram: &Telegram, promised: &Promised) -> Option<()> {
    let someone = promised.next_person.fetch_add(1, Ordering::SeqCst) + 1;
    let login = Value::Object(telegram.sandbox.widget_login(&person(someone), now()));
    let (session, cookie) = ask(program, promised, program.post("/api/v2/auth/telegram").json(&login), 200).await?;
    let access = session["access_token"].as_str().unwrap();
    promised.cookies.lock().unwrap().insert(someone, cookie.clone().unwrap());
    let refresh = program.post("/api/v2/auth/refresh").header("cookie", cookie.unwrap());
    let (_, cookie) = ask(program, promised, refresh, 200).await?;
    promised.cookies.lock().unwrap().insert(someone, cookie.unwrap());
    for name in ["to keep", "to revoke"] {
        let make = program.post("/api/v2/keys").bearer_auth(access).json(&json!({ "name": name }));
        let (made, _) = ask(program, promised, make, 201).await?;
        let key = made["key"].as_str().unwrap().to_owned();
        promised.keys.lock().unwrap().insert(key.clone(), true);
        if name == "to revoke" {
            promised.keys.lock().unwrap().remove(&key);
            let revoke = program.delete(&format!("/api/v2/keys/{}", made["id"])).bearer_auth(access);
            ask(program, promised, revoke, 204).await?;
            promised.keys.lock().unwrap().insert(key, false);
        }
    }
    Some(())
}

/// Sends a request and counts the answer; `None` when the program is gone.
async fn ask(
    program: &Program,
    promised: &Promised,
    request: reqwest::RequestBuilder,
    expected: u16,
) -> Option<(Value, Option<String>)> {
    let (status, body, cookie) = program.ask(request).await?;
    assert_eq!(status, expected, "{body}");
    promised.answers.fetch_add(1, Ordering::SeqCst);
    promised.answered.notify_one();
    Some((body, cookie))
}

async fn assert_kept(program: &Program, promised: &Promised, round: usize) {
    let keys = promised.keys.lock().unwrap().clone();
    let checks = join_all(keys.keys().map(|key| program.verify(key))).await;
    for ((key, works), status) in keys.iter().zip(checks) {
        assert_eq!(status, if *works { 200 } else { 401 }, "round {round}: {}", &key[..7]);
    }
    // Checks only the sessions of this round: the latest cookie may be used again within ten seconds, or be one step
    // behind.
    let cookies = std::mem::take(&mut *promised.cookies.lock().unwrap());
    let refreshes =
        cookies.values().map(|cookie| program.ask(program.post("/api/v2/auth/refresh").header("cookie", cookie)));
    for (someone, refreshed) in cookies.keys().zip(join_all(refreshes).await) {
        let (status, body, _) = refreshed.unwrap();
        assert_eq!(status, 200, "round {round}, session of {someone}: {body}");
    }
}

//! A database that answers and takes no writes, as after a failover. Writes fail as temporary, reads and keys work, and
//! everything works again by itself.

use std::time::Duration;

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::database::Database;
use crate::program::{Names, Program, Telegram, now, person};

/// Way in which the connections of the program end up on a read-only server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Connections {
    /// They are cut.
    Cut,
    /// They stay, and only new ones are affected.
    Stay,
}

/// Runs a statement next to the database `url`, in which sessions may be read-only.
async fn beside(url: &str, statement: &str) {
    let mut url = url::Url::parse(url).unwrap();
    let name = url.path().trim_start_matches('/').to_owned();
    url.set_path("postgres");
    let mut server = PgConnection::connect(url.as_str()).await.unwrap();
    server.execute(AssertSqlSafe(statement.replace("{name}", &name))).await.unwrap();
}

async fn cut(url: &str) {
    beside(url, "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'").await;
}

async fn is_read_only(url: &str, connections: Connections) {
    beside(url, "alter database {name} set default_transaction_read_only = on").await;
    if connections == Connections::Cut {
        cut(url).await;
    }
}

async fn takes_writes(url: &str, connections: Connections) {
    beside(url, "alter database {name} reset default_transaction_read_only").await;
    if connections == Connections::Cut {
        cut(url).await;
    }
}

/// Polls readiness until its database is as wanted.
async fn until_database_is(program: &Program, wanted: impl Fn(u16, &str) -> bool) {
    let polling = async {
        loop {
            let (status, ready, _) = program.ask(program.get("/readyz?exclude=telegram")).await.unwrap();
            if wanted(status, ready["checks"]["database"].as_str().unwrap()) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), polling).await.expect("readiness should change");
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_is_read_only_for_a_while() {
    let (folder, telegram, place) =
        (tempfile::tempdir().unwrap(), Telegram::start().await, Database::Postgres.make().await);
    let names = Names::usual(&telegram.url, place.url()).with("NEURALBOX_JWT_SECRET", &"x".repeat(32));
    let program = names.serve(folder.path());
    let (access, _) = program.sign_in(&telegram, &person(1)).await;
    assert_eq!(names.run(folder.path(), &["admin", "plan", "1", "elite"]).code, Some(0));

    let rounds = [(Connections::Cut, Connections::Stay), (Connections::Cut, Connections::Cut)];
    for (round, (before, after)) in (1..).zip(rounds) {
        let (kept, revoked) = (program.key(&access, &format!("kept {round}")).await, format!("revoked {round}"));
        let key = program.key(&access, &revoked).await;
        is_read_only(place.url(), before).await;
        until_database_is(&program, |status, said| status == 503 && said.contains("not accepting writes: read-only"))
            .await;
        for id in 10..20 {
            let login = Value::Object(telegram.sandbox.widget_login(&person(id * 10 + round), now()));
            let answer = program.post("/api/v2/auth/telegram").json(&login).send().await.unwrap();
            assert_eq!(answer.status(), 503, "a sign-in that was not written");
            assert!(answer.headers().contains_key("retry-after"));
        }
        let revoke = program.delete(&format!("/api/v2/keys/{}", id_of(&program, &access, &revoked).await));
        let revoke = revoke.bearer_auth(&access);
        let (status, body, _) = program.ask(revoke.try_clone().unwrap()).await.unwrap();
        assert_eq!(status, 503, "a revoke that was not written is not said to be done: {body}");
        for key in [&kept, &key] {
            assert_eq!(program.verify(key).await, 200, "known keys work");
        }
        assert_eq!(program.ask(program.get("/api/v2/me").bearer_auth(&access)).await.unwrap().0, 200, "reads work");
        let doctor = names.run(folder.path(), &["doctor"]);
        assert!(doctor.out.contains("not writable: the server is read-only"), "{}", doctor.out);

        takes_writes(place.url(), after).await;
        until_database_is(&program, |status, said| (status, said) == (200, "ok")).await;
        let written = async {
            while program.ask(revoke.try_clone().unwrap()).await.unwrap().0 == 503 {}
            while program.verify(&key).await != 401 {}
        };
        tokio::time::timeout(Duration::from_secs(10), written).await.expect("writes should work by themselves");
        assert_eq!(program.verify(&kept).await, 200);
        program.sign_in(&telegram, &person(500 + round)).await;
    }
    drop(program);

    // The other way round: read-only first.
    is_read_only(place.url(), Connections::Stay).await;
    let ran = names.run(folder.path(), &["serve"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains("DATABASE_URL: the database is read-only"), "{}", ran.err);
    takes_writes(place.url(), Connections::Stay).await;
    let program = names.serve(folder.path());
    program.sign_in(&telegram, &person(900)).await;
    drop(program);
    place.clear().await;
}

/// Connections of before the failover still write, so the service is ready; each new one is read-only.
#[tokio::test(flavor = "multi_thread")]
async fn postgres_changes_reach_another_instance_after_a_read_only_server() {
    let (folder, telegram, place) =
        (tempfile::tempdir().unwrap(), Telegram::start().await, Database::Postgres.make().await);
    let names = Names::usual(&telegram.url, place.url())
        .with("NEURALBOX_JWT_SECRET", &"x".repeat(32))
        .with("TELEGRAM_API_URL", "http://127.0.0.1:9");
    let (one, other) = (names.serve(folder.path()), names.serve(folder.path()));
    let (access, _) = one.sign_in(&telegram, &person(1)).await;
    assert_eq!(names.run(folder.path(), &["admin", "plan", "1", "elite"]).code, Some(0));
    for round in 1..3 {
        let name = format!("laptop {round}");
        let key = one.key(&access, &name).await;
        let known = async { while other.verify(&key).await != 200 {} };
        tokio::time::timeout(Duration::from_secs(10), known).await.expect("the other instance should know the key");
        is_read_only(place.url(), Connections::Cut).await;
        until_database_is(&other, |status, _| status == 503).await;
        takes_writes(place.url(), Connections::Stay).await;
        until_database_is(&one, |status, _| status == 200).await;
        let id = id_of(&one, &access, &name).await;
        let revoked = async {
            let revoke = one.delete(&format!("/api/v2/keys/{id}")).bearer_auth(&access);
            while one.ask(revoke.try_clone().unwrap()).await.unwrap().0 == 503 {}
            while other.verify(&key).await != 401 {}
        };
        tokio::time::timeout(Duration::from_secs(10), revoked).await.expect("the other instance should hear of it");
    }
    drop((one, other));
    place.clear().await;
}

async fn id_of(program: &Program, access: &str, name: &str) -> String {
    let (status, body, _) = program.ask(program.get("/api/v2/keys").bearer_auth(access)).await.unwrap();
    assert_eq!(status, 200, "{body}");
    let keys = body["keys"].as_array().unwrap().clone();
    let key = keys.iter().find(|key| key["name"] == name).expect("the key");
    key["id"].as_str().map_or_else(|| key["id"].to_string(), ToOwned::to_owned)
}

//! Graceful shutdown. The program finishes work in flight, flushes last uses, and exits with success.

use std::time::Duration;

use telegram_sandbox::{Fault, FaultKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::database::Database;
use crate::program::{Names, Telegram, generous_plans, person};

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_finishes_what_is_in_flight_at_sigterm() {
    finishes_what_is_in_flight(Database::Sqlite, "TERM").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_finishes_what_is_in_flight_at_sigint() {
    finishes_what_is_in_flight(Database::Postgres, "INT").await;
}

/// A closed terminal sends it.
#[tokio::test(flavor = "multi_thread")]
async fn sqlite_finishes_what_is_in_flight_at_sighup() {
    finishes_what_is_in_flight(Database::Sqlite, "HUP").await;
}

async fn finishes_what_is_in_flight(database: Database, signal: &str) {
    let (folder, telegram, place) = (tempfile::tempdir().unwrap(), Telegram::start().await, database.make().await);
    let names = Names::usual(&telegram.url, place.url()).with("NEURALBOX_PLANS_FILE", &generous_plans(folder.path()));
    let (sandbox, ivan) = (&telegram.sandbox, person(1));
    let program = names.serve(folder.path());
    let (access, _) = program.sign_in(&telegram, &ivan).await;
    let used = program.key(&access, "used").await;
    assert_eq!(program.verify(&used).await, 200);

    sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Slow(Duration::from_millis(800))));
    sandbox.say(&ivan, "/newkey in flight");
    // The key is committed before its message is sent.
    while keys(&program, &access).await.len() < 2 {}
    program.signal(signal);
    assert_eq!(program.ended().code(), Some(0));
    // The notice of the key issued on the web may arrive at any moment; only messages with secrets are protected.
    let shown = || sandbox.chat(ivan.id).into_iter().filter(|message| message.protected).collect::<Vec<_>>();
    let [in_flight] = shown().try_into().expect("the message should be sent before the exit");

    let program = names.serve(folder.path());
    sandbox.wait_until_idle().await.unwrap();
    assert_eq!(shown().len(), 1, "nothing is sent twice");
    let kept = keys(&program, &access).await;
    assert!(!kept[0]["last_used_at"].is_null(), "the last use was recorded: {kept:?}");
    let in_flight = in_flight.text.lines().find(|line| line.starts_with("nb_")).unwrap();
    assert_eq!(program.verify(in_flight).await, 200);
    program.kill();
    place.clear().await;
}

async fn keys(program: &crate::program::Program, access: &str) -> Vec<serde_json::Value> {
    let (status, body, _) = program.ask(program.get("/api/v2/keys").bearer_auth(access)).await.unwrap();
    assert_eq!(status, 200, "{body}");
    body["keys"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_never_finishes_does_not_keep_the_program() {
    let (folder, telegram) = (tempfile::tempdir().unwrap(), Telegram::start().await);
    let program = Names::usual(&telegram.url, "sqlite://data/test.db").serve(folder.path());
    let mut line = TcpStream::connect(program.url.trim_start_matches("http://")).await.unwrap();
    let head = "POST /api/v2/auth/telegram HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                expect: 100-continue\r\ncontent-length: 100\r\n\r\n";
    line.write_all(head.as_bytes()).await.unwrap();
    // `100 Continue` shows that a handler is waiting for the body, which never comes.
    let mut begun = [0; 12];
    line.read_exact(&mut begun).await.unwrap();
    assert_eq!(&begun, b"HTTP/1.1 100");
    // Takes ten seconds, the grace period of open requests.
    program.signal("TERM");
    assert_eq!(program.ended().code(), Some(0), "within the grace period");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stops_while_telegram_is_unavailable_too() {
    let folder = tempfile::tempdir().unwrap();
    let program = Names::usual("http://127.0.0.1:9", "sqlite://data/test.db").serve(folder.path());
    program.line("telegram: unavailable");
    program.signal("TERM");
    assert_eq!(program.ended().code(), Some(0));
}

//! Clients and signing keys of the OAuth provider at the command line, without a bot token.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::database::Database;
use crate::program::{Names, Program, Ran, Telegram};

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_registers_clients() {
    registers_clients(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_registers_clients() {
    registers_clients(Database::Postgres).await;
}

/// Settings of the commands: no bot token.
fn names(database_url: &str) -> Names {
    Names::default()
        .with("DATABASE_URL", database_url)
        .with("NEURALBOX_JWT_SECRET", &"x".repeat(32))
        .with("RUST_LOG", "off")
}

fn run(names: &Names, folder: &Path, arguments: &[&str]) -> Ran {
    names.run(folder, &[&["admin"], arguments].concat())
}

/// Runs a command that succeeds; returns its output, which is all that it writes.
fn done(names: &Names, folder: &Path, arguments: &[&str]) -> String {
    let ran = run(names, folder, arguments);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{arguments:?}");
    ran.out
}

fn object(names: &Names, folder: &Path, arguments: &[&str]) -> Value {
    let out = done(names, folder, &[arguments, &["--json"]].concat());
    serde_json::from_str(&out).unwrap_or_else(|_| panic!("{arguments:?}: not JSON"))
}

/// Runs a command that is refused; returns the error.
fn refused(names: &Names, folder: &Path, arguments: &[&str]) -> String {
    let ran = run(names, folder, arguments);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{arguments:?}");
    ran.err
}

/// Removes a client, answering the question for its name.
fn remove_answering(folder: &Path, database_url: &str, id: &str, answer: &str) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_neuralbox-auth"))
        .env_clear()
        .envs([("DATABASE_URL", database_url), ("NEURALBOX_JWT_SECRET", &"x".repeat(32)), ("RUST_LOG", "off")])
        .current_dir(folder)
        .args(["admin", "client", "remove", id])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(answer.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

async fn registers_clients(database: Database) {
    let (folder, place) = (tempfile::tempdir().unwrap(), database.make().await);
    let (names, folder) = (names(place.url()), folder.path());
    let out = done(&names, folder, &["client", "add", "Grafana", "--redirect-uri", "https://g.example/cb"]);
    let lines: Vec<_> = out.lines().collect();
    let [id, secret] = lines.as_slice() else { panic!("two lines are expected, there are {}", lines.len()) };
    let id = id.strip_prefix("client_id=").expect("an id");
    let secret = secret.strip_prefix("client_secret=").expect("a secret");
    assert!(id.starts_with("c_") && id.len() == 24, "{id}");
    assert!(secret.starts_with("ncs_") && secret.len() == 47);

    let shown = done(&names, folder, &["client", "show", id]);
    assert!(shown.starts_with(&format!("{id}  Grafana  confidential  people 0  last used never\n")), "{shown}");
    assert!(shown.contains("  redirect uris: https://g.example/cb\n"), "{shown}");
    assert!(shown.contains("  scope: openid profile email offline_access\n") && !shown.contains("ncs_"), "{shown}");
    let list = done(&names, folder, &["client", "list"]);
    assert!(list.lines().any(|line| line.starts_with(id)) && !list.contains("ncs_"), "{list}");
    let listed = object(&names, folder, &["client", "list"]);
    assert!(listed["clients"].as_array().unwrap().iter().any(|client| client["client_id"] == id), "{listed}");

    changes(&names, folder, id);
    secrets(&names, folder, id, secret);
    errors(&names, folder);

    let off = object(&names, folder, &["client", "disable", id]);
    assert!(off["disabled_at"].is_string(), "{off}");
    assert!(done(&names, folder, &["client", "show", id]).lines().next().unwrap().contains("  off  "));
    assert_eq!(object(&names, folder, &["client", "enable", id])["disabled_at"], json!(null));
    for answer in ["", "no\n"] {
        assert_eq!(remove_answering(folder, place.url(), id, answer), (Some(1), String::new()), "{answer:?}");
    }
    assert_eq!(object(&names, folder, &["client", "show", id])["name"], "Dashboards");
    let (code, out) = remove_answering(folder, place.url(), id, "Dashboards\n");
    assert!(code == Some(0) && out.starts_with(id), "{out}");
    assert_eq!(refused(&names, folder, &["client", "show", id]), "neuralbox-auth: no such client\n");
    let other = object(&names, folder, &["client", "add", "Shop", "--public", "--origin", "https://shop.example"]);
    assert_eq!(other["client_secret"], json!(null));
    done(&names, folder, &["client", "remove", other["client_id"].as_str().unwrap(), "--yes"]);
    place.clear().await;
}

fn changes(names: &Names, folder: &Path, id: &str) {
    let set = |arguments: &[&str]| object(names, folder, &[&["client", "set", id], arguments].concat());
    let changed = set(&["--name", "Dashboards", "--origin", "https://g.example", "--trusted", "--device"]);
    assert_eq!(
        (&changed["name"], &changed["origins"], &changed["trusted"], &changed["device"]),
        (&json!("Dashboards"), &json!(["https://g.example"]), &json!(true), &json!(true))
    );
    assert_eq!(changed["redirect_uris"], json!(["https://g.example/cb"]), "what is left out stays");
    let changed = set(&[
        "--origin",
        "",
        "--trusted=false",
        "--redirect-uri",
        "https://a.example/",
        "--redirect-uri",
        "https://b.example/",
    ]);
    assert_eq!((&changed["origins"], &changed["trusted"]), (&json!([]), &json!(false)));
    assert_eq!(changed["redirect_uris"], json!(["https://a.example/", "https://b.example/"]));
}

fn secrets(names: &Names, folder: &Path, id: &str, first: &str) {
    let rotated = object(names, folder, &["client", "rotate-secret", id, "--grace", "1h"]);
    let second = rotated["client_secret"].as_str().expect("a secret");
    assert!(rotated["client_id"] == id && second.starts_with("ncs_") && second != first);
    let until = &object(names, folder, &["client", "show", id])["previous_secret_until"];
    assert!(until.is_string(), "{until}");
    done(names, folder, &["client", "rotate-secret", id, "--grace", "0"]);
    assert_eq!(run(names, folder, &["client", "rotate-secret", id, "--grace", "2h"]).code, Some(2));
}

fn errors(names: &Names, folder: &Path) {
    for (field, arguments) in [
        ("redirect_uris", &["client", "add", "x"] as &[&str]),
        ("redirect_uris", &["client", "add", "x", "--redirect-uri", "http://g.example/cb"]),
        ("scope", &["client", "add", "x", "--redirect-uri", "https://g.example/cb", "--scope", "everything"]),
        (
            "auth",
            &[
                "client",
                "add",
                "x",
                "--public",
                "--redirect-uri",
                "https://g.example/cb",
                "--auth",
                "client_secret_post",
            ],
        ),
        (
            "trusted",
            &["client", "add", "x", "--public", "--native", "--trusted", "--redirect-uri", "http://localhost/cb"],
        ),
    ] {
        let said = refused(names, folder, arguments);
        assert!(said.starts_with(&format!("neuralbox-auth: {field} ")), "{arguments:?}: {said}");
    }
    assert_eq!(
        refused(names, folder, &["user", "1001"]),
        "neuralbox-auth: no such user\n",
        "nor do the other commands"
    );
    for id in ["c_0123456789abcdefghijAB", "c_", "*"] {
        assert_eq!(refused(names, folder, &["client", "disable", id]), "neuralbox-auth: no such client\n");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_rotates_signing_keys() {
    rotates_signing_keys(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_rotates_signing_keys() {
    rotates_signing_keys(Database::Postgres).await;
}

async fn rotates_signing_keys(database: Database) {
    let (folder, telegram, place) = (tempfile::tempdir().unwrap(), Telegram::start().await, database.make().await);
    let serving = Names::usual(&telegram.url, place.url()).with("NEURALBOX_JWT_SECRET", &"x".repeat(32));
    let program = serving.serve(folder.path());
    let (names, folder) = (names(place.url()), folder.path());
    let current = |keys: &Value| -> String {
        let is_current = |key: &&Value| key["state"] == "current" && key["alg"] == "ES256";
        let key = keys["keys"].as_array().unwrap().iter().find(is_current).expect("a current key");
        key["kid"].as_str().unwrap().to_owned()
    };
    let first = current(&object(&names, folder, &["oauth", "keys"]));
    let text = done(&names, folder, &["oauth", "keys"]);
    assert!(text.lines().any(|line| line.starts_with(&format!("{first}  ES256  current  published 20"))), "{text}");
    let asked = object(&names, folder, &["oauth", "rotate-key"]);
    assert_eq!(current(&asked), first, "the next key has not been published for a day: {asked}");
    let next = asked["keys"].as_array().unwrap().iter().find(|key| key["state"] == "next").expect("a next key");
    assert!(next["signs_from"].is_string(), "{asked}");
    let replaced = object(&names, folder, &["oauth", "rotate-key", "--now"]);
    assert_ne!(current(&replaced), first, "{replaced}");
    until_published(&program, &current(&replaced), &first).await;
    drop(program);
    place.clear().await;
}

/// Waits until the running service publishes the new key and not the stolen one.
async fn until_published(program: &Program, new: &str, stolen: &str) {
    let since = Instant::now();
    loop {
        let (status, keys, _) = program.ask(program.get("/oauth2/jwks")).await.unwrap();
        assert_eq!(status, 200, "{keys}");
        let text = keys.to_string();
        if text.contains(new) && !text.contains(stolen) {
            return;
        }
        assert!(since.elapsed() < Duration::from_secs(5), "a running service sees the change soon: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_service_takes_a_new_client_and_a_disabled_one() {
    let (folder, telegram, place) =
        (tempfile::tempdir().unwrap(), Telegram::start().await, Database::Sqlite.make().await);
    let serving = Names::usual(&telegram.url, place.url()).with("NEURALBOX_JWT_SECRET", &"x".repeat(32));
    let program = serving.serve(folder.path());
    let (names, folder) = (names(place.url()), folder.path());
    let made = object(&names, folder, &["client", "add", "Builder", "--public", "--device"]);
    let id = made["client_id"].as_str().unwrap();
    assert_eq!(asks(&program, id).await, 200);
    done(&names, folder, &["client", "disable", id]);
    let since = Instant::now();
    while asks(&program, id).await != 401 {
        assert!(since.elapsed() < Duration::from_secs(5), "a running service sees the change soon");
    }
    drop(program);
    place.clear().await;
}

async fn asks(program: &Program, client_id: &str) -> u16 {
    let request = program.post("/oauth2/device_authorization").form(&[("client_id", client_id)]);
    program.ask(request).await.unwrap().0
}

//! A full disk that recovers, and an update in flight at a kill.

use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use telegram_sandbox::{Fault, FaultKind, Sandbox};

use crate::program::{Names, Telegram, generous_plans, now, person};

#[tokio::test(flavor = "multi_thread")]
async fn the_service_recovers_from_a_full_disk() {
    let (folder, telegram) = (tempfile::tempdir().unwrap(), Telegram::start().await);
    let file = folder.path().join("a.db");
    let program =
        Names::usual(&telegram.url, &format!("sqlite://{}", file.display())).serve_beside_limits(folder.path());
    program.sign_in(&telegram, &person(1)).await;

    // Writes beyond this offset fail. It is below the WAL's size, because after a checkpoint the WAL restarts.
    limit_files_of(program.id(), "4096");
    for id in 2..12 {
        let login = Value::Object(telegram.sandbox.widget_login(&person(id), now()));
        let (status, body, _) = program.ask(program.post("/api/v2/auth/telegram").json(&login)).await.unwrap();
        assert_eq!(status, 503, "{body}");
    }

    let (status, body, _) = program.ask(program.get("/readyz?exclude=telegram")).await.unwrap();
    assert_eq!((status, &body["checks"]["database"]), (503, &Value::from("unavailable, or not accepting writes")));

    limit_files_of(program.id(), "unlimited");
    program.sign_in(&telegram, &person(100)).await;
    assert_eq!(program.ask(program.get("/readyz?exclude=telegram")).await.unwrap().0, 200);
}

fn limit_files_of(process: u32, size: &str) {
    let limit = format!("--fsize={size}:unlimited");
    let set = Command::new("prlimit").args(["--pid", &process.to_string(), &limit]).status().unwrap();
    assert!(set.success());
}

/// An update in flight at a kill stays leased for 15 seconds. It is handled then, and later updates do not wait for it.
#[tokio::test(flavor = "multi_thread")]
async fn an_update_in_flight_at_a_kill_is_not_lost_beside_others() {
    let (folder, telegram) = (tempfile::tempdir().unwrap(), Telegram::start().await);
    let names = Names::usual(&telegram.url, &format!("sqlite://{}", folder.path().join("a.db").display()))
        .with("NEURALBOX_PLANS_FILE", &generous_plans(folder.path()));
    let (sandbox, ivan, olga) = (&telegram.sandbox, person(1), person(2));
    let program = names.serve(folder.path());
    sandbox.inject_fault(Fault::once("sendMessage", FaultKind::Slow(Duration::from_secs(30))).in_chat(ivan.id));
    sandbox.say(&ivan, "/start");
    // The update is confirmed and its answer is on the way.
    let in_flight = |sandbox: &Sandbox| sandbox.pending_updates() == 0 && sandbox.pending_faults() == 0;
    sandbox.wait_for(|sandbox| in_flight(sandbox).then_some(())).await.unwrap();
    program.kill();

    let _program = names.serve(folder.path());
    sandbox.say(&olga, "/start");
    sandbox.wait_for(|sandbox| sandbox.last(olga.id).filter(|message| message.from_bot)).await.unwrap();
    sandbox.wait_for(|sandbox| sandbox.last(ivan.id).filter(|message| message.from_bot)).await.unwrap();
    let answers = sandbox.chat(ivan.id).into_iter().filter(|message| message.from_bot).count();
    assert_eq!(answers, 1, "{:#?}", sandbox.chat(ivan.id));
}

//! The pretend Telegram as a command of its own, beside a service with its own settings.

use crate::demo::Chat;
use crate::program::{Names, Program, answer};

const IVAN: i64 = 1001;

/// Reads the settings that the command prints, and waits until it serves.
fn settings(program: &Program) -> Vec<(String, String)> {
    let mut read = Vec::new();
    loop {
        let line = program.line("");
        match line.split_once('=') {
            Some((name, value)) => read.push((name.to_owned(), value.to_owned())),
            None if line.starts_with("Press Ctrl-C") => return read,
            None => {}
        }
    }
}

fn value<'a>(settings: &'a [(String, String)], name: &str) -> &'a str {
    &settings.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name} should be printed")).1
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_of_ones_own_beside_the_pretend_telegram() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = Program::sandbox(folder.path(), &[]);
    let settings = settings(&sandbox);
    let telegram = value(&settings, "TELEGRAM_API_URL").to_owned();
    let names = Names::default()
        .with("NEURALBOX_LISTEN", "127.0.0.1:0")
        .with("NEURALBOX_METRICS_LISTEN", "127.0.0.1:0")
        .with("NEURALBOX_LOG", "json");
    let service = settings.iter().fold(names, |names, (name, value)| names.with(name, value)).serve(folder.path());

    let chat = Chat { telegram: telegram.clone(), http: reqwest::Client::new() };
    let greeting = chat.say(IVAN, "/start").await;
    assert!(greeting["text"].as_str().unwrap().contains("Ivan"), "{greeting}");
    let (_, page, _) = answer(service.get("/web")).await.unwrap();
    let page = page.as_str().unwrap();
    assert!(page.contains(&format!("{telegram}/js/telegram-widget.js")), "the widget knows the pretend bot: {page}");
    assert!(page.contains("Sign in with Google"), "{page}");
    let login = chat.http.post(format!("{telegram}/_sandbox/widget")).json(&serde_json::json!({ "id": IVAN }));
    let (_, login, _) = answer(login).await.unwrap();
    let (status, session, _) = answer(service.post("/api/v2/auth/telegram").json(&login)).await.unwrap();
    assert_eq!((status, &session["user"]["name"]), (200, &"Ivan".into()));

    sandbox.signal("INT");
    assert_eq!(sandbox.ended().code(), Some(0));
}

#[test]
fn a_token_can_be_kept_and_is_random_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let token = |more: &[&str]| {
        let program = Program::sandbox(folder.path(), more);
        value(&settings(&program), "TELEGRAM_BOT_TOKEN").to_owned()
    };
    assert_eq!(token(&["--token", "7:mine"]), "7:mine");
    assert_ne!(token(&[]), token(&[]));
    let ran = Names::default().run(folder.path(), &["sandbox", "--token", "mine"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("expected a bot token"), "{}", ran.err);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the command leaves no files");
}

//! The demo, as a newcomer uses it in the first minutes, over HTTP only.

use serde_json::{Value, json};

use crate::program::{Names, Program, answer};

const IVAN: i64 = 1001;
const OLGA: i64 = 1002;
const ADA: i64 = 1004;

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_works_from_the_first_message_to_the_last() {
    let folder = tempfile::tempdir().unwrap();
    let (program, telegram) = started(Program::demo(folder.path(), &[]));
    let chat = Chat { telegram: telegram.clone(), http: reqwest::Client::new() };

    let shown = chat.say(IVAN, "/newkey laptop").await;
    let key = shown["text"].as_str().unwrap().lines().find(|line| line.starts_with("nb_")).unwrap().to_owned();
    assert_eq!(program.verify(&key).await, 200);
    let asked = chat.say(ADA, "/plan 1001 free").await;
    assert!(asked["text"].as_str().unwrap().starts_with("Put Ivan (#1) on Free with no end date?"), "{asked}");
    chat.tap(ADA, &asked, "Replace").await;
    assert_eq!(program.verify(&key).await, 403);
    let asked = chat.say(ADA, "/plan 1001 vip").await;
    chat.tap(ADA, &asked, "Confirm").await;
    assert_eq!(program.verify(&key).await, 200);

    // Otherwise this notice could be taken for the answer to the next command.
    chat.until(IVAN, "You’re on VIP now").await;
    let listed = chat.say(IVAN, "/keys").await;
    let row = listed["buttons"][0][0]["label"].as_str().unwrap();
    chat.tap(IVAN, &listed, row).await;
    chat.tap(IVAN, &listed, "🗑 Revoke").await;
    let answered = chat.tap(IVAN, &listed, "Yes, revoke it").await;
    assert_eq!(answered["answer"]["text"], "Revoked. It no longer works.");
    assert_eq!(program.verify(&key).await, 401);

    // The question for the text becomes the draft.
    let draft = chat.say(ADA, "/broadcast").await;
    chat.send(ADA, "Hello, everyone").await;
    chat.tap(ADA, &draft, "👁 Preview and send").await;
    let number = chat.until(ADA, "To send it, type this number: ").await;
    chat.send(ADA, &number).await;
    chat.until(OLGA, "Hello, everyone").await;

    let login = chat.http.post(format!("{telegram}/_sandbox/widget")).json(&json!({"id": IVAN}));
    let (_, login, _) = answer(login).await.unwrap();
    let (status, session, cookie) = program.ask(program.post("/api/v2/auth/telegram").json(&login)).await.unwrap();
    assert_eq!((status, &session["user"]["plan"]), (200, &"vip".into()));
    let cookie = cookie.unwrap();
    let refresh = program.post("/api/v2/auth/refresh").header("cookie", &cookie);
    let (status, _, next) = program.ask(refresh).await.unwrap();
    assert_eq!(status, 200);
    assert_ne!(next.unwrap(), cookie);

    program.signal("INT");
    assert_eq!(program.ended().code(), Some(0));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the demo leaves no files");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_website_of_ones_own_and_a_gateway_try_the_demo() {
    let folder = tempfile::tempdir().unwrap();
    let shop = "https://shop.example";
    let (program, telegram) =
        started(Program::demo(folder.path(), &["--allow-origin", shop, "--service-token", "dev"]));
    for (origin, allowed) in [
        ("http://localhost:9300", true),
        ("http://127.0.0.1:3000", true),
        (shop, true),
        ("https://evil.example", false),
        ("http://localhost.evil.example", false),
    ] {
        let refresh = program.post("/api/v2/auth/refresh").header("origin", origin).send().await.unwrap();
        let named = refresh.headers().get("access-control-allow-origin").map(|value| value.to_str().unwrap());
        assert_eq!(named, allowed.then_some(origin));
        assert_eq!(refresh.status(), if allowed { 401 } else { 403 }, "{origin}");
    }

    let login = json!({ "id": IVAN });
    let login = reqwest::Client::new().post(format!("{telegram}/_sandbox/widget")).json(&login);
    let (_, login, _) = answer(login).await.unwrap();
    let from_page = |path| program.post(path).header("origin", "http://localhost:9300");
    let (status, _, cookie) = program.ask(from_page("/api/v2/auth/telegram").json(&login)).await.unwrap();
    assert_eq!(status, 200);
    let cookie = cookie.unwrap();
    assert!(cookie.starts_with("nb_refresh_site="), "the website has a session of its own");
    assert_eq!(program.ask(from_page("/api/v2/auth/refresh").header("cookie", cookie)).await.unwrap().0, 200);

    let charge = json!({"user_id": 1, "tokens": 5, "request_id": "r1"});
    for (token, status) in [("dev", 200), ("guess", 401)] {
        let ask = program.post("/api/v2/usage").bearer_auth(token).json(&charge);
        let (answered, body, _) = program.ask(ask).await.unwrap();
        assert_eq!(answered, status, "{body}");
    }
}

#[test]
fn what_the_demo_cannot_use_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| Names::default().run(folder.path(), &[&["demo"][..], arguments].concat());
    let ran = run(&["--allow-origin", "https://shop.example/cart"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("NEURALBOX_ALLOWED_ORIGINS: expected an origin"), "{}", ran.err);
    let program = Names::default().with("NEURALBOX_ADMINS", "7").with("REDIS_URL", "").demo(folder.path(), &[]);
    let line = program.line("not used by the demo");
    assert!(line.contains(": NEURALBOX_ADMINS."), "{line}");
    let ran = run(&["--service-token", "with spaces"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("visible characters"), "{}", ran.err);
}

/// Waits for the addresses of the demo. Returns that of Telegram, too.
fn started(mut program: Program) -> (Program, String) {
    let telegram = address(&program.line("Chat with the bot")).trim_end_matches('/').to_owned();
    address(&program.line("Sign in on the web")).trim_end_matches("/web").clone_into(&mut program.url);
    program.line("Press Ctrl-C to stop");
    (program, telegram)
}

/// Returns the URL at the end of a line.
fn address(line: &str) -> &str {
    line.split_whitespace().last().unwrap()
}

/// Chats of the sandbox, driven through its control API.
pub struct Chat {
    pub telegram: String,
    pub http: reqwest::Client,
}

impl Chat {
    /// Sends a message.
    async fn send(&self, person: i64, text: &str) -> Value {
        let ask =
            self.http.post(format!("{}/_sandbox/chats/{person}/messages", self.telegram)).json(&json!({"text": text}));
        let (status, sent, _) = answer(ask).await.unwrap();
        assert_eq!(status, 201, "{sent}");
        sent
    }

    /// Sends a message and waits for the bot's answer in a new message.
    pub async fn say(&self, person: i64, text: &str) -> Value {
        let sent = self.send(person, text).await;
        let mut version = String::new();
        for _ in 0..100 {
            let events = format!("{}/_sandbox/chats/{person}/events?after={version}", self.telegram);
            let (_, page, _) = answer(self.http.get(events)).await.unwrap();
            let answered = page["messages"].as_array().unwrap().iter().rfind(|message| message["from_bot"] == true);
            if let Some(message) = answered.filter(|message| message["id"].as_i64() > sent["message_id"].as_i64()) {
                return message.clone();
            }
            page["version"].as_str().unwrap().clone_into(&mut version);
        }
        panic!("no answer to {text:?}");
    }

    /// Waits until a message of the bot contains `said`; returns the rest of that line.
    async fn until(&self, person: i64, said: &str) -> String {
        let mut version = String::new();
        for _ in 0..100 {
            let events = format!("{}/_sandbox/chats/{person}/events?after={version}", self.telegram);
            let (_, page, _) = answer(self.http.get(events)).await.unwrap();
            let texts = page["messages"].as_array().unwrap().iter().filter(|message| message["from_bot"] == true);
            let mut texts = texts.map(|message| message["text"].as_str().unwrap());
            if let Some((_, behind)) = texts.find_map(|text| text.split_once(said)) {
                return behind.lines().next().unwrap_or_default().to_owned();
            }
            page["version"].as_str().unwrap().clone_into(&mut version);
        }
        panic!("no message contains {said:?}");
    }

    /// Taps a button once the message has it, and waits for the bot's answer to the tap.
    async fn tap(&self, person: i64, message: &Value, label: &str) -> Value {
        let body = json!({"message_id": message["id"], "label": label});
        for _ in 0..200 {
            let ask = self.http.post(format!("{}/_sandbox/chats/{person}/taps", self.telegram)).json(&body);
            let (status, answered, _) = answer(ask).await.unwrap();
            if status == 200 {
                return answered;
            }
            // The previous tap was answered, but the message is still being edited.
            assert_eq!(status, 404, "{answered}");
        }
        panic!("no button {label:?}");
    }
}

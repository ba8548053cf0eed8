//! Logs of a whole run: JSON lines with request ids, and none of the secrets that the run used.

use reqwest::header::COOKIE;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::program::{Names, Program, TOKEN, Telegram, generous_plans, person};

const JWT_SECRET: &str = "the-secret-that-signs-access-tokens-of-the-test";
const SERVICE_TOKEN: &str = "the-service-token-of-the-test-with-32-bytes";
const MAIL_PASSWORD: &str = "the-password-of-the-mail-server";
const PASSWORD: &str = "correct horse battery staple";

/// Secrets of a run, each with the place where it was used.
#[derive(Default)]
struct Secrets(Vec<(&'static str, String)>);

impl Secrets {
    fn add(&mut self, place: &'static str, secret: &str) {
        assert!(secret.len() > 8, "{place} should be a secret, got {secret:?}");
        self.0.push((place, secret.to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_in_the_log_of_a_whole_run() {
    let (folder, telegram) = (tempfile::tempdir().unwrap(), Telegram::start().await);
    let mails = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = mails.local_addr().unwrap().port();
    tokio::spawn(telegram.sandbox.clone().serve_mail(mails, std::future::pending()));
    let names = Names::usual(&telegram.url, "sqlite://a.db")
        .with("RUST_LOG", "debug")
        .with("NEURALBOX_PLANS_FILE", &generous_plans(folder.path()))
        .with("NEURALBOX_JWT_SECRET", JWT_SECRET)
        .with("NEURALBOX_SERVICE_TOKEN", SERVICE_TOKEN)
        .with("SMTP_URL", &format!("smtp://post:{MAIL_PASSWORD}@localhost:{port}"))
        .with("MAIL_FROM", "a@example.com");
    let program = names.serve(folder.path());
    let mut secrets = Secrets::default();
    secrets.add("the bot's token", TOKEN.split_once(':').unwrap().1);
    secrets.add("the secret of access tokens", JWT_SECRET);
    secrets.add("the service token", SERVICE_TOKEN);
    secrets.add("the mail server's password", MAIL_PASSWORD);

    use_a_browser_and_a_gateway(&program, &telegram, &mut secrets).await;
    use_email(&program, &telegram, &mut secrets).await;
    use_the_chat(&telegram, &mut secrets).await;
    let asked = reqwest::Client::new().get(format!("{}/api/v2/me", program.url)).send().await.unwrap();
    let request_id = asked.headers()["x-request-id"].to_str().unwrap().to_owned();

    program.signal("TERM");
    let lines = program.whole();
    assert!(lines.len() > 30, "{}", lines.join("\n"));
    for line in &lines {
        let entry: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(entry["timestamp"].is_string() && entry["level"].is_string() && entry["target"].is_string(), "{line}");
        if entry["fields"]["message"] == "request: answered" {
            assert!(entry["fields"]["request_id"].is_string(), "{line}");
        }
        for (place, secret) in &secrets.0 {
            assert!(!line.contains(secret.as_str()), "{place} is in the log: {line}");
        }
    }
    assert!(lines.iter().any(|line| line.contains(&request_id)), "the id of a response finds its line");
}

async fn use_a_browser_and_a_gateway(program: &Program, telegram: &Telegram, secrets: &mut Secrets) {
    let (access, cookie) = program.sign_in(telegram, &person(1001)).await;
    let refresh = program.post("/api/v2/auth/refresh").header(COOKIE, &cookie);
    let (status, body, next) = program.ask(refresh).await.unwrap();
    assert_eq!(status, 200, "{body}");
    secrets.add("an access token", &access);
    secrets.add("another access token", body["access_token"].as_str().unwrap());
    for (place, cookie) in [("a refresh cookie", cookie), ("another refresh cookie", next.unwrap())] {
        secrets.add(place, cookie.split_once('=').unwrap().1);
    }
    let key = program.key(&access, "laptop").await;
    assert_eq!(program.verify(&key).await, 200);
    let unknown = format!("{}{}", &key[..20], "0".repeat(28));
    assert_eq!(program.verify(&unknown).await, 401);
    secrets.add("a key", &key);
    secrets.add("a key of nobody", &unknown);
    // In places where it does not belong.
    program.ask(program.get(&format!("/{key}?key={key}"))).await.unwrap();
    let broken = program.post("/api/v2/keys").bearer_auth(&access).header("content-type", "application/json");
    assert_eq!(program.ask(broken.body(format!("{{\"name\": {key}"))).await.unwrap().0, 400);
    program.ask(program.get("/api/v2/me").bearer_auth(&key)).await.unwrap();

    let form = [("token", &key)];
    let introspect = program.post("/api/v2/introspect").bearer_auth(SERVICE_TOKEN).form(&form);
    assert_eq!(program.ask(introspect).await.unwrap().1["active"], json!(true));
    let wrong = program.post("/api/v2/introspect").bearer_auth("a-guess-of-the-service-token-32-bytes").form(&form);
    assert_eq!(program.ask(wrong).await.unwrap().0, 401);
    secrets.add("a wrong service token", "a-guess-of-the-service-token-32-bytes");
}

async fn use_email(program: &Program, telegram: &Telegram, secrets: &mut Secrets) {
    let account = json!({"email": "ivan@example.com", "password": PASSWORD, "name": "Ivan"});
    assert_eq!(program.ask(program.post("/api/v2/auth/register").json(&account)).await.unwrap().0, 202);
    let mail = telegram.sandbox.wait_for_mail(1).await.expect("a mail with a link");
    let token =
        mail.text.split("token=").nth(1).unwrap().split(|c: char| c.is_whitespace() || c == '&').next().unwrap();
    secrets.add("the link of a mail", token);
    secrets.add("a password", PASSWORD);
    secrets.add("a wrong password", "a wrong password of Ivan");
    let verify = json!({"token": token, "password": PASSWORD});
    let (status, body, _) = program.ask(program.post("/api/v2/auth/email/verify").json(&verify)).await.unwrap();
    assert_eq!(status, 200, "{body}");
    for (password, expected) in [("a wrong password of Ivan", 401), (PASSWORD, 200)] {
        let login = json!({"email": "ivan@example.com", "password": password});
        assert_eq!(program.ask(program.post("/api/v2/auth/login").json(&login)).await.unwrap().0, expected);
    }
}

async fn use_the_chat(telegram: &Telegram, secrets: &mut Secrets) {
    let sandbox = &telegram.sandbox;
    sandbox.say(&person(1001), "/newkey chat");
    let shown = sandbox.wait_for(|sandbox| {
        let chat = sandbox.chat(1001).into_iter().filter(|message| message.from_bot);
        chat.flat_map(|message| message.text.split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>())
            .find(|word| word.starts_with("nb_") && word.len() == 48)
    });
    let key = shown.await.expect("a key in the chat");
    secrets.add("a key of the chat", &key);
    let before = sandbox.chat(1001).len();
    sandbox.say(&person(1001), &format!("my key is {key}"));
    let warned = sandbox.wait_for(|sandbox| {
        let chat = sandbox.chat(1001);
        chat.iter().skip(before).any(|message| message.from_bot).then_some(())
    });
    warned.await.expect("a warning about the pasted key");
}

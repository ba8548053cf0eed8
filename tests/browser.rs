//! A newcomer's session with the demo in a real browser: chat, web sign-in, an API key created and revoked, and the API
//! reference.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test reports a failure by panicking")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

#[tokio::test]
async fn keys_in_chat() {
    let (demo, browser) = (Demo::start(), browser().await);
    browser.goto(&format!("{}/chat?as=1001", demo.chat)).await.unwrap();
    press_start(&browser).await;
    see(&browser, "Hello, Ivan!").await;

    say(&browser, "/newkey laptop").await;
    see(&browser, "This is the only time you’ll see this key").await;
    let codes = browser.find_all(Locator::Css("#messages code")).await.unwrap();
    // `textContent` also returns text that is still fading in and not yet visible.
    let key = codes.last().expect("a message with the key").prop("textContent").await.unwrap().unwrap();
    assert_eq!(demo.verify(&key).await, 200, "{key:?}");

    browser.goto(&format!("{}/chat?as=1004", demo.chat)).await.unwrap();
    press_start(&browser).await;
    say(&browser, "/plan 1001 free").await;
    press(&browser, "Replace").await;
    see(&browser, "is now on Free").await;
    assert_eq!(demo.verify(&key).await, 403);
    say(&browser, "/plan 1001 vip").await;
    press(&browser, "Confirm").await;
    see(&browser, "is now on VIP").await;
    assert_eq!(demo.verify(&key).await, 200);

    browser.goto(&format!("{}/chat?as=1001", demo.chat)).await.unwrap();
    say(&browser, "/keys").await;
    press(&browser, "laptop · ").await;
    press(&browser, "Revoke").await;
    press(&browser, "Yes, revoke it").await;
    see(&browser, "You don’t have any API keys yet").await;
    assert_eq!(demo.verify(&key).await, 401);
    browser.close().await.unwrap();
}

#[tokio::test]
async fn keys_on_the_web() {
    let (demo, browser) = (Demo::start(), browser().await);
    browser.goto(&format!("{}/web", demo.web)).await.unwrap();
    let widget = wait(&browser, Locator::Css("iframe")).await;
    widget.enter_frame().await.unwrap();
    wait(&browser, Locator::Css("#login:not([disabled])")).await.click().await.unwrap();
    wait(&browser, Locator::Css("[data-person='1001']")).await.click().await.unwrap();
    browser.enter_parent_frame().await.unwrap();
    let path = "/web/profile/api-keys";
    browser.wait().for_url(&format!("{}{path}", demo.web).parse().unwrap()).await.unwrap();

    // Without keys, the form is already expanded.
    wait(&browser, Locator::Id("name")).await.send_keys("laptop").await.unwrap();
    wait(&browser, Locator::XPath("//button[contains(., 'Create key')]")).await.click().await.unwrap();
    let key = wait(&browser, Locator::Id("new-key")).await.text().await.unwrap();
    assert_eq!(demo.verify(&key).await, 200);

    browser.goto(&format!("{}{path}", demo.web)).await.unwrap();
    assert!(!browser.source().await.unwrap().contains(&key), "the secret is shown only once");
    wait(&browser, Locator::LinkText("Revoke")).await.click().await.unwrap();
    wait(&browser, Locator::Css("form button.danger")).await.click().await.unwrap();
    browser.wait().for_element(Locator::XPath("//p[contains(@class, 'empty')]")).await.unwrap();
    assert_eq!(demo.verify(&key).await, 401);

    let mut cookies = vec![refresh_cookie(&browser).await];
    for _ in 0..2 {
        // The pages' CSP forbids `fetch`, so the script submits a form.
        let turn = "const form = document.createElement('form'); form.method = 'post'; \
                    form.action = '/api/v2/auth/refresh'; document.body.append(form); form.submit()";
        browser.execute(turn, vec![]).await.unwrap();
        see(&browser, "access_token").await;
        cookies.push(refresh_cookie(&browser).await);
        browser.back().await.unwrap();
    }
    assert!(cookies.windows(2).all(|pair| pair.first() != pair.last()), "each refresh rotates the token");
    browser.goto(&format!("{}/web/profile", demo.web)).await.unwrap();
    see(&browser, "Ivan").await;
    browser.close().await.unwrap();
}

#[tokio::test]
async fn the_pretend_google() {
    let (demo, browser) = (Demo::start(), browser().await);
    browser.goto(&format!("{}/web?next=%2Fweb%2Fprofile", demo.web)).await.unwrap();
    wait(&browser, Locator::LinkText("Sign in with Google")).await.click().await.unwrap();
    see(&browser, "Choose an account").await;
    wait(&browser, Locator::LinkText("Cancel")).await.click().await.unwrap();
    wait(&browser, Locator::LinkText("Sign in with Google")).await.click().await.unwrap();
    wait(&browser, Locator::XPath("//a[contains(., 'ivan@example.com')]")).await.click().await.unwrap();
    browser.wait().for_url(&format!("{}/web/profile", demo.web).parse().unwrap()).await.unwrap();
    see(&browser, "Ivan").await;
    browser.close().await.unwrap();
}

#[tokio::test]
async fn the_api_reference() {
    let (demo, browser) = (Demo::start(), browser().await);
    browser.goto(&format!("{}/docs/keys", demo.web)).await.unwrap();
    // A language is chosen once: for all examples, and on the next page.
    wait(&browser, Locator::Css("label[for='get-keys-python']")).await.click().await.unwrap();
    let shown = ".tabs .python pre";
    let examples = browser.find_all(Locator::Css(shown)).await.unwrap();
    assert!(examples.len() > 3);
    for example in examples {
        assert!(example.is_displayed().await.unwrap());
    }
    wait(&browser, Locator::Css("#get-keys .python .copy")).await.click().await.unwrap();
    wait(&browser, Locator::XPath("//button[contains(@class, 'copy') and . = 'Copied']")).await;

    // The search field is one key away.
    wait(&browser, Locator::Css("body")).await.send_keys("/").await.unwrap();
    browser.active_element().await.unwrap().send_keys("grace_seconds\u{e007}").await.unwrap();
    wait(&browser, Locator::Css(".results a")).await.click().await.unwrap();
    assert!(wait(&browser, Locator::Css("#post-keys-id-rotate .python pre")).await.is_displayed().await.unwrap());
    browser.close().await.unwrap();
}

/// A running `demo` command and the two addresses that it prints.
struct Demo {
    process: Child,
    chat: String,
    web: String,
}

impl Demo {
    fn start() -> Self {
        let program = env!("CARGO_BIN_EXE_neuralbox-auth");
        let mut process = Command::new(program)
            .args(["demo", "--port", "0", "--telegram-port", "0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the demo should start");
        let lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
        let (mut chat, mut web) = (None, None);
        for line in lines {
            let address = line.split_whitespace().last().unwrap_or_default().to_owned();
            if line.contains("Chat with the bot") {
                chat = Some(address.trim_end_matches('/').to_owned());
            } else if line.contains("Sign in on the web") {
                web = Some(address.trim_end_matches("/web").to_owned());
            } else if line.contains("Press Ctrl-C to stop") {
                break;
            }
        }
        Self { process, chat: chat.expect("the chat's address"), web: web.expect("the web address") }
    }

    /// Returns the status of a key verification.
    async fn verify(&self, key: &str) -> u16 {
        let ask = reqwest::Client::new().get(format!("{}/api/v2/auth/verify", self.web)).bearer_auth(key);
        ask.send().await.unwrap().status().as_u16()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts a browser session. Panics without a ChromeDriver: browser tests are never skipped.
#[expect(clippy::disallowed_methods, reason = "the environment names the ChromeDriver")]
async fn browser() -> Client {
    let driver = std::env::var("TEST_WEBDRIVER_URL")
        .expect("TEST_WEBDRIVER_URL must name a ChromeDriver; scripts/test starts one");
    let flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1200,900",
        "--lang=en",
    ];
    let mut capabilities = Capabilities::new();
    capabilities.insert("goog:chromeOptions".to_owned(), json!({ "args": flags }));
    let client = ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(&driver).await;
    client.expect("ChromeDriver should start a browser")
}

/// Presses Telegram's Start button, which opens the chat.
async fn press_start(browser: &Client) {
    wait(browser, Locator::Css("#start:not([hidden])")).await.click().await.unwrap();
}

async fn say(browser: &Client, text: &str) {
    wait(browser, Locator::Css("#text")).await.send_keys(text).await.unwrap();
    wait(browser, Locator::Css("#send:not([disabled])")).await.click().await.unwrap();
}

/// Clicks the chat's last button whose label contains `label`.
async fn press(browser: &Client, label: &str) {
    let path = format!("(//ol[@id='messages']//button[contains(., '{label}')])[last()]");
    wait(browser, Locator::XPath(&path)).await.click().await.unwrap();
}

/// Waits until the page contains `text`.
async fn see(browser: &Client, text: &str) {
    wait(browser, Locator::XPath(&format!("//body//*[contains(normalize-space(.), '{text}')]"))).await;
}

async fn wait(browser: &Client, what: Locator<'_>) -> Element {
    let found = browser.wait().at_most(Duration::from_secs(20)).for_element(what).await;
    match found {
        Ok(element) => element,
        Err(fault) => panic!("{what:?} not found ({fault}): {}", browser.source().await.unwrap_or_default()),
    }
}

async fn refresh_cookie(browser: &Client) -> String {
    browser.get_named_cookie("nb_refresh").await.expect("the refresh cookie").value().to_owned()
}

//! Another website embeds us in a real browser. Its page signs a person in, refreshes and signs out by CORS requests
//! with credentials, over https and with a partitioned cookie. Or it embeds our script, under a strict policy.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support;
use crate::support::{App, Database};
use crate::web::embed;

/// An nginx that terminates TLS for our host and serves pages of other websites, all on one port.
struct Hosts {
    folder: TempDir,
    port: u16,
    server: Option<Child>,
    /// Directives of the website `site`.
    site: String,
}

impl Hosts {
    fn new() -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self { folder: tempfile::tempdir().unwrap(), port, server: None, site: String::new() }
    }

    fn origin(&self, name: &str) -> String {
        format!("https://{name}.example:{}", self.port)
    }

    /// Starts nginx, with `https://auth.example` forwarded to the service.
    async fn serve(&mut self, service: &str) {
        let at = |name: &str| self.folder.path().join(name).display().to_string();
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
            .args(["-subj", "/CN=auth.example", "-keyout", &at("key.pem"), "-out", &at("cert.pem")])
            .stderr(Stdio::null())
            .status();
        assert!(made.expect("openssl should run").success());
        std::fs::write(self.folder.path().join("nginx.conf"), self.settings(service)).unwrap();
        let mut nginx = Command::new("nginx");
        nginx.args(["-p", &at(""), "-c", &at("nginx.conf"), "-e", &at("error.log"), "-g", "daemon off;"]);
        self.server = Some(nginx.spawn().expect("nginx (Debian package nginx; scripts/test installs it)"));
        let since = Instant::now();
        while tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
            assert!(since.elapsed() < Duration::from_secs(20), "nginx does not answer");
        }
    }

    fn settings(&self, service: &str) -> String {
        let (port, folder) = (self.port, self.folder.path().display());
        let blank = "default_type text/html; location / { return 200 '<!DOCTYPE html><title>A shop</title>'; }";
        let server = |name: &str, what: &str| {
            format!(
                "server {{ listen 127.0.0.1:{port} ssl; server_name {name}.example; ssl_certificate {folder}/cert.pem; \
                 ssl_certificate_key {folder}/key.pem; {what} }}\n"
            )
        };
        let ours = format!("location / {{ proxy_pass {service}; proxy_set_header Host $http_host; }}");
        format!(
            "worker_processes 1; pid {folder}/pid; events {{}}\nhttp {{ access_log off; client_body_temp_path {folder}/b; \
             proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n{}{}{}}}\n",
            server("auth", &ours),
            server("shop", blank),
            [server("evil", blank), server("auth.one", &ours), server("app.one", blank), server("site", &self.site)]
                .concat()
        )
    }
}

impl Drop for Hosts {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            // SIGTERM makes nginx stop its workers too.
            let _ = Command::new("kill").arg(server.id().to_string()).status();
            let _ = server.wait();
        }
    }
}

/// Starts a browser session that resolves every `*.example` host to this machine.
#[expect(clippy::disallowed_methods, reason = "the environment names the ChromeDriver")]
pub async fn browser() -> Client {
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
        "--host-resolver-rules=MAP *.example 127.0.0.1",
    ];
    let mut capabilities = Capabilities::new();
    capabilities.insert("goog:chromeOptions".to_owned(), json!({ "args": flags }));
    capabilities.insert("acceptInsecureCerts".to_owned(), json!(true));
    let client = ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(&driver).await;
    client.expect("ChromeDriver should start a browser")
}

/// Calls the API from a script of the open page. Returns status and body, or `refused` by the browser.
async fn fetch(browser: &Client, address: &str, options: Value) -> Value {
    let script = "const [address, options, done] = arguments; \
                  fetch(address, {credentials: 'include', ...options}) \
                    .then(async answer => done({status: answer.status, text: await answer.text()}), () => done('refused'))";
    browser.execute_async(script, vec![json!(address), options]).await.unwrap()
}

fn body(answer: &Value) -> Value {
    serde_json::from_str(answer["text"].as_str().unwrap()).unwrap()
}

async fn a_shop_embeds_us(app: Arc<App>, mut hosts: Hosts) {
    hosts.serve(&app.url).await;
    let (auth, shop, evil) = (hosts.origin("auth"), hosts.origin("shop"), hosts.origin("evil"));
    let api = |path: &str| format!("{auth}/api/v2{path}");
    let post = || json!({"method": "POST"});
    let browser = browser().await;
    let widget = |name: &str| {
        app.clock.pass(1);
        let object = app.sandbox.widget_login(&app.person(name), app.clock.unix());
        json!({"method": "POST", "headers": {"content-type": "application/json"}, "body": Value::Object(object).to_string()})
    };

    browser.goto(&shop).await.unwrap();
    let answer = fetch(&browser, &api("/auth/telegram"), widget("Ivan")).await;
    assert_eq!(answer["status"], 200, "{answer}");
    assert_eq!(body(&answer)["user"]["name"], "Ivan");

    browser.goto(&format!("{shop}/another-page")).await.unwrap();
    for _ in 0..2 {
        let answer = fetch(&browser, &api("/auth/refresh"), post()).await;
        assert_eq!(answer["status"], 200, "the browser sends and stores the cookie: {answer}");
        let token = body(&answer)["access_token"].as_str().unwrap().to_owned();
        let with_token = json!({"headers": {"authorization": format!("Bearer {token}")}});
        assert_eq!(body(&fetch(&browser, &api("/me"), with_token).await)["name"], "Ivan");
    }

    browser.goto(&evil).await.unwrap();
    for path in ["/auth/refresh", "/auth/logout"] {
        assert_eq!(fetch(&browser, &api(path), post()).await, "refused", "{path} from another website");
    }
    browser.goto(&format!("{auth}/web/profile")).await.unwrap();
    let at = browser.current_url().await.unwrap();
    assert_eq!(at.path(), "/web", "our own pages do not see the shop's session: {at}");

    browser.goto(&shop).await.unwrap();
    let answer = fetch(&browser, &api("/auth/refresh"), post()).await;
    assert_eq!(answer["status"], 200, "the requests from the other website changed nothing: {answer}");
    assert_eq!(fetch(&browser, &api("/auth/logout"), post()).await["status"], 204);
    let answer = fetch(&browser, &api("/auth/refresh"), post()).await;
    assert_eq!((&answer["status"], &body(&answer)["code"]), (&json!(401), &json!("not_authenticated")));
    browser.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_embedding_website_in_a_browser() {
    let hosts = Hosts::new();
    let (auth, shop) = (hosts.origin("auth"), hosts.origin("shop"));
    let settings = [("NEURALBOX_PUBLIC_URL", auth.as_str()), ("NEURALBOX_ALLOWED_ORIGINS", shop.as_str())];
    support::run(Database::Sqlite, &[&settings], |app| a_shop_embeds_us(app, hosts)).await;
}

/// The website is on our own site, so the browser sends it the cookies of our own pages too.
async fn a_neighbour_embeds_us(app: Arc<App>, mut hosts: Hosts) {
    hosts.serve(&app.url).await;
    let (auth, neighbour) = (hosts.origin("auth.one"), hosts.origin("app.one"));
    let api = |path: &str| format!("{auth}/api/v2{path}");
    let post = || json!({"method": "POST"});
    let browser = browser().await;
    let widget = |name: &str| {
        let object = app.widget_of(&app.person(name));
        json!({"method": "POST", "headers": {"content-type": "application/json"}, "body": object.to_string()})
    };
    let name_of = async |answer: Value| {
        assert_eq!(answer["status"], 200, "{answer}");
        let token = body(&answer)["access_token"].as_str().unwrap().to_owned();
        let with_token = json!({"headers": {"authorization": format!("Bearer {token}")}});
        body(&fetch(&browser, &api("/me"), with_token).await)["name"].as_str().unwrap().to_owned()
    };

    // Pages forbid `fetch`; this response does not.
    browser.goto(&format!("{auth}/livez")).await.unwrap();
    assert_eq!(fetch(&browser, &api("/auth/telegram"), widget("Alice")).await["status"], 200);
    browser.goto(&neighbour).await.unwrap();
    assert_eq!(fetch(&browser, &api("/auth/telegram"), widget("Bob")).await["status"], 200);
    for _ in 0..2 {
        assert_eq!(name_of(fetch(&browser, &api("/auth/refresh"), post()).await).await, "Bob");
        browser.goto(&format!("{auth}/web/profile")).await.unwrap();
        assert!(browser.source().await.unwrap().contains("Alice"), "our own pages have their own session");
        browser.goto(&format!("{auth}/livez")).await.unwrap();
        assert_eq!(name_of(fetch(&browser, &api("/auth/refresh"), post()).await).await, "Alice");
        browser.goto(&neighbour).await.unwrap();
    }
    assert_eq!(fetch(&browser, &api("/auth/logout"), post()).await["status"], 204);
    assert_eq!(fetch(&browser, &api("/auth/refresh"), post()).await["status"], 401, "Bob is signed out");
    browser.goto(&format!("{auth}/web/profile")).await.unwrap();
    assert!(browser.source().await.unwrap().contains("Alice"), "and Alice is not");
    browser.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_website_on_our_own_site_in_a_browser() {
    let hosts = Hosts::new();
    let (auth, neighbour) = (hosts.origin("auth.one"), hosts.origin("app.one"));
    let settings = [("NEURALBOX_PUBLIC_URL", auth.as_str()), ("NEURALBOX_ALLOWED_ORIGINS", neighbour.as_str())];
    support::run(Database::Sqlite, &[&settings], |app| a_neighbour_embeds_us(app, hosts)).await;
}

/// A page that embeds one version of the script by its hash. The policy permits what docs/embedding.md names, and no more.
fn strict_page(auth: &str) -> String {
    let policy = format!("default-src 'none'; script-src {auth}; connect-src {auth}");
    let (address, integrity) = (embed::LATEST, embed::integrity(embed::SCRIPT));
    let tag = format!(
        "<script src=\"{auth}{address}\" integrity=\"{integrity}\" crossorigin=\"anonymous\" data-client=\"c_site\"></script>"
    );
    format!(
        "default_type \"text/html; charset=utf-8\"; location / {{ add_header Content-Security-Policy \"{policy}\"; \
         return 200 '<!DOCTYPE html><html lang=\"ru\"><title>A site</title><body>{tag}'; }}"
    )
}

/// Clicks the middle of the script's button, as a person does. Browsers open windows for nothing else.
async fn click_button(browser: &Client) {
    let script = "const box = document.querySelector('span').shadowRoot.querySelector('button').getBoundingClientRect(); \
                  return [box.x + box.width / 2, box.y + box.height / 2]";
    let place = browser.execute(script, vec![]).await.unwrap();
    let [x, y] = [0, 1].map(|at| place[at].as_f64().unwrap());
    let button = MOUSE_BUTTON_LEFT;
    let click = MouseActions::new("mouse".to_owned())
        .then(PointerAction::MoveTo { duration: None, x, y })
        .then(PointerAction::Down { button })
        .then(PointerAction::Up { button });
    browser.perform_actions(click).await.unwrap();
}

async fn a_site_embeds_the_script(app: Arc<App>, mut hosts: Hosts) {
    let (auth, site) = (hosts.origin("auth"), hosts.origin("site"));
    hosts.site = strict_page(&auth);
    hosts.serve(&app.url).await;
    let browser = browser().await;
    browser.goto(&site).await.unwrap();
    let script = "const done = arguments[0]; NeuralBox.ready.then((user) => { \
                    const button = document.querySelector('span').shadowRoot.querySelector('button'); \
                    done([user, button.innerText.trim(), getComputedStyle(button).backgroundColor]); });";
    let shown = browser.execute_async(script, vec![]).await.unwrap();
    assert_eq!(shown, json!([null, "Войти через NeuralBox", "rgb(51, 70, 184)"]), "the policy forbids inline styles");

    let page = browser.window().await.unwrap();
    click_button(&browser).await;
    let since = Instant::now();
    let at = loop {
        assert!(since.elapsed() < Duration::from_secs(20), "no window opens");
        let windows = browser.windows().await.unwrap();
        let Some(popup) = windows.into_iter().find(|window| *window != page) else { continue };
        browser.switch_to_window(popup).await.unwrap();
        let at = browser.current_url().await.unwrap();
        if at.host_str() == Some("auth.example") {
            break at;
        }
    };
    assert_eq!(at.path(), "/oauth2/authorize");
    let asked: std::collections::BTreeMap<_, _> = at.query_pairs().into_owned().collect();
    assert_eq!(asked["redirect_uri"], site);
    assert_eq!((asked["client_id"].as_str(), asked["response_mode"].as_str()), ("c_site", "web_message"));
    assert_eq!((asked["code_challenge_method"].as_str(), asked["code_challenge"].len()), ("S256", 43));
    browser.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_script_under_a_strict_policy_in_a_browser() {
    let hosts = Hosts::new();
    let auth = hosts.origin("auth");
    let settings = [("NEURALBOX_PUBLIC_URL", auth.as_str())];
    support::run(Database::Sqlite, &[&settings], |app| a_site_embeds_the_script(app, hosts)).await;
}

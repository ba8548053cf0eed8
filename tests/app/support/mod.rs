//! A complete service for each test, with its own database, Telegram sandbox and clock.

pub mod browser;
pub mod chat;
pub mod clock;
pub mod database;
pub mod gateway;
pub mod instance;
pub mod mailbox;
pub mod rng;
pub mod routes;
pub mod servers;
pub mod signing;
#[path = "../../mail/sink.rs"]
pub mod sink;
pub mod write_costs;
pub mod writes;

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use neuralbox_auth::config::Config;
use neuralbox_auth::domain::accounts::profile::SignedIn;
use neuralbox_auth::domain::admin::access::{Admin, PersonRef};
use neuralbox_auth::domain::{ClockAndRng, Domain};
use neuralbox_auth::model::accounts::account::TelegramId;
use neuralbox_auth::model::accounts::identity::TelegramProfile;
use neuralbox_auth::model::text::language::Language;
use neuralbox_auth::model::time::Clock;
use neuralbox_auth::serve;
use telegram_sandbox::{Person, Sandbox};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use self::browser::{Answer, Browser, ask, at_once, verify};
pub use self::clock::TestClock;
pub use self::database::Database;
pub use self::instance::Instance;
pub use self::rng::TestChance;
pub use self::servers::github::GitHub;
pub use self::servers::openid::Provider;

/// Bot token in every test.
pub const TOKEN: &str = "1000000001:a-token-of-the-test-bot";
/// Key that signs access tokens in every test.
pub const JWT_SECRET: &str = "a secret of the tests, of more than 32 bytes";
/// Sender of mails in every test.
pub const MAIL_FROM: &str = "NeuralBox <no-reply@neuralbox.example>";
/// Telegram id of the admin in every test. [`App::put_on_plan`] needs no admin; it acts as the operator.
pub const ADMIN: i64 = 900;

/// Runs a test on both databases: `on_both! { async fn name(app: App) { … } }`. Additional settings: `with [("NAME",
/// "value")]`.
#[macro_export]
macro_rules! on_both {
    ($( $(#[$attribute:meta])* async fn $name:ident($app:ident: App) $(with $settings:expr;)? $body:block )+) => {$(
        mod $name {
            use super::*;

            async fn test($app: std::sync::Arc<App>) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            $(#[$attribute])*
            async fn sqlite() {
                $crate::support::run($crate::support::Database::Sqlite, &[$(&$settings)?], test).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            $(#[$attribute])*
            async fn postgres() {
                $crate::support::run($crate::support::Database::Postgres, &[$(&$settings)?], test).await;
            }
        }
    )+};
}

/// Starts a service, runs the test, and cleans up even if the test fails.
pub async fn run<T: Future<Output = ()> + Send + 'static>(
    database: Database,
    settings: &[&[(&str, &str)]],
    test: impl FnOnce(Arc<App>) -> T,
) {
    let place = database.make().await;
    let app = Arc::new(App::start(place.url(), &settings.concat()).await);
    let outcome = tokio::spawn(test(Arc::clone(&app))).await;
    app.stop().await;
    place.clear().await;
    if let Err(failed) = outcome {
        std::panic::resume_unwind(failed.into_panic());
    }
}

/// A service in this process, and the Telegram sandbox that its bot talks to.
pub struct App {
    /// Base URL of the service, `http://127.0.0.1:PORT`.
    pub url: String,
    /// Base URL of the metrics.
    pub metrics_url: String,
    /// Telegram, with the people who use the bot.
    pub sandbox: Sandbox,
    /// Clock of both the service and the sandbox.
    pub clock: TestClock,
    /// Random number generator of the service.
    pub rng: TestChance,
    /// Fake GitHub that signs leak reports.
    pub github: GitHub,
    /// Fake OpenID Provider, used as Google or Telegram by settings that contain `{provider}`.
    pub provider: Provider,
    /// Operations of the service, for those without a public interface (jobs).
    pub domain: Domain,
    /// Hashes of the widget payloads already used.
    pub sandbox_logins: Mutex<HashSet<String>>,
    /// Base URL of the sandbox's Bot API, for another instance.
    pub telegram_url: String,
    /// Value of `DATABASE_URL`, for another instance.
    pub database_url: String,
    /// Value of `SMTP_URL`, for another instance.
    pub smtp_url: String,
    /// The running service.
    pub service: Instance,
    next_person: AtomicI64,
    stop_telegram: CancellationToken,
    telegram: tokio::sync::Mutex<Option<JoinHandle<()>>>,
}

/// Settings of the pretend Telegram. No poll counts as a repetition of the one before, which would be held for three
/// seconds at every stop.
fn sandbox_settings(time: TestClock) -> telegram_sandbox::SandboxSettings {
    let mut settings = telegram_sandbox::SandboxSettings::new(TOKEN, move || time.now().0);
    let polls = std::sync::atomic::AtomicU64::new(0);
    settings.poll_clock = Arc::new(move || std::time::Duration::from_mins(polls.fetch_add(1, Ordering::Relaxed)));
    settings.with_bot("NeuralBox", "neuralbox_bot")
}

impl App {
    /// Starts a service on an existing database. `settings` override the defaults.
    pub async fn start(database_url: &str, settings: &[(&str, &str)]) -> Self {
        let (clock, rng, stop_telegram) = (TestClock::default(), TestChance::default(), CancellationToken::new());
        let telegram = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let telegram_url = format!("http://{}", telegram.local_addr().unwrap());
        let time = clock.clone();
        let sandbox = Sandbox::new(sandbox_settings(time));
        let pretend = sandbox.clone().serve(telegram, stop_telegram.clone().cancelled_owned());
        let telegram = tokio::sync::Mutex::new(Some(tokio::spawn(async move { pretend.await.unwrap() })));

        let mails = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let smtp_url = format!("smtp://{}", mails.local_addr().unwrap());
        tokio::spawn(sandbox.clone().serve_mail(mails, stop_telegram.clone().cancelled_owned()));

        let env = ClockAndRng { clock: Arc::new(clock.clone()), rng: Arc::new(rng.clone()) };
        let sockets = sockets().await;
        let url = format!("http://{}", sockets.http.local_addr().unwrap());
        let metrics_url = format!("http://{}", sockets.metrics.local_addr().unwrap());
        let (github, provider) = (GitHub::start().await, Provider::start().await);
        let filled: Vec<_> =
            settings.iter().map(|(name, value)| (*name, value.replace("{provider}", &provider.issuer))).collect();
        let settings: Vec<_> = filled.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let usual = [
            ("NEURALBOX_GITHUB_KEYS_URL", github.keys_url.as_str()),
            ("SMTP_URL", &smtp_url),
            ("MAIL_FROM", MAIL_FROM),
        ];
        let settings = [&usual, &settings[..]].concat();
        let config = config(database_url, &url, &telegram_url, &settings);
        let service = Instance::start(config, env, sockets);
        let (sandbox_logins, next_person) = (Mutex::default(), AtomicI64::new(1000));
        let (domain, database_url) = (service.domain.clone(), database_url.to_owned());
        Self {
            url,
            metrics_url,
            sandbox,
            clock,
            rng,
            github,
            provider,
            domain,
            sandbox_logins,
            telegram_url,
            database_url,
            smtp_url,
            service,
            next_person,
            stop_telegram,
            telegram,
        }
    }

    /// Stops the service as SIGTERM does, then the sandbox.
    pub async fn stop(&self) {
        self.service.stop().await;
        self.stop_telegram.cancel();
        if let Some(telegram) = self.telegram.lock().await.take() {
            telegram.await.expect("the sandbox should stop without an error");
        }
    }

    /// Creates a person with a new Telegram id.
    pub fn person(&self, first_name: &str) -> Person {
        let id = self.next_person.fetch_add(1, Ordering::Relaxed) + 1;
        Person { username: Some(format!("{}_{id}", first_name.to_lowercase())), ..Person::new(id, first_name) }
    }

    /// Creates a person with an account on `plan`.
    pub async fn person_on(&self, first_name: &str, plan: &str) -> Person {
        let person = self.person(first_name);
        self.browser().sign_in(self, &person).await;
        self.put_on_plan(&person, plan).await;
        person
    }

    /// Sets a person's plan, as the operator.
    pub async fn put_on_plan(&self, person: &Person, plan: &str) {
        self.put_on_plan_for(person, plan, None).await;
    }

    /// Sets a person's plan for a number of days; `None` is without an end date.
    pub async fn put_on_plan_for(&self, person: &Person, plan: &str, days: Option<u32>) {
        let who = PersonRef::Telegram(TelegramId::new(person.id).unwrap());
        self.domain.set_plan(&Admin::operator(), &who, plan, days).await.expect("setting the plan");
    }

    /// Returns a browser without a cookie.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.url)
    }

    /// Signs a person in, in a new browser.
    pub async fn signed_in(&self, person: &Person) -> Browser {
        let mut browser = self.browser();
        browser.sign_in(self, person).await;
        browser
    }

    /// Signs a person in, in a new browser with that `User-Agent`.
    pub async fn signed_in_with(&self, person: &Person, agent: &'static str) -> Browser {
        let mut browser = Browser { agent: Some(agent), ..self.browser() };
        browser.sign_in(self, person).await;
        browser
    }

    /// Returns an unused payload of the login widget. Advances the clock if needed.
    pub fn widget_of(&self, person: &Person) -> serde_json::Value {
        loop {
            let object = self.sandbox.widget_login(person, self.clock.unix());
            if self.sandbox_logins.lock().unwrap().insert(object["hash"].to_string()) {
                return serde_json::Value::Object(object);
            }
            self.clock.pass(1);
        }
    }

    /// Sends the bot a message; returns the chat after the bot has handled it.
    pub async fn say(&self, person: &Person, text: &str) -> Vec<telegram_sandbox::VisibleMessage> {
        self.sandbox.say(person, text);
        self.settled().await;
        self.sandbox.chat(person.id)
    }

    /// Sends `/start` as a person the bot knows, who gets the menu and not the greeting of a newcomer.
    pub async fn greet(&self, person: &Person) -> Vec<telegram_sandbox::VisibleMessage> {
        self.meet(person).await;
        self.say(person, "/start").await
    }

    /// Creates the account of a person as if they had written to the bot before.
    pub async fn meet(&self, person: &Person) -> SignedIn {
        let (first, last, username) =
            (Some(&*person.first_name), person.last_name.as_deref(), person.username.as_deref());
        let profile = TelegramProfile::new(TelegramId::new(person.id).unwrap(), first, last, username);
        let telegram_language = person.language_code.as_deref().and_then(Language::from_tag);
        let known = self.domain.find_or_create_account(&TelegramProfile { telegram_language, ..profile }).await;
        known.expect("an account")
    }

    /// Taps a button on the last message that has it; returns the chat after the bot has handled the tap.
    pub async fn tap(&self, person: &Person, label: &str) -> Vec<telegram_sandbox::VisibleMessage> {
        let chat = self.sandbox.chat(person.id);
        let message = chat.iter().rev().find(|message| message.button(label).is_some());
        let message = message.unwrap_or_else(|| panic!("no button {label:?} in {chat:#?}"));
        self.sandbox.tap(person, message.id, label).expect("tapping the button");
        self.settled().await;
        self.sandbox.chat(person.id)
    }

    /// Waits until the bot has handled every update: all are confirmed to Telegram, none is left in the store, and no
    /// call is in flight.
    pub async fn settled(&self) {
        self.sandbox.wait_until_idle().await.expect("the bot should become idle");
        let handled = async { while self.has_parked_updates().await {} };
        tokio::time::timeout(std::time::Duration::from_secs(20), handled)
            .await
            .expect("every update should be handled");
        self.sandbox.wait_until_idle().await.expect("the bot should become idle");
    }

    /// True if updates are stored that no instance has handled yet.
    async fn has_parked_updates(&self) -> bool {
        match self.domain.parked_updates().await {
            Ok(parked) => !parked.is_empty(),
            // After a restart the store of this instance is closed, and another one handles the updates.
            Err(_) => mailbox::count(&self.database_url, "select count(*) from parked_update").await > 0,
        }
    }

    /// Waits for exactly `times` warnings; returns the chat.
    pub async fn warned(&self, person: &Person, times: usize) -> Vec<telegram_sandbox::VisibleMessage> {
        let look = |chat: Vec<telegram_sandbox::VisibleMessage>| (chat::warnings(&chat).len() >= times).then_some(chat);
        let chat = self.sandbox.wait_for(|sandbox| look(sandbox.chat(person.id))).await.expect("the warnings");
        assert_eq!(chat::warnings(&chat).len(), times, "{chat:#?}");
        chat
    }

    /// Waits for a message of the bot that contains `what`, and advances the clock meanwhile.
    pub async fn comes(&self, person: &Person, what: &str) -> telegram_sandbox::VisibleMessage {
        for _ in 0..40 {
            let before = self.sandbox.calls().len();
            let chat = self.sandbox.chat(person.id);
            let found =
                chat.into_iter().rfind(|message| message.from_bot && chat::undated(&message.html).contains(what));
            if let Some(message) = found {
                return message;
            }
            self.clock.pass(3);
            let news = self.sandbox.wait_for(|sandbox| (sandbox.calls().len() > before).then_some(()));
            let _ = tokio::time::timeout(std::time::Duration::from_secs(2), news).await;
        }
        panic!("no message contains {what:?}: {:#?}", self.sandbox.chat(person.id));
    }

    /// Creates the account of a person through the bot and sets its plan.
    pub async fn chatting(&self, person: Person, plan: &str) -> Person {
        self.greet(&person).await;
        self.put_on_plan(&person, plan).await;
        person
    }

    /// Text of the bot's last answer to a tap, which Telegram shows briefly over the chat; empty if none.
    pub fn word(&self) -> String {
        let calls = self.calls("answerCallbackQuery");
        let last = calls.last().expect("an answer to a tap");
        last.params["text"].as_str().unwrap_or_default().to_owned()
    }

    /// Returns the logged calls of a Bot API method.
    pub fn calls(&self, method: &str) -> Vec<Arc<telegram_sandbox::LoggedCall>> {
        self.sandbox.calls().into_iter().filter(|call| call.method == method).collect()
    }
}

/// The admin as a Telegram user.
pub fn admin() -> Person {
    Person { username: Some("ada".to_owned()), ..Person::new(ADMIN, "Ada") }
}

/// Sets the language of a person's Telegram client to Russian.
pub fn russian(person: Person) -> Person {
    Person { language_code: Some("ru".to_owned()), ..person }
}

/// Binds port 0, so that parallel tests do not collide.
pub async fn sockets() -> serve::Sockets {
    let bind = async || TcpListener::bind("127.0.0.1:0").await.unwrap();
    serve::Sockets { http: bind().await, metrics: bind().await }
}

/// Builds the default settings, overridden by `settings`. `{url}` stands for the service's own base URL.
pub fn config(database_url: &str, url: &str, telegram_url: &str, settings: &[(&str, &str)]) -> Config {
    let admin = ADMIN.to_string();
    let usual = [
        ("TELEGRAM_BOT_TOKEN", TOKEN),
        ("TELEGRAM_API_URL", telegram_url),
        ("DATABASE_URL", database_url),
        ("NEURALBOX_PUBLIC_URL", url),
        ("NEURALBOX_JWT_SECRET", JWT_SECRET),
        ("NEURALBOX_ADMINS", &admin),
    ];
    let all = usual.into_iter().chain(settings.iter().copied());
    let names: BTreeMap<String, String> =
        all.map(|(name, value)| (name.to_owned(), value.replace("{url}", url))).collect();
    Config::from_names(names).expect("valid settings")
}

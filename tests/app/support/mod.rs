//! A whole product for each test: its own database, its own pretend Telegram, its own clock.

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

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use neuralbox_auth::config::Config;
use neuralbox_auth::domain::admin::access::{Admin, PersonRef};
use neuralbox_auth::domain::{ClockAndRng, Domain};
use neuralbox_auth::model::accounts::account::TelegramId;
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

/// The bot's token in every test.
pub const TOKEN: &str = "1000000001:a-token-of-the-test-bot";
/// What signs access tokens in every test.
pub const JWT_SECRET: &str = "a secret of the tests, of more than 32 bytes";
/// Whom mails come from in every test.
pub const MAIL_FROM: &str = "NeuralBox <no-reply@neuralbox.example>";
/// The admin in every test; `app.person("admin")` is not needed for `/plan` through [`App::put_on_plan`].
pub const ADMIN: i64 = 900;

/// Runs a test on both databases: `on_both! { async fn name(app: App) { … } }`. More settings: `with [("NAME", "value")]`.
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

/// Starts a product, runs the test, and clears away after it, whether it went well or not.
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

/// A product in this process: the service, and the pretend Telegram that its bot talks to.
pub struct App {
    /// Where the service is: `http://127.0.0.1:PORT`.
    pub url: String,
    /// Where its metrics are.
    pub metrics_url: String,
    /// The other side.
    pub sandbox: Sandbox,
    /// What time it is for both.
    pub clock: TestClock,
    /// What chance both have.
    pub rng: TestChance,
    /// Who signs reports of leaked keys.
    pub github: GitHub,
    /// Who vouches for people, as Google or as "Log in with Telegram", when the settings name `{provider}`.
    pub provider: Provider,
    /// The verbs, for what has no door (jobs).
    pub domain: Domain,
    /// The widget payloads that were used.
    pub sandbox_logins: Mutex<HashSet<String>>,
    /// Where the other side is, for an instance beside this one.
    pub telegram_url: String,
    /// Where the database is, for the same.
    pub database_url: String,
    /// Where mails are taken.
    pub smtp_url: String,
    /// The service itself.
    pub service: Instance,
    next_person: AtomicI64,
    stop_telegram: CancellationToken,
    telegram: tokio::sync::Mutex<Option<JoinHandle<()>>>,
}

impl App {
    /// Starts one on a database that is there, with settings beyond the usual ones.
    pub async fn start(database_url: &str, settings: &[(&str, &str)]) -> Self {
        let (clock, rng, stop_telegram) = (TestClock::default(), TestChance::default(), CancellationToken::new());
        let telegram = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let telegram_url = format!("http://{}", telegram.local_addr().unwrap());
        let time = clock.clone();
        let sandbox = Sandbox::new(
            telegram_sandbox::SandboxSettings::new(TOKEN, move || time.now().0).with_bot("NeuralBox", "neuralbox_bot"),
        );
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

    /// Stops it as SIGTERM does.
    pub async fn stop(&self) {
        self.service.stop().await;
        self.stop_telegram.cancel();
        if let Some(telegram) = self.telegram.lock().await.take() {
            telegram.await.expect("the pretend Telegram ended badly");
        }
    }

    /// A person nobody has met before.
    pub fn person(&self, first_name: &str) -> Person {
        let id = self.next_person.fetch_add(1, Ordering::Relaxed) + 1;
        Person { username: Some(format!("{}_{id}", first_name.to_lowercase())), ..Person::new(id, first_name) }
    }

    /// A person who has an account and that plan.
    pub async fn person_on(&self, first_name: &str, plan: &str) -> Person {
        let person = self.person(first_name);
        self.browser().sign_in(self, &person).await;
        self.put_on_plan(&person, plan).await;
        person
    }

    /// Gives a person a plan, as the operator does.
    pub async fn put_on_plan(&self, person: &Person, plan: &str) {
        self.put_on_plan_for(person, plan, None).await;
    }

    /// Gives a person a plan for that many days.
    pub async fn put_on_plan_for(&self, person: &Person, plan: &str, days: Option<u32>) {
        let who = PersonRef::Telegram(TelegramId::new(person.id).unwrap());
        self.domain.set_plan(&Admin::operator(), &who, plan, days).await.expect("the plan");
    }

    /// A browser or program that has no cookie yet.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.url)
    }

    /// A browser in which that person is signed in.
    pub async fn signed_in(&self, person: &Person) -> Browser {
        let mut browser = self.browser();
        browser.sign_in(self, person).await;
        browser
    }

    /// The same in a browser of that kind.
    pub async fn signed_in_with(&self, person: &Person, agent: &'static str) -> Browser {
        let mut browser = Browser { agent: Some(agent), ..self.browser() };
        browser.sign_in(self, person).await;
        browser
    }

    /// What a widget gives that person now, which nobody has used.
    pub fn widget_of(&self, person: &Person) -> serde_json::Value {
        loop {
            let object = self.sandbox.widget_login(person, self.clock.unix());
            if self.sandbox_logins.lock().unwrap().insert(object["hash"].to_string()) {
                return serde_json::Value::Object(object);
            }
            self.clock.pass(1);
        }
    }

    /// The person writes to the bot; what they see when everything is handled.
    pub async fn say(&self, person: &Person, text: &str) -> Vec<telegram_sandbox::VisibleMessage> {
        self.sandbox.say(person, text);
        self.settled().await;
        self.sandbox.chat(person.id)
    }

    /// The person taps a button on the last message that has it; what they see when everything is handled.
    pub async fn tap(&self, person: &Person, label: &str) -> Vec<telegram_sandbox::VisibleMessage> {
        let chat = self.sandbox.chat(person.id);
        let message = chat.iter().rev().find(|message| message.button(label).is_some());
        let message = message.unwrap_or_else(|| panic!("no button {label:?} in {chat:#?}"));
        self.sandbox.tap(person, message.id, label).expect("the tap");
        self.settled().await;
        self.sandbox.chat(person.id)
    }

    /// Waits until the bot has handled everything.
    pub async fn settled(&self) {
        self.sandbox.wait_until_idle().await.expect("the bot to handle it");
    }

    /// The chat, once it has that many warnings; it never has more.
    pub async fn warned(&self, person: &Person, times: usize) -> Vec<telegram_sandbox::VisibleMessage> {
        let look = |chat: Vec<telegram_sandbox::VisibleMessage>| (chat::warnings(&chat).len() >= times).then_some(chat);
        let chat = self.sandbox.wait_for(|sandbox| look(sandbox.chat(person.id))).await.expect("the warning");
        assert_eq!(chat::warnings(&chat).len(), times, "{chat:#?}");
        chat
    }

    /// The bot's last message in a chat that says so, once there is one; the clock goes on meanwhile.
    pub async fn comes(&self, person: &Person, what: &str) -> telegram_sandbox::VisibleMessage {
        for _ in 0..40 {
            let before = self.sandbox.calls().len();
            let chat = self.sandbox.chat(person.id);
            let found = chat.into_iter().rfind(|message| message.from_bot && message.html.contains(what));
            if let Some(message) = found {
                return message;
            }
            self.clock.pass(3);
            let news = self.sandbox.wait_for(|sandbox| (sandbox.calls().len() > before).then_some(()));
            let _ = tokio::time::timeout(std::time::Duration::from_secs(2), news).await;
        }
        panic!("nothing says {what:?}: {:#?}", self.sandbox.chat(person.id));
    }

    /// A person who has written to the bot, and has that plan.
    pub async fn chatting(&self, person: Person, plan: &str) -> Person {
        self.say(&person, "/start").await;
        self.put_on_plan(&person, plan).await;
        person
    }

    /// The word that goes away by itself which the bot showed over the chat at the last tap; empty if none.
    pub fn word(&self) -> String {
        let calls = self.calls("answerCallbackQuery");
        let last = calls.last().expect("an answer to a tap");
        last.params["text"].as_str().unwrap_or_default().to_owned()
    }

    /// The calls of a method.
    pub fn calls(&self, method: &str) -> Vec<Arc<telegram_sandbox::LoggedCall>> {
        self.sandbox.calls().into_iter().filter(|call| call.method == method).collect()
    }
}

/// The admin, as a person.
pub fn admin() -> Person {
    Person { username: Some("ada".to_owned()), ..Person::new(ADMIN, "Ada") }
}

/// The person, with a Telegram in Russian.
pub fn russian(person: Person) -> Person {
    Person { language_code: Some("ru".to_owned()), ..person }
}

/// Port 0, so that tests do not meet.
pub async fn sockets() -> serve::Sockets {
    let bind = async || TcpListener::bind("127.0.0.1:0").await.unwrap();
    serve::Sockets { http: bind().await, metrics: bind().await }
}

/// The usual settings, and others over them, in which `{url}` stands for the service's own address.
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
    Config::from_names(names).expect("the settings of the tests")
}

//! One running service: a test may have more than one on its database.

use std::sync::Arc;

use neuralbox_auth::config::Config;
use neuralbox_auth::domain::{ClockAndRng, Domain};
use neuralbox_auth::serve::{self, Sockets};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::App;

/// A service that runs in this process.
pub struct Instance {
    /// Where it is: `http://127.0.0.1:PORT`.
    pub url: String,
    /// Its verbs.
    pub domain: Domain,
    stop: CancellationToken,
    running: Mutex<Option<JoinHandle<()>>>,
}

impl Instance {
    /// Starts one.
    pub fn start(config: Config, env: ClockAndRng, sockets: Sockets) -> Self {
        let stop = CancellationToken::new();
        let url = format!("http://{}", sockets.http.local_addr().unwrap());
        // The compiler cannot see that this future may be sent to another thread (rust-lang/rust#110338), so it stays here.
        let build = || tokio::runtime::Handle::current().block_on(serve::App::build(config, env));
        let built = tokio::task::block_in_place(build).expect("the product");
        let domain = built.domain();
        let running = built.run(sockets, stop.clone());
        let running = Mutex::new(Some(tokio::spawn(async move { running.await.unwrap() })));
        Self { url, domain, stop, running }
    }

    /// Says that it should stop, as SIGTERM does, and does not wait for it.
    pub fn ask_to_stop(&self) {
        self.stop.cancel();
    }

    /// Stops it as SIGTERM does.
    pub async fn stop(&self) {
        self.ask_to_stop();
        if let Some(running) = self.running.lock().await.take() {
            running.await.expect("the service ended badly");
        }
    }
}

impl App {
    /// Another instance on the same database, with the same clock and, unless the settings say otherwise, the same Telegram.
    pub async fn another(&self, settings: &[(&str, &str)]) -> Instance {
        let sockets = super::sockets().await;
        let url = format!("http://{}", sockets.http.local_addr().unwrap());
        let usual = [
            ("NEURALBOX_GITHUB_KEYS_URL", self.github.keys_url.as_str()),
            ("SMTP_URL", &self.smtp_url),
            ("MAIL_FROM", super::MAIL_FROM),
        ];
        let settings = [&usual, settings].concat();
        let config = super::config(&self.database_url, &url, &self.telegram_url, &settings);
        let env = ClockAndRng { clock: Arc::new(self.clock.clone()), rng: Arc::new(self.rng.clone()) };
        Instance::start(config, env, sockets)
    }
}

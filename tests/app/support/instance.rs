//! A running service. A test may run several on its database.

use std::sync::Arc;

use neuralbox_auth::config::Config;
use neuralbox_auth::domain::{ClockAndRng, Domain};
use neuralbox_auth::serve::{self, Sockets};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::App;

/// A service in this process.
pub struct Instance {
    /// Base URL, `http://127.0.0.1:PORT`.
    pub url: String,
    /// Operations of the service.
    pub domain: Domain,
    stop: CancellationToken,
    running: Mutex<Option<JoinHandle<()>>>,
}

impl Instance {
    /// Builds and starts the service.
    pub fn start(config: Config, env: ClockAndRng, sockets: Sockets) -> Self {
        let stop = CancellationToken::new();
        let url = format!("http://{}", sockets.http.local_addr().unwrap());
        // The compiler cannot prove that this future is `Send` (rust-lang/rust#110338), so it runs on this thread.
        let build = || tokio::runtime::Handle::current().block_on(serve::App::build(config, env));
        let built = tokio::task::block_in_place(build).expect("the service should start");
        let domain = built.domain();
        let running = built.run(sockets, stop.clone());
        let running = Mutex::new(Some(tokio::spawn(async move { running.await.unwrap() })));
        Self { url, domain, stop, running }
    }

    /// Requests a stop, as SIGTERM does, without waiting for it.
    pub fn ask_to_stop(&self) {
        self.stop.cancel();
    }

    /// Stops the service as SIGTERM does and waits for its end.
    pub async fn stop(&self) {
        self.ask_to_stop();
        if let Some(running) = self.running.lock().await.take() {
            running.await.expect("the service should stop without an error");
        }
    }
}

impl App {
    /// Starts another instance on the same database, with the same clock and, by default, the same Telegram sandbox.
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

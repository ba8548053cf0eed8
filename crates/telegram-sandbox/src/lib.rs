#![doc = include_str!("../README.md")]

mod actions;
mod bot_api;
mod faults;
mod http;
mod login_widget;
mod mail;
mod observe;
mod oidc_provider;
mod stars;
mod state;
mod text;

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::Router;
use tokio::{net::TcpListener, sync::watch};
use tokio_util::sync::CancellationToken;

pub use actions::TapError;
pub use bot_api::{BotProfile, CallOutcome, LoggedCall};
pub use faults::{Fault, FaultKind};
pub use login_widget::sign_widget;
pub use mail::{MailFault, ReceivedMail};
pub use observe::{Button, CallbackAnswer, PaymentMessage, TimedOut, VisibleMessage};
pub use stars::{
    Invoice, PaymentOptions, PaymentOutcome, StarSubscription, StarTransaction, StarsError, SubscriptionState,
    TransactionDirection, UpdateDelivery,
};
pub use state::{people::Person, user_message::UserMessage};

use state::State;

/// Source of the time in Unix seconds. Tests pass a clock they control.
pub type SandboxClock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Source of elapsed time for the rules of `getUpdates`, which count fractions of a second.
pub type PollClock = Arc<dyn Fn() -> Duration + Send + Sync>;

/// Settings of a sandbox. Start from [`SandboxSettings::new`] and replace fields with `..`.
#[derive(Clone)]
pub struct SandboxSettings {
    /// Token of the bot, `<bot id>:<secret>`; also the key of Login Widget signatures.
    pub token: String,
    /// Display name of the bot.
    pub bot_name: String,
    /// Username of the bot, without `@`.
    pub bot_username: String,
    /// People offered on the chat page and in the widget. Others are added by [`Sandbox::say`].
    pub people: Vec<Person>,
    /// Source of every date the sandbox writes.
    pub clock: SandboxClock,
    /// Elapsed time, by which a repeated `getUpdates` is recognized. The real time unless a test passes its own.
    pub poll_clock: PollClock,
    /// Messages a second, over all chats, before sends fail with 429; `None` for no limit.
    pub flood_limit: Option<u32>,
    /// Telegram Stars of each person at the start.
    pub initial_stars: i64,
    /// Base address of the website under test. It may embed the widget, and `/widget` shows a `curl` line for it.
    pub service_url: Option<String>,
}

impl SandboxSettings {
    /// Settings with this token and clock, a bot named `test_bot`, no people, no rate limit, and 10,000 Stars a person.
    #[must_use]
    pub fn new(token: impl Into<String>, clock: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self {
            token: token.into(),
            bot_name: "Test Bot".into(),
            bot_username: "test_bot".into(),
            people: Vec::new(),
            clock: Arc::new(clock),
            poll_clock: real_poll_clock(),
            flood_limit: None,
            initial_stars: 10_000,
            service_url: None,
        }
    }

    /// Names the bot: display name, and username without `@`.
    #[must_use]
    pub fn with_bot(mut self, name: impl Into<String>, username: impl Into<String>) -> Self {
        self.bot_name = name.into();
        self.bot_username = username.into();
        self
    }

    /// User id of the bot: the digits before the colon of its token.
    fn bot_id(&self) -> i64 {
        self.token.split(':').next().and_then(|digits| digits.parse().ok()).unwrap_or(1)
    }
}

fn real_poll_clock() -> PollClock {
    let start = Instant::now();
    Arc::new(move || start.elapsed())
}

/// A local stand-in for Telegram. Clones share their state.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<SandboxInner>,
}

struct SandboxInner {
    state: Mutex<State>,
    /// Number of changes. A waiting caller subscribes before it reads, so that it misses none.
    changes: watch::Sender<u64>,
    /// Cancelled when the sandbox stops, which ends all long polls.
    closing: CancellationToken,
}

impl Sandbox {
    /// A sandbox in which nobody has started the bot.
    #[must_use]
    pub fn new(settings: SandboxSettings) -> Self {
        let inner = SandboxInner {
            state: Mutex::new(State::new(settings)),
            changes: watch::Sender::new(0),
            closing: CancellationToken::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// All routes, to be mounted in another server. Only [`Sandbox::serve`] delivers webhooks, and cuts connections for
    /// [`FaultKind::ResetBefore`] and [`FaultKind::ResetAfter`].
    pub fn router(&self) -> Router {
        let pages = http::pages::routes()
            .merge(http::control::routes())
            .merge(stars::control_routes())
            .merge(stars::page_routes())
            .merge(oidc_provider::routes())
            .merge(mail::routes())
            .layer(axum::middleware::from_fn(http::loopback::guard));
        bot_api::routes().merge(pages).with_state(self.clone())
    }

    /// Serves all routes on `listener` and delivers webhooks until `shutdown` completes.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let closing = self.inner.closing.clone();
        let delivery = tokio::spawn(bot_api::webhook_delivery::deliver(self.clone()));
        let stop = async move {
            shutdown.await;
            closing.cancel();
        };
        let outcome = http::connection::serve(listener, self.router(), stop).await;
        self.inner.closing.cancel();
        let _delivery_ended = delivery.await;
        outcome
    }

    /// Reads the state.
    fn read<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.inner.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the state and wakes all waiting callers.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let outcome = change(&mut self.inner.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.inner.changes.send_modify(|count| *count += 1);
        outcome
    }

    /// Changes the state without waking anyone, for changes nobody waits for.
    fn change_silently<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.inner.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Receiver of changes. Subscribe before reading, so that none is missed.
    fn subscribe_changes(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }

    /// Token cancelled when the sandbox stops.
    fn closing_token(&self) -> &CancellationToken {
        &self.inner.closing
    }
}

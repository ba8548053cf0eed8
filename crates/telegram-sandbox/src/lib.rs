//! A pretend Telegram on loopback: the demo's chat window and every test's other side.
//!
//! It is strict where Telegram is strict, and speaks with Telegram's own words, so that what passes here passes
//! there. It imports nothing of this crate; a bot reaches it as it would reach `api.telegram.org`.
//!
//! | door | for | file |
//! |---|---|---|
//! | `/bot<token>/<method>` | the bot: the Bot API | `bot_api` |
//! | webhook deliveries | the bot, when it called `setWebhook` | `webhook` |
//! | [`Sandbox::say`], [`Sandbox::tap`] … | tests that act as a person | `acting` |
//! | [`Sandbox::chat`], [`Sandbox::until`] … | tests that look at what happened | `seeing` |
//! | [`Sandbox::fault`] | tests that break things | `faults` |
//! | `/_sandbox/…` | the same from any language, over HTTP | `control` |
//! | `/google` | a person with a browser, and the service that asks who they are | `google` |
//! | `/`, `/widget`, `/js/telegram-widget.js` | a person with a browser | `pages` |
//! | SMTP ([`Sandbox::serve_mail`]), `/outbox` | the service's mails, and whoever reads them | `outbox` |
//!
//! Everything it knows is one `world::World` behind one lock; each change wakes whoever waits for one.
//! Methods and texts follow <https://core.telegram.org/bots/api> and the public server, `tdlib/telegram-bot-api`.

mod actions;
mod bot_api;
mod faults;
mod http;
mod login_widget;
mod mail;
mod observe;
mod oidc_provider;
mod state;
mod text;

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use axum::Router;
use tokio::{net::TcpListener, sync::watch};
use tokio_util::sync::CancellationToken;

pub use actions::TapError;
pub use bot_api::{CallOutcome, LoggedCall};
pub use faults::{Fault, FaultKind};
pub use login_widget::sign_widget;
pub use mail::{MailFault, ReceivedMail};
pub use observe::{Button, CallbackAnswer, TimedOut, VisibleMessage};
pub use state::{people::Person, user_message::UserMessage};

use state::State;

/// Where the sandbox reads the time: unix seconds. Tests pass one they can turn.
pub type SandboxClock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What a sandbox is made of.
#[derive(Clone)]
pub struct SandboxSettings {
    /// The bot's token, `<bot id>:<secret>`; also the key of Login Widget signatures.
    pub token: String,
    /// The bot's display name.
    pub bot_name: String,
    /// The bot's username, without `@`.
    pub bot_username: String,
    /// Who is offered in the chat page and the widget. Others join by [`Sandbox::say`].
    pub people: Vec<Person>,
    /// Unix seconds, for every date the sandbox writes.
    pub clock: SandboxClock,
    /// Messages per second over all chats before a 429; `None` for no limit.
    pub flood_limit: Option<u32>,
    /// Base address of the service under test: shown in the `curl` line of `/widget`, and allowed to frame the widget.
    pub service_url: Option<String>,
}

impl SandboxSettings {
    /// Settings for this token and clock: nobody there yet, no flood limit.
    #[must_use]
    pub fn new(token: impl Into<String>, clock: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self {
            token: token.into(),
            bot_name: "NeuralBox".into(),
            bot_username: "neuralbox_bot".into(),
            people: Vec::new(),
            clock: Arc::new(clock),
            flood_limit: None,
            service_url: None,
        }
    }

    /// The bot's own user id: the digits before the colon of its token.
    fn bot_id(&self) -> i64 {
        self.token.split(':').next().and_then(|digits| digits.parse().ok()).unwrap_or(1)
    }
}

/// A pretend Telegram. Clones share one world.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<SandboxInner>,
}

struct SandboxInner {
    state: Mutex<State>,
    /// Counts changes; whoever waits for one subscribes before looking.
    changes: watch::Sender<u64>,
    /// Cancelled when serving ends, so that no long poll outlives it.
    closing: CancellationToken,
}

impl Sandbox {
    /// A new, quiet world: nobody has written to the bot yet.
    #[must_use]
    pub fn new(settings: SandboxSettings) -> Self {
        let inner = SandboxInner {
            state: Mutex::new(State::new(settings)),
            changes: watch::Sender::new(0),
            closing: CancellationToken::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Every route of the sandbox. Serve it with [`Sandbox::serve`]: webhooks are delivered, and connections really
    /// dropped by [`FaultKind::ResetBefore`] and [`FaultKind::ResetAfter`], only there.
    pub fn router(&self) -> Router {
        let pages = http::pages::routes()
            .merge(http::control::routes())
            .merge(oidc_provider::routes())
            .merge(mail::routes())
            .layer(axum::middleware::from_fn(http::loopback::guard));
        bot_api::routes().merge(pages).with_state(self.clone())
    }

    /// Serves the router and delivers webhooks on `listener` until `shutdown` ends.
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

    /// Looks at the world.
    fn read<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.inner.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the world and wakes everyone who waits for a change.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let outcome = change(&mut self.inner.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.inner.changes.send_modify(|count| *count += 1);
        outcome
    }

    /// Changes what nobody waits for: wakes no one.
    fn change_silently<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.inner.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A receiver of changes; subscribe first, then look, and none is missed.
    fn subscribe_changes(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }

    /// Ends when serving ends.
    fn closing_token(&self) -> &CancellationToken {
        &self.inner.closing
    }
}

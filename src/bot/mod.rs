//! Floor 3, the chat's face: the Telegram bot.
//!
//! An update goes through `updates` (in order for each person, once each, a panic ends that update only), becomes an
//! [`ask::Ask`] (who wants what), walks down [`tree`], and the [`reply::Reply`] of its handler is delivered. A handler calls
//! one verb of the domain and says what to show; texts are in `locales/`, keyboards and screens are pure functions.

mod account;
mod admin;
mod answers;
mod ask;
mod broadcasts;
mod callback;
mod command;
mod doors;
mod hand;
mod keyboard;
mod keys;
mod lanes;
mod menus;
mod notices;
mod notify;
mod patience;
mod polling;
mod refusal;
mod reply;
mod rotation;
mod screens;
mod shown;
mod speaker;
mod updates;
mod warnings;
mod ways;
mod webhook;
mod written;

use std::sync::Arc;

use teloxide::dptree::{self, Handler, case};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::domain::{self, Domain};
use crate::gateway::telegram::{Link, Telegram};
use crate::model::secret::Secret;
use crate::model::texts::Texts;

use self::ask::Want;
use self::callback::{AccountTap, AdminTap, Tap};
use self::command::Command;
use self::lanes::Lanes;
use self::reply::Reply;

pub use self::webhook::webhook;

/// What a handler answers.
type Result<T> = std::result::Result<T, domain::Error>;
/// Every handler, and when it is the one.
type Tree = Handler<'static, Result<Reply>>;

/// Where updates come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// We ask for them.
    Polling,
    /// Telegram pushes them to this URL, with this secret.
    Webhook(Url, Secret),
}

/// The bot. Cheap to clone.
#[derive(Clone)]
pub struct Bot {
    parts: Arc<Parts>,
    lanes: Lanes,
}

struct Parts {
    domain: Domain,
    telegram: Telegram,
    link: Link,
    texts: Arc<Texts>,
    tree: Tree,
}

impl Bot {
    /// Builds it. Calls nothing yet.
    #[must_use]
    pub fn new(domain: Domain, telegram: Telegram, link: Link, texts: Arc<Texts>) -> Self {
        let parts = Parts { domain, telegram, link, texts, tree: tree() };
        Self { parts: Arc::new(parts), lanes: Lanes::default() }
    }

    /// Takes updates from `source` until `stop`, then finishes those in hand. Telegram away at the start or later is no
    /// reason to end: it is asked again and again, and the link says what is wrong.
    pub async fn run(&self, source: Source, stop: CancellationToken) {
        match source {
            Source::Polling => polling::run(self, stop).await,
            Source::Webhook(url, secret) => {
                webhook::finish_kept(self, &stop).await;
                webhook::announce(self, url, secret, stop).await;
            }
        }
        self.lanes.finish().await;
    }
}

/// The tree of handlers, drawn once. Asks arrive with [`Domain`], `SignedIn`, [`speaker::Speaker`] and [`ask::Turn`] beside
/// them; who is a stranger, banned, or in a group has been dealt with before (`ask`).
fn tree() -> Tree {
    dptree::entry()
        .branch(case![Want::Command(command)].branch(commands()))
        .branch(case![Want::Tap(tap)].branch(taps()))
        .branch(case![Want::Pasted(keys)].endpoint(keys::rescue))
        .branch(case![Want::Words(written)].endpoint(answers::take))
}

fn commands() -> Tree {
    dptree::entry()
        .branch(case![Command::Start].endpoint(account::greet))
        .branch(case![Command::Profile].endpoint(account::profile))
        .branch(case![Command::NewKey(name)].endpoint(keys::issue_or_ask))
        .branch(case![Command::Keys].endpoint(keys::list))
        .branch(case![Command::Help].endpoint(account::help))
        .branch(case![Command::Language].endpoint(account::choose_language))
        .branch(case![Command::Cancel].endpoint(account::cancel))
        .branch(case![Command::OpenRequest(code)].endpoint(doors::open_request))
        .branch(case![Command::SignIn].endpoint(doors::sign_in))
        .branch(case![Command::Sessions].endpoint(doors::sessions))
        .branch(case![Command::Plans].endpoint(doors::plans))
        .branch(case![Command::Plan(order)].endpoint(admin::ask_plan))
        .branch(case![Command::Notify].endpoint(notify::show))
        .branch(case![Command::User(who)].endpoint(admin::user))
        .branch(case![Command::Grant(order)].endpoint(admin::ask_grant))
        .branch(case![Command::Stats].endpoint(admin::stats))
        .branch(case![Command::Broadcast].endpoint(broadcasts::begin))
        .branch(case![Command::Broadcasts].endpoint(broadcasts::list))
        .branch(case![Command::Unknown].endpoint(account::unknown_command))
}

fn taps() -> Tree {
    dptree::entry()
        .branch(case![Tap::Menu].endpoint(account::menu))
        .branch(case![Tap::Profile].endpoint(account::profile))
        .branch(case![Tap::Help].endpoint(account::help))
        .branch(case![Tap::Keys].endpoint(keys::list))
        .branch(case![Tap::KeysPage(page)].endpoint(keys::list_page))
        .branch(case![Tap::NewKey].endpoint(keys::ask_name))
        .branch(case![Tap::Key(id)].endpoint(keys::show))
        .branch(case![Tap::AskRevoke(id)].endpoint(keys::ask_revoke))
        .branch(case![Tap::Revoke(id)].endpoint(keys::revoke))
        .branch(case![Tap::Rename(id)].endpoint(keys::ask_new_name))
        .branch(case![Tap::AskRotate(id)].endpoint(rotation::ask_grace))
        .branch(case![Tap::Rotate(id, grace, end)].endpoint(rotation::rotate))
        .branch(case![Tap::Saved].endpoint(account::delete_this))
        .branch(case![Tap::Cancel].endpoint(account::cancel))
        .branch(case![Tap::Languages].endpoint(account::choose_language))
        .branch(case![Tap::Language(code)].endpoint(account::set_language))
        .branch(case![Tap::SignIn].endpoint(doors::sign_in))
        .branch(case![Tap::AnswerRequest(request, number)].endpoint(doors::answer_request))
        .branch(case![Tap::RefuseRequest(request)].endpoint(doors::refuse_request))
        .branch(case![Tap::Sessions].endpoint(doors::sessions))
        .branch(case![Tap::EndSession(session)].endpoint(doors::end_session))
        .branch(case![Tap::AskEndAll].endpoint(doors::ask_end_all))
        .branch(case![Tap::EndAll].endpoint(doors::end_all_sessions))
        .branch(case![Tap::Plans].endpoint(doors::plans))
        .branch(warning_taps())
        .branch(case![Tap::Account(tap)].branch(account_taps()))
        .branch(case![Tap::Admin(tap)].branch(admin_taps()))
        .branch(case![Tap::Broadcast(tap)].endpoint(broadcasts::tapped))
        .branch(case![Tap::Stale].endpoint(account::stale))
}

fn warning_taps() -> Tree {
    dptree::entry()
        .branch(case![Tap::WasMe(session)].endpoint(warnings::was_me))
        .branch(case![Tap::NotMe(session)].endpoint(warnings::not_me))
        .branch(case![Tap::Notify].endpoint(notify::show))
        .branch(case![Tap::Switch(category, on)].endpoint(notify::switch))
        .branch(case![Tap::Quiet].endpoint(notify::quiet))
        .branch(case![Tap::SetQuiet(hours)].endpoint(notify::set_quiet))
        .branch(case![Tap::SetClock(ahead)].endpoint(notify::set_clock))
}

fn account_taps() -> Tree {
    dptree::entry()
        .branch(case![AccountTap::Ways].endpoint(ways::list))
        .branch(case![AccountTap::AddWay].endpoint(ways::add))
        .branch(case![AccountTap::AskUnlink(kind, subject)].endpoint(ways::ask_unlink))
        .branch(case![AccountTap::Unlink(kind, subject)].endpoint(ways::unlink))
        .branch(case![AccountTap::Activity].endpoint(ways::activity))
        .branch(case![AccountTap::AskLeave].endpoint(ways::ask_leave))
        .branch(case![AccountTap::Leave].endpoint(ways::leave))
        .branch(case![AccountTap::Keep].endpoint(ways::keep))
}

fn admin_taps() -> Tree {
    dptree::entry()
        .branch(case![AdminTap::User(account)].endpoint(admin::card))
        .branch(case![AdminTap::UserPlans(account)].endpoint(admin::choose_plan))
        .branch(case![AdminTap::AskPlan(account, plan, days)].endpoint(admin::ask_chosen_plan))
        .branch(case![AdminTap::AskBan(account)].endpoint(admin::ask_ban))
        .branch(case![AdminTap::AskUnban(account)].endpoint(admin::ask_unban))
        .branch(case![AdminTap::Act(id)].endpoint(admin::act))
        .branch(case![AdminTap::DropAct(id)].endpoint(admin::drop_act))
}

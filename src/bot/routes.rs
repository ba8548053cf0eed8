//! The handler tree: which handler answers what a person asks for.

use teloxide::dptree::{self, Handler, case};

use crate::bot::context::Result;
use crate::bot::incoming::Want;
use crate::bot::incoming::command::Command;
use crate::bot::reply::Reply;
use crate::bot::{accounts, admin, api_keys, broadcasts, incoming, notices, sign_in};
use crate::messages::callback_data::{AccountTap, AdminTap, Tap};

/// Every handler with its condition.
pub(in crate::bot) type Tree = Handler<'static, Result<Reply>>;

/// The tree of handlers, drawn once. Asks arrive with [`Domain`], `SignedIn`, [`crate::messages::localizer::Speaker`] and [`incoming::Turn`] beside
/// them; who is a stranger, banned, or in a group has been dealt with before (`ask`).
pub(in crate::bot) fn tree() -> Tree {
    dptree::entry()
        .branch(case![Want::Command(command)].branch(commands()))
        .branch(case![Want::Tap(tap)].branch(taps()))
        .branch(case![Want::Pasted(keys)].endpoint(api_keys::keys::rescue))
        .branch(case![Want::Words(written)].endpoint(incoming::dialogue::take))
}

fn commands() -> Tree {
    dptree::entry()
        .branch(case![Command::Start].endpoint(accounts::profile::greet))
        .branch(case![Command::Profile].endpoint(accounts::profile::profile))
        .branch(case![Command::NewKey(name)].endpoint(api_keys::keys::issue_or_ask))
        .branch(case![Command::Keys].endpoint(api_keys::keys::list))
        .branch(case![Command::Help].endpoint(accounts::profile::help))
        .branch(case![Command::Language].endpoint(accounts::profile::choose_language))
        .branch(case![Command::Cancel].endpoint(accounts::profile::cancel))
        .branch(case![Command::OpenRequest(code)].endpoint(sign_in::open_request))
        .branch(case![Command::SignIn].endpoint(sign_in::sign_in))
        .branch(case![Command::Sessions].endpoint(sign_in::sessions))
        .branch(case![Command::Plans].endpoint(sign_in::plans))
        .branch(case![Command::Plan(order)].endpoint(admin::ask_plan))
        .branch(case![Command::Notify].endpoint(notices::preferences::show))
        .branch(case![Command::User(who)].endpoint(admin::user))
        .branch(case![Command::Grant(order)].endpoint(admin::ask_grant))
        .branch(case![Command::Stats].endpoint(admin::stats))
        .branch(case![Command::Broadcast].endpoint(broadcasts::begin))
        .branch(case![Command::Broadcasts].endpoint(broadcasts::list))
        .branch(case![Command::Unknown].endpoint(accounts::profile::unknown_command))
}

fn taps() -> Tree {
    dptree::entry()
        .branch(case![Tap::Menu].endpoint(accounts::profile::menu))
        .branch(case![Tap::Profile].endpoint(accounts::profile::profile))
        .branch(case![Tap::Help].endpoint(accounts::profile::help))
        .branch(case![Tap::Keys].endpoint(api_keys::keys::list))
        .branch(case![Tap::KeysPage(page)].endpoint(api_keys::keys::list_page))
        .branch(case![Tap::NewKey].endpoint(api_keys::keys::ask_name))
        .branch(case![Tap::Key(id)].endpoint(api_keys::keys::show))
        .branch(case![Tap::AskRevoke(id)].endpoint(api_keys::keys::ask_revoke))
        .branch(case![Tap::Revoke(id)].endpoint(api_keys::keys::revoke))
        .branch(case![Tap::Rename(id)].endpoint(api_keys::keys::ask_new_name))
        .branch(case![Tap::AskRotate(id)].endpoint(api_keys::rotation::ask_grace))
        .branch(case![Tap::Rotate(id, grace, end)].endpoint(api_keys::rotation::rotate))
        .branch(case![Tap::Saved].endpoint(accounts::profile::delete_this))
        .branch(case![Tap::Cancel].endpoint(accounts::profile::cancel))
        .branch(case![Tap::Languages].endpoint(accounts::profile::choose_language))
        .branch(case![Tap::Language(code)].endpoint(accounts::profile::set_language))
        .branch(case![Tap::SignIn].endpoint(sign_in::sign_in))
        .branch(case![Tap::AnswerRequest(request, number)].endpoint(sign_in::answer_request))
        .branch(case![Tap::RefuseRequest(request)].endpoint(sign_in::refuse_request))
        .branch(case![Tap::Sessions].endpoint(sign_in::sessions))
        .branch(case![Tap::EndSession(session)].endpoint(sign_in::end_session))
        .branch(case![Tap::AskEndAll].endpoint(sign_in::ask_end_all))
        .branch(case![Tap::EndAll].endpoint(sign_in::end_all_sessions))
        .branch(case![Tap::Plans].endpoint(sign_in::plans))
        .branch(warning_taps())
        .branch(case![Tap::Account(tap)].branch(account_taps()))
        .branch(case![Tap::Admin(tap)].branch(admin_taps()))
        .branch(case![Tap::Broadcast(tap)].endpoint(broadcasts::tapped))
        .branch(case![Tap::Stale].endpoint(accounts::profile::stale))
}

fn warning_taps() -> Tree {
    dptree::entry()
        .branch(case![Tap::WasMe(session)].endpoint(notices::responses::was_me))
        .branch(case![Tap::NotMe(session)].endpoint(notices::responses::not_me))
        .branch(case![Tap::Notify].endpoint(notices::preferences::show))
        .branch(case![Tap::Switch(category, on)].endpoint(notices::preferences::switch))
        .branch(case![Tap::Quiet].endpoint(notices::preferences::quiet))
        .branch(case![Tap::SetQuiet(hours)].endpoint(notices::preferences::set_quiet))
        .branch(case![Tap::SetClock(ahead)].endpoint(notices::preferences::set_clock))
}

fn account_taps() -> Tree {
    dptree::entry()
        .branch(case![AccountTap::Ways].endpoint(accounts::identities::list))
        .branch(case![AccountTap::AddWay].endpoint(accounts::identities::add))
        .branch(case![AccountTap::AskUnlink(kind, subject)].endpoint(accounts::identities::ask_unlink))
        .branch(case![AccountTap::Unlink(kind, subject)].endpoint(accounts::identities::unlink))
        .branch(case![AccountTap::Activity].endpoint(accounts::identities::activity))
        .branch(case![AccountTap::AskLeave].endpoint(accounts::identities::ask_leave))
        .branch(case![AccountTap::Leave].endpoint(accounts::identities::leave))
        .branch(case![AccountTap::Keep].endpoint(accounts::identities::keep))
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

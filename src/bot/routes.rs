//! The handler tree: every handler of the bot with the command or button that leads to it.

use teloxide::dptree::{self, Handler, case};

use crate::bot::admin::chat::AdminChat;
use crate::bot::context::Result;
use crate::bot::incoming::command::BotCommand;
use crate::bot::incoming::{UpdateContext, UserAction};
use crate::bot::reply::Reply;
use crate::bot::{accounts, admin, api_keys, billing, broadcasts, incoming, notices, oauth, sessions, sign_in};
use crate::domain::Domain;
use crate::domain::admin::access::AdminAct;
use crate::messages::callback_data::{AccountCallback, AdminCallback, AppCallback, BillingCallback, Callback};
use crate::messages::localizer::Localizer;

/// Tree of handlers and their conditions.
pub(in crate::bot) type Tree = Handler<'static, Result<Reply>>;

/// Builds the tree. A handler may take any dependency of [`incoming::dependencies`]. Groups, unknown and banned
/// people are answered before dispatch and never reach a handler.
pub(in crate::bot) fn tree() -> Tree {
    dptree::entry()
        .branch(case![UserAction::Command(command)].branch(commands()))
        .branch(case![UserAction::Tap(tap)].branch(taps()))
        .branch(case![UserAction::Pasted(keys)].endpoint(api_keys::keys::rescue))
        .branch(case![UserAction::Words(content)].endpoint(incoming::dialogue::take))
}

fn commands() -> Tree {
    dptree::entry()
        .branch(case![BotCommand::Start].endpoint(accounts::profile::greet))
        .branch(case![BotCommand::Profile].endpoint(accounts::profile::profile))
        .branch(case![BotCommand::NewKey(name)].endpoint(api_keys::keys::issue_or_ask))
        .branch(case![BotCommand::Keys].endpoint(api_keys::keys::list))
        .branch(case![BotCommand::Help].endpoint(accounts::profile::help))
        .branch(case![BotCommand::Language].endpoint(accounts::profile::choose_language))
        .branch(case![BotCommand::Cancel].endpoint(accounts::profile::cancel_question))
        .branch(case![BotCommand::OpenRequest(code)].endpoint(sign_in::open_sign_in_request))
        .branch(case![BotCommand::SignIn].endpoint(sign_in::sign_in))
        .branch(case![BotCommand::Sessions].endpoint(sessions::list))
        .branch(case![BotCommand::Apps].endpoint(oauth::apps::list))
        .branch(case![BotCommand::OpenDevice(code)].endpoint(oauth::device::open))
        .branch(case![BotCommand::Usage].endpoint(billing::usage::show))
        .branch(billing_commands())
        .branch(case![BotCommand::Notify].endpoint(notices::preferences::show))
        .branch(case![BotCommand::Broadcast].endpoint(broadcasts::begin))
        .branch(case![BotCommand::Broadcasts].endpoint(broadcasts::list))
        .branch(admin_commands())
        // Unknown ones, and those of admins to anyone else.
        .branch(dptree::endpoint(accounts::profile::unknown_command))
}

/// Passes an admin whose role allows the act, as an [`AdminChat`].
fn allowed(act: AdminAct) -> Tree {
    dptree::filter_map(move |domain: Domain, context: UpdateContext, localizer: Localizer| {
        AdminChat::of(domain, context, localizer, act)
    })
}

fn admin_commands() -> Tree {
    let people = allowed(AdminAct::People)
        .branch(case![BotCommand::User(person)].endpoint(admin::people::user))
        .branch(case![BotCommand::Undo].endpoint(admin::actions::undo_latest));
    let bans = allowed(AdminAct::Bans)
        .branch(case![BotCommand::Ban(args)].endpoint(admin::actions::ask_ban))
        .branch(case![BotCommand::Unban(person)].endpoint(admin::actions::ask_unban));
    let plans = allowed(AdminAct::Plans).branch(case![BotCommand::Plan(args)].endpoint(admin::actions::ask_plan));
    let tokens = allowed(AdminAct::Tokens).branch(case![BotCommand::Grant(args)].endpoint(admin::actions::ask_grant));
    let stats = allowed(AdminAct::Stats).branch(case![BotCommand::Stats].endpoint(admin::people::stats));
    dptree::entry().branch(people).branch(bans).branch(plans).branch(tokens).branch(stats)
}

fn taps() -> Tree {
    dptree::entry()
        .branch(case![Callback::Menu].endpoint(accounts::profile::menu))
        .branch(case![Callback::Profile].endpoint(accounts::profile::profile))
        .branch(case![Callback::Help].endpoint(accounts::profile::help))
        .branch(case![Callback::Keys].endpoint(api_keys::keys::list))
        .branch(case![Callback::KeysPage(page)].endpoint(api_keys::keys::list_page))
        .branch(case![Callback::NewKey].endpoint(api_keys::keys::ask_name))
        .branch(case![Callback::IssueKey(days)].endpoint(api_keys::expiry::issue))
        .branch(case![Callback::AskExpiry(id)].endpoint(api_keys::expiry::ask))
        .branch(case![Callback::SetExpiry(choice)].endpoint(api_keys::expiry::set))
        .branch(case![Callback::Key(id)].endpoint(api_keys::keys::show))
        .branch(case![Callback::AskRevoke(id)].endpoint(api_keys::keys::ask_revoke))
        .branch(case![Callback::Revoke(id)].endpoint(api_keys::keys::revoke))
        .branch(case![Callback::Rename(id)].endpoint(api_keys::keys::ask_new_name))
        .branch(case![Callback::AskRotate(id)].endpoint(api_keys::rotation::ask_grace))
        .branch(case![Callback::Rotate(choice)].endpoint(api_keys::rotation::rotate))
        .branch(case![Callback::Saved].endpoint(accounts::profile::delete_this))
        .branch(case![Callback::SavedKey(id)].endpoint(api_keys::ready::saved))
        .branch(case![Callback::TestKey(id)].endpoint(api_keys::ready::test))
        .branch(case![Callback::Cancel].endpoint(accounts::profile::cancel))
        .branch(case![Callback::Languages].endpoint(accounts::profile::choose_language))
        .branch(case![Callback::Language(code)].endpoint(accounts::profile::set_language))
        .branch(case![Callback::SignIn].endpoint(sign_in::sign_in))
        .branch(case![Callback::AnswerRequest(choice)].endpoint(sign_in::answer_sign_in_request))
        .branch(case![Callback::RefuseRequest(request)].endpoint(sign_in::refuse_sign_in_request))
        .branch(case![Callback::Sessions].endpoint(sessions::list))
        .branch(case![Callback::EndSession(session)].endpoint(sessions::end_session))
        .branch(case![Callback::AskEndAll].endpoint(sessions::ask_end_all))
        .branch(case![Callback::EndAll].endpoint(sessions::end_all_sessions))
        .branch(case![Callback::Usage].endpoint(billing::usage::show))
        .branch(case![Callback::Plans].endpoint(billing::plans::list))
        .branch(case![Callback::Billing(tap)].branch(billing_taps()))
        .branch(warning_taps())
        .branch(case![Callback::Account(tap)].branch(account_taps()))
        .branch(case![Callback::App(tap)].branch(app_taps()))
        .branch(case![Callback::Admin(tap)].branch(admin_taps()))
        .branch(case![Callback::Broadcast(tap)].endpoint(broadcasts::tapped))
        .branch(case![Callback::Stale].endpoint(accounts::profile::stale))
}

fn billing_commands() -> Tree {
    dptree::entry()
        .branch(case![BotCommand::Plans].endpoint(billing::plans::list))
        .branch(case![BotCommand::OpenPlan(id)].endpoint(billing::plans::open_plan))
        .branch(case![BotCommand::Purchases].endpoint(billing::purchases::list_newest))
        .branch(case![BotCommand::Support].endpoint(billing::contact::support))
        .branch(case![BotCommand::PaySupport].endpoint(billing::contact::pay_support))
        .branch(case![BotCommand::Terms].endpoint(billing::contact::terms))
        .branch(case![BotCommand::Refund(args)].endpoint(billing::refunds::ask_by_charge))
}

fn billing_taps() -> Tree {
    dptree::entry()
        .branch(case![BillingCallback::Plan(id)].endpoint(billing::plans::open_plan))
        .branch(case![BillingCallback::Packs].endpoint(billing::plans::packs))
        .branch(case![BillingCallback::Pack(id)].endpoint(billing::plans::open_pack))
        .branch(case![BillingCallback::Purchases(before)].endpoint(billing::purchases::list))
        .branch(case![BillingCallback::AskCancelRenewal].endpoint(billing::subscription::ask_cancel))
        .branch(case![BillingCallback::CancelRenewal].endpoint(billing::subscription::cancel))
        .branch(case![BillingCallback::ResumeRenewal].endpoint(billing::subscription::resume))
        .branch(case![BillingCallback::Support].endpoint(billing::contact::support))
        .branch(case![BillingCallback::PaySupport].endpoint(billing::contact::pay_support))
        .branch(case![BillingCallback::Terms].endpoint(billing::contact::terms))
        .branch(case![BillingCallback::PurchasesOf(account)].endpoint(billing::refunds::purchases_of))
        .branch(case![BillingCallback::AskRefund(purchase)].endpoint(billing::refunds::ask))
        .branch(case![BillingCallback::Refund(purchase)].endpoint(billing::refunds::refund))
}

fn warning_taps() -> Tree {
    dptree::entry()
        .branch(case![Callback::WasMe(session)].endpoint(notices::responses::was_me))
        .branch(case![Callback::NotMe(session)].endpoint(notices::responses::not_me))
        .branch(case![Callback::KeyUseWasMe(id)].endpoint(notices::responses::key_use_was_me))
        .branch(case![Callback::Notify].endpoint(notices::preferences::show))
        .branch(case![Callback::Switch(switch)].endpoint(notices::preferences::switch))
        .branch(case![Callback::Quiet].endpoint(notices::preferences::quiet))
        .branch(case![Callback::SetQuiet(hours)].endpoint(notices::preferences::set_quiet))
        .branch(case![Callback::SetUtcOffset(minutes)].endpoint(notices::preferences::set_utc_offset))
}

fn account_taps() -> Tree {
    dptree::entry()
        .branch(case![AccountCallback::Identities].endpoint(accounts::identities::list))
        .branch(case![AccountCallback::AddIdentity].endpoint(accounts::identities::add))
        .branch(case![AccountCallback::AskUnlink(identity)].endpoint(accounts::identities::ask_unlink))
        .branch(case![AccountCallback::Unlink(identity)].endpoint(accounts::identities::unlink))
        .branch(case![AccountCallback::Undo(id)].endpoint(accounts::identities::undo))
        .branch(case![AccountCallback::Activity].endpoint(accounts::activity::list))
        .branch(case![AccountCallback::AskDeletion].endpoint(accounts::account_deletion::ask_deletion))
        .branch(case![AccountCallback::ScheduleDeletion].endpoint(accounts::account_deletion::schedule))
        .branch(case![AccountCallback::CancelDeletion].endpoint(accounts::account_deletion::cancel))
        .branch(case![AccountCallback::StartTrial].endpoint(accounts::trial::start))
}

fn app_taps() -> Tree {
    dptree::entry()
        .branch(case![AppCallback::List].endpoint(oauth::apps::list))
        .branch(case![AppCallback::CutOff(client)].endpoint(oauth::apps::cut_off))
        .branch(case![AppCallback::End(grant)].endpoint(oauth::apps::end))
        .branch(case![AppCallback::AnswerDevice(choice)].endpoint(oauth::device::answer))
        .branch(case![AppCallback::RefuseDevice(request)].endpoint(oauth::device::refuse))
}

fn admin_taps() -> Tree {
    let people = allowed(AdminAct::People)
        .branch(case![AdminCallback::Find].endpoint(admin::people::find))
        .branch(case![AdminCallback::FindNext(next)].endpoint(admin::people::find_next))
        .branch(case![AdminCallback::User(account)].endpoint(admin::people::card))
        .branch(case![AdminCallback::Confirm(id)].endpoint(admin::actions::confirm_action))
        .branch(case![AdminCallback::Cancel(id)].endpoint(admin::actions::cancel_action))
        .branch(case![AdminCallback::Undo(entry)].endpoint(admin::actions::undo));
    let plans = allowed(AdminAct::Plans)
        .branch(case![AdminCallback::UserPlans(account)].endpoint(admin::actions::choose_plan))
        .branch(case![AdminCallback::AskPlan(choice)].endpoint(admin::actions::ask_chosen_plan))
        .branch(case![AdminCallback::AskReplace(choice)].endpoint(admin::actions::ask_replacement));
    let bans = allowed(AdminAct::Bans)
        .branch(case![AdminCallback::AskBan(account)].endpoint(admin::actions::ask_chosen_ban))
        .branch(case![AdminCallback::AskUnban(account)].endpoint(admin::actions::ask_chosen_unban));
    let tokens =
        allowed(AdminAct::Tokens).branch(case![AdminCallback::AskGrant(account)].endpoint(admin::actions::ask_tokens));
    let messages = allowed(AdminAct::Messages)
        .branch(case![AdminCallback::AskMessage(account)].endpoint(admin::actions::ask_message));
    let stats = allowed(AdminAct::Stats).branch(case![AdminCallback::Stats].endpoint(admin::people::show_stats));
    dptree::entry()
        .branch(case![AdminCallback::Home].endpoint(admin::people::home))
        .branch(people)
        .branch(plans)
        .branch(bans)
        .branch(tokens)
        .branch(messages)
        .branch(stats)
        .branch(dptree::endpoint(admin::chat::not_admin))
}

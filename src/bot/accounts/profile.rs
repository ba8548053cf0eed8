//! Greeting, main menu, profile, language and help.

use crate::bot::context::Result;
use crate::bot::incoming::UpdateContext;
use crate::bot::reply::{Reply, ReplyContext};
use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages;
use crate::messages::accounts::profile;
use crate::messages::localizer::Localizer;
use crate::messages::plain;
use crate::model::text::texts::TextArg::Text;

pub(crate) async fn greet(domain: Domain, context: ReplyContext) -> Result<Reply> {
    Ok(Reply::Send(menu_of(&domain, &context, &context.localizer)))
}

pub(crate) async fn menu(domain: Domain, context: ReplyContext) -> Result<Reply> {
    Ok(Reply::Show(menu_of(&domain, &context, &context.localizer)))
}

/// Main menu. An admin's has a row more.
fn menu_of(domain: &Domain, context: &ReplyContext, localizer: &Localizer) -> OutgoingMessage {
    let account = context.caller.account();
    let menu = profile::menu(localizer, &domain.user(account), domain.plan_of_account(account));
    if domain.admin(context.update.person).is_ok() { messages::admin::menu::with_row(localizer, menu) } else { menu }
}

pub(crate) async fn profile(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let (user, plan) = (domain.user(caller.account()), domain.plan_of_account(caller.account()));
    Ok(Reply::Show(profile::profile(&localizer, &user, plan, caller.account())))
}

pub(crate) async fn help(domain: Domain, context: UpdateContext, localizer: Localizer) -> Result<Reply> {
    let admin = domain.admin(context.person).ok();
    Ok(Reply::Show(profile::help(&localizer, admin.as_ref())))
}

pub(crate) async fn choose_language(localizer: Localizer) -> Result<Reply> {
    Ok(Reply::Show(profile::languages(&localizer)))
}

pub(crate) async fn set_language(domain: Domain, context: ReplyContext, code: String) -> Result<Reply> {
    let caller = domain.update_profile(&context.caller, None, Some(&code)).await?;
    let localizer = context.localizer.clone().instead(caller.account().chosen_language());
    let context = ReplyContext { caller, ..context };
    let menu = menu_of(&domain, &context, &localizer);
    Ok(Reply::ShowAndSay(menu, localizer.text("bot-language-set")))
}

/// Shows the menu. The dispatcher has already cleared the dialogue, as for every command and tap.
pub(crate) async fn cancel(domain: Domain, context: ReplyContext) -> Result<Reply> {
    menu(domain, context).await
}

pub(crate) async fn delete_this(localizer: Localizer) -> Result<Reply> {
    Ok(Reply::DeleteTapped(localizer.text("bot-deleted")))
}

pub(crate) async fn unknown_command(localizer: Localizer) -> Result<Reply> {
    Ok(Reply::Send(plain(localizer.html("bot-unknown-command", &[("help", Text("/help"))]))))
}

pub(crate) async fn stale(domain: Domain, context: ReplyContext) -> Result<Reply> {
    let menu = menu_of(&domain, &context, &context.localizer);
    Ok(Reply::ShowAndSay(menu, context.localizer.text("bot-stale")))
}

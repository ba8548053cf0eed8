//! Greeting, main menu, profile, language and help.

use crate::bot::context::Result;
use crate::bot::incoming::UpdateContext;
use crate::bot::reply::Reply;
use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::messages::accounts::profile::{self, HelpAudience};
use crate::messages::localizer::Localizer;
use crate::messages::plain;
use crate::model::text::texts::TextArg::Text;

pub(crate) async fn greet(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let (user, plan) = (domain.user(caller.account()), domain.plan_of_account(caller.account()));
    Ok(Reply::Send(profile::menu(&localizer, &user, plan)))
}

pub(crate) async fn menu(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let (user, plan) = (domain.user(caller.account()), domain.plan_of_account(caller.account()));
    Ok(Reply::Show(profile::menu(&localizer, &user, plan)))
}

pub(crate) async fn profile(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let (user, plan) = (domain.user(caller.account()), domain.plan_of_account(caller.account()));
    Ok(Reply::Show(profile::profile(&localizer, &user, plan, caller.account())))
}

pub(crate) async fn help(domain: Domain, context: UpdateContext, localizer: Localizer) -> Result<Reply> {
    let audience = if domain.admin(context.person).is_ok() { HelpAudience::Admin } else { HelpAudience::Everyone };
    Ok(Reply::Show(profile::help(&localizer, audience)))
}

pub(crate) async fn choose_language(localizer: Localizer) -> Result<Reply> {
    Ok(Reply::Show(profile::languages(&localizer)))
}

pub(crate) async fn set_language(
    domain: Domain,
    caller: SignedIn,
    localizer: Localizer,
    code: String,
) -> Result<Reply> {
    let caller = domain.update_profile(&caller, None, Some(&code)).await?;
    let localizer = localizer.instead(caller.account().chosen_language());
    let (user, plan) = (domain.user(caller.account()), domain.plan_of_account(caller.account()));
    Ok(Reply::ShowAndSay(profile::menu(&localizer, &user, plan), localizer.text("bot-language-set")))
}

/// Shows the menu. The dispatcher has already cleared the dialogue, as for every command and tap.
pub(crate) async fn cancel(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    menu(domain, caller, localizer).await
}

pub(crate) async fn delete_this(localizer: Localizer) -> Result<Reply> {
    Ok(Reply::DeleteTapped(localizer.text("bot-deleted")))
}

pub(crate) async fn unknown_command(localizer: Localizer) -> Result<Reply> {
    Ok(Reply::Send(plain(localizer.html("bot-unknown-command", &[("help", Text("/help"))]))))
}

pub(crate) async fn stale(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let (user, plan) = (domain.user(caller.account()), domain.plan_of_account(caller.account()));
    Ok(Reply::ShowAndSay(profile::menu(&localizer, &user, plan), localizer.text("bot-stale")))
}

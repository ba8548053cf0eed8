//! Greeting, main menu, profile, language and help.

use crate::bot::accounts::trial;
use crate::bot::context::Result;
use crate::bot::incoming::{LanguageOffer, UpdateContext};
use crate::bot::reply::{Reply, ReplyContext};
use crate::domain::Domain;
use crate::domain::accounts::profile::{Arrival, SignedIn};
use crate::messages::accounts::newcomer;
use crate::messages::accounts::newcomer::NextStep;
use crate::messages::accounts::profile::{self, HelpAudience};
use crate::messages::localizer::Localizer;
use crate::messages::with_menu;
use crate::model::text::texts::TextArg::Text;

/// Greets a newcomer with what the bot is for and the next step; shows everyone else the menu.
pub(crate) async fn greet(domain: Domain, context: ReplyContext) -> Result<Reply> {
    let ReplyContext { update, caller, localizer, arrival } = &context;
    if *arrival == Arrival::New {
        let name = domain.user(caller.account()).name;
        let screen = newcomer::welcome(localizer, &name, &next_step(&domain, caller).await);
        return Ok(Reply::Send(match update.language_offer {
            LanguageOffer::Yes => newcomer::with_languages(screen),
            LanguageOffer::No => screen,
        }));
    }
    let (user, plan) = (domain.user(caller.account()), domain.plan_of_account(caller.account()));
    Ok(Reply::Send(profile::menu(localizer, &user, plan)))
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

/// Offers the languages and marks the present one.
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

/// Next step of a newcomer: a key if the plan includes API access, else the trial or a plan.
async fn next_step(domain: &Domain, caller: &SignedIn) -> NextStep {
    if domain.plan_of_account(caller.account()).api_access {
        return NextStep::Key;
    }
    trial::offer(domain, caller).await.map_or(NextStep::Plan, NextStep::Trial)
}

/// *Cancel* under a question: its message shows the menu. The dispatcher has already cleared the dialogue, as for every
/// command and tap.
pub(crate) async fn cancel(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let (user, plan) = (domain.user(caller.account()), domain.plan_of_account(caller.account()));
    Ok(Reply::ShowAndSay(profile::menu(&localizer, &user, plan), localizer.text("bot-canceled")))
}

/// `/cancel`: the question, which the dispatcher has found, becomes the result.
pub(crate) async fn cancel_question(context: UpdateContext, localizer: Localizer) -> Result<Reply> {
    let text = if context.edits.is_some() { "bot-canceled" } else { "bot-nothing-to-cancel" };
    Ok(Reply::Show(with_menu(&localizer, localizer.text(text))))
}

pub(crate) async fn delete_this(localizer: Localizer) -> Result<Reply> {
    Ok(Reply::DeleteTapped(localizer.text("bot-deleted"), None))
}

pub(crate) async fn unknown_command(localizer: Localizer) -> Result<Reply> {
    let html = localizer.html("bot-unknown-command", &[("help", Text("/help"))]);
    Ok(Reply::Send(with_menu(&localizer, html)))
}

pub(crate) async fn stale(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let (user, plan) = (domain.user(caller.account()), domain.plan_of_account(caller.account()));
    Ok(Reply::ShowAndSay(profile::menu(&localizer, &user, plan), localizer.text("bot-stale")))
}

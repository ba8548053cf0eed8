//! Greeting, main menu, profile, language and help.

use crate::bot::accounts::trial;
use crate::bot::context::Result;
use crate::bot::incoming::{LanguageOffer, UpdateContext};
use crate::bot::reply::{Reply, ReplyContext};
use crate::domain::Domain;
use crate::domain::accounts::profile::{Arrival, SignedIn};
use crate::gateway::telegram::OutgoingMessage;
use crate::messages;
use crate::messages::accounts::newcomer;
use crate::messages::accounts::newcomer::NextStep;
use crate::messages::accounts::profile;
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
    Ok(Reply::Send(menu_of(&domain, &context, localizer)))
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

/// Offers the languages and marks the present one.
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

/// Next step of a newcomer: a key if the plan includes API access, else the trial or a plan.
async fn next_step(domain: &Domain, caller: &SignedIn) -> NextStep {
    if domain.plan_of_account(caller.account()).api_access {
        return NextStep::Key;
    }
    trial::offer(domain, caller).await.map_or(NextStep::Plan, NextStep::Trial)
}

/// *Cancel* under a question: its message shows the menu. The dispatcher has already cleared the dialogue, as for every
/// command and tap.
pub(crate) async fn cancel(domain: Domain, context: ReplyContext) -> Result<Reply> {
    let menu = menu_of(&domain, &context, &context.localizer);
    Ok(Reply::ShowAndSay(menu, context.localizer.text("bot-canceled")))
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

pub(crate) async fn stale(domain: Domain, context: ReplyContext) -> Result<Reply> {
    let menu = menu_of(&domain, &context, &context.localizer);
    Ok(Reply::ShowAndSay(menu, context.localizer.text("bot-stale")))
}

//! The person themselves: greeting, profile, language, help.

use crate::bot::context::Result;
use crate::bot::incoming::Turn;
use crate::bot::reply::Reply;
use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::messages;
use crate::messages::localizer::Speaker;
use crate::messages::plain;
use crate::model::text::texts::Value::Text;

pub(crate) async fn greet(domain: Domain, caller: SignedIn, speaker: Speaker) -> Result<Reply> {
    let (user, plan) = (domain.user(caller.account()), domain.plan_of(caller.account()));
    Ok(Reply::Send(messages::menu(&speaker, &user, plan)))
}

pub(crate) async fn menu(domain: Domain, caller: SignedIn, speaker: Speaker) -> Result<Reply> {
    let (user, plan) = (domain.user(caller.account()), domain.plan_of(caller.account()));
    Ok(Reply::Show(messages::menu(&speaker, &user, plan)))
}

pub(crate) async fn profile(domain: Domain, caller: SignedIn, speaker: Speaker) -> Result<Reply> {
    let (user, plan) = (domain.user(caller.account()), domain.plan_of(caller.account()));
    Ok(Reply::Show(messages::profile(&speaker, &user, (plan, caller.account()))))
}

pub(crate) async fn help(domain: Domain, turn: Turn, speaker: Speaker) -> Result<Reply> {
    Ok(Reply::Show(messages::help(&speaker, domain.admin(turn.person).is_ok())))
}

pub(crate) async fn choose_language(speaker: Speaker) -> Result<Reply> {
    Ok(Reply::Show(messages::languages(&speaker)))
}

pub(crate) async fn set_language(domain: Domain, caller: SignedIn, speaker: Speaker, code: String) -> Result<Reply> {
    let caller = domain.change_profile(&caller, None, Some(&code)).await?;
    let speaker = speaker.instead(caller.account().chosen_language());
    let (user, plan) = (domain.user(caller.account()), domain.plan_of(caller.account()));
    Ok(Reply::ShowAndSay(messages::menu(&speaker, &user, plan), speaker.say("bot-language-set")))
}

/// Turning to anything else has withdrawn the question already: here is the menu.
pub(crate) async fn cancel(domain: Domain, caller: SignedIn, speaker: Speaker) -> Result<Reply> {
    menu(domain, caller, speaker).await
}

pub(crate) async fn delete_this(speaker: Speaker) -> Result<Reply> {
    Ok(Reply::DeleteTapped(speaker.say("bot-deleted")))
}

pub(crate) async fn unknown_command(speaker: Speaker) -> Result<Reply> {
    Ok(Reply::Send(plain(speaker.html("bot-unknown-command", &[("help", Text("/help"))]))))
}

pub(crate) async fn stale(domain: Domain, caller: SignedIn, speaker: Speaker) -> Result<Reply> {
    let (user, plan) = (domain.user(caller.account()), domain.plan_of(caller.account()));
    Ok(Reply::ShowAndSay(messages::menu(&speaker, &user, plan), speaker.say("bot-stale")))
}

//! Contact, help with payments and terms.

use crate::bot::context::Result;
use crate::bot::incoming::command::BotCommand;
use crate::bot::reply::Reply;
use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::billing::contact;
use crate::messages::billing::contact::SupportReader;
use crate::messages::localizer::Localizer;

/// Shows whom to ask.
pub(crate) async fn support(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    Ok(Reply::Show(contact::support(&localizer, &domain, SupportReader::Account(caller.account().id))))
}

/// Shows help with a payment.
pub(crate) async fn pay_support(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    Ok(Reply::Show(contact::pay_support(&localizer, &domain, SupportReader::Account(caller.account().id))))
}

/// Shows the terms of use.
pub(crate) async fn terms(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    Ok(Reply::Show(contact::terms(&localizer, &domain, SupportReader::Account(caller.account().id))))
}

/// Answer to `/support`, `/paysupport` and `/terms` for someone whose account cannot be used; `None` for any other
/// command.
pub(in crate::bot) fn for_stranger(
    localizer: &Localizer,
    domain: &Domain,
    command: &BotCommand,
) -> Option<OutgoingMessage> {
    match command {
        BotCommand::Support => Some(contact::support(localizer, domain, SupportReader::Stranger)),
        BotCommand::PaySupport => Some(contact::pay_support(localizer, domain, SupportReader::Stranger)),
        BotCommand::Terms => Some(contact::terms(localizer, domain, SupportReader::Stranger)),
        _ => None,
    }
}

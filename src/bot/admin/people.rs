//! The admin's menu, the search for people, account cards and statistics.

use crate::bot::accounts::profile;
use crate::bot::admin::questions::AdminQuestion;
use crate::bot::admin::{admin, not_admin};
use crate::bot::context::Result;
use crate::bot::incoming::UpdateContext;
use crate::bot::reply::Reply;
use crate::domain::admin::access::{Admin, AdminAct, PersonRef};
use crate::domain::{Domain, Refusal};
use crate::gateway::telegram::OutgoingMessage;
use crate::messages;
use crate::messages::callback_data::NextPeople;
use crate::messages::localizer::Localizer;
use crate::model::accounts::account::AccountId;

/// `/user`: shows the card of a person, or the people with that name.
pub(crate) async fn user(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    person: Option<PersonRef>,
) -> Result<Reply> {
    let Some(admin) = admin(&domain, &context, AdminAct::People) else {
        return profile::unknown_command(localizer).await;
    };
    match person {
        Some(person) => look_up(&domain, &admin, &localizer, &person).await.map(Reply::Send),
        None => ask_person(&domain, &context, &localizer).await.map(Reply::Send),
    }
}

/// Screen of a person: the card, or the people among whom to choose.
pub(super) async fn look_up(
    domain: &Domain,
    admin: &Admin,
    localizer: &Localizer,
    person: &PersonRef,
) -> Result<OutgoingMessage> {
    match resolve(domain, admin, localizer, person.clone()).await? {
        PersonChoice::One(person) => {
            let card = domain.account_summary(admin, &person).await?;
            Ok(messages::admin::card::card(localizer, &card, domain))
        }
        PersonChoice::Several(screen) => Ok(screen),
    }
}

/// Person that an admin named.
pub(super) enum PersonChoice {
    /// Only this one is meant.
    One(PersonRef),
    /// None or several have that name; the screen shows them.
    Several(OutgoingMessage),
}

/// Finds out who is meant. A part of a name may be that of several people.
pub(super) async fn resolve(
    domain: &Domain,
    admin: &Admin,
    localizer: &Localizer,
    person: PersonRef,
) -> Result<PersonChoice> {
    let PersonRef::Name(query) = person else { return Ok(PersonChoice::One(person)) };
    let page = domain.find_people(admin, &query, None).await?;
    Ok(match page.people.as_slice() {
        [only] if page.next.is_none() => PersonChoice::One(PersonRef::Account(only.id)),
        [] if page.next.is_none() => return Err(Refusal::PersonNotFound.into()),
        _ => PersonChoice::Several(messages::admin::people::found(localizer, &query, &page, domain)),
    })
}

async fn ask_person(domain: &Domain, context: &UpdateContext, localizer: &Localizer) -> Result<OutgoingMessage> {
    AdminQuestion::Person.ask(domain, context.person).await?;
    Ok(messages::admin::people::ask(localizer))
}

pub(crate) async fn home(domain: Domain, context: UpdateContext, localizer: Localizer) -> Result<Reply> {
    let Ok(admin) = domain.admin(context.person) else { return Ok(not_admin(&localizer)) };
    Ok(Reply::Show(messages::admin::menu::home(&localizer, &admin)))
}

pub(crate) async fn find(domain: Domain, context: UpdateContext, localizer: Localizer) -> Result<Reply> {
    if admin(&domain, &context, AdminAct::People).is_none() {
        return Ok(not_admin(&localizer));
    }
    ask_person(&domain, &context, &localizer).await.map(Reply::Show)
}

pub(crate) async fn find_next(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    next: NextPeople,
) -> Result<Reply> {
    let Some(admin) = admin(&domain, &context, AdminAct::People) else { return Ok(not_admin(&localizer)) };
    let page = domain.find_people(&admin, &next.query, Some(next.before)).await?;
    Ok(Reply::Show(messages::admin::people::found(&localizer, &next.query, &page, &domain)))
}

pub(crate) async fn card(domain: Domain, context: UpdateContext, localizer: Localizer, id: AccountId) -> Result<Reply> {
    let Some(admin) = admin(&domain, &context, AdminAct::People) else { return Ok(not_admin(&localizer)) };
    let card = domain.account_summary(&admin, &PersonRef::Account(id)).await?;
    Ok(Reply::Show(messages::admin::card::card(&localizer, &card, &domain)))
}

/// `/stats`
pub(crate) async fn stats(domain: Domain, context: UpdateContext, localizer: Localizer) -> Result<Reply> {
    let Some(admin) = admin(&domain, &context, AdminAct::Stats) else {
        return profile::unknown_command(localizer).await;
    };
    Ok(Reply::Send(messages::admin::stats::stats(&localizer, &domain.stats(&admin).await?)))
}

pub(crate) async fn show_stats(domain: Domain, context: UpdateContext, localizer: Localizer) -> Result<Reply> {
    let Some(admin) = admin(&domain, &context, AdminAct::Stats) else { return Ok(not_admin(&localizer)) };
    Ok(Reply::Show(messages::admin::stats::stats(&localizer, &domain.stats(&admin).await?)))
}

//! The admin's menu, the search for people, account cards and statistics.

use crate::bot::admin::chat::{AdminChat, not_admin};
use crate::bot::admin::questions::AdminQuestion;
use crate::bot::context::Result;
use crate::bot::incoming::UpdateContext;
use crate::bot::reply::Reply;
use crate::domain::admin::access::PersonRef;
use crate::domain::{Domain, Refusal};
use crate::gateway::telegram::OutgoingMessage;
use crate::messages;
use crate::messages::callback_data::NextPeople;
use crate::messages::localizer::Localizer;
use crate::model::accounts::account::AccountId;

/// `/user`: shows the card of a person, or the people with that name.
pub(crate) async fn user(chat: AdminChat, person: Option<PersonRef>) -> Result<Reply> {
    match person {
        Some(person) => chat.look_up(&person).await.map(Reply::Send),
        None => chat.ask_person().await.map(Reply::Send),
    }
}

/// Person that an admin named.
pub(super) enum PersonChoice {
    /// Only this one is meant.
    One(PersonRef),
    /// None or several have that name; the screen shows them.
    Several(OutgoingMessage),
}

impl AdminChat {
    /// Screen of a person: the card, or the people among whom to choose.
    pub(super) async fn look_up(&self, person: &PersonRef) -> Result<OutgoingMessage> {
        match self.resolve(person.clone()).await? {
            PersonChoice::One(person) => self.card(&person).await,
            PersonChoice::Several(screen) => Ok(screen),
        }
    }

    /// Card of a person.
    pub(super) async fn card(&self, person: &PersonRef) -> Result<OutgoingMessage> {
        let summary = self.domain.account_summary(&self.admin, person).await?;
        Ok(messages::admin::card::card(&self.localizer, &summary, &self.domain))
    }

    /// Finds out who is meant. A part of a name may be that of several people.
    pub(super) async fn resolve(&self, person: PersonRef) -> Result<PersonChoice> {
        let PersonRef::Name(query) = person else { return Ok(PersonChoice::One(person)) };
        let page = self.domain.find_people(&self.admin, &query, None).await?;
        Ok(match page.people.as_slice() {
            [only] if page.next.is_none() => PersonChoice::One(PersonRef::Account(only.id)),
            [] if page.next.is_none() => return Err(Refusal::PersonNotFound.into()),
            _ => PersonChoice::Several(messages::admin::people::found(&self.localizer, &query, &page, &self.domain)),
        })
    }

    async fn ask_person(&self) -> Result<OutgoingMessage> {
        AdminQuestion::Person.ask(&self.domain, self.context.person).await?;
        Ok(messages::admin::people::ask(&self.localizer))
    }

    async fn stats(&self) -> Result<OutgoingMessage> {
        Ok(messages::admin::stats::stats(&self.localizer, &self.domain.stats(&self.admin).await?))
    }
}

/// Shows the admin's menu, with what their role allows.
pub(crate) async fn home(domain: Domain, context: UpdateContext, localizer: Localizer) -> Result<Reply> {
    let Ok(admin) = domain.admin(context.person) else { return not_admin(localizer).await };
    Ok(Reply::Show(messages::admin::menu::home(&localizer, &admin)))
}

pub(crate) async fn find(chat: AdminChat) -> Result<Reply> {
    chat.ask_person().await.map(Reply::Show)
}

pub(crate) async fn find_next(chat: AdminChat, next: NextPeople) -> Result<Reply> {
    let AdminChat { domain, admin, localizer, .. } = &chat;
    let page = domain.find_people(admin, &next.query, Some(next.before)).await?;
    Ok(Reply::Show(messages::admin::people::found(localizer, &next.query, &page, domain)))
}

pub(crate) async fn card(chat: AdminChat, id: AccountId) -> Result<Reply> {
    chat.card(&PersonRef::Account(id)).await.map(Reply::Show)
}

/// `/stats`
pub(crate) async fn stats(chat: AdminChat) -> Result<Reply> {
    chat.stats().await.map(Reply::Send)
}

pub(crate) async fn show_stats(chat: AdminChat) -> Result<Reply> {
    chat.stats().await.map(Reply::Show)
}

//! Search for a person: the question, and the people found.

use crate::domain::Domain;
use crate::domain::admin::people::PeoplePage;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::admin::menu::find_button;
use crate::messages::admin::{home_button, tap};
use crate::messages::callback_data::{AdminCallback, NextPeople};
use crate::messages::keyboard::rows;
use crate::messages::localizer::Localizer;
use crate::messages::{plain, short};
use crate::model::text::name_search::NameQuery;
use crate::model::text::texts::TextArg::Text;

/// Question for a person to look up.
pub(crate) fn ask(localizer: &Localizer) -> OutgoingMessage {
    OutgoingMessage { keyboard: rows([vec![home_button(localizer)]]), ..plain(localizer.text("bot-find-ask")) }
}

/// Answer to a search that found nobody. The question stays open.
pub(crate) fn not_found(localizer: &Localizer) -> OutgoingMessage {
    OutgoingMessage { keyboard: rows([vec![home_button(localizer)]]), ..plain(localizer.text("bot-no-such-person")) }
}

/// People found by name, as buttons that open their cards.
pub(crate) fn found(localizer: &Localizer, query: &NameQuery, page: &PeoplePage, domain: &Domain) -> OutgoingMessage {
    let row = |account| {
        let plan = &domain.plan_of_account(account).title;
        let label = format!("{} · #{} · {}", short(&account.name), account.id, short(plan));
        vec![tap(label, AdminCallback::User(account.id))]
    };
    let mut buttons: Vec<_> = page.people.iter().map(row).collect();
    if let Some(before) = page.next {
        let next = NextPeople { before, query: query.clone() };
        buttons.push(vec![tap(localizer.text("bot-button-more-people"), AdminCallback::FindNext(next))]);
    }
    buttons.push(vec![find_button(localizer), home_button(localizer)]);
    let text = match (page.people.is_empty(), page.next) {
        (true, None) => "bot-found-none",
        (true, Some(_)) => "bot-found-none-yet",
        (false, _) => "bot-found",
    };
    OutgoingMessage { keyboard: rows(buttons), ..plain(localizer.html(text, &[("query", Text(query.as_str()))])) }
}

//! Messages of account activity.

use teloxide::types::InlineKeyboardButton;

use crate::domain::Domain;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::accounts::profile::profile_back_button;
use crate::messages::callback_data::{AccountCallback, Callback};
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{ago, plain};
use crate::model::accounts::activity::ActivityEntry;
use crate::model::network::network_for_people;
use crate::model::text::texts::TextArg::Text;

/// Account activity, newest first, with a link to all of it.
pub(crate) fn activity(localizer: &Localizer, entries: &[ActivityEntry], domain: &Domain) -> OutgoingMessage {
    let line = |entry: &ActivityEntry| {
        let event = entry.event.as_ref().map_or_else(
            || localizer.text("activity-other"),
            |event| {
                let day = event.day().map(|day| localizer.stored_day(day));
                let (id, mut values) = event.sentence(domain.plans());
                values.extend(day.as_deref().map(|day| ("day", Text(day))));
                localizer.html(&id, &values)
            },
        );
        let device = entry.device.clone().unwrap_or_else(|| localizer.text(&format!("activity-by-{}", entry.actor)));
        let network = entry.network.as_deref().map(network_for_people);
        let place = network.map_or_else(|| device.clone(), |network| format!("{device}, {network}"));
        let when = ago(localizer, entry.created_at, domain.now());
        format!("{event}\n{}", localizer.html("bot-activity-line", &[("when", Text(&when)), ("place", Text(&place))]))
    };
    let link = format!("{}/web/profile/activity", domain.public_url());
    let all = localizer.html("bot-activity-all", &[("link", Text(&link))]);
    let parts = std::iter::once(localizer.text("bot-activity")).chain(entries.iter().map(line)).chain([all]);
    let html = parts.collect::<Vec<_>>().join("\n\n");
    OutgoingMessage { keyboard: rows([vec![profile_back_button(localizer)]]), ..plain(html) }
}

/// Button that opens the account activity.
pub(crate) fn activity_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-activity"), &Callback::Account(AccountCallback::Activity))
}

//! Messages of account activity.

use teloxide::types::InlineKeyboardButton;

use crate::messages::accounts::profile::profile_button;
use crate::messages::callback_data::{AccountCallback, Callback};
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{Screen, ago, plain};
use crate::model::accounts::activity::ActivityEntry;
use crate::model::text::texts::TextArg::Text;
use crate::model::time::Moment;

/// Account activity, newest first, with a link to all of it.
pub(crate) fn activity(localizer: &Localizer, lines: &[ActivityEntry], (now, public_url): (Moment, &str)) -> Screen {
    let line = |line: &ActivityEntry| {
        let what = line.event.as_ref().map_or_else(
            || localizer.text("activity-other"),
            |event| {
                let (id, values) = event.sentence();
                localizer.html(&id, &values)
            },
        );
        let who = line.device.clone().unwrap_or_else(|| localizer.text(&format!("activity-by-{}", line.actor)));
        let place = line.network.as_ref().map_or_else(|| who.clone(), |network| format!("{who}, {network}"));
        let when = ago(localizer, line.made_at, now);
        format!("{what}\n{}", localizer.html("bot-activity-line", &[("when", Text(&when)), ("place", Text(&place))]))
    };
    let all = localizer.html("bot-activity-all", &[("link", Text(&format!("{public_url}/web/profile/activity")))]);
    let parts = std::iter::once(localizer.text("bot-activity")).chain(lines.iter().map(line)).chain([all]);
    let html = parts.collect::<Vec<_>>().join("\n\n");
    Screen { keyboard: rows([vec![profile_button(localizer)]]), ..plain(html) }
}

/// Button that opens the account activity.
pub(crate) fn activity_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-activity"), &Callback::Account(AccountCallback::Activity))
}

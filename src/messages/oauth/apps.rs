//! Messages of the apps that a person signed in to.

use teloxide::types::InlineKeyboardButton;

use crate::domain::oauth::apps::AuthorizedApp;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::accounts::profile::profile_back_button;
use crate::messages::callback_data::{AppCallback, Callback};
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::oauth::scope_lines;
use crate::messages::sessions::sessions_button;
use crate::messages::{ago, back, plain, short};
use crate::model::text::texts::TextArg::{Count, Text};
use crate::model::time::Moment;

/// Maximum number of apps in one message, whose length Telegram limits.
const MAX_LISTED_APPS: usize = 8;

/// List of apps, each with a button to end its access.
pub(crate) fn apps(localizer: &Localizer, apps: &[AuthorizedApp], now: Moment, security_page: &str) -> OutgoingMessage {
    let count = |apps: usize| Count(i64::try_from(apps).unwrap_or(i64::MAX));
    let mut parts = vec![localizer.html("bot-apps", &[("count", count(apps.len()))])];
    parts.extend(apps.iter().take(MAX_LISTED_APPS).zip(1..).map(|(app, number)| entry(localizer, app, number, now)));
    if apps.len() > MAX_LISTED_APPS {
        let values = [("count", count(apps.len() - MAX_LISTED_APPS)), ("link", Text(security_page))];
        parts.push(localizer.html("bot-apps-more", &values));
    }
    let cut_off = |app: &AuthorizedApp| {
        let label = format!("{} · {}", localizer.text("bot-button-cut-off"), short(&app.name));
        vec![button(label, &Callback::App(AppCallback::CutOff(app.client_id.clone())))]
    };
    let mut buttons: Vec<_> = apps.iter().take(MAX_LISTED_APPS).map(cut_off).collect();
    buttons.push(vec![profile_back_button(localizer)]);
    OutgoingMessage { keyboard: rows(buttons), ..plain(parts.join("\n\n")) }
}

/// Name, host, scopes and times of an app.
fn entry(localizer: &Localizer, app: &AuthorizedApp, number: i64, now: Moment) -> String {
    let values = [("number", Count(number)), ("app", Text(&app.name)), ("host", Text(&app.host))];
    let title = localizer.html(if app.host.is_empty() { "bot-app" } else { "bot-app-on" }, &values);
    let since = localizer.html("bot-app-since", &[("day", Text(&localizer.day(app.since)))]);
    let used = localizer.html("bot-app-used", &[("used", Text(&ago(localizer, app.last_used_at, now)))]);
    [title, scope_lines(localizer, app.scopes), since, used].join("\n")
}

/// Result of ending one sign-in after its notice; `None` if it had ended before.
pub(crate) fn ended(localizer: &Localizer, app: Option<&AuthorizedApp>) -> OutgoingMessage {
    let html = app.map_or_else(
        || localizer.text("bot-app-ended-before"),
        |app| localizer.html("bot-app-ended", &[("app", Text(&app.name))]),
    );
    let buttons = [vec![apps_button(localizer), sessions_button(localizer)], vec![back(localizer)]];
    OutgoingMessage { keyboard: rows(buttons), ..plain(html) }
}

/// Button that opens the apps.
pub(crate) fn apps_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-apps"), &Callback::App(AppCallback::List))
}

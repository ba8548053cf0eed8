//! Notices about apps.

use crate::gateway::telegram::OutgoingMessage;
use crate::messages::api_keys::rotation;
use crate::messages::callback_data::{AppCallback, Callback};
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::oauth::apps::apps_button;
use crate::messages::{keys_button, plain};
use crate::model::api_key::KeyId;
use crate::model::network::network_for_people;
use crate::model::notices::notice::AppNotice;
use crate::model::text::texts::TextArg::Text;

/// Message of a notice about an app.
pub(crate) fn notice(localizer: &Localizer, notice: &AppNotice) -> OutgoingMessage {
    match notice {
        AppNotice::SignedIn { grant, app, host, device, network } => {
            let (app, network) = (with_host(app, host), network_for_people(network));
            let values = [("app", Text(app.as_str())), ("device", Text(device.as_str())), ("network", Text(&network))];
            let end = button(localizer.text("bot-button-end-access"), &Callback::App(AppCallback::End(*grant)));
            let html = localizer.html("bot-notice-app-signed-in", &values);
            OutgoingMessage { keyboard: rows([vec![end, apps_button(localizer)]]), ..plain(html) }
        }
        AppNotice::KeyCreated { key, name, masked, app } => {
            let values = [("name", Text(name.as_str())), ("masked", Text(masked)), ("app", Text(app))];
            about_key(localizer, localizer.html("bot-notice-app-key-created", &values), KeyId(*key))
        }
        AppNotice::KeyRotated { key, name, masked, grace, app } => {
            let values = [("name", Text(name.as_str())), ("masked", Text(masked)), ("app", Text(app))];
            let old = rotation::old_secret(localizer, *grace);
            about_key(
                localizer,
                format!("{} {old}", localizer.html("bot-notice-app-key-rotated", &values)),
                KeyId(*key),
            )
        }
        AppNotice::RefreshTokenReused { app, host, .. } => {
            let app = with_host(app, host);
            let html = localizer.html("bot-notice-app-refresh-token-reused", &[("app", Text(app.as_str()))]);
            OutgoingMessage { keyboard: rows([vec![apps_button(localizer)]]), ..plain(html) }
        }
    }
}

/// Name of an app with the host that it leads to, `Grafana, grafana.example.com`: two apps may have one name.
fn with_host(app: &str, host: &str) -> String {
    if host.is_empty() { app.to_owned() } else { format!("{app}, {host}") }
}

/// Notice about a key, with a button to revoke it, which asks for confirmation.
fn about_key(localizer: &Localizer, html: String, key: KeyId) -> OutgoingMessage {
    let revoke = button(localizer.text("bot-button-revoke"), &Callback::AskRevoke(key));
    OutgoingMessage {
        keyboard: rows([vec![revoke, keys_button(localizer)], vec![apps_button(localizer)]]),
        ..plain(html)
    }
}

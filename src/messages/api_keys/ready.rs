//! Messages after a key was created: snippets of a first request, and the check if one was made.

use crate::domain::api_keys::key_readiness::{KeyReadiness, curl_snippet};
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::api_keys::keys::state_text;
use crate::messages::callback_data::Callback;
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{back, keys_button, plain};
use crate::model::api_key::ApiKey;
use crate::model::text::texts::TextArg::{Count, Text};

/// Card of a key whose secret was saved: snippets of a first request, and what to do next.
pub(crate) fn ready(localizer: &Localizer, key: &ApiKey, url: &str) -> OutgoingMessage {
    let snippet = curl_snippet(url);
    let values = [("name", Text(key.name.as_str())), ("masked", Text(&key.masked)), ("snippet", Text(&snippet))];
    let python = teloxide::utils::html::escape(&python(url));
    let html = format!(
        "{}\n<pre><code class=\"language-python\">{python}</code></pre>",
        localizer.html("bot-key-ready", &values)
    );
    let test = button(localizer.text("bot-button-test-key"), &Callback::TestKey(key.id));
    OutgoingMessage { keyboard: rows([vec![test], vec![keys_button(localizer), back(localizer)]]), ..plain(html) }
}

/// Program of a first request. Needs nothing but Python itself.
fn python(url: &str) -> String {
    [
        "import os, urllib.request",
        &format!("request = urllib.request.Request(\"{url}\")"),
        "request.add_header(\"Authorization\", f\"Bearer {os.environ['KEY']}\")",
        "print(urllib.request.urlopen(request).status)",
    ]
    .join("\n")
}

/// The "ready" card with the result of the check below.
pub(crate) fn tested(localizer: &Localizer, readiness: &KeyReadiness, url: &str) -> OutgoingMessage {
    let card = ready(localizer, &readiness.listed.key, url);
    OutgoingMessage { html: format!("{}\n\n{}", card.html, answer(localizer, readiness)), ..card }
}

/// Result of the check: refused, not used yet, or working with what is left of the limit.
pub(crate) fn answer(localizer: &Localizer, readiness: &KeyReadiness) -> String {
    let KeyReadiness { listed, quota } = readiness;
    let Some(quota) = quota else {
        let state = localizer.text(state_text(listed.state));
        return localizer.html("bot-key-test-refused", &[("state", Text(&state))]);
    };
    if listed.key.last_use().is_none() {
        return localizer.text("bot-key-not-used");
    }
    let values = [("left", Count(i64::from(quota.remaining))), ("limit", Count(i64::from(quota.limit)))];
    localizer.html("bot-key-tested", &values)
}

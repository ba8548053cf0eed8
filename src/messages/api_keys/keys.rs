//! Messages of API keys: list, card and new key.

use teloxide::types::InlineKeyboardButton;

use crate::domain::api_keys::key_info::KeyDetails;
use crate::domain::api_keys::keys::{IssuedKey, ListedKey};
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::accounts::trial::{TrialOffer, trial_button};
use crate::messages::api_keys::rotation;
use crate::messages::billing::{offers, usage};
use crate::messages::callback_data::Callback;
use crate::messages::keyboard::{button, copy, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{ago, back, plain, plans_button, short};
use crate::model::api_key::{ApiKey, KeyId, KeyState};
use crate::model::billing::plan::{Plan, Plans};
use crate::model::text::texts::TextArg::{Count, Text};
use crate::model::time::Moment;

/// Keys per page of the list.
const KEYS_PER_PAGE: usize = 8;

/// Page of the list that contains a key, counted from 0.
pub(crate) fn page_of(keys: &[ListedKey], id: KeyId) -> usize {
    keys.iter().position(|listed| listed.key.id == id).map_or(0, |place| place / KEYS_PER_PAGE)
}

/// Page of a person's keys under their plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyPage<'a> {
    /// All keys of the person.
    pub(crate) keys: &'a [ListedKey],
    /// Number of the page, counted from 0. One beyond the end is the last page.
    pub(crate) page: usize,
    /// Plan of the person.
    pub(crate) plan: &'a Plan,
    /// All plans, of which one may allow more keys.
    pub(crate) plans: &'a Plans,
    /// Trial that the person may start.
    pub(crate) trial: Option<&'a TrialOffer>,
}

/// Page of the list.
pub(crate) fn list(localizer: &Localizer, listed: &KeyPage<'_>, now: Moment) -> OutgoingMessage {
    let KeyPage { keys, page, plan, plans, trial } = *listed;
    let count = i64::try_from(keys.len()).unwrap_or(i64::MAX);
    let values = [("count", Count(count)), ("limit", Count(i64::from(plan.keys))), ("plan", Text(&plan.title))];
    let html = if plan.api_access {
        localizer.html("bot-keys", &values)
    } else {
        format!("{}\n\n{}", localizer.html("bot-keys-waiting", &values), localizer.html("bot-keys-no-access", &values))
    };
    let pages = keys.len().div_ceil(KEYS_PER_PAGE).max(1);
    let page = page.min(pages - 1);
    let row = |listed: &ListedKey| {
        let mark = if listed.state == KeyState::Active { "🔑" } else { "⏸" };
        let used = listed.key.last_use().map_or_else(|| localizer.text("bot-key-unused"), |at| ago(localizer, at, now));
        vec![button(format!("{mark} {} · {used}", short(&listed.key.name)), &Callback::Key(listed.key.id))]
    };
    let mut buttons: Vec<_> = keys.iter().skip(page * KEYS_PER_PAGE).take(KEYS_PER_PAGE).map(row).collect();
    if pages > 1 {
        buttons.push(page_buttons(page, pages));
    }
    let live = keys.iter().filter(|listed| listed.state != KeyState::Expired).count();
    let is_full = u32::try_from(live).is_ok_and(|live| live >= plan.keys);
    if !plan.api_access {
        buttons.extend(trial.map(|offer| vec![trial_button(localizer, offer)]));
        buttons.extend(offers::with_api_access(localizer, plans));
        buttons.push(vec![plans_button(localizer)]);
    } else if !is_full {
        buttons.push(vec![button(localizer.text("bot-button-new-key"), &Callback::NewKey)]);
    } else {
        buttons.extend(more_keys_button(localizer, plan, plans).map(|more| vec![more]));
    }
    buttons.push(vec![back(localizer)]);
    OutgoingMessage { keyboard: rows(buttons), ..plain(html) }
}

/// Button that opens the plans, if one of them allows more keys than this one.
pub(crate) fn more_keys_button(localizer: &Localizer, plan: &Plan, plans: &Plans) -> Option<InlineKeyboardButton> {
    let has_more = plans.iter().any(|other| other.api_access && other.keys > plan.keys);
    has_more.then(|| button(localizer.text("bot-button-more-keys"), &Callback::Plans))
}

/// Page buttons `‹ 2/5 ›`. They wrap around; the middle one reloads the page.
fn page_buttons(page: usize, pages: usize) -> Vec<InlineKeyboardButton> {
    let to = |label: String, page: usize| button(label, &Callback::KeysPage(page));
    vec![
        to("‹".to_owned(), (page + pages - 1) % pages),
        to(format!("{}/{pages}", page + 1), page),
        to("›".to_owned(), (page + 1) % pages),
    ]
}

/// Card of a key, with a button back to its page.
pub(crate) fn card(localizer: &Localizer, listed: &ListedKey, page: usize, now: Moment) -> OutgoingMessage {
    let ApiKey { id, name, masked, created_at, expires_at, .. } = &listed.key;
    let created = ago(localizer, *created_at, now);
    let used = listed.key.last_use().map_or_else(|| localizer.text("bot-never"), |at| ago(localizer, at, now));
    let state = localizer.text(state_text(listed.state));
    let values = [
        ("name", Text(name)),
        ("masked", Text(masked)),
        ("made", Text(&created)),
        ("used", Text(&used)),
        ("state", Text(&state)),
    ];
    let mut html = localizer.html("bot-key", &values);
    if let Some(at) = expires_at {
        html.push('\n');
        html.push_str(&localizer.dated("bot-key-expires", &[], *at));
    }
    if let Some(old) = &listed.old_secret {
        let left = rotation::length(localizer, old.works_until.since(now));
        let used = old.last_used_at.map_or_else(|| localizer.text("bot-never"), |at| ago(localizer, at, now));
        html.push_str("\n\n");
        html.push_str(&localizer.html("bot-key-old-secret", &[("time", Text(&left)), ("used", Text(&used))]));
    }
    let rename = button(localizer.text("bot-button-rename"), &Callback::Rename(*id));
    let rotate = button(localizer.text("bot-button-rotate"), &Callback::AskRotate(*id));
    let revoke = button(localizer.text("bot-button-revoke"), &Callback::AskRevoke(*id));
    let back = button(
        localizer.text("bot-button-keys-back"),
        &if page == 0 { Callback::Keys } else { Callback::KeysPage(page) },
    );
    let expiry = button(localizer.text("bot-button-expiry"), &Callback::AskExpiry(*id));
    OutgoingMessage { keyboard: rows([vec![rename, rotate], vec![expiry, revoke], vec![back]]), ..plain(html) }
}

/// Card of a key with its usage and the rest of the rate limit.
pub(crate) fn detailed_card(localizer: &Localizer, key: &KeyDetails, page: usize, now: Moment) -> OutgoingMessage {
    let card = card(localizer, &key.listed, page, now);
    let quota = key.quota.as_ref().map(|quota| {
        let values = [("left", Count(quota.remaining.into())), ("limit", Count(quota.limit.into()))];
        localizer.html("bot-key-limit", &values)
    });
    let parts = [Some(card.html), Some(usage::sums(localizer, &key.usage)), quota];
    OutgoingMessage { html: parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n"), ..card }
}

pub(in crate::messages) const fn state_text(state: KeyState) -> &'static str {
    match state {
        KeyState::Active => "bot-state-active",
        KeyState::Disabled => "bot-state-disabled",
        KeyState::Expired => "bot-state-expired",
        KeyState::Revoked => "bot-state-revoked",
    }
}

/// Confirmation before a key is revoked.
pub(crate) fn ask_revoke(localizer: &Localizer, key: &ApiKey) -> OutgoingMessage {
    let values = [("name", Text(key.name.as_str())), ("masked", Text(&key.masked))];
    let yes = button(localizer.text("bot-button-revoke-yes"), &Callback::Revoke(key.id));
    let no = button(localizer.text("bot-button-keep"), &Callback::Key(key.id));
    OutgoingMessage { keyboard: rows([vec![yes], vec![no]]), ..plain(localizer.html("bot-revoke-ask", &values)) }
}

/// Question for the name of a new key.
pub(crate) fn ask_name(localizer: &Localizer) -> OutgoingMessage {
    let cancel = button(localizer.text("bot-button-cancel"), &Callback::Cancel);
    OutgoingMessage { keyboard: rows([vec![cancel]]), ..plain(localizer.text("bot-name-ask")) }
}

/// Question for another name, after the reason why the former one was refused.
pub(crate) fn ask_another_name(localizer: &Localizer, why: String) -> OutgoingMessage {
    OutgoingMessage { html: why, ..ask_name(localizer) }
}

/// New key with its secret, which is shown only once. `saved` is what the button under it does.
pub(crate) fn new_key(localizer: &Localizer, issued: &IssuedKey, saved: &Callback) -> OutgoingMessage {
    let key = issued.plain.reveal();
    let values = [("name", Text(issued.listed.key.name.as_str())), ("key", Text(key))];
    let buttons =
        [vec![copy(localizer.text("bot-button-copy"), key)], vec![button(localizer.text("bot-button-saved"), saved)]];
    OutgoingMessage { html: localizer.html("bot-new-key", &values), keyboard: rows(buttons), protected: true }
}

/// Explanation after the message with a new key may not have arrived.
pub(crate) fn not_delivered(localizer: &Localizer) -> OutgoingMessage {
    let retry = button(localizer.text("bot-button-new-key"), &Callback::NewKey);
    OutgoingMessage {
        keyboard: rows([vec![retry], vec![back(localizer)]]),
        ..plain(localizer.text("bot-not-delivered"))
    }
}

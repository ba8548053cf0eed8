//! Everything the bot shows, as pure functions of what there is to show.

pub(crate) mod accounts;
pub(crate) mod admin;
pub(crate) mod api_keys;
pub(crate) mod broadcasts;
pub(crate) mod callback_data;
pub(crate) mod keyboard;
pub(crate) mod localizer;
pub(crate) mod notices;
pub(crate) mod plans;
pub(crate) mod sign_in;

use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup};

use crate::domain::accounts::profile::UserProfile;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::callback_data::{AccountCallback, Callback};
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::model::accounts::account::Account;
use crate::model::billing::plan::Plan;
use crate::model::text::language::Language;
use crate::model::text::texts::TextArg::{Count, Text};
use crate::model::time::Moment;

/// A message to be shown.
pub(crate) type Screen = OutgoingMessage;

/// A message without buttons.
pub(crate) fn plain(html: String) -> Screen {
    Screen { html, keyboard: InlineKeyboardMarkup::default(), protected: false }
}

/// The main menu, with a greeting.
pub(crate) fn menu(localizer: &Localizer, user: &UserProfile, plan: &Plan) -> Screen {
    let html = localizer.html("bot-menu", &standing(user, plan));
    Screen { keyboard: rows(menu_buttons(localizer)), ..plain(html) }
}

/// Who one is here.
pub(crate) fn profile(localizer: &Localizer, user: &UserProfile, (plan, account): (&Plan, &Account)) -> Screen {
    let mut html = localizer.html("bot-profile", &standing(user, plan));
    if let Some(until) = account.plan_until.filter(|_| account.plan == plan.id) {
        html.push('\n');
        html.push_str(&localizer.html("bot-profile-until", &[("day", Text(&until.day()))]));
    }
    let notify = button(localizer.text("bot-button-preferences"), &Callback::Notify);
    let language = button(localizer.text("bot-button-language"), &Callback::Languages);
    let account =
        [accounts::identities::identities_button(localizer), accounts::identities::activity_button(localizer)].into();
    let leave = button(localizer.text("bot-button-delete-account"), &Callback::Account(AccountCallback::AskLeave));
    let buttons = [vec![keys_button(localizer)], vec![notify, language], account, vec![leave], vec![back(localizer)]];
    Screen { keyboard: rows(buttons), ..plain(html) }
}

fn standing<'a>(user: &'a UserProfile, plan: &'a Plan) -> [(&'static str, crate::model::text::texts::TextArg<'a>); 5] {
    [
        ("name", Text(&user.name)),
        ("number", Count(user.id.0)),
        ("plan", Text(&plan.title)),
        ("tokens", Count(user.token_balance)),
        ("rate", Count(i64::from(plan.requests_per_minute))),
    ]
}

fn menu_buttons(localizer: &Localizer) -> [Vec<InlineKeyboardButton>; 4] {
    [
        vec![keys_button(localizer), button(localizer.text("bot-button-new-key"), &Callback::NewKey)],
        vec![sign_in::sessions_button(localizer), button(localizer.text("bot-button-sign-in"), &Callback::SignIn)],
        vec![
            button(localizer.text("bot-button-profile"), &Callback::Profile),
            button(localizer.text("bot-button-plans"), &Callback::Plans),
        ],
        vec![button(localizer.text("bot-button-help"), &Callback::Help)],
    ]
}

fn keys_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-keys"), &Callback::Keys)
}

fn back(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-menu"), &Callback::Menu)
}

/// What the bot can do.
pub(crate) fn help(localizer: &Localizer, admin: bool) -> Screen {
    let mut html = localizer.text("bot-help");
    if admin {
        html.push_str("\n\n");
        html.push_str(&localizer.text("bot-help-admin"));
    }
    Screen { keyboard: rows([vec![back(localizer)]]), ..plain(html) }
}

/// How long ago, in calm words.
fn ago(localizer: &Localizer, at: Moment, now: Moment) -> String {
    let seconds = now.since(at).max(0);
    let (text, count) = match seconds {
        0..60 => ("bot-ago-now", 0),
        60..3600 => ("bot-ago-minutes", seconds / 60),
        3600..86_400 => ("bot-ago-hours", seconds / 3600),
        _ => ("bot-ago-days", seconds / 86_400),
    };
    localizer.html(text, &[("count", Count(count))])
}

/// Which language?
pub(crate) fn languages(localizer: &Localizer) -> Screen {
    let name = |language: Language| match language {
        Language::English => "English",
        Language::Russian => "Русский",
    };
    let button =
        |language: Language| vec![button(name(language).to_owned(), &Callback::Language(language.code().to_owned()))];
    let buttons = Language::ALL.map(button).into_iter().chain([vec![back(localizer)]]);
    Screen { keyboard: rows(buttons), ..plain(localizer.text("bot-language-ask")) }
}

/// It was sent too long ago to be done now.
pub(crate) fn too_late(localizer: &Localizer, command: &str, sent_at: Moment) -> Screen {
    let sent_at = sent_at.to_string();
    // `2026-11-23T12:03:00Z`
    let (day, time) = (sent_at.get(..10).unwrap_or_default(), sent_at.get(11..16).unwrap_or_default());
    plain(localizer.html("bot-too-late", &[("command", Text(command)), ("day", Text(day)), ("time", Text(time))]))
}

/// Nothing personal in a group.
pub(crate) fn in_group(localizer: &Localizer, bot: Option<&str>) -> Screen {
    let screen = plain(localizer.text("bot-group"));
    let link = bot.and_then(|bot| format!("https://t.me/{bot}?start=group").parse().ok());
    let Some(link) = link else { return screen };
    let open = InlineKeyboardButton::url(localizer.text("bot-button-open"), link);
    Screen { keyboard: rows([vec![open]]), ..screen }
}

/// A name short enough for a button.
fn short(name: &str) -> String {
    let name = crate::messages::localizer::visible(name);
    if name.chars().count() <= 24 { name } else { name.chars().take(23).chain(['…']).collect() }
}

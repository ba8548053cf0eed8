//! Messages of the main menu, the profile, help and language.

use teloxide::types::InlineKeyboardButton;

use crate::domain::accounts::profile::UserProfile;
use crate::domain::admin::access::{Admin, AdminAct};
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::accounts::activity::activity_button;
use crate::messages::accounts::identities::identities_button;
use crate::messages::billing::contact::support_button;
use crate::messages::billing::usage::usage_button;
use crate::messages::callback_data::{AccountCallback, Callback};
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::oauth::apps::apps_button;
use crate::messages::sessions::sessions_button;
use crate::messages::{back, keys_button, plain};
use crate::model::accounts::account::Account;
use crate::model::billing::plan::Plan;
use crate::model::text::language::Language;
use crate::model::text::texts::TextArg;
use crate::model::text::texts::TextArg::{Count, Text};

/// Main menu with a greeting.
pub(crate) fn menu(localizer: &Localizer, user: &UserProfile, plan: &Plan) -> OutgoingMessage {
    let html = localizer.html("bot-menu", &plan_values(user, plan));
    OutgoingMessage { keyboard: rows(menu_buttons(localizer)), ..plain(html) }
}

/// Profile of the person: name, plan and balance.
pub(crate) fn profile(localizer: &Localizer, user: &UserProfile, plan: &Plan, account: &Account) -> OutgoingMessage {
    let mut html = localizer.html("bot-profile", &plan_values(user, plan));
    if let Some(until) = account.plan_until.filter(|_| account.plan == plan.id) {
        html.push('\n');
        html.push_str(&localizer.dated("bot-profile-until", &[], until));
    }
    let notify = button(localizer.text("bot-button-preferences"), &Callback::Notify);
    let language = button(localizer.text("bot-button-language"), &Callback::Languages);
    let account = [identities_button(localizer), activity_button(localizer)].into();
    let apps = vec![apps_button(localizer)];
    let delete = button(localizer.text("bot-button-delete-account"), &Callback::Account(AccountCallback::AskDeletion));
    let buttons = [
        vec![keys_button(localizer), usage_button(localizer)],
        vec![notify, language],
        account,
        apps,
        vec![delete],
        vec![back(localizer)],
    ];
    OutgoingMessage { keyboard: rows(buttons), ..plain(html) }
}

fn plan_values<'a>(user: &'a UserProfile, plan: &'a Plan) -> [(&'static str, TextArg<'a>); 5] {
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
        vec![sessions_button(localizer), button(localizer.text("bot-button-sign-in"), &Callback::SignIn)],
        vec![
            button(localizer.text("bot-button-profile"), &Callback::Profile),
            button(localizer.text("bot-button-plans"), &Callback::Plans),
        ],
        vec![button(localizer.text("bot-button-help"), &Callback::Help)],
    ]
}

/// Help: commands and features of the bot. An admin has further commands, by role.
pub(crate) fn help(localizer: &Localizer, admin: Option<&Admin>) -> OutgoingMessage {
    let mut html = localizer.text("bot-help");
    if let Some(admin) = admin {
        let of_people = admin.may(AdminAct::People).then_some("bot-help-admin-people");
        let of_broadcasts = admin.may(AdminAct::Broadcasts).then_some("bot-help-admin-broadcasts");
        let parts = ["bot-help-admin"].into_iter().chain(of_people).chain(of_broadcasts);
        html.push_str("\n\n");
        html.push_str(&parts.map(|part| localizer.text(part)).collect::<Vec<_>>().join("\n"));
    }
    OutgoingMessage { keyboard: rows([vec![support_button(localizer)], vec![back(localizer)]]), ..plain(html) }
}

/// Choice of language, with the present one marked.
pub(crate) fn languages(localizer: &Localizer) -> OutgoingMessage {
    let button = |language: Language| {
        let mark = if language == localizer.language() { "✅ " } else { "" };
        vec![language_button(language, mark)]
    };
    let buttons = Language::ALL.map(button).into_iter().chain([vec![profile_back_button(localizer)]]);
    OutgoingMessage { keyboard: rows(buttons), ..plain(localizer.text("bot-language-ask")) }
}

/// Row of a button for each language.
pub(in crate::messages) fn language_buttons() -> Vec<InlineKeyboardButton> {
    Language::ALL.map(|language| language_button(language, "")).into()
}

fn language_button(language: Language, mark: &str) -> InlineKeyboardButton {
    let name = match language {
        Language::English => "English",
        Language::Russian => "Русский",
    };
    button(format!("{mark}{name}"), &Callback::Language(language.code().to_owned()))
}

/// Button that leads back to the profile.
pub(in crate::messages) fn profile_back_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-profile-back"), &Callback::Profile)
}

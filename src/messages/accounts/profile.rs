//! Messages of the main menu, the profile, help and language.

use teloxide::types::InlineKeyboardButton;

use crate::domain::accounts::profile::UserProfile;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::accounts::activity::activity_button;
use crate::messages::accounts::identities::identities_button;
use crate::messages::billing::usage::usage_button;
use crate::messages::callback_data::{AccountCallback, Callback};
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
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
        html.push_str(&localizer.html("bot-profile-until", &[("day", Text(&localizer.day(until)))]));
    }
    let notify = button(localizer.text("bot-button-preferences"), &Callback::Notify);
    let language = button(localizer.text("bot-button-language"), &Callback::Languages);
    let account = [identities_button(localizer), activity_button(localizer)].into();
    let delete = button(localizer.text("bot-button-delete-account"), &Callback::Account(AccountCallback::AskDeletion));
    let buttons = [
        vec![keys_button(localizer), usage_button(localizer)],
        vec![notify, language],
        account,
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

/// Readers of the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HelpAudience {
    /// Anyone.
    Everyone,
    /// An admin, who has further commands.
    Admin,
}

/// Help: commands and features of the bot.
pub(crate) fn help(localizer: &Localizer, audience: HelpAudience) -> OutgoingMessage {
    let mut html = localizer.text("bot-help");
    if audience == HelpAudience::Admin {
        html.push_str("\n\n");
        html.push_str(&localizer.text("bot-help-admin"));
    }
    OutgoingMessage { keyboard: rows([vec![back(localizer)]]), ..plain(html) }
}

/// Choice of language.
pub(crate) fn languages(localizer: &Localizer) -> OutgoingMessage {
    let name = |language: Language| match language {
        Language::English => "English",
        Language::Russian => "Русский",
    };
    let button =
        |language: Language| vec![button(name(language).to_owned(), &Callback::Language(language.code().to_owned()))];
    let buttons = Language::ALL.map(button).into_iter().chain([vec![back(localizer)]]);
    OutgoingMessage { keyboard: rows(buttons), ..plain(localizer.text("bot-language-ask")) }
}

/// Button that opens the profile.
pub(in crate::messages) fn profile_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-profile"), &Callback::Profile)
}

//! Commands of the bot, parsed from the text of a message.

use crate::bot::incoming::words;
use crate::domain::admin::access::{AdminAct, PersonRef};
use crate::model::admin_action::clean_reason;
use crate::model::admin_action::token_amount::TokenAmount;

/// A command with its parsed arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BotCommand {
    /// `/start`
    Start,
    /// `/profile`
    Profile,
    /// `/newkey [name]`
    NewKey(Option<String>),
    /// `/keys`
    Keys,
    /// `/help`
    Help,
    /// `/language`
    Language,
    /// `/cancel`
    Cancel,
    /// `/plan <user> <plan> [days]`, for admins
    Plan(PlanArgs),
    /// `/start signin_CODE`, from a browser that waits to be signed in
    OpenRequest(String),
    /// `/start device_CODE`, from a device that waits to be signed in
    OpenDevice(String),
    /// `/signin`
    SignIn,
    /// `/sessions`
    Sessions,
    /// `/apps`
    Apps,
    /// `/usage`
    Usage,
    /// `/plans`
    Plans,
    /// `/start buy_PLAN`, from a link that leads to the card of a plan
    OpenPlan(String),
    /// `/purchases`
    Purchases,
    /// `/support`
    Support,
    /// `/paysupport`
    PaySupport,
    /// `/terms`
    Terms,
    /// `/refund [user] <charge>`, for admins
    Refund(RefundArgs),
    /// `/notify`
    Notify,
    /// `/user <user>`, for admins
    User(Option<PersonRef>),
    /// `/grant <user> <tokens> [reason]`, for admins
    Grant(GrantArgs),
    /// `/ban <user> [reason]`, for admins
    Ban(BanArgs),
    /// `/unban <user>`, for admins
    Unban(Option<PersonRef>),
    /// `/undo`, for admins
    Undo,
    /// `/stats`, for admins
    Stats,
    /// `/broadcast`, for admins
    Broadcast,
    /// `/broadcasts`, for admins
    Broadcasts,
    /// Any other command.
    Unknown,
}

/// Commands of everyone's menu. Each has a text `bot-command-NAME`.
pub(crate) const MENU: &[&str] = &[
    "start",
    "signin",
    "profile",
    "keys",
    "newkey",
    "usage",
    "sessions",
    "apps",
    "plans",
    "purchases",
    "notify",
    "language",
    "support",
    "paysupport",
    "terms",
    "help",
    "cancel",
];
/// Additional commands in the menus of admins, with the act that the role of the admin must allow.
pub(crate) const ADMIN_MENU: &[(&str, AdminAct)] = &[
    ("user", AdminAct::People),
    ("plan", AdminAct::Plans),
    ("grant", AdminAct::Tokens),
    ("refund", AdminAct::Refunds),
    ("ban", AdminAct::Bans),
    ("unban", AdminAct::Bans),
    ("undo", AdminAct::People),
    ("stats", AdminAct::Stats),
    ("broadcast", AdminAct::Broadcasts),
    ("broadcasts", AdminAct::Broadcasts),
];

/// Result of looking for a command in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ParsedText {
    /// A command for this bot.
    Ours(BotCommand),
    /// A command for another bot in the group.
    Others,
    /// Not a command.
    Words,
}

impl BotCommand {
    /// Parses a message such as `/NewKey@our_bot my laptop`. Case and white space do not matter.
    pub(crate) fn parse(text: &str, bot: Option<&str>) -> ParsedText {
        let text = text.trim();
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let Some(word) = word.strip_prefix('/') else { return ParsedText::Words };
        let (name, to) = word.split_once('@').map_or((word, None), |(name, to)| (name, Some(to)));
        if to.is_some_and(|to| bot.is_some_and(|bot| !to.eq_ignore_ascii_case(bot))) {
            return ParsedText::Others;
        }
        let rest = rest.trim();
        ParsedText::Ours(match name.to_lowercase().as_str() {
            "start" => words::of_deep_link(rest),
            "signin" => Self::SignIn,
            "sessions" => Self::Sessions,
            "apps" => Self::Apps,
            "usage" => Self::Usage,
            "plans" => Self::Plans,
            "purchases" => Self::Purchases,
            "support" => Self::Support,
            "paysupport" => Self::PaySupport,
            "terms" => Self::Terms,
            "refund" => Self::Refund(RefundArgs::parse(rest)),
            "profile" => Self::Profile,
            "newkey" => Self::NewKey((!rest.is_empty()).then(|| rest.to_owned())),
            "keys" => Self::Keys,
            "help" => Self::Help,
            "language" => Self::Language,
            "cancel" => Self::Cancel,
            "plan" => Self::Plan(PlanArgs::parse(rest)),
            "notify" => Self::Notify,
            "user" => Self::User(PersonRef::parse(rest)),
            "grant" => Self::Grant(GrantArgs::parse(rest)),
            "ban" => Self::Ban(BanArgs::parse(rest)),
            "unban" => Self::Unban(PersonRef::parse(rest)),
            "undo" => Self::Undo,
            "stats" => Self::Stats,
            "broadcast" => Self::Broadcast,
            "broadcasts" => Self::Broadcasts,
            _ => Self::Unknown,
        })
    }
}

impl BotCommand {
    /// Name of a command that creates a secret or changes an account. Such a command is refused if it arrives late.
    pub(crate) const fn lasting(&self) -> Option<&'static str> {
        match self {
            Self::NewKey(_) => Some("/newkey"),
            Self::Plan(_) => Some("/plan"),
            Self::Grant(_) => Some("/grant"),
            Self::Ban(_) => Some("/ban"),
            Self::Unban(_) => Some("/unban"),
            Self::Undo => Some("/undo"),
            Self::Refund(_) => Some("/refund"),
            _ => None,
        }
    }

    /// Act that the role of the sender must allow; `None` for a command of everyone.
    pub(crate) const fn admin_act(&self) -> Option<AdminAct> {
        match self {
            Self::User(_) | Self::Undo => Some(AdminAct::People),
            Self::Plan(_) => Some(AdminAct::Plans),
            Self::Grant(_) => Some(AdminAct::Tokens),
            Self::Ban(_) | Self::Unban(_) => Some(AdminAct::Bans),
            Self::Refund(_) => Some(AdminAct::Refunds),
            Self::Stats => Some(AdminAct::Stats),
            Self::Broadcast | Self::Broadcasts => Some(AdminAct::Broadcasts),
            _ => None,
        }
    }
}

/// Arguments of `/grant <user> <tokens> [reason]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GrantArgs {
    /// Complete and valid. The number is negative to take tokens back.
    Give(PersonRef, i64, String),
    /// Incomplete or invalid; the handler shows the usage.
    Unclear,
}

impl GrantArgs {
    /// Parses the text after the command. The number may be written as people do: `5 000`, `5k`.
    pub(crate) fn parse(text: &str) -> Self {
        let (person, rest) = text.trim().split_once(char::is_whitespace).unwrap_or((text, ""));
        match (PersonRef::parse(person), TokenAmount::parse(rest)) {
            (Some(person), Some(TokenAmount { tokens, rest })) => Self::Give(person, tokens, rest.to_owned()),
            _ => Self::Unclear,
        }
    }
}

/// Arguments of `/ban <user> [reason]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BanArgs {
    /// Person to ban; `None` if none is named, and the handler shows the usage.
    pub(crate) person: Option<PersonRef>,
    /// Reason shown to the person.
    pub(crate) reason: Option<String>,
}

impl BanArgs {
    /// Parses the text after the command.
    pub(crate) fn parse(text: &str) -> Self {
        let (person, reason) = text.trim().split_once(char::is_whitespace).unwrap_or((text, ""));
        Self { person: PersonRef::parse(person), reason: clean_reason(reason) }
    }
}

/// Arguments of `/plan <user> <plan> [days]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PlanArgs {
    /// Complete and valid.
    Give(PersonRef, String, Option<u32>),
    /// Incomplete or invalid; the handler shows the usage.
    Unclear,
}

impl PlanArgs {
    /// Parses the text after the command.
    pub(crate) fn parse(text: &str) -> Self {
        let mut words = text.split_whitespace();
        let (person, plan, days) = (words.next().and_then(PersonRef::parse), words.next(), words.next());
        let days = days.map(str::parse).transpose();
        match (person, plan, days, words.next()) {
            (Some(person), Some(plan), Ok(days), None) if days != Some(0) => {
                Self::Give(person, plan.to_lowercase(), days)
            }
            _ => Self::Unclear,
        }
    }
}

/// Arguments of `/refund [user] <charge>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RefundArgs {
    /// Charge id of the payment, and the person it must belong to, if one was named.
    Charge(Option<PersonRef>, String),
    /// Incomplete or invalid; the handler shows the usage.
    Unclear,
}

impl RefundArgs {
    /// Parses the text after the command.
    pub(crate) fn parse(text: &str) -> Self {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            [charge] => Self::Charge(None, (*charge).to_owned()),
            [person, charge] => match PersonRef::parse(person) {
                Some(person) => Self::Charge(Some(person), (*charge).to_owned()),
                None => Self::Unclear,
            },
            _ => Self::Unclear,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_type_them() {
        let parse = |text| BotCommand::parse(text, Some("neuralbox_bot"));
        assert_eq!(parse("/start"), ParsedText::Ours(BotCommand::Start));
        assert_eq!(parse(" /START@NeuralBox_bot payload"), ParsedText::Ours(BotCommand::Start));
        assert_eq!(parse("/start signin_a-B_9"), ParsedText::Ours(BotCommand::OpenRequest("a-B_9".to_owned())));
        assert_eq!(parse("/start device_WDJB-MJHT"), ParsedText::Ours(BotCommand::OpenDevice("WDJB-MJHT".to_owned())));
        assert_eq!(parse("/start newkey"), ParsedText::Ours(BotCommand::NewKey(None)));
        assert_eq!(parse("/start buy_vip"), ParsedText::Ours(BotCommand::OpenPlan("vip".to_owned())));
        assert_eq!(parse("/start broadcast"), ParsedText::Ours(BotCommand::Start), "a link does nothing for an admin");
        assert_eq!(parse("/refund"), ParsedText::Ours(BotCommand::Refund(RefundArgs::Unclear)));
        let of_olga = RefundArgs::Charge(PersonRef::parse("@olga"), "stx_1".to_owned());
        assert_eq!(parse("/refund @olga  stx_1"), ParsedText::Ours(BotCommand::Refund(of_olga)));
        let of_some_olga = RefundArgs::Charge(PersonRef::parse("olga"), "stx_1".to_owned());
        assert_eq!(parse("/refund olga stx_1"), ParsedText::Ours(BotCommand::Refund(of_some_olga)));
        assert_eq!(parse("/start@other_bot"), ParsedText::Others);
        assert_eq!(parse("/newkey\nmy  laptop "), ParsedText::Ours(BotCommand::NewKey(Some("my  laptop".to_owned()))));
        assert_eq!(parse("/newkey   "), ParsedText::Ours(BotCommand::NewKey(None)));
        assert_eq!(parse("/dance"), ParsedText::Ours(BotCommand::Unknown));
        assert_eq!(parse("start"), ParsedText::Words);
        assert_eq!(parse(""), ParsedText::Words);
    }
}

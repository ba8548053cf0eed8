//! Commands of the bot, parsed from the text of a message.

use crate::domain::admin::access::PersonRef;

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
    /// `/signin`
    SignIn,
    /// `/sessions`
    Sessions,
    /// `/usage`
    Usage,
    /// `/plans`
    Plans,
    /// `/notify`
    Notify,
    /// `/user <user>`, for admins
    User(Option<PersonRef>),
    /// `/grant <user> <tokens> [reason]`, for admins
    Grant(GrantArgs),
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
pub(crate) const MENU: &[&str] =
    &["start", "signin", "profile", "keys", "newkey", "usage", "sessions", "plans", "notify", "language", "help"];
/// Additional commands in the menus of admins.
pub(crate) const ADMIN_MENU: &[&str] = &["user", "plan", "grant", "stats", "broadcast", "broadcasts"];

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
            "start" => rest.strip_prefix("signin_").map_or(Self::Start, |code| Self::OpenRequest(code.to_owned())),
            "signin" => Self::SignIn,
            "sessions" => Self::Sessions,
            "usage" => Self::Usage,
            "plans" => Self::Plans,
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
            _ => None,
        }
    }

    /// True if the command exists only for admins.
    pub(crate) const fn is_admins(&self) -> bool {
        matches!(
            self,
            Self::Plan(_) | Self::User(_) | Self::Grant(_) | Self::Stats | Self::Broadcast | Self::Broadcasts
        )
    }
}

/// Arguments of `/grant <user> <tokens> [reason]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GrantArgs {
    /// Complete and valid.
    Give(PersonRef, u32, String),
    /// Incomplete or invalid; the handler shows the usage.
    Unclear,
}

impl GrantArgs {
    /// Parses the text after the command. The number may have thousands separators, as in `5,000`.
    pub(crate) fn parse(text: &str) -> Self {
        let mut words = text.split_whitespace();
        let (person, tokens) = (words.next().and_then(PersonRef::parse), words.next());
        let tokens = tokens.map(|tokens| tokens.replace([',', '_'], "")).and_then(|tokens| tokens.parse().ok());
        match (person, tokens) {
            (Some(person), Some(tokens @ 1..)) => Self::Give(person, tokens, words.collect::<Vec<_>>().join(" ")),
            _ => Self::Unclear,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_type_them() {
        let parse = |text| BotCommand::parse(text, Some("neuralbox_bot"));
        assert_eq!(parse("/start"), ParsedText::Ours(BotCommand::Start));
        assert_eq!(parse(" /START@NeuralBox_bot payload"), ParsedText::Ours(BotCommand::Start));
        assert_eq!(parse("/start signin_a-B_9"), ParsedText::Ours(BotCommand::OpenRequest("a-B_9".to_owned())));
        assert_eq!(parse("/start@other_bot"), ParsedText::Others);
        assert_eq!(parse("/newkey\nmy  laptop "), ParsedText::Ours(BotCommand::NewKey(Some("my  laptop".to_owned()))));
        assert_eq!(parse("/newkey   "), ParsedText::Ours(BotCommand::NewKey(None)));
        assert_eq!(parse("/dance"), ParsedText::Ours(BotCommand::Unknown));
        assert_eq!(parse("start"), ParsedText::Words);
        assert_eq!(parse(""), ParsedText::Words);
    }
}

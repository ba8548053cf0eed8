//! `setMyCommands`, `getMyCommands` and `deleteMyCommands`, by scope and language.
//! <https://core.telegram.org/bots/api#setmycommands>

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{ApiError, ApiResponse, State, params::Params};

/// Entry of the command menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BotCommand {
    /// Name without the slash.
    command: String,
    description: String,
}

/// Scope and language of a command list. An empty language applies to all others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct CommandAudience {
    scope: CommandScope,
    language: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum CommandScope {
    Default,
    AllPrivateChats,
    /// A scope of groups: stored, but never shown in a private chat.
    Groups(String),
    Chat(i64),
}

/// Command lists by audience.
#[derive(Default)]
pub(crate) struct BotCommands(HashMap<CommandAudience, Vec<BotCommand>>);

impl BotCommands {
    /// Menu of a private chat: the first list in Telegram's order of scopes and languages.
    /// <https://core.telegram.org/bots/api#determining-list-of-commands>
    pub(crate) fn menu(&self, person: i64, language: Option<&str>) -> &[BotCommand] {
        let language = language.unwrap_or_default().split('-').next().unwrap_or_default();
        let scopes = [CommandScope::Chat(person), CommandScope::AllPrivateChats, CommandScope::Default];
        let audiences = scopes.into_iter().flat_map(|scope| {
            [language, ""].map(|language| CommandAudience { scope: scope.clone(), language: language.into() })
        });
        audiences.into_iter().find_map(|audience| self.0.get(&audience)).map_or(&[], Vec::as_slice)
    }
}

/// `setMyCommands`; an empty list deletes.
pub(super) fn set_commands(state: &mut State, params: &Params) -> ApiResponse {
    let list = params.nested("commands", "commands")?.unwrap_or_else(|| json!([]));
    let Value::Array(list) = list else { return Err(ApiError::bad("expected an Array of BotCommand")) };
    if list.len() > 100 {
        return Err(ApiError::bad("BOT_COMMANDS_TOO_MUCH"));
    }
    let commands = list.into_iter().map(parse_command).collect::<Result<Vec<_>, _>>()?;
    let audience = parse_audience(state, params)?;
    if commands.is_empty() {
        state.commands.0.remove(&audience);
    } else {
        state.commands.0.insert(audience, commands);
    }
    Ok(true.into())
}

/// `getMyCommands`
pub(super) fn get_commands(state: &mut State, params: &Params) -> ApiResponse {
    let audience = parse_audience(state, params)?;
    Ok(json!(state.commands.0.get(&audience).map_or(&[][..], Vec::as_slice)))
}

/// `deleteMyCommands`
pub(super) fn delete_commands(state: &mut State, params: &Params) -> ApiResponse {
    let audience = parse_audience(state, params)?;
    state.commands.0.remove(&audience);
    Ok(true.into())
}

fn parse_command(command: Value) -> Result<BotCommand, ApiError> {
    let command: BotCommand =
        serde_json::from_value(command).map_err(|_| ApiError::bad("can't parse BotCommand: expected an Object"))?;
    let name = command.command.strip_prefix('/').unwrap_or(&command.command).to_owned();
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !(1..=32).contains(&name.len()) || !name.chars().all(allowed) {
        return Err(ApiError::bad("BOT_COMMAND_INVALID"));
    }
    if !(1..=256).contains(&command.description.trim().chars().count()) {
        return Err(ApiError::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
    }
    Ok(BotCommand { command: name, ..command })
}

/// Language of a setting: two letters, or empty for all people without a setting in their own language.
pub(super) fn parse_language(params: &Params) -> Result<String, ApiError> {
    let language = params.text("language_code").unwrap_or_default();
    let two_letters = language.len() == 2 && language.chars().all(|c| c.is_ascii_lowercase());
    if language.is_empty() || two_letters {
        Ok(language)
    } else {
        Err(ApiError::bad("invalid language code specified"))
    }
}

fn parse_audience(state: &State, params: &Params) -> Result<CommandAudience, ApiError> {
    let language = parse_language(params)?;
    let scope = match params.nested("scope", "BotCommandScope")? {
        None => CommandScope::Default,
        Some(value) => parse_scope(state, &value)?,
    };
    Ok(CommandAudience { scope, language })
}

fn parse_scope(state: &State, value: &Value) -> Result<CommandScope, ApiError> {
    let unparsed = |reason: &str| ApiError::bad(format!("can't parse BotCommandScope: {reason}"));
    let kind =
        value.get("type").and_then(Value::as_str).ok_or_else(|| unparsed("BotCommandScope must be an Object"))?;
    match kind {
        "default" => Ok(CommandScope::Default),
        "all_private_chats" => Ok(CommandScope::AllPrivateChats),
        "all_group_chats" | "all_chat_administrators" => Ok(CommandScope::Groups(kind.into())),
        "chat" | "chat_administrators" | "chat_member" => {
            let id = value.get("chat_id").ok_or_else(|| unparsed("Can't find field \"chat_id\""))?;
            let id = id.as_i64().or_else(|| id.as_str()?.parse().ok());
            let id = id.filter(|id| state.is_started(*id)).ok_or_else(|| ApiError::bad("chat not found"))?;
            Ok(if kind == "chat" { CommandScope::Chat(id) } else { CommandScope::Groups(format!("{kind}:{id}")) })
        }
        _ => Err(unparsed("Unsupported type specified")),
    }
}

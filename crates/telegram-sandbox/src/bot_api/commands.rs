//! `setMyCommands` and its kin, by scope and language. <https://core.telegram.org/bots/api#setmycommands>

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Answer, Refusal, World, params::Params};

/// A line of the commands menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Command {
    /// Without the slash.
    command: String,
    /// What it does.
    description: String,
}

/// For whom commands are, and in which language (empty: any other).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Audience {
    scope: Scope,
    language: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Scope {
    Default,
    AllPrivateChats,
    /// A scope of groups: kept, never shown in a private chat.
    Groups(String),
    Chat(i64),
}

/// All commands set.
#[derive(Default)]
pub(crate) struct Commands(HashMap<Audience, Vec<Command>>);

impl Commands {
    /// The menu of a private chat, by Telegram's order of scopes and languages.
    /// <https://core.telegram.org/bots/api#determining-list-of-commands>
    pub(crate) fn menu(&self, person: i64, language: Option<&str>) -> &[Command] {
        let language = language.unwrap_or_default().split('-').next().unwrap_or_default();
        let scopes = [Scope::Chat(person), Scope::AllPrivateChats, Scope::Default];
        let audiences = scopes.into_iter().flat_map(|scope| {
            [language, ""].map(|language| Audience { scope: scope.clone(), language: language.into() })
        });
        audiences.into_iter().find_map(|audience| self.0.get(&audience)).map_or(&[], Vec::as_slice)
    }
}

/// `setMyCommands`; an empty list deletes.
pub(super) fn set(world: &mut World, params: &Params) -> Answer {
    let list = params.nested("commands", "commands")?.unwrap_or_else(|| json!([]));
    let Value::Array(list) = list else { return Err(Refusal::bad("expected an Array of BotCommand")) };
    if list.len() > 100 {
        return Err(Refusal::bad("BOT_COMMANDS_TOO_MUCH"));
    }
    let commands = list.into_iter().map(checked).collect::<Result<Vec<_>, _>>()?;
    let audience = audience(world, params)?;
    if commands.is_empty() {
        world.commands.0.remove(&audience);
    } else {
        world.commands.0.insert(audience, commands);
    }
    Ok(true.into())
}

/// `getMyCommands`
pub(super) fn get(world: &mut World, params: &Params) -> Answer {
    let audience = audience(world, params)?;
    Ok(json!(world.commands.0.get(&audience).map_or(&[][..], Vec::as_slice)))
}

/// `deleteMyCommands`
pub(super) fn delete(world: &mut World, params: &Params) -> Answer {
    let audience = audience(world, params)?;
    world.commands.0.remove(&audience);
    Ok(true.into())
}

fn checked(command: Value) -> Result<Command, Refusal> {
    let command: Command =
        serde_json::from_value(command).map_err(|_| Refusal::bad("can't parse BotCommand: expected an Object"))?;
    let name = command.command.strip_prefix('/').unwrap_or(&command.command).to_owned();
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !(1..=32).contains(&name.len()) || !name.chars().all(allowed) {
        return Err(Refusal::bad("BOT_COMMAND_INVALID"));
    }
    if !(1..=256).contains(&command.description.trim().chars().count()) {
        return Err(Refusal::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
    }
    Ok(Command { command: name, ..command })
}

fn audience(world: &World, params: &Params) -> Result<Audience, Refusal> {
    let language = params.text("language_code").unwrap_or_default();
    let two_letters = language.len() == 2 && language.chars().all(|c| c.is_ascii_lowercase());
    if !language.is_empty() && !two_letters {
        return Err(Refusal::bad("invalid language code specified"));
    }
    let scope = match params.nested("scope", "BotCommandScope")? {
        None => Scope::Default,
        Some(value) => scope(world, &value)?,
    };
    Ok(Audience { scope, language })
}

fn scope(world: &World, value: &Value) -> Result<Scope, Refusal> {
    let unparsed = |reason: &str| Refusal::bad(format!("can't parse BotCommandScope: {reason}"));
    let kind =
        value.get("type").and_then(Value::as_str).ok_or_else(|| unparsed("BotCommandScope must be an Object"))?;
    match kind {
        "default" => Ok(Scope::Default),
        "all_private_chats" => Ok(Scope::AllPrivateChats),
        "all_group_chats" | "all_chat_administrators" => Ok(Scope::Groups(kind.into())),
        "chat" | "chat_administrators" | "chat_member" => {
            let id = value.get("chat_id").ok_or_else(|| unparsed("Can't find field \"chat_id\""))?;
            let id = id.as_i64().or_else(|| id.as_str()?.parse().ok());
            let id = id.filter(|id| world.is_started(*id)).ok_or_else(|| Refusal::bad("chat not found"))?;
            Ok(if kind == "chat" { Scope::Chat(id) } else { Scope::Groups(format!("{kind}:{id}")) })
        }
        _ => Err(unparsed("Unsupported type specified")),
    }
}

//! Values of fields: text, numbers, flags, lists and objects, each with its message about a value of another kind.

use std::collections::BTreeMap;

use crate::web::extract::fields::{FieldErrors, FromField};
use crate::web::extract::json_value::JsonValue;

/// Optional value; `null` counts as left out.
impl<T: FromField> FromField for Option<T> {
    fn from_field(value: JsonValue, path: &str, errors: &mut FieldErrors) -> Option<Self> {
        if value == JsonValue::Null { Some(None) } else { T::from_field(value, path, errors).map(Some) }
    }

    fn left_out() -> Option<Self> {
        Some(None)
    }
}

impl FromField for String {
    fn from_field(value: JsonValue, path: &str, errors: &mut FieldErrors) -> Option<Self> {
        let (JsonValue::Text(text) | JsonValue::QueryText(text)) = value else {
            errors.add(path, "must be text");
            return None;
        };
        Some(text)
    }
}

impl FromField for bool {
    fn from_field(value: JsonValue, path: &str, errors: &mut FieldErrors) -> Option<Self> {
        let JsonValue::Flag(flag) = value else {
            errors.add(path, "must be true or false");
            return None;
        };
        Some(flag)
    }
}

impl FromField for i64 {
    fn from_field(value: JsonValue, path: &str, errors: &mut FieldErrors) -> Option<Self> {
        let number = match value {
            JsonValue::Integer(number) => Some(number),
            JsonValue::QueryText(text) => text.parse().ok(),
            _ => None,
        };
        if number.is_none() {
            errors.add(path, "must be a whole number");
        }
        number
    }
}

impl FromField for u32 {
    fn from_field(value: JsonValue, path: &str, errors: &mut FieldErrors) -> Option<Self> {
        let number = Self::try_from(i64::from_field(value, path, errors)?).ok();
        if number.is_none() {
            errors.add(path, format!("must be from 0 to {}", Self::MAX));
        }
        number
    }
}

/// List; its elements are named `path[0]`, `path[1]`, ….
impl<T: FromField> FromField for Vec<T> {
    fn from_field(value: JsonValue, path: &str, errors: &mut FieldErrors) -> Option<Self> {
        let JsonValue::List(elements) = value else {
            errors.add(path, "must be a list");
            return None;
        };
        let read = |(index, element)| T::from_field(element, &format!("{path}[{index}]"), errors);
        // Every element is read, so that all errors are found.
        let elements: Vec<Option<T>> = elements.into_iter().enumerate().map(read).collect();
        elements.into_iter().collect()
    }
}

/// Name of a member of an object whose names are values.
pub(in crate::web) trait FromName: Ord + Sized {
    /// Value of a name, or the message about a wrong one.
    fn from_name(name: &str) -> Result<Self, String>;
}

/// Object whose names are values.
impl<K: FromName, T: FromField> FromField for BTreeMap<K, T> {
    fn from_field(value: JsonValue, path: &str, errors: &mut FieldErrors) -> Option<Self> {
        let JsonValue::Object(members) = value else {
            errors.add(path, "must be an object");
            return None;
        };
        let (mut map, count) = (Self::new(), members.len());
        // One error for all wrong names: a client may send any number of them, of any length.
        if let Some(message) = members.iter().find_map(|(name, _)| K::from_name(name).err()) {
            errors.add(path, message);
        }
        for (name, value) in members {
            let Ok(key) = K::from_name(&name) else { continue };
            let member = format!("{path}.{name}");
            let Some(value) = T::from_field(value, &member, errors) else { continue };
            if map.insert(key, value).is_some() {
                errors.add(&member, "must be there once");
            }
        }
        (map.len() == count).then_some(map)
    }
}

/// Value with one of a few names.
pub(in crate::web) fn one_of<T: Copy>(
    value: JsonValue,
    path: &str,
    errors: &mut FieldErrors,
    choices: &[(&str, T)],
) -> Option<T> {
    let text = String::from_field(value, path, errors)?;
    choose(&text, choices).map_err(|message| errors.add(path, message)).ok()
}

/// Choice of a name, or the message about a name that is none of `choices`.
pub(super) fn choose<T: Copy>(text: &str, choices: &[(&str, T)]) -> Result<T, String> {
    let names = || choices.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let chosen = choices.iter().find(|(name, _)| *name == text);
    chosen.map(|(_, choice)| *choice).ok_or_else(|| format!("must be one of: {}", names()))
}

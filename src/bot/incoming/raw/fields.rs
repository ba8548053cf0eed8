//! Fields of a JSON object by their JSON pointer (RFC 6901). A missing field and one of another type are the same.

use serde_json::Value;

/// Integer at `pointer`.
pub(in crate::bot) fn integer(value: &Value, pointer: &str) -> Option<i64> {
    value.pointer(pointer)?.as_i64()
}

/// Integer at `pointer` that fits the ids of messages and topics.
pub(in crate::bot) fn small_integer(value: &Value, pointer: &str) -> Option<i32> {
    i32::try_from(integer(value, pointer)?).ok()
}

/// Position or length at `pointer`.
pub(in crate::bot) fn unsigned(value: &Value, pointer: &str) -> Option<usize> {
    usize::try_from(integer(value, pointer)?).ok()
}

/// Text at `pointer`.
pub(in crate::bot) fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer)?.as_str()
}

/// True only for `true` at `pointer`.
pub(in crate::bot) fn flag(value: &Value, pointer: &str) -> bool {
    value.pointer(pointer).and_then(Value::as_bool).unwrap_or_default()
}

/// Elements of the array at `pointer`.
pub(in crate::bot) fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// True if the object has one of these fields.
pub(in crate::bot) fn has_any(value: &Value, names: &[&str]) -> bool {
    names.iter().any(|name| value.get(name).is_some())
}

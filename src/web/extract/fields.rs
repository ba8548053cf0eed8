//! Reader of request fields. Reports all invalid fields of a body or query together, in our own words.
//!
//! A request implements [`FromFields`]: it reads its fields by name, and each read records its own error. The
//! `serde` attributes of a request only tell the OpenAPI document that other fields are refused.

use crate::domain::Refusal;
use crate::model::sign_in::login_widget::FieldError;
use crate::web::extract::field_values::choose;
use crate::web::extract::json_value::JsonValue;

/// Limits the invalid fields that one response names.
const MAX_REPORTED_ERRORS: usize = 100;
/// Limits the length of an unknown name in an error, in characters.
const MAX_NAME_CHARS: usize = 64;

/// Invalid fields found so far.
#[derive(Debug, Default)]
pub(in crate::web) struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Records an error; `message` completes the sentence "field …". The empty path is the body itself.
    pub(in crate::web) fn add(&mut self, path: &str, message: impl Into<String>) {
        if self.0.len() < MAX_REPORTED_ERRORS {
            self.0.push(FieldError::new(if path.is_empty() { "body" } else { path }, message));
        }
    }
}

/// Fields of an object that are not read yet.
pub(in crate::web) struct RequestFields<'a> {
    /// Path of the object; empty for a whole body.
    path: &'a str,
    unread: Vec<(String, JsonValue)>,
    errors: &'a mut FieldErrors,
}

/// Treatment of fields that a request does not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::web) enum UnknownFields {
    /// Each is an error: it would have no effect.
    Refused,
    /// They have no effect, as in the objects of others and in queries of pages.
    Ignored,
}

/// Request that is read field by field.
pub(in crate::web) trait FromFields: Sized {
    /// Treatment of fields that are not read.
    const UNKNOWN_FIELDS: UnknownFields = UnknownFields::Refused;

    /// Reads all fields. Returns `None` after an error was recorded; reads the other fields first.
    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self>;
}

/// Value of a field.
pub(in crate::web) trait FromField: Sized {
    /// Reads the value at `path`. Returns `None` after an error was recorded.
    fn from_field(value: JsonValue, path: &str, errors: &mut FieldErrors) -> Option<Self>;

    /// Value of a field that was left out; `None` for a required one.
    fn left_out() -> Option<Self> {
        None
    }
}

impl RequestFields<'_> {
    /// Reads a field. Records an error if it is missing, repeated or of the wrong kind.
    pub(in crate::web) fn read<T: FromField>(&mut self, name: &str) -> Option<T> {
        let path = self.path_of(name);
        let mut values: Vec<_> = self.unread.extract_if(.., |(key, _)| key == name).map(|(_, value)| value).collect();
        let Some(value) = values.pop() else {
            let value = T::left_out();
            if value.is_none() {
                self.errors.add(&path, "is missing");
            }
            return value;
        };
        if values.is_empty() {
            return T::from_field(value, &path, self.errors);
        }
        self.errors.add(&path, "must be there once");
        None
    }

    /// Reads a field that has a default if it is left out; `null` is no value.
    pub(in crate::web) fn read_or_default<T: FromField + Default>(&mut self, name: &str) -> Option<T> {
        if self.unread.iter().any(|(key, _)| key == name) { self.read(name) } else { Some(T::default()) }
    }

    /// Reads a field that `null` removes: `None` if it was left out, `Some(None)` for `null`.
    #[expect(clippy::option_option, reason = "a field left out stays, `null` removes it")]
    pub(in crate::web) fn removable<T: FromField>(&mut self, name: &str) -> Option<Option<Option<T>>> {
        let is_sent = self.unread.iter().any(|(key, _)| key == name);
        self.read::<Option<T>>(name).map(|value| is_sent.then_some(value))
    }

    /// Reads a field with one of a few names.
    pub(in crate::web) fn one_of<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        self.parsed(name, |text: String| choose(&text, choices))
    }

    /// Reads a field and parses its value.
    pub(in crate::web) fn parsed<T: FromField, P, M: Into<String>>(
        &mut self,
        name: &str,
        parse: impl Fn(T) -> Result<P, M>,
    ) -> Option<P> {
        let value = self.read(name)?;
        parse(value).map_err(|message| self.refuse(name, message)).ok()
    }

    /// Reads a text and checks it; it stays as it was sent.
    pub(in crate::web) fn checked<M: Into<String>>(
        &mut self,
        name: &str,
        check: impl Fn(&str) -> Result<(), M>,
    ) -> Option<String> {
        self.parsed(name, |text: String| check(&text).map(|()| text))
    }

    /// Reads a text that may be left out, and checks it if it was sent.
    #[expect(clippy::option_option, reason = "the outer one is `None` after an error, as in every read")]
    pub(in crate::web) fn checked_if_sent<M: Into<String>>(
        &mut self,
        name: &str,
        check: impl Fn(&str) -> Result<(), M>,
    ) -> Option<Option<String>> {
        self.parsed(name, |text: Option<String>| text.as_deref().map_or(Ok(()), &check).map(|()| text))
    }

    /// True if a field was sent and is not `null`.
    pub(in crate::web) fn has(&self, name: &str) -> bool {
        self.unread.iter().any(|(key, value)| key == name && *value != JsonValue::Null)
    }

    /// Ignores fields whether they were sent or not.
    pub(in crate::web) fn skip(&mut self, names: &[&str]) {
        self.unread.retain(|(key, _)| !names.contains(&key.as_str()));
    }

    /// Records an error of a field.
    pub(in crate::web) fn refuse(&mut self, name: &str, message: impl Into<String>) {
        self.errors.add(&self.path_of(name), message);
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// Takes the errors recorded so far, to report them together with those of the domain.
    pub(in crate::web) fn take_errors(&mut self) -> Vec<FieldError> {
        std::mem::take(&mut self.errors.0)
    }

    /// Records each field that was not read.
    pub(in crate::web) fn refuse_unread(&mut self) {
        let mut names: Vec<String> = std::mem::take(&mut self.unread).into_iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let shown: String = name.escape_debug().take(MAX_NAME_CHARS).collect();
            self.refuse(if shown.is_empty() { "\"\"" } else { &shown }, "is not known here");
        }
    }
}

/// Reads a whole body or query.
pub(in crate::web) fn read<T: FromField>(value: JsonValue) -> Result<T, Refusal> {
    let mut errors = FieldErrors::default();
    let read = T::from_field(value, "", &mut errors);
    match read {
        Some(value) if errors.0.is_empty() => Ok(value),
        _ => Err(Refusal::Invalid(errors.0)),
    }
}

impl<T: FromFields> FromField for T {
    fn from_field(value: JsonValue, path: &str, errors: &mut FieldErrors) -> Option<Self> {
        let JsonValue::Object(unread) = value else {
            errors.add(path, "must be an object");
            return None;
        };
        let mut fields = RequestFields { path, unread, errors };
        let read = T::from_fields(&mut fields);
        if T::UNKNOWN_FIELDS == UnknownFields::Refused {
            fields.refuse_unread();
        }
        read
    }
}

/// Implements [`FromFields`] for a struct whose fields are read under their own names.
macro_rules! from_fields {
    ($request:ident { $($field:ident),+ $(,)? }) => {
        from_fields!($request { $($field),+ }, Refused);
    };
    ($request:ident { $($field:ident),+ $(,)? }, $unknown:ident) => {
        impl $crate::web::extract::fields::FromFields for $request {
            const UNKNOWN_FIELDS: $crate::web::extract::fields::UnknownFields =
                $crate::web::extract::fields::UnknownFields::$unknown;

            fn from_fields(fields: &mut $crate::web::extract::fields::RequestFields<'_>) -> Option<Self> {
                $(let $field = fields.read(stringify!($field));)+
                Some(Self { $($field: $field?),+ })
            }
        }
    };
}

pub(in crate::web) use from_fields;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Request with a field of every kind.
    #[derive(Debug, PartialEq)]
    struct Sample {
        name: String,
        count: Option<i64>,
        is_on: bool,
        parts: Vec<SamplePart>,
    }

    #[derive(Debug, PartialEq)]
    struct SamplePart {
        days: u32,
    }

    from_fields!(Sample { name, count, is_on, parts });
    from_fields!(SamplePart { days }, Ignored);

    fn errors(text: &str) -> Vec<String> {
        match JsonValue::parse(text.as_bytes()).and_then(read::<Sample>) {
            Err(Refusal::Invalid(errors)) => {
                errors.into_iter().map(|error| format!("{} {}", error.field, error.message)).collect()
            }
            Err(Refusal::Malformed(how)) => vec![format!("malformed: {how}")],
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_request_is_read() {
        let text = r#"{"parts": [{"days": 7, "more": 1}], "name": "x", "count": null, "is_on": true}"#;
        let sample = JsonValue::parse(text.as_bytes()).and_then(read::<Sample>).expect("a sample");
        let expected = Sample { name: "x".to_owned(), count: None, is_on: true, parts: vec![SamplePart { days: 7 }] };
        assert_eq!(sample, expected);
    }

    #[test]
    fn all_errors_are_named_at_once() {
        let text = r#"{"name": 7, "name": 8, "count": 1.5, "parts": [{"days": -1}, {"days": "7"}, 3, {}], "x": 1}"#;
        assert_eq!(
            errors(text),
            [
                "name must be there once",
                "count must be a whole number",
                "is_on is missing",
                "parts[0].days must be from 0 to 4294967295",
                "parts[1].days must be a whole number",
                "parts[2] must be an object",
                "parts[3].days is missing",
                "x is not known here",
            ]
        );
        assert_eq!(errors("[]"), ["body must be an object"]);
        assert_eq!(
            errors(r#"{"name": null, "is_on": 1, "parts": {}}"#),
            ["name must be text", "is_on must be true or false", "parts must be a list"]
        );
        assert_eq!(errors("{\n\"name\": }"), ["malformed: the body is not valid JSON at line 2, column 9"]);
    }

    #[test]
    fn an_answer_names_a_bounded_number_of_errors() {
        let text = format!("[{}]", vec!["{}"; 200].join(","));
        let refused = JsonValue::parse(text.as_bytes()).and_then(read::<Vec<SamplePart>>);
        let Err(Refusal::Invalid(errors)) = refused else { panic!("{refused:?}") };
        assert_eq!(errors.len(), MAX_REPORTED_ERRORS);
        assert_eq!(errors[99].field, "[99].days");
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(serde_json::Value::from),
            any::<i64>().prop_map(serde_json::Value::from),
            any::<u64>().prop_map(serde_json::Value::from),
            any::<f64>().prop_map(serde_json::Value::from),
            ".{0,8}".prop_map(serde_json::Value::from),
        ];
        let name = prop_oneof!["name", "count", "is_on", "parts", "days", ".{0,3}"];
        leaf.prop_recursive(4, 32, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
                prop::collection::btree_map(name.clone(), inner, 0..6)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_json_is_read_or_every_error_names_a_field(json in any_json()) {
            match JsonValue::parse(json.to_string().as_bytes()).and_then(read::<Sample>) {
                Ok(_) => {}
                Err(Refusal::Invalid(errors)) => {
                    prop_assert!(!errors.is_empty());
                    for FieldError { field, message } in errors {
                        prop_assert!(!field.is_empty() && !message.is_empty());
                        for word in ["serde", "Option", "i64", "u32", "invalid type", "expected"] {
                            prop_assert!(!message.contains(word), "{}", message);
                        }
                    }
                }
                other => prop_assert!(false, "{:?}", other),
            }
        }

        #[test]
        fn any_text_is_read_or_malformed(text in any::<Vec<u8>>()) {
            let _ = JsonValue::parse(&text).and_then(read::<Sample>);
        }
    }
}

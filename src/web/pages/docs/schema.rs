//! JSON Schema for people: types of fields in words, and examples of whole bodies.

use serde_json::{Map, Value};

/// Limits the nesting of examples; no schema of the document is nested deeper.
const MAX_DEPTH: usize = 8;

/// Field of a request or response body.
#[derive(Clone, Debug)]
pub(crate) struct FieldDoc {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) required: bool,
    pub(crate) about: String,
}

/// Schemas of an OpenAPI document.
pub(crate) struct Schemas<'a> {
    document: &'a Value,
}

impl<'a> Schemas<'a> {
    pub(crate) const fn new(document: &'a Value) -> Self {
        Self { document }
    }

    /// Follows a `$ref` within the document.
    pub(crate) fn resolve(&self, schema: &'a Value) -> &'a Value {
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
        target.and_then(|pointer| self.document.pointer(pointer)).unwrap_or(schema)
    }

    /// Fields of an object, including those of its `allOf` parts.
    pub(crate) fn fields(&self, schema: &'a Value) -> Vec<FieldDoc> {
        let schema = self.resolve(schema);
        let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
        let mut fields: Vec<FieldDoc> = parts.flat_map(|part| self.fields(part)).collect();
        let required: Vec<&str> = strings(schema.get("required"));
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            fields.push(FieldDoc {
                name: name.clone(),
                kind: self.kind(property),
                required: required.contains(&name.as_str()),
                about: text(property, "description"),
            });
        }
        // The document lists required fields in source order, and all properties sorted by name.
        fields.sort_by_key(|field| required.iter().position(|name| *name == field.name).unwrap_or(usize::MAX));
        fields
    }

    /// Type of a value in words: `text`, `whole number`, `list of …`.
    pub(crate) fn kind(&self, schema: &'a Value) -> String {
        let schema = self.resolve(schema);
        if let Some(one) = choices(schema).find(|choice| !is_null(choice)) {
            return self.kind(one);
        }
        let kinds = match schema.get("type") {
            Some(Value::String(kind)) => vec![kind.as_str()],
            kinds => strings(kinds),
        };
        let kind = kinds.into_iter().find(|kind| *kind != "null").unwrap_or("object");
        let plain = match (kind, schema.get("format").and_then(Value::as_str)) {
            ("string", Some("date-time")) => "RFC 3339 time",
            ("string", _) => "text",
            ("integer", _) => "whole number",
            ("boolean", _) => "true or false",
            ("array", _) => {
                return format!("list of {}", schema.get("items").map_or_else(String::new, |items| self.kind(items)));
            }
            (other, _) => other,
        };
        let bounds = bounds(schema);
        if bounds.is_empty() { plain.to_owned() } else { format!("{plain}, {bounds}") }
    }

    /// Example of a value, from the schema or by its type.
    pub(crate) fn example(&self, schema: &'a Value) -> Value {
        self.example_within(schema, MAX_DEPTH)
    }

    fn example_within(&self, schema: &'a Value, depth: usize) -> Value {
        let schema = self.resolve(schema);
        if let Some(example) = schema.get("example") {
            return example.clone();
        }
        if depth == 0 {
            return Value::Null;
        }
        if let Some(one) = choices(schema).find(|choice| !is_null(choice)) {
            return self.example_within(one, depth - 1);
        }
        let mut members = Map::new();
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            if let Value::Object(of_part) = self.example_within(part, depth - 1) {
                members.extend(of_part);
            }
        }
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            members.insert(name.clone(), self.example_within(property, depth - 1));
        }
        if !members.is_empty() {
            return Value::Object(members);
        }
        match self.kind(schema).split(',').next().unwrap_or_default() {
            "RFC 3339 time" => "2026-11-23T13:04:05Z".into(),
            "text" => "…".into(),
            "whole number" => 1.into(),
            "true or false" => true.into(),
            _ => schema
                .get("items")
                .map_or(Value::Null, |items| Value::Array(vec![self.example_within(items, depth - 1)])),
        }
    }
}

/// String member of an object; empty if missing.
pub(crate) fn text(of: &Value, name: &str) -> String {
    of.get(name).and_then(Value::as_str).unwrap_or_default().trim().to_owned()
}

fn choices(schema: &Value) -> impl Iterator<Item = &Value> {
    ["oneOf", "anyOf"].into_iter().filter_map(|name| schema.get(name)?.as_array()).flatten()
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null")
}

fn strings(list: Option<&Value>) -> Vec<&str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

fn bounds(schema: &Value) -> String {
    let number = |name: &str| schema.get(name).and_then(Value::as_f64).map(|number| number.to_string());
    let range = |low: Option<String>, high: Option<String>, of: &str| match (low, high) {
        (Some(low), Some(high)) => format!("{low}–{high}{of}"),
        (Some(low), None) => format!("at least {low}{of}"),
        (None, Some(high)) => format!("at most {high}{of}"),
        (None, None) => String::new(),
    };
    let of_text = range(number("minLength"), number("maxLength"), " characters");
    if of_text.is_empty() { range(number("minimum"), number("maximum"), "") } else { of_text }
}

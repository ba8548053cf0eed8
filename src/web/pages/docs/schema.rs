//! JSON Schema for people: types of fields in words, and examples of whole bodies.

use std::iter;

use serde_json::{Map, Value};

use crate::web::pages::docs::prose::{Prose, ProseRenderer};

/// Limits the nesting of examples; no schema of the document is nested deeper.
const MAX_DEPTH: usize = 8;
/// Limits the nesting of listed fields: deeper ones are in the OpenAPI document.
const MAX_FIELD_DEPTH: usize = 3;

/// Field of a request or response body.
#[derive(Clone, Debug)]
pub(crate) struct FieldDoc {
    /// `user.id`, or `charges[].tokens` inside a list.
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) required: bool,
    pub(crate) about: Prose,
}

/// Schemas of an OpenAPI document.
pub(crate) struct Schemas<'a> {
    document: &'a Value,
    prose: &'a ProseRenderer,
}

/// Property of an object.
struct Property<'a> {
    name: &'a str,
    schema: &'a Value,
    required: bool,
}

/// Objects that the value of a property holds.
struct NestedObject<'a> {
    schema: &'a Value,
    /// `[]` for each list around them.
    lists: String,
}

impl<'a> Schemas<'a> {
    pub(crate) const fn new(document: &'a Value, prose: &'a ProseRenderer) -> Self {
        Self { document, prose }
    }

    pub(crate) const fn prose(&self) -> &'a ProseRenderer {
        self.prose
    }

    /// Follows a `$ref` within the document.
    pub(crate) fn resolve(&self, schema: &'a Value) -> &'a Value {
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
        target.and_then(|pointer| self.document.pointer(pointer)).unwrap_or(schema)
    }

    /// Fields of a body, each followed by the fields inside it.
    pub(crate) fn fields(&self, schema: &'a Value) -> Vec<FieldDoc> {
        let body = self.nested(schema);
        let place = if body.lists.is_empty() { String::new() } else { format!("{}.", body.lists) };
        self.fields_below(body.schema, &place, MAX_FIELD_DEPTH)
    }

    fn fields_below(&self, schema: &'a Value, place: &str, depth: usize) -> Vec<FieldDoc> {
        let field = |property: Property<'a>| {
            let name = format!("{place}{}", property.name);
            let nested = self.nested(property.schema);
            let inner = match depth {
                0 => Vec::new(),
                depth => self.fields_below(nested.schema, &format!("{name}{}.", nested.lists), depth - 1),
            };
            let (kind, about) = (self.kind(property.schema), self.prose.line(description(property.schema)));
            iter::once(FieldDoc { name, kind, required: property.required, about }).chain(inner)
        };
        self.properties(schema).into_iter().flat_map(field).collect()
    }

    /// Properties of an object, including those of its `allOf` parts. The document lists required ones in source order,
    /// and all of them sorted by name.
    fn properties(&self, schema: &'a Value) -> Vec<Property<'a>> {
        let schema = self.resolve(schema);
        let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
        let mut properties: Vec<_> = parts.flat_map(|part| self.properties(part)).collect();
        let required: Vec<&str> = strings(schema.get("required"));
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            properties.push(Property { name, schema: property, required: required.contains(&name.as_str()) });
        }
        properties
            .sort_by_key(|property| required.iter().position(|name| *name == property.name).unwrap_or(usize::MAX));
        properties
    }

    /// Follows references, the one alternative of an optional value, and lists.
    fn nested(&self, schema: &'a Value) -> NestedObject<'a> {
        let schema = self.resolve(schema);
        let alternatives: Vec<_> = choices(schema).filter(|choice| !is_null(choice)).collect();
        if let &[one] = alternatives.as_slice() {
            return self.nested(one);
        }
        match schema.get("items") {
            Some(items) => {
                let NestedObject { schema, lists } = self.nested(items);
                NestedObject { schema, lists: format!("[]{lists}") }
            }
            None => NestedObject { schema, lists: String::new() },
        }
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
        let values = strings(schema.get("enum"));
        if !values.is_empty() {
            return values.join(" or ");
        }
        let kind = kinds.into_iter().find(|kind| *kind != "null").unwrap_or("object");
        let plain = match (kind, schema.get("format").and_then(Value::as_str)) {
            ("string", Some("date-time")) => "RFC 3339 time",
            ("string", _) => "text",
            ("integer", _) => "whole number",
            ("boolean", _) => "true or false",
            ("array", _) => {
                let items = schema.get("items").map(|items| self.kind(items)).unwrap_or_default();
                return format!("list of {}", if items == "object" { "objects" } else { &items });
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
        if members.is_empty() { self.example_by_type(schema, depth) } else { Value::Object(members) }
    }

    fn example_by_type(&self, schema: &'a Value, depth: usize) -> Value {
        if let Some(first) = strings(schema.get("enum")).first() {
            return (*first).into();
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
pub(crate) fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of.get(name).and_then(Value::as_str).unwrap_or_default().trim()
}

/// Description of a property. That of an optional reference is beside the reference.
fn description(schema: &Value) -> &str {
    let own = text(schema, "description");
    let of_choice = || choices(schema).map(|choice| text(choice, "description")).find(|text| !text.is_empty());
    if own.is_empty() { of_choice().unwrap_or_default() } else { own }
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

//! API reference, built from the OpenAPI document once at startup.

use serde_json::Value;
use utoipa::openapi::OpenApi;

use crate::web::pages::docs::schema::{FieldDoc, Schemas, text};

/// All operations of the API, grouped by tag.
#[derive(Debug)]
pub(crate) struct ApiReference {
    pub(crate) groups: Vec<EndpointGroup>,
    /// Public URL of the service; addresses in examples begin with it.
    pub(crate) public_url: String,
}

/// Operations of one tag.
#[derive(Debug)]
pub(crate) struct EndpointGroup {
    pub(crate) name: String,
    pub(crate) anchor: String,
    pub(crate) about: String,
    pub(crate) operations: Vec<OperationDoc>,
}

/// Operation for the documentation.
#[derive(Debug)]
pub(crate) struct OperationDoc {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) anchor: String,
    pub(crate) summary: String,
    pub(crate) about: String,
    pub(crate) credential: &'static str,
    pub(crate) parameters: Vec<ParameterDoc>,
    pub(crate) body: Vec<FieldDoc>,
    pub(crate) answers: Vec<ResponseDoc>,
    pub(crate) curl: String,
}

/// Parameter in the path, the query or a header.
#[derive(Debug)]
pub(crate) struct ParameterDoc {
    pub(crate) place: String,
    pub(crate) field: FieldDoc,
}

/// Possible response of an operation.
#[derive(Debug)]
pub(crate) struct ResponseDoc {
    pub(crate) status: String,
    /// First digit of the status; selects its color.
    pub(crate) class: char,
    pub(crate) about: String,
    pub(crate) headers: Vec<(String, String)>,
    /// Example of the body. Problems have none here, because they all have the same form.
    pub(crate) example: Option<String>,
}

impl ApiReference {
    /// Builds the reference from the document. Missing parts are left out.
    pub(crate) fn from_document(document: &OpenApi, public_url: &str) -> Self {
        let document = serde_json::to_value(document).unwrap_or_default();
        let schemas = Schemas::new(&document);
        let mut groups: Vec<EndpointGroup> = members(&document, "tags").map(group).collect();
        for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
            for (method, operation) in
                item.as_object().into_iter().flatten().filter(|(_, value)| value.get("responses").is_some())
            {
                let call =
                    OperationSpec { schemas: &schemas, operation, method: method.to_uppercase(), path, public_url };
                let tag = members(operation, "tags").next().and_then(Value::as_str).unwrap_or_default();
                if let Some(group) = groups.iter_mut().find(|group| group.name == tag) {
                    group.operations.push(call.describe());
                }
            }
        }
        groups.retain(|group| !group.operations.is_empty());
        Self { groups, public_url: public_url.to_owned() }
    }
}

fn group(tag: &Value) -> EndpointGroup {
    let name = text(tag, "name");
    EndpointGroup { anchor: anchor(&name), about: sentence(text(tag, "description")), name, operations: Vec::new() }
}

fn sentence(text: String) -> String {
    if text.is_empty() || text.ends_with(['.', '?', '!']) { text } else { text + "." }
}

/// Operation of the document, with the context needed to describe it.
struct OperationSpec<'a> {
    schemas: &'a Schemas<'a>,
    operation: &'a Value,
    method: String,
    path: &'a str,
    public_url: &'a str,
}

impl OperationSpec<'_> {
    fn describe(&self) -> OperationDoc {
        let schema = self.body_schema();
        OperationDoc {
            method: self.method.clone(),
            path: self.path.to_owned(),
            anchor: anchor(&format!("{} {}", self.method, self.path.trim_start_matches("/api/v2"))),
            summary: sentence(text(self.operation, "summary")),
            about: sentence(text(self.operation, "description")),
            credential: self.credential(),
            parameters: members(self.operation, "parameters").map(|parameter| self.parameter(parameter)).collect(),
            body: schema.map(|schema| self.schemas.fields(schema)).unwrap_or_default(),
            answers: self.answers(),
            curl: self.curl(),
        }
    }

    fn body_schema(&self) -> Option<&Value> {
        let kinds = ["application~1json", "application~1x-www-form-urlencoded"];
        kinds.iter().find_map(|kind| self.operation.pointer(&format!("/requestBody/content/{kind}/schema")))
    }

    /// Name of the required security scheme; empty if none is required. An empty alternative makes the others optional.
    fn credential(&self) -> &'static str {
        let alternatives: Vec<_> = members(self.operation, "security").filter_map(Value::as_object).collect();
        if alternatives.iter().any(|alternative| alternative.is_empty()) {
            return "";
        }
        let is_needed = |scheme: &str| alternatives.iter().any(|alternative| alternative.contains_key(scheme));
        ["session", "key", "service", "refresh"].into_iter().find(|scheme| is_needed(scheme)).unwrap_or_default()
    }

    fn parameter(&self, parameter: &Value) -> ParameterDoc {
        let kind = parameter.get("schema").map(|schema| self.schemas.kind(schema)).unwrap_or_default();
        let required = parameter.get("required").and_then(Value::as_bool).unwrap_or_default();
        let field = FieldDoc { name: text(parameter, "name"), kind, required, about: text(parameter, "description") };
        ParameterDoc { place: text(parameter, "in"), field }
    }

    fn answers(&self) -> Vec<ResponseDoc> {
        let answers = self.operation.get("responses").and_then(Value::as_object).into_iter().flatten();
        answers
            .map(|(status, answer)| {
                let schema = answer.pointer("/content/application~1json/schema");
                let example = schema.map(|schema| self.schemas.example(schema));
                let headers = answer.get("headers").and_then(Value::as_object).into_iter().flatten();
                ResponseDoc {
                    status: status.clone(),
                    class: status.chars().next().unwrap_or('0'),
                    about: text(answer, "description"),
                    headers: headers.map(|(name, header)| (name.clone(), text(header, "description"))).collect(),
                    example: example.and_then(|example| serde_json::to_string_pretty(&example).ok()),
                }
            })
            .collect()
    }

    /// `curl` command that makes the call.
    fn curl(&self) -> String {
        let mut parts = vec![match self.method.as_str() {
            "GET" => format!("curl '{}{}'", self.public_url, self.example_path()),
            method => format!("curl -X {method} '{}{}'", self.public_url, self.example_path()),
        }];
        match self.credential() {
            "session" => parts.push("-H \"Authorization: Bearer $ACCESS_TOKEN\"".to_owned()),
            "key" => parts.push("-H \"Authorization: Bearer $NEURALBOX_KEY\"".to_owned()),
            "service" => parts.push("-H \"Authorization: Bearer $NEURALBOX_SERVICE_TOKEN\"".to_owned()),
            _ if self.method == "POST" => parts.push("-b cookies.txt -c cookies.txt".to_owned()),
            _ => {}
        }
        if let Some(schema) = self.body_schema() {
            let mut example = self.schemas.example(schema);
            if let Value::Object(members) = &mut example {
                members.retain(|_, value| !value.is_null());
            }
            parts.extend(if self.takes_form() { form_parts(&example) } else { json_parts(&example) });
        }
        parts.join(" \\\n  ")
    }

    fn takes_form(&self) -> bool {
        self.operation.pointer("/requestBody/content/application~1x-www-form-urlencoded").is_some()
    }

    /// Path with example parameters and the required part of its query.
    fn example_path(&self) -> String {
        let mut path = self.path.to_owned();
        let mut query = Vec::new();
        for parameter in members(self.operation, "parameters") {
            let name = text(parameter, "name");
            let example = parameter.get("example").or_else(|| parameter.pointer("/schema/example"));
            let example =
                example.map_or_else(|| "…".to_owned(), |value| value.to_string().trim_matches('"').to_owned());
            if text(parameter, "in") == "path" {
                path = path.replace(&format!("{{{name}}}"), &example);
            } else if parameter.get("required").and_then(Value::as_bool) == Some(true) {
                query.push(format!("{name}={example}"));
            }
        }
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }
}

fn json_parts(example: &Value) -> Vec<String> {
    let body = serde_json::to_string(example).unwrap_or_default();
    vec!["-H 'Content-Type: application/json'".to_owned(), format!("-d '{}'", body.replace('\'', r"'\''"))]
}

fn form_parts(example: &Value) -> Vec<String> {
    let fields = example.as_object().into_iter().flatten().filter(|(_, value)| *value != "…");
    fields.map(|(name, value)| format!("--data-urlencode '{name}={}'", value.as_str().unwrap_or_default())).collect()
}

fn members<'a>(of: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    of.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// Anchor of a heading: `POST /keys/{id}` becomes `post-keys-id`.
fn anchor(text: &str) -> String {
    let words = text.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

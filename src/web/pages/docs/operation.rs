//! One operation of the API reference, read from the OpenAPI document.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::web::pages::docs::prose::Prose;
use crate::web::pages::docs::sample::is_required;
use crate::web::pages::docs::schema::{FieldDoc, Schemas, text};
use crate::web::pages::docs::snippets::{Snippet, SnippetLanguage};

/// Prefix of the calls, left out of anchors and contents.
const API_PREFIX: &str = "/api/v2";
/// Member of an operation that lists the codes of its problems.
pub(crate) const PROBLEM_CODES: &str = "x-problem-codes";

/// Operation for the documentation.
#[derive(Debug)]
pub(crate) struct OperationDoc {
    /// Name in generated clients, such as `createKey`.
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) anchor: String,
    pub(crate) summary: Prose,
    pub(crate) about: Prose,
    /// Credentials of which one is needed, in words.
    pub(crate) credentials: Vec<String>,
    pub(crate) parameters: Vec<ParameterDoc>,
    pub(crate) body: Vec<FieldDoc>,
    pub(crate) answers: Vec<ResponseDoc>,
    pub(crate) errors: Vec<ErrorDoc>,
    pub(crate) snippets: Vec<Snippet>,
}

/// Parameter in the path, the query or a header.
#[derive(Debug)]
pub(crate) struct ParameterDoc {
    pub(crate) place: String,
    pub(crate) field: FieldDoc,
}

/// Successful response of an operation.
#[derive(Debug)]
pub(crate) struct ResponseDoc {
    pub(crate) status: String,
    pub(crate) about: Prose,
    pub(crate) headers: Vec<HeaderDoc>,
    pub(crate) fields: Vec<FieldDoc>,
    pub(crate) example: Option<String>,
}

/// Header field of a response.
#[derive(Debug)]
pub(crate) struct HeaderDoc {
    pub(crate) name: String,
    pub(crate) about: Prose,
}

/// Errors of an operation that have one status.
#[derive(Debug)]
pub(crate) struct ErrorDoc {
    pub(crate) status: String,
    /// First digit of the status; selects its color.
    pub(crate) class: char,
    pub(crate) about: Prose,
    /// Codes of the problems, each with an entry at `/docs`.
    pub(crate) codes: Vec<&'static str>,
}

/// Operation of the document, with the context needed to describe it.
pub(crate) struct OperationSpec<'a> {
    pub(crate) schemas: &'a Schemas<'a>,
    pub(crate) operation: &'a Value,
    pub(crate) method: String,
    pub(crate) path: &'a str,
    pub(crate) service: &'a ServiceSpec,
}

/// What the operations share.
pub(crate) struct ServiceSpec {
    /// Public URL of the service; addresses in examples begin with it.
    pub(crate) public_url: String,
    /// Name of the refresh cookie.
    pub(crate) cookie_name: String,
    /// Status of every problem, by its code.
    pub(crate) statuses: BTreeMap<&'static str, u16>,
}

impl OperationDoc {
    /// Path below the prefix of the API.
    pub(crate) fn short_path(&self) -> &str {
        self.path.strip_prefix(API_PREFIX).unwrap_or(&self.path)
    }

    /// Example for a shell.
    pub(crate) fn curl(&self) -> &str {
        let curl = self.snippets.iter().find(|snippet| snippet.language == SnippetLanguage::Curl);
        curl.map(|snippet| snippet.code.as_str()).unwrap_or_default()
    }
}

impl OperationSpec<'_> {
    pub(crate) fn describe(&self) -> OperationDoc {
        let prose = self.schemas.prose();
        OperationDoc {
            id: text(self.operation, "operationId").to_owned(),
            method: self.method.clone(),
            path: self.path.to_owned(),
            anchor: anchor(&format!("{} {}", self.method, self.path.trim_start_matches(API_PREFIX))),
            summary: prose.line(&sentence(text(self.operation, "summary"))),
            about: prose.text(&sentence(text(self.operation, "description"))),
            credentials: self.credentials().into_iter().map(credential_title).collect(),
            parameters: members(self.operation, "parameters").map(|parameter| self.parameter(parameter)).collect(),
            body: self.body_schema().map(|schema| self.schemas.fields(schema)).unwrap_or_default(),
            answers: self
                .responses()
                .filter(|response| !response.is_error())
                .map(|response| self.answer(&response))
                .collect(),
            errors: self.errors(),
            snippets: self.sample_call().snippets(),
        }
    }

    pub(super) fn body_schema(&self) -> Option<&Value> {
        let kinds = ["application~1json", "application~1x-www-form-urlencoded"];
        kinds.iter().find_map(|kind| self.operation.pointer(&format!("/requestBody/content/{kind}/schema")))
    }

    /// Names of the security schemes of which one is required; empty if none is: an empty alternative makes the others
    /// optional.
    pub(super) fn credentials(&self) -> Vec<&str> {
        let alternatives: Vec<_> = members(self.operation, "security").filter_map(Value::as_object).collect();
        if alternatives.iter().any(|alternative| alternative.is_empty()) {
            return Vec::new();
        }
        alternatives.iter().flat_map(|alternative| alternative.keys()).map(String::as_str).collect()
    }

    fn parameter(&self, parameter: &Value) -> ParameterDoc {
        let kind = parameter.get("schema").map(|schema| self.schemas.kind(schema)).unwrap_or_default();
        let required = is_required(parameter);
        let about = self.schemas.prose().line(&sentence(text(parameter, "description")));
        let field = FieldDoc { name: text(parameter, "name").to_owned(), kind, required, about };
        ParameterDoc { place: text(parameter, "in").to_owned(), field }
    }

    pub(super) fn responses(&self) -> impl Iterator<Item = ResponseSpec<'_>> {
        let responses = self.operation.get("responses").and_then(Value::as_object).into_iter().flatten();
        responses.map(|(status, response)| ResponseSpec { status, response })
    }

    fn answer(&self, spec: &ResponseSpec<'_>) -> ResponseDoc {
        let prose = self.schemas.prose();
        let schema = spec.response.pointer("/content/application~1json/schema");
        let example = schema.map(|schema| self.schemas.example(schema));
        let headers = spec.response.get("headers").and_then(Value::as_object).into_iter().flatten();
        let header = |(name, header): (&String, &Value)| HeaderDoc {
            name: name.clone(),
            about: prose.line(&sentence(text(header, "description"))),
        };
        ResponseDoc {
            status: spec.status.to_owned(),
            about: prose.line(&sentence(text(spec.response, "description"))),
            headers: headers.map(header).collect(),
            fields: schema.map(|schema| self.schemas.fields(schema)).unwrap_or_default(),
            example: example.and_then(|example| serde_json::to_string_pretty(&example).ok()),
        }
    }

    /// Errors by status: those that the document describes, and those of which it names a code only.
    fn errors(&self) -> Vec<ErrorDoc> {
        let prose = self.schemas.prose();
        let mut by_status: BTreeMap<String, ErrorDoc> = BTreeMap::new();
        for spec in self.responses().filter(ResponseSpec::is_error) {
            let about = prose.line(&sentence(text(spec.response, "description")));
            by_status.insert(spec.status.to_owned(), ErrorDoc::new(spec.status, about));
        }
        let named: Vec<_> = members(self.operation, PROBLEM_CODES).filter_map(Value::as_str).collect();
        for (code, status) in self.service.statuses.iter().filter(|(code, _)| named.contains(*code)) {
            let status = status.to_string();
            let error = by_status.entry(status.clone()).or_insert_with(|| ErrorDoc::new(&status, Prose::default()));
            error.codes.push(*code);
        }
        by_status.into_values().collect()
    }
}

/// Response of the document.
pub(super) struct ResponseSpec<'a> {
    pub(super) status: &'a str,
    pub(super) response: &'a Value,
}

impl ResponseSpec<'_> {
    fn is_error(&self) -> bool {
        !self.status.starts_with(['1', '2', '3'])
    }
}

impl ErrorDoc {
    fn new(status: &str, about: Prose) -> Self {
        let (status, class) = match status {
            "default" => ("other", '0'),
            status => (status, status.chars().next().unwrap_or('0')),
        };
        Self { status: status.to_owned(), class, about, codes: Vec::new() }
    }
}

fn credential_title(scheme: &str) -> String {
    match scheme {
        "session" => "an access token",
        "app" => "one of an app",
        "key" => "an API key",
        "service" => "the service credential",
        "refresh" => "the refresh cookie",
        other => other,
    }
    .to_owned()
}

/// Adds the full stop that one-line descriptions leave out.
pub(crate) fn sentence(text: &str) -> String {
    if text.is_empty() || text.ends_with(['.', '?', '!']) { text.to_owned() } else { format!("{text}.") }
}

/// Members of a list; none if it is missing.
pub(crate) fn members<'a>(of: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    of.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// Anchor of a heading: `POST /keys/{id}` becomes `post-keys-id`.
pub(crate) fn anchor(text: &str) -> String {
    let words = text.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

//! What the examples of an operation send, taken from the examples of the OpenAPI document.

use serde_json::Value;

use crate::web::pages::docs::operation::{OperationSpec, ResponseSpec, members};
use crate::web::pages::docs::schema::text;
use crate::web::pages::docs::snippets::{CookieUse, SampleCall, SampleField, SnippetBody};

/// Origin of addresses in the document's examples. Examples of a running service have its own.
const EXAMPLE_ORIGIN: &str = "http://localhost:8080";

impl OperationSpec<'_> {
    pub(super) fn sample_call(&self) -> SampleCall {
        let credentials = self.credentials();
        let bearer = credentials.iter().find_map(|scheme| match *scheme {
            "session" => Some("ACCESS_TOKEN"),
            "key" => Some("NEURALBOX_KEY"),
            "service" => Some("NEURALBOX_SERVICE_TOKEN"),
            _ => None,
        });
        SampleCall {
            method: self.method.clone(),
            url: format!("{}{}", self.service.public_url, self.example_path()),
            bearer,
            cookie_name: self.service.cookie_name.clone(),
            cookie: self.cookie_use(),
            headers: self.example_headers(),
            body: self.example_body(),
            answers_json: self.responses().any(|spec| {
                spec.status.starts_with('2') && spec.response.pointer("/content/application~1json").is_some()
            }),
        }
    }

    fn cookie_use(&self) -> CookieUse {
        let is_named = members(self.operation, "security").any(|alternative| alternative.get("refresh").is_some());
        let sets = |spec: ResponseSpec<'_>| {
            spec.status == "200" && text(spec.response, "description").contains("sets the refresh cookie")
        };
        if is_named {
            CookieUse::Sent
        } else if self.responses().any(sets) {
            CookieUse::Stored
        } else {
            CookieUse::None
        }
    }

    fn example_headers(&self) -> Vec<SampleField> {
        let required = members(self.operation, "parameters").filter(|parameter| is_required(parameter));
        let headers = required.filter(|parameter| text(parameter, "in") == "header");
        headers.map(|header| SampleField { name: text(header, "name").to_owned(), value: example(header) }).collect()
    }

    fn example_body(&self) -> SnippetBody {
        let Some(schema) = self.body_schema() else { return SnippetBody::None };
        let mut body = self.schemas.example(schema);
        if let Value::Object(members) = &mut body {
            members.retain(|_, value| !value.is_null());
            for value in members.values_mut() {
                if let Value::String(text) = value {
                    *text = text.replace(EXAMPLE_ORIGIN, &self.service.public_url);
                }
            }
        }
        if self.operation.pointer("/requestBody/content/application~1json").is_some() {
            return SnippetBody::Json(body);
        }
        let fields = body.as_object().into_iter().flatten().filter(|(_, value)| *value != "…");
        let field = |(name, value): (&String, &Value)| SampleField {
            name: name.clone(),
            value: value.as_str().unwrap_or_default().to_owned(),
        };
        SnippetBody::Form(fields.map(field).collect())
    }

    /// Path with example parameters and the required part of its query.
    fn example_path(&self) -> String {
        let mut path = self.path.to_owned();
        let mut query = Vec::new();
        for parameter in members(self.operation, "parameters") {
            let name = text(parameter, "name");
            match text(parameter, "in") {
                "path" => path = path.replace(&format!("{{{name}}}"), &example(parameter)),
                "query" if is_required(parameter) => query.push(format!("{name}={}", example(parameter))),
                _ => {}
            }
        }
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }
}

pub(super) fn is_required(parameter: &Value) -> bool {
    parameter.get("required").and_then(Value::as_bool) == Some(true)
}

fn example(parameter: &Value) -> String {
    let example = parameter.get("example").or_else(|| parameter.pointer("/schema/example"));
    example.map_or_else(|| "…".to_owned(), |value| value.to_string().trim_matches('"').to_owned())
}

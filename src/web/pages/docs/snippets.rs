//! Example of a call in the languages of the reference.

use serde_json::Value;

/// Language of the examples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum SnippetLanguage {
    #[default]
    Curl,
    Python,
    JavaScript,
}

impl SnippetLanguage {
    pub(crate) const ALL: [Self; 3] = [Self::Curl, Self::Python, Self::JavaScript];

    /// Value of `lang` in addresses.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Python => "python",
            Self::JavaScript => "javascript",
        }
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Python => "Python",
            Self::JavaScript => "JavaScript",
        }
    }
}

/// Example of a call in one language.
#[derive(Debug)]
pub(crate) struct Snippet {
    pub(crate) language: SnippetLanguage,
    pub(crate) code: String,
}

/// Part that the refresh cookie has in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CookieUse {
    None,
    /// The response sets it.
    Stored,
    /// The request carries it, and the response replaces it.
    Sent,
}

/// Body of an example.
#[derive(Debug)]
pub(crate) enum SnippetBody {
    None,
    Json(Value),
    Form(Vec<SampleField>),
}

/// Header field, or field of a form.
#[derive(Debug)]
pub(crate) struct SampleField {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// What the example sends.
#[derive(Debug)]
pub(crate) struct SampleCall {
    pub(crate) method: String,
    pub(crate) url: String,
    /// Variable of the environment that holds the bearer credential.
    pub(crate) bearer: Option<&'static str>,
    /// Name of the refresh cookie.
    pub(crate) cookie_name: String,
    pub(crate) cookie: CookieUse,
    pub(crate) headers: Vec<SampleField>,
    pub(crate) body: SnippetBody,
    /// True if the successful response has a JSON body.
    pub(crate) answers_json: bool,
}

impl SampleCall {
    pub(crate) fn snippets(&self) -> Vec<Snippet> {
        let code = |language| match language {
            SnippetLanguage::Curl => self.curl(),
            SnippetLanguage::Python => self.python(),
            SnippetLanguage::JavaScript => self.javascript(),
        };
        SnippetLanguage::ALL.into_iter().map(|language| Snippet { language, code: code(language) }).collect()
    }

    fn curl(&self) -> String {
        let mut parts = vec![match self.method.as_str() {
            "GET" => format!("curl '{}'", self.url),
            method => format!("curl -X {method} '{}'", self.url),
        }];
        parts.extend(self.bearer.map(|variable| format!("-H \"Authorization: Bearer ${variable}\"")));
        parts.extend(self.headers.iter().map(|header| format!("-H '{}: {}'", header.name, header.value)));
        match self.cookie {
            CookieUse::None => {}
            CookieUse::Stored => parts.push("-c cookies.txt".to_owned()),
            CookieUse::Sent => parts.push("-b cookies.txt -c cookies.txt".to_owned()),
        }
        match &self.body {
            SnippetBody::None => {}
            SnippetBody::Json(body) => {
                parts.push("-H 'Content-Type: application/json'".to_owned());
                parts.push(format!("-d '{}'", body.to_string().replace('\'', r"'\''")));
            }
            SnippetBody::Form(fields) => {
                parts.extend(fields.iter().map(|field| format!("--data-urlencode '{}={}'", field.name, field.value)));
            }
        }
        parts.join(" \\\n  ")
    }

    fn python(&self) -> String {
        let arguments = self.python_arguments();
        let imports = if arguments.contains("os.environ") { "import os\n\n" } else { "" };
        let print = if self.answers_json { "response.json()" } else { "response.status_code" };
        let call = self.method.to_lowercase();
        format!(
            "{imports}import requests\n\nresponse = requests.{call}(\n{arguments}\n)\nresponse.raise_for_status()\n\
             print({print})"
        )
    }

    fn python_arguments(&self) -> String {
        let mut arguments = vec![format!("    {},", quoted(&self.url))];
        let mut headers = pairs(&self.headers);
        headers
            .extend(self.bearer.map(|variable| format!("\"Authorization\": f\"Bearer {{os.environ['{variable}']}}\"")));
        if !headers.is_empty() {
            arguments.push(format!("    headers={{{}}},", headers.join(", ")));
        }
        if self.cookie == CookieUse::Sent {
            arguments.push(format!("    cookies={{{}: os.environ[\"REFRESH_COOKIE\"]}},", quoted(&self.cookie_name)));
        }
        match &self.body {
            SnippetBody::None => {}
            SnippetBody::Json(body) => arguments.push(format!("    json={},", python_literal(body))),
            SnippetBody::Form(fields) => arguments.push(format!("    data={{{}}},", pairs(fields).join(", "))),
        }
        arguments.join("\n")
    }

    fn javascript(&self) -> String {
        let options = self.fetch_options();
        let options = if options.is_empty() { String::new() } else { format!(", {{\n{}\n}}", options.join("\n")) };
        let print = if self.answers_json { "await response.json()" } else { "response.status" };
        format!(
            "const response = await fetch({}{options});\nif (!response.ok) throw new Error((await response.json()).detail);\n\
             console.log({print});",
            quoted(&self.url)
        )
    }

    fn fetch_options(&self) -> Vec<String> {
        let mut options = Vec::new();
        if self.method != "GET" {
            options.push(format!("  method: {},", quoted(&self.method)));
        }
        let mut headers = pairs(&self.headers);
        headers.extend(self.bearer.map(|variable| format!("Authorization: `Bearer ${{process.env.{variable}}}`")));
        if matches!(self.body, SnippetBody::Json(_)) {
            headers.push("\"Content-Type\": \"application/json\"".to_owned());
        }
        if !headers.is_empty() {
            options.push(format!("  headers: {{ {} }},", headers.join(", ")));
        }
        if self.cookie != CookieUse::None {
            options.push("  credentials: \"include\",".to_owned());
        }
        match &self.body {
            SnippetBody::None => {}
            SnippetBody::Json(body) => options.push(format!("  body: JSON.stringify({}),", spaced(body))),
            SnippetBody::Form(fields) => {
                options.push(format!("  body: new URLSearchParams({{ {} }}),", pairs(fields).join(", ")));
            }
        }
        options
    }
}

/// Members of an object literal that Python and JavaScript read alike.
fn pairs(fields: &[SampleField]) -> Vec<String> {
    fields.iter().map(|field| format!("{}: {}", quoted(&field.name), quoted(&field.value))).collect()
}

/// String literal that Python and JavaScript read alike.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn python_literal(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Array(items) => format!("[{}]", items.iter().map(python_literal).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| format!("{}: {}", quoted(name), python_literal(value));
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// JSON with a space after each separator, as people write it.
fn spaced(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(spaced).collect::<Vec<_>>().join(", ")),
        Value::Object(members) if !members.is_empty() => {
            let member = |(name, value): (&String, &Value)| format!("{}: {}", quoted(name), spaced(value));
            format!("{{ {} }}", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

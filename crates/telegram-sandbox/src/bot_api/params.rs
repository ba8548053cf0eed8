//! Parameters of a call from query, form, JSON or multipart. The body takes precedence over the query.
//! <https://core.telegram.org/bots/api#making-requests>

use std::collections::HashMap;

use axum::{
    RequestExt,
    body::Bytes,
    extract::{FromRequest, Multipart, Request},
    http::header,
};
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::ApiError;

pub(crate) struct Params {
    fields: Map<String, Value>,
    /// Uploaded files by the name of their part.
    files: HashMap<String, Bytes>,
}

impl Params {
    /// Reads the parameters of a request.
    pub(super) async fn read(request: Request) -> Result<Self, ApiError> {
        let mut fields = form(request.uri().query().unwrap_or_default().as_bytes());
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.map(str::to_ascii_lowercase).unwrap_or_default();
        let body = if kind.starts_with("multipart/form-data") {
            multipart(request).await?
        } else {
            let bytes: Bytes = request.extract().await.map_err(|_| ApiError::new(413, "Request Entity Too Large"))?;
            Self::new(if kind.starts_with("application/json") { json_object(&bytes)? } else { form(&bytes) })
        };
        fields.extend(body.fields);
        Ok(Self { fields, files: body.files })
    }

    /// Parameters from an object, as in a webhook response.
    pub(crate) fn new(fields: Map<String, Value>) -> Self {
        Self { fields, files: HashMap::new() }
    }

    /// All parameters, for the log.
    pub(super) fn into_value(self) -> Value {
        self.fields.into()
    }

    /// Text of a parameter. Numbers and booleans are converted.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.fields.get(name)? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    /// Text that must be given and not empty.
    pub(super) fn required(&self, name: &str) -> Result<String, ApiError> {
        let text = self.text(name).filter(|text| !text.is_empty());
        text.ok_or_else(|| ApiError::bad(format!("parameter \"{name}\" is required")))
    }

    /// Integer, also from text.
    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        match self.fields.get(name)? {
            Value::String(text) => text.trim().parse().ok(),
            number => number.as_i64(),
        }
    }

    /// True for `true`, `1` and `yes` in any case.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| matches!(text.to_ascii_lowercase().as_str(), "true" | "1" | "yes"))
    }

    /// Object or array, also from JSON text. Empty text is `None`; invalid JSON is an error that names `what`.
    pub(super) fn nested(&self, name: &str, what: &str) -> Result<Option<Value>, ApiError> {
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| ApiError::bad(format!("can't parse {what} JSON object"))),
            Some(value) => Ok(Some(value.clone())),
        }
    }

    /// Uploaded file. `attach://<name>` refers to another part.
    pub(super) fn upload(&self, name: &str) -> Option<Upload> {
        let value = self.fields.get(name)?;
        if let Some(part) = value.as_str().and_then(|text| text.strip_prefix("attach://")) {
            return if part == name { None } else { self.upload(part) };
        }
        let size = usize::try_from(value.get("size")?.as_u64()?).ok()?;
        let bytes = self.files.get(name).cloned().unwrap_or_default();
        Some(Upload { name: value.get("uploaded")?.as_str()?.to_owned(), size, bytes })
    }
}

/// Uploaded file.
pub(super) struct Upload {
    pub(super) name: String,
    /// Size in bytes.
    pub(super) size: usize,
    pub(super) bytes: Bytes,
}

fn form(bytes: &[u8]) -> Map<String, Value> {
    form_urlencoded::parse(bytes).map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect()
}

fn json_object(bytes: &[u8]) -> Result<Map<String, Value>, ApiError> {
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_slice(bytes).map_err(|_| ApiError::bad("can't parse JSON object"))
}

async fn multipart(request: Request) -> Result<Params, ApiError> {
    let broken = || ApiError::bad("can't parse multipart form");
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| broken())?;
    let mut params = Params::new(Map::new());
    while let Some(part) = form.next_field().await.map_err(|_| broken())? {
        let Some(name) = part.name().map(str::to_owned) else { continue };
        let file = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.map_err(|_| broken())?;
        let value = match file {
            Some(file) => {
                let value = json!({"uploaded": file, "size": bytes.len()});
                params.files.insert(name.clone(), bytes);
                value
            }
            None => String::from_utf8_lossy(&bytes).into_owned().into(),
        };
        params.fields.insert(name, value);
    }
    Ok(params)
}

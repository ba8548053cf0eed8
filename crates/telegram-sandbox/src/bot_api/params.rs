//! Parameters of a call from query, form, JSON or multipart. The body takes precedence over the query.
//! <https://core.telegram.org/bots/api#making-requests>

use axum::{
    RequestExt,
    extract::{FromRequest, Multipart, Request},
    http::header,
};
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::ApiError;

pub(crate) struct Params(Map<String, Value>);

impl Params {
    /// Reads the parameters of a request.
    pub(super) async fn read(request: Request) -> Result<Self, ApiError> {
        let mut params = form(request.uri().query().unwrap_or_default().as_bytes());
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.map(str::to_ascii_lowercase).unwrap_or_default();
        let body = if kind.starts_with("multipart/form-data") {
            multipart(request).await?
        } else {
            let bytes: axum::body::Bytes =
                request.extract().await.map_err(|_| ApiError::new(413, "Request Entity Too Large"))?;
            if kind.starts_with("application/json") { json_object(&bytes)? } else { form(&bytes) }
        };
        params.extend(body);
        Ok(Self(params))
    }

    /// Parameters from an object, as in a webhook response.
    pub(crate) fn new(fields: Map<String, Value>) -> Self {
        Self(fields)
    }

    /// All parameters, for the log.
    pub(super) fn into_value(self) -> Value {
        self.0.into()
    }

    /// Text of a parameter. Numbers and booleans are converted.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
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
        match self.0.get(name)? {
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
        match self.0.get(name) {
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
        let value = self.0.get(name)?;
        if let Some(part) = value.as_str().and_then(|text| text.strip_prefix("attach://")) {
            return if part == name { None } else { self.upload(part) };
        }
        let size = usize::try_from(value.get("size")?.as_u64()?).ok()?;
        Some(Upload { name: value.get("uploaded")?.as_str()?.to_owned(), size })
    }
}

/// Uploaded file. Its bytes are discarded.
pub(super) struct Upload {
    pub(super) name: String,
    /// Size in bytes.
    pub(super) size: usize,
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

async fn multipart(request: Request) -> Result<Map<String, Value>, ApiError> {
    let broken = || ApiError::bad("can't parse multipart form");
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| broken())?;
    let mut params = Map::new();
    while let Some(part) = form.next_field().await.map_err(|_| broken())? {
        let Some(name) = part.name().map(str::to_owned) else { continue };
        let file = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.map_err(|_| broken())?;
        let value = match file {
            Some(file) => json!({"uploaded": file, "size": bytes.len()}),
            None => String::from_utf8_lossy(&bytes).into_owned().into(),
        };
        params.insert(name, value);
    }
    Ok(params)
}

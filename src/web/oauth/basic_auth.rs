//! Credentials of a client: by Basic, in the form, or its id alone (RFC 6749, section 2.3.1).

use std::borrow::Cow;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;

use crate::domain::oauth::client_auth::{ClientAuthWay, ClientCredentials};
use crate::model::crypto::secret::Secret;
use crate::web::extract::header_fields::{SingleField, single};
use crate::web::oauth::failure::OAuthFailure;
use crate::web::oauth::oauth_form::OAuthForm;

/// Base64 with or without padding: clients differ.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads the credentials. Refuses two ways at the same time.
pub(crate) fn credentials(headers: &HeaderMap, form: &OAuthForm) -> Result<ClientCredentials, OAuthFailure> {
    let Some(basic) = basic(headers)? else {
        let client_id = form.required("client_id", "client_id is missing")?.to_owned();
        let secret = form.get("client_secret").map(|secret| Secret::new(secret.to_owned()));
        return Ok(ClientCredentials { client_id, secret, way: ClientAuthWay::Body });
    };
    let is_same = form.get("client_id").is_none_or(|id| id == basic.client_id);
    if form.get("client_secret").is_some() || !is_same {
        return Err(OAuthFailure::invalid_request("the client authenticates in two ways"));
    }
    Ok(basic)
}

/// Credentials of `Authorization: Basic`.
fn basic(headers: &HeaderMap) -> Result<Option<ClientCredentials>, OAuthFailure> {
    let unreadable = || OAuthFailure::invalid_request("the Authorization field must be Basic, with id and secret");
    let text = match single(headers, AUTHORIZATION) {
        SingleField::Absent => return Ok(None),
        SingleField::Text(text) => text,
        SingleField::Unreadable => return Err(unreadable()),
    };
    let (scheme, encoded) = text.split_once(' ').ok_or_else(unreadable)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(unreadable());
    }
    let decoded = BASE64.decode(encoded.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let decoded = decoded.ok_or_else(unreadable)?;
    let (id, secret) = decoded.split_once(':').ok_or_else(unreadable)?;
    let (client_id, secret) = form_decoded(id).zip(form_decoded(secret)).ok_or_else(unreadable)?;
    let secret = Some(secret).filter(|secret| !secret.is_empty()).map(Secret::new);
    Ok(Some(ClientCredentials { client_id, secret, way: ClientAuthWay::Basic }))
}

/// Both halves are form-encoded before they are joined (RFC 6749, section 2.3.1). Ids and secrets of ours look the same
/// either way.
fn form_decoded(half: &str) -> Option<String> {
    let spaced = half.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn read(authorization: Option<&str>, form: &[(&str, &str)]) -> Option<(String, Option<String>)> {
        let mut headers = HeaderMap::new();
        if let Some(value) = authorization {
            headers.insert(AUTHORIZATION, HeaderValue::from_str(value).expect("a value"));
        }
        let read = credentials(&headers, &OAuthForm::of(form)).ok()?;
        Some((read.client_id, read.secret.map(|secret| secret.reveal().to_owned())))
    }

    #[test]
    fn basic_is_form_decoded_after_base64() {
        let basic = |text: &str| format!("Basic {}", BASE64.encode(text));
        let pair = |id: &str, secret: &str| Some((id.to_owned(), Some(secret.to_owned())));
        assert_eq!(read(Some(&basic("c_1:ncs_2")), &[]), pair("c_1", "ncs_2"));
        assert_eq!(read(Some(&basic("c%5F1:a+b%3Ac:d")), &[]), pair("c_1", "a b:c:d"));
        assert_eq!(read(Some("basic Y18xOnM"), &[]), pair("c_1", "s"), "without padding");
        assert_eq!(read(Some(&basic("c_1:")), &[]), Some(("c_1".to_owned(), None)));
        for bad in ["Basic", "Basic ?", "Bearer x", &basic("c_1"), "Basic /w=="] {
            assert_eq!(read(Some(bad), &[("client_id", "c_1")]), None, "{bad}");
        }
    }

    #[test]
    fn one_way_only() {
        let basic = format!("Basic {}", BASE64.encode("c_1:s"));
        assert!(read(Some(&basic), &[("client_id", "c_1")]).is_some());
        assert!(read(Some(&basic), &[("client_id", "c_2")]).is_none());
        assert!(read(Some(&basic), &[("client_secret", "s")]).is_none());
        assert_eq!(read(None, &[("client_id", "c_1")]), Some(("c_1".to_owned(), None)));
        assert!(read(None, &[("client_secret", "s")]).is_none());
    }
}

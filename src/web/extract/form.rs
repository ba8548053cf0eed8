//! Form bodies of at most 64 KiB. Each field may appear once.

use axum::extract::{FromRequest, Request};
use url::form_urlencoded;

use crate::domain::Refusal;
use crate::web::extract::json;
use crate::web::problem::Problem;

/// Fields of a submitted form.
pub(crate) struct FormBody(Vec<(String, String)>);

impl FormBody {
    /// Value of a field; empty if the field is missing.
    pub(crate) fn get(&self, field: &str) -> &str {
        self.0.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value)
    }

    fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let mut fields: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
        fields.sort_unstable();
        let has_duplicate = fields.windows(2).any(|pair| matches!(pair, [one, other] if one.0 == other.0));
        if has_duplicate {
            return Err(Refusal::Malformed("a field appears twice".to_owned()));
        }
        // The decoder replaces invalid UTF-8 by this character.
        if fields.iter().any(|(name, value)| name.contains('\u{fffd}') || value.contains('\u{fffd}')) {
            return Err(Refusal::Malformed("the form is not UTF-8".to_owned()));
        }
        Ok(Self(fields))
    }
}

impl<S: Send + Sync> FromRequest<S> for FormBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if json::media_type(request.headers()).as_deref() != Some("application/x-www-form-urlencoded") {
            return Err(json::wrong_kind("Send a form, with `Content-Type: application/x-www-form-urlencoded`."));
        }
        Ok(Self::parse(&json::read(request).await?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_once() {
        let form = FormBody::parse(b"name=a%2Bb+%2541&empty=").expect("a form");
        assert_eq!((form.get("name"), form.get("empty"), form.get("other")), ("a+b %41", "", ""));
        assert!(FormBody::parse(b"a=1&a=2").is_err());
        assert!(FormBody::parse(b"a=%ff").is_err());
    }
}

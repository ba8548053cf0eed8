//! Form bodies of at most 64 KiB. Each field may appear once.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{FromRequest, Request};
use url::form_urlencoded;

use crate::domain::Refusal;
use crate::web::extract::json;
use crate::web::problem::Problem;

/// Fields of a submitted form.
pub(crate) struct FormBody(Vec<(String, String)>);

/// Copy of the form that a request submits, shared with the layer around the handler. If the request is refused for want
/// of a recent sign-in, nothing that was entered is lost. Passwords are left out.
#[derive(Clone, Debug, Default)]
pub(crate) struct SubmittedForm(Arc<Mutex<SubmittedFields>>);

/// Fields of a submitted form that may be stored in the browser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SubmittedFields {
    /// Names and values.
    pub(crate) fields: Vec<(String, String)>,
    /// True if a password was left out, so that the form must be filled in again.
    pub(crate) has_secret: bool,
}

impl SubmittedForm {
    fn store(&self, FormBody(fields): &FormBody) {
        let is_secret = |name: &str| name.contains("password");
        let stored = fields.iter().filter(|(name, _)| !is_secret(name)).cloned().collect();
        let has_secret = fields.iter().any(|(name, _)| is_secret(name));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = SubmittedFields { fields: stored, has_secret };
    }

    /// Returns the fields read so far; none if the handler read no form.
    pub(crate) fn fields(&self) -> SubmittedFields {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

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
        let submitted = request.extensions().get::<SubmittedForm>().cloned();
        let form = Self::parse(&json::read(request).await?)?;
        if let Some(submitted) = submitted {
            submitted.store(&form);
        }
        Ok(form)
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

//! Form bodies of the endpoints (RFC 6749, section 3.2): each parameter once, and one without a value counts as left out.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use url::form_urlencoded;

use crate::web::WebState;
use crate::web::extract::json;
use crate::web::oauth::failure::OAuthFailure;
use crate::web::problem::Problem;

/// Header fields and body of a request, before either is judged: the client's origin must be able to read every error.
pub(crate) struct RawForm {
    /// Header fields of the request.
    pub(crate) headers: HeaderMap,
    /// Body; the problem if it is too large or does not arrive.
    body: Result<Bytes, Problem>,
}

impl RawForm {
    /// Parses the parameters.
    pub(crate) fn parameters(&self) -> Result<OAuthForm, OAuthFailure> {
        if json::media_type(&self.headers).as_deref() != Some("application/x-www-form-urlencoded") {
            return Err(OAuthFailure::invalid_request(
                "the body must be a form, with Content-Type: application/x-www-form-urlencoded",
            ));
        }
        OAuthForm::parse(self.body.as_ref().map_err(|problem| OAuthFailure::from(problem.clone()))?)
    }
}

impl FromRequest<WebState> for RawForm {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, _: &WebState) -> Result<Self, Self::Rejection> {
        Ok(Self { headers: request.headers().clone(), body: json::read(request).await })
    }
}

/// Parameters of a form.
#[derive(Debug)]
pub(crate) struct OAuthForm(Vec<(String, String)>);

impl OAuthForm {
    /// Value of a parameter, if it was sent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(sent, _)| sent == name).map(|(_, value)| value.as_str())
    }

    /// Value of a parameter that must be sent.
    pub(crate) fn required(&self, name: &str, otherwise: &'static str) -> Result<&str, OAuthFailure> {
        self.get(name).ok_or(OAuthFailure::invalid_request(otherwise))
    }

    /// Form with these parameters.
    #[cfg(test)]
    pub(super) fn of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    fn parse(body: &[u8]) -> Result<Self, OAuthFailure> {
        let pairs = form_urlencoded::parse(body).into_owned().filter(|(_, value)| !value.is_empty());
        let mut form = Self(Vec::new());
        for (name, value) in pairs {
            // The decoder replaces invalid UTF-8 by this character.
            if name.contains('\u{fffd}') || value.contains('\u{fffd}') {
                return Err(OAuthFailure::invalid_request("the form is not UTF-8"));
            }
            if form.get(&name).is_some() {
                // RFC 8707 allows several resources; a token of ours is for one.
                return Err(if name == "resource" {
                    OAuthFailure::invalid_target("one resource at a time")
                } else {
                    OAuthFailure::invalid_request("a parameter is there twice")
                });
            }
            form.0.push((name, value));
        }
        Ok(form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_there_once() {
        let form = OAuthForm::parse(b"code=a%2Bb+c&scope=&scope=&x=").expect("a form");
        assert_eq!((form.get("code"), form.get("scope"), form.get("x")), (Some("a+b c"), None, None));
        assert!(form.required("scope", "scope is missing").is_err());
        for twice in ["code=1&code=1", "resource=a&resource=b", "code=%ff"] {
            assert!(OAuthForm::parse(twice.as_bytes()).is_err(), "{twice}");
        }
    }
}

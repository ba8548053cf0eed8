//! Ids in paths.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::domain::Refusal;
use crate::domain::error::{BroadcastError, IdentityError};
use crate::model::api_key::KeyId;
use crate::model::broadcasts::BroadcastId;
use crate::model::session::SessionId;
use crate::web::problem::Problem;

/// Numeric id in a path, in canonical form. Anything else is treated as the id of nothing, so that it answers 404.
pub(crate) struct PathId(Option<i64>);

impl PathId {
    /// Id of an API key.
    pub(crate) fn key(self) -> Result<KeyId, Refusal> {
        self.0.map(KeyId).ok_or(Refusal::KeyNotFound)
    }

    /// Id of a merge offer.
    pub(crate) fn merge(self) -> Result<i64, Refusal> {
        self.0.ok_or(Refusal::MergeOfferNotFound)
    }

    /// Id of a broadcast.
    pub(crate) fn broadcast(self) -> Result<BroadcastId, Refusal> {
        self.0.map(BroadcastId).ok_or(Refusal::Broadcast(BroadcastError::NotFound))
    }

    /// Id of a session.
    pub(crate) fn session(self) -> Result<SessionId, Refusal> {
        self.0.map(SessionId).ok_or(Refusal::SessionNotFound)
    }
}

/// Text in a path, such as the id of a client. An unreadable one is empty, the id of nothing.
pub(crate) struct PathText(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for PathText {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let text = Path::<String>::from_request_parts(parts, state).await;
        Ok(Self(text.map_or_else(|_| String::new(), |Path(text)| text)))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PathId {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let text = Path::<String>::from_request_parts(parts, state).await;
        Ok(Self(text.ok().and_then(|text| text.parse().ok().filter(|number: &i64| number.to_string() == text.0))))
    }
}

/// Kind and subject of an identity in a path. No identity has values that cannot be read, so those answer 404.
pub(crate) struct PathIdentity {
    /// `telegram`, `email` or `google`.
    pub(crate) kind: String,
    /// Id of the account at the provider, or the email address.
    pub(crate) subject: String,
}

impl<S: Send + Sync> FromRequestParts<S> for PathIdentity {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let readable = path.ok().filter(|Path((kind, subject))| !kind.contains('\0') && !subject.contains('\0'));
        let Some(Path((kind, subject))) = readable else {
            return Err(Refusal::Identity(IdentityError::NotFound).into());
        };
        Ok(Self { kind, subject })
    }
}

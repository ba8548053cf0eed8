//! Calls to a provider: bounded in time and length, never redirected, never over plain http to another machine.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use futures::StreamExt;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http};

/// How long one call may take.
const PROVIDER_CALL_TIMEOUT: Duration = Duration::from_secs(3);
/// The longest answer that is read, in bytes.
const MAX_RESPONSE_BYTES: usize = 256 * 1024;

/// Why a call has no answer that is worth reading.
#[derive(Debug, thiserror::Error)]
pub(super) enum UpstreamHttpError {
    /// No answer, or not all of it.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// The provider says that it cannot answer now.
    #[error("the answer is {0}")]
    Unwell(u16),
    /// Longer than any honest answer.
    #[error("the answer is too long")]
    TooLong,
}

/// The way to a provider.
#[derive(Clone)]
pub(super) struct UpstreamHttp(reqwest::Client);

impl UpstreamHttp {
    /// `issuer` decides whether plain http will do: on loopback only, which the settings have checked.
    pub(super) fn to(issuer: &str) -> Result<Self, String> {
        let client = reqwest::Client::builder()
            .user_agent(concat!("neuralbox-auth/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .https_only(issuer.starts_with("https://"))
            .timeout(PROVIDER_CALL_TIMEOUT)
            .build();
        client.map(Self).map_err(|fault| format!("the HTTP client could not be made: {fault}"))
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, UpstreamHttpError> {
        // Without its address, which may have a secret in it.
        let plain = |fault: reqwest::Error| UpstreamHttpError::NoAnswer(fault.without_url().to_string());
        let answer = self.0.execute(request.try_into().map_err(plain)?).await.map_err(plain)?;
        let status = answer.status();
        if status.is_server_error() || status == http::StatusCode::TOO_MANY_REQUESTS {
            return Err(UpstreamHttpError::Unwell(status.as_u16()));
        }
        let mut response = http::Response::new(Vec::new());
        *response.status_mut() = status;
        response.headers_mut().clone_from(answer.headers());
        let mut parts = answer.bytes_stream();
        while let Some(part) = parts.next().await {
            let body = response.body_mut();
            body.extend_from_slice(&part.map_err(plain)?);
            if body.len() > MAX_RESPONSE_BYTES {
                return Err(UpstreamHttpError::TooLong);
            }
        }
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for UpstreamHttp {
    type Error = UpstreamHttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, UpstreamHttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

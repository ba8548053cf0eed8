//! HTTP client for providers. Calls are bounded in time and length and never follow redirects; plain http is limited to
//! loopback.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use futures::StreamExt;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http};

/// Limit of one call, which is attempted once.
const PROVIDER_CALL_TIMEOUT: Duration = Duration::from_secs(10);
/// Limit of a response. A longer one is an error.
const MAX_RESPONSE_BYTES: usize = 256 * 1024;

/// Reason a call has no usable response.
#[derive(Debug, thiserror::Error)]
pub(super) enum UpstreamHttpError {
    /// The response is missing or incomplete.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// The provider answered 429 or 5xx.
    #[error("the provider answered {0}")]
    Unwell(u16),
    /// The response exceeds [`MAX_RESPONSE_BYTES`].
    #[error("the response is too long")]
    TooLong,
}

/// HTTP client for one provider.
#[derive(Clone)]
pub(super) struct UpstreamHttp(reqwest::Client);

impl UpstreamHttp {
    /// Creates a client. It allows plain http only for an `http://` issuer, which the settings limit to loopback.
    pub(super) fn to(issuer: &str) -> Result<Self, String> {
        let client = reqwest::Client::builder()
            .user_agent(concat!("neuralbox-auth/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .https_only(issuer.starts_with("https://"))
            .timeout(PROVIDER_CALL_TIMEOUT)
            .build();
        client.map(Self).map_err(|error| format!("the HTTP client could not be created: {error}"))
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, UpstreamHttpError> {
        // Without the URL, which may contain a secret.
        let no_answer = |error: reqwest::Error| UpstreamHttpError::NoAnswer(error.without_url().to_string());
        let received = self.0.execute(request.try_into().map_err(no_answer)?).await.map_err(no_answer)?;
        let status = received.status();
        if status.is_server_error() || status == http::StatusCode::TOO_MANY_REQUESTS {
            return Err(UpstreamHttpError::Unwell(status.as_u16()));
        }
        let mut response = http::Response::new(Vec::new());
        *response.status_mut() = status;
        response.headers_mut().clone_from(received.headers());
        let mut chunks = received.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            let body = response.body_mut();
            body.extend_from_slice(&chunk.map_err(no_answer)?);
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

//! Authentication of clients at the token endpoint and its neighbours (RFC 6749, 2.3 and 3.2.1).

use subtle::ConstantTimeEq;

use crate::domain::Domain;
use crate::domain::error::Result;
use crate::domain::oauth::clients::secret_digest;
use crate::domain::oauth::{limits, refused};
use crate::model::crypto::secret::Secret;
use crate::model::network::Network;
use crate::model::oauth::client::{Client, ClientKind};
use crate::model::oauth::oauth_error::OAuthErrorCode;
use crate::store::oauth::clients::ClientWithSecrets;

/// What a client shows of itself.
#[derive(Clone, Debug)]
pub struct ClientCredentials {
    /// Id of the client.
    pub client_id: String,
    /// Secret, if it sent one.
    pub secret: Option<Secret>,
    /// Where the credentials stood.
    pub way: ClientAuthWay,
}

/// Place of a client's credentials. Both are accepted from every client, one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuthWay {
    /// The header `Authorization: Basic`.
    Basic,
    /// The body.
    Body,
}

/// Proof that a client called. Only this floor creates one.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient {
    pub(in crate::domain) client: Client,
}

impl AuthenticatedClient {
    /// Returns the client.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }
}

impl Domain {
    /// Authenticates a client, and counts its call. A confidential client must show its secret, and a public one none.
    pub async fn authenticate_client(
        &self,
        credentials: &ClientCredentials,
        network: Network,
    ) -> Result<AuthenticatedClient> {
        let subject = format!("{}\0{network}", credentials.client_id);
        let wrong_secrets = limits::of_network(limits::SECRET, network);
        self.check_oauth(wrong_secrets, &subject)?;
        self.count_oauth(limits::of_network(limits::TOKEN, network), &subject).await?;
        let known = self.enabled_client(&credentials.client_id).await?;
        if let Some(known) = known.filter(|known| self.is_authentic(known, credentials.secret.as_ref())) {
            return Ok(AuthenticatedClient { client: known.client });
        }
        self.count_oauth(wrong_secrets, &subject).await?;
        Err(refused(OAuthErrorCode::InvalidClient, "the client is unknown, or its secret is wrong or missing"))
    }

    fn is_authentic(&self, known: &ClientWithSecrets, secret: Option<&Secret>) -> bool {
        let ClientWithSecrets { client, secret_digest: present, previous_secret_digest: previous } = known;
        match (client.kind, secret) {
            (ClientKind::Public, None) => true,
            (ClientKind::Public, Some(_)) | (ClientKind::Confidential, None) => false,
            (ClientKind::Confidential, Some(secret)) => {
                let digest = secret_digest(secret.reveal());
                let is_equal = |stored: &Vec<u8>| bool::from(stored.as_slice().ct_eq(&digest));
                let in_grace = client.previous_secret_until.is_some_and(|until| self.now() < until);
                present.as_ref().is_some_and(is_equal) || (in_grace && previous.as_ref().is_some_and(is_equal))
            }
        }
    }

    /// True if any client that is not disabled may call from this origin. A preflight does not name its client.
    pub async fn origin_is_allowed(&self, origin: &str) -> Result<bool> {
        let clients = self.inner.store.clients().await?;
        let mut enabled = clients.iter().filter(|client| client.disabled_at.is_none());
        Ok(enabled.any(|client| client.allowed_origins().iter().any(|allowed| allowed == origin)))
    }
}

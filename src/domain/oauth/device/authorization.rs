//! The side of the device: it begins, and polls until the person has decided.

use crate::domain::Domain;
use crate::domain::error::{Refusal, Result};
use crate::domain::oauth::client_auth::AuthenticatedClient;
use crate::domain::oauth::token::{TokenContents, TokenGrant};
use crate::domain::oauth::{limits, refused};
use crate::model::crypto::secret::Secret;
use crate::model::network::Network;
use crate::model::oauth::authorization_request::{requested_resource, requested_scopes};
use crate::model::oauth::client::Client;
use crate::model::oauth::client_spec::Audiences;
use crate::model::oauth::oauth_error::OAuthErrorCode;
use crate::model::oauth::user_code::UserCode;
use crate::model::session::RequestSource;
use crate::model::sign_in::one_time_token::{NumberMatch, OneTimeToken};
use crate::store::oauth::devices::{AddDevice, DevicePoll, PollDevice};

/// Time for which a person can decide, in seconds.
const DEVICE_SECS: i64 = 600;
/// Shortest time between two polls at first, in seconds.
const INTERVAL_SECS: i64 = 5;
/// Codes that are drawn before giving up: one in millions of open requests is taken.
const MAX_DRAWS: usize = 5;

/// Request of a device.
#[derive(Clone, Debug)]
pub struct DeviceAuthorizationRequest<'a> {
    /// Scopes that it asks for.
    pub scope: Option<&'a str>,
    /// API that its access tokens will be for.
    pub resource: Option<&'a str>,
    /// Program and network that ask.
    pub origin: RequestSource,
    /// Network, for its limit.
    pub network: Network,
}

/// Request of a device that was stored.
#[derive(Debug)]
pub struct DeviceAuthorization {
    /// Code that the device polls with.
    pub device_code: Secret,
    /// Code that the person types.
    pub user_code: UserCode,
    /// Number that the device shows.
    pub number: i64,
    /// Time for which the person can decide, in seconds.
    pub expires_in: i64,
    /// Shortest time between two polls, in seconds.
    pub interval: i64,
}

impl Domain {
    /// Begins the request of a device.
    pub async fn start_device_authorization(
        &self,
        caller: &AuthenticatedClient,
        request: DeviceAuthorizationRequest<'_>,
    ) -> Result<DeviceAuthorization> {
        let client = caller.client();
        require_device(client)?;
        let network = request.network;
        self.count_oauth(limits::of_network(limits::DEVICE, network), &network.to_string()).await?;
        let audiences = Audiences { own: self.own_resource(), others: Vec::new() };
        let scopes = requested_scopes(request.scope, client).map_err(Refusal::OAuth)?;
        let resource = requested_resource(request.resource, client, &audiences).map_err(Refusal::OAuth)?;
        let device_code = OneTimeToken::new(self.rng());
        let NumberMatch { right, choices } = NumberMatch::draw(self.rng());
        for _ in 0..MAX_DRAWS {
            let user_code = UserCode::new(self.rng());
            let add = AddDevice {
                device_digest: device_code.digest(),
                user_digest: user_code.digest(),
                client: client.id.clone(),
                scopes,
                resource: resource.clone(),
                number: i64::from(right),
                choices: choices.map(|choice| choice.to_string()).join(" "),
                origin: request.origin.clone(),
                interval_secs: INTERVAL_SECS,
                expires_at: self.now().plus(DEVICE_SECS),
            };
            if self.inner.store.write(add).await? {
                return Ok(DeviceAuthorization {
                    device_code: Secret::new(device_code.reveal()),
                    user_code,
                    number: i64::from(right),
                    expires_in: DEVICE_SECS,
                    interval: INTERVAL_SECS,
                });
            }
        }
        Err(Refusal::Busy.into())
    }

    /// Answers the poll of a device, with tokens once the person has approved it.
    pub async fn exchange_device_code(&self, caller: &AuthenticatedClient, device_code: &str) -> Result<TokenGrant> {
        let client = caller.client();
        require_device(client)?;
        let invalid = || refused(OAuthErrorCode::InvalidGrant, "the device code is not valid, or no longer");
        let code = OneTimeToken::parse(device_code).ok_or_else(invalid)?;
        let poll = PollDevice {
            device_digest: code.digest(),
            client: client.clone(),
            secret: self.inner.oauth.refresh_chain.first(self.rng()),
            now: self.now(),
        };
        Err(match self.inner.store.write(poll).await? {
            DevicePoll::Granted(redeemed) => {
                self.inner.notices.notify_one();
                return self.tokens(TokenContents::of(&redeemed, client)).await;
            }
            DevicePoll::Pending => refused(OAuthErrorCode::AuthorizationPending, "the person has not decided yet"),
            DevicePoll::SlowDown => refused(OAuthErrorCode::SlowDown, "the device polls too fast; add 5 seconds"),
            DevicePoll::Denied => refused(OAuthErrorCode::AccessDenied, "the person denied access"),
            DevicePoll::Expired => refused(OAuthErrorCode::ExpiredToken, "the device code has expired"),
            DevicePoll::Refused => invalid(),
        })
    }
}

fn require_device(client: &Client) -> Result<()> {
    if client.uses_device {
        Ok(())
    } else {
        Err(refused(OAuthErrorCode::UnauthorizedClient, "the client is not registered for devices"))
    }
}

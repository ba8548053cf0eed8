//! The side of the person: they open the request by its code, see who asks, and pick the number that the device shows.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{AuthorizationError, Error, Refusal, Result};
use crate::domain::oauth::authorization_step::amr_of;
use crate::domain::oauth::limits;
use crate::domain::rate_limits::event_limit::EventLimit;
use crate::model::network::Network;
use crate::model::oauth::client::Client;
use crate::model::oauth::scope::Scopes;
use crate::model::oauth::user_code::UserCode;
use crate::store::oauth::devices::{AnswerDevice, DeviceRow, OpenDevice};

/// Request of a device, as the person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevicePrompt {
    /// Identifies the request in buttons and forms.
    pub id: i64,
    /// Name of the client.
    pub client_name: String,
    /// Host that the client leads to; empty if it has none.
    pub host: String,
    /// Scopes that it asks for.
    pub scopes: Scopes,
    /// Program that asks.
    pub device: String,
    /// Network that it asks from.
    pub network: String,
    /// Three numbers, one of which the device shows.
    pub choices: [i64; 3],
}

/// Answer of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceAnswer {
    /// Id of the request.
    pub request: i64,
    /// Number that the device shows; `None` denies.
    pub number: Option<i64>,
}

/// Outcome of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceOutcome {
    /// The device receives its tokens at its next poll.
    Approved {
        /// Name of the client.
        client_name: String,
    },
    /// The person denied the device.
    Denied {
        /// Name of the client.
        client_name: String,
    },
    /// The number was another one, which denied the device.
    WrongNumber {
        /// Name of the client.
        client_name: String,
    },
}

impl Domain {
    /// Opens the request of a device by its code. Only the account that opens it first may answer. Unknown, used and expired
    /// codes look alike, and wrong ones are counted. `network` is `None` in chat.
    pub async fn open_device_request(
        &self,
        caller: &SignedIn,
        user_code: &str,
        network: Option<Network>,
    ) -> Result<DevicePrompt> {
        let account = caller.account.id;
        let subjects = wrong_code_limits(account.0, network);
        for (limit, subject) in &subjects {
            self.check_oauth(*limit, subject).map_err(as_device_limit)?;
        }
        if let Some(code) = UserCode::parse(user_code) {
            let open = OpenDevice { user_digest: code.digest(), account, now: self.now() };
            if let Some(row) = self.inner.store.write(open).await? {
                let client = self.client_of_device(&row).await?;
                return Ok(prompt(row, &client));
            }
        }
        for (limit, subject) in &subjects {
            self.count_oauth(*limit, subject).await.map_err(as_device_limit)?;
        }
        Err(AuthorizationError::DeviceCodeUnknown.into())
    }

    /// Answers the request of a device. Repeating an answer returns the same outcome.
    pub async fn answer_device_request(&self, caller: &SignedIn, answer: DeviceAnswer) -> Result<DeviceOutcome> {
        let DeviceAnswer { request: id, number } = answer;
        let account = caller.account.id;
        let amr = amr_of(&caller.identity).to_owned();
        self.inner.store.write(AnswerDevice { id, account, number, amr, now: self.now() }).await?;
        let row = self.inner.store.device_request(id, account).await?.ok_or(AuthorizationError::DeviceCodeUnknown)?;
        let client_name = self.client_of_device(&row).await?.name;
        match row.state.as_str() {
            "approved" | "used" if number == Some(row.match_number) => Ok(DeviceOutcome::Approved { client_name }),
            "denied" => Ok(DeviceOutcome::Denied { client_name }),
            "wrong_number" => Ok(DeviceOutcome::WrongNumber { client_name }),
            _ => Err(AuthorizationError::DeviceCodeUnknown.into()),
        }
    }

    async fn client_of_device(&self, row: &DeviceRow) -> Result<Client> {
        let known = self.enabled_client(row.client_id.as_str()).await?;
        Ok(known.ok_or(AuthorizationError::DeviceCodeUnknown)?.client)
    }
}

fn wrong_code_limits(account: i64, network: Option<Network>) -> Vec<(EventLimit, String)> {
    let of_account = (limits::USER_CODE_OF_ACCOUNT, account.to_string());
    let of_network = |network| (limits::of_network(limits::USER_CODE_OF_NETWORK, network), network.to_string());
    std::iter::once(of_account).chain(network.map(of_network)).collect()
}

/// Names the limit after what was tried too often.
fn as_device_limit(error: Error) -> Error {
    match error {
        Error::Refused(Refusal::TooManyAttempts { seconds }) => {
            AuthorizationError::DeviceTooManyTries { seconds }.into()
        }
        other => other,
    }
}

fn prompt(row: DeviceRow, client: &Client) -> DevicePrompt {
    let DeviceRow { id, device, network, choices, scopes, .. } = row;
    let mut numbers = choices.split(' ').filter_map(|choice| choice.parse().ok());
    DevicePrompt {
        id,
        client_name: client.name.clone(),
        host: client.host(),
        scopes: Scopes::stored(&scopes),
        device,
        network,
        choices: std::array::from_fn(|_| numbers.next().unwrap_or_default()),
    }
}

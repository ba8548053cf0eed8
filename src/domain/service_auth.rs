//! The operator's other programs, such as a gateway that charges tokens: they show the one service credential.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::domain::Domain;
use crate::domain::error::{CredentialError, Refusal, Result};

/// Proof that a program of the operator's asks: only [`Domain::service`] makes one.
#[derive(Clone, Copy, Debug)]
pub struct ServiceCaller(());

impl Domain {
    /// Knows the service credential. Digests are compared, in constant time: how long it takes says nothing of how much
    /// of a guess is right, nor of how long the credential is.
    pub fn service(&self, credential: &str) -> Result<ServiceCaller> {
        let ours = self.inner.settings.service_token.as_ref().ok_or(Refusal::ServiceCallsDisabled)?;
        let [ours, theirs] = [ours.reveal(), credential].map(|text| Sha256::digest(text.as_bytes()));
        if bool::from(ours.ct_eq(&theirs)) { Ok(ServiceCaller(())) } else { Err(CredentialError::NotService.into()) }
    }

    /// Whether there is a service credential at all: without one, asking for it would be in vain.
    pub fn accepts_services(&self) -> Result<()> {
        Ok(self.inner.settings.service_token.as_ref().map(drop).ok_or(Refusal::ServiceCallsDisabled)?)
    }
}

//! Authentication of service callers. The operator's other programs, such as a gateway that charges tokens, show one
//! service token.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::domain::Domain;
use crate::domain::error::{CredentialError, Refusal, Result};

/// Proof that a program of the operator calls. Only [`Domain::service`] creates one.
#[derive(Clone, Copy, Debug)]
pub struct ServiceCaller(());

impl Domain {
    /// Authenticates a service caller. Compares digests in constant time, so that the duration reveals neither a
    /// correct prefix nor the length of the token.
    pub fn service(&self, credential: &str) -> Result<ServiceCaller> {
        let ours = self.inner.settings.service_token.as_ref().ok_or(Refusal::ServiceCallsDisabled)?;
        let [ours, theirs] = [ours.reveal(), credential].map(|text| Sha256::digest(text.as_bytes()));
        if bool::from(ours.ct_eq(&theirs)) { Ok(ServiceCaller(())) } else { Err(CredentialError::NotService.into()) }
    }

    /// Succeeds if a service token is configured. Without one, a caller need not be asked for it.
    pub fn accepts_services(&self) -> Result<()> {
        Ok(self.inner.settings.service_token.as_ref().map(drop).ok_or(Refusal::ServiceCallsDisabled)?)
    }
}

//! Check of the sealed keys for the operator.

use crate::domain::oauth::keys::sealing::KeySealing;
use crate::model::crypto::secret::Secret;

/// True if one of the server secrets opens a sealed private key. Without that, nothing can be signed.
#[must_use]
pub fn opens(secret: &Secret, previous: Option<&Secret>, kid: &str, sealed: &[u8]) -> bool {
    let sealing = KeySealing::new(secret.reveal().as_bytes());
    let sealing = match previous {
        Some(previous) => sealing.and_then(|sealing| sealing.with_previous(previous.reveal().as_bytes())),
        None => sealing,
    };
    sealing.is_some_and(|sealing| sealing.open(kid, sealed).is_some())
}

//! Choices that a button offers: a rotation, a lifetime, a number.

use crate::model::api_key::KeyId;

/// Rotation that a button offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RotationChoice {
    /// Key to rotate.
    pub(crate) key: KeyId,
    /// Grace period of the current secret, in seconds.
    pub(crate) grace: i64,
    /// Last characters of the current secret. If it ends otherwise, it has been rotated already.
    pub(crate) end: String,
}

/// Lifetime that a button offers, in days; `None` is no expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ExpiryDays(pub(crate) Option<i64>);

/// Lifetime that a button offers for an existing key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ExpiryChoice {
    /// Key to change.
    pub(crate) key: KeyId,
    /// Lifetime from now on.
    pub(crate) days: ExpiryDays,
}

impl ExpiryDays {
    /// Number in the callback data: 0 is no expiry.
    pub(super) fn encode(self) -> i64 {
        self.0.unwrap_or_default()
    }

    pub(super) fn read(number: &str) -> Option<Self> {
        let days: i64 = number.parse().ok()?;
        Some(Self((days != 0).then_some(days)))
    }
}

/// Number that a button offers as the answer to a browser's sign-in request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NumberChoice {
    /// Id of the request.
    pub(crate) request: i64,
    /// Number to compare with the browser's.
    pub(crate) number: i64,
}

impl NumberChoice {
    /// Parses `3.42`: request and number.
    pub(super) fn read(object: &str) -> Option<Self> {
        let (request, number) = object.split_once('.')?;
        Some(Self { request: request.parse().ok()?, number: number.parse().ok()? })
    }
}

impl ExpiryChoice {
    /// Parses `7:90`: key and days.
    pub(super) fn read(object: &str) -> Option<Self> {
        let (id, days) = object.split_once(':')?;
        Some(Self { key: KeyId(id.parse().ok()?), days: ExpiryDays::read(days)? })
    }
}

impl RotationChoice {
    /// Parses `7:3600:w0Yz`: key, grace and end of the secret.
    pub(super) fn read(object: &str) -> Option<Self> {
        let mut parts = object.splitn(3, ':');
        let (id, grace, end) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?);
        Some(Self { key: KeyId(id), grace, end: end.to_owned() })
    }
}

//! Notices about apps: sign-ins through one, keys it made, and refresh tokens that were reused.

use serde::{Deserialize, Serialize};

/// Notice about an app, a client of our OAuth provider. Stored as JSON until sent, so every form ever written must stay
/// readable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AppNotice {
    /// The person signed in to an app.
    SignedIn {
        /// Id of the grant.
        grant: i64,
        /// Name of the app.
        app: String,
        /// Host that the app leads to; empty if it has none.
        host: String,
        /// Browser or program of the sign-in.
        device: String,
        /// Network of the sign-in: a /24 or a /48.
        network: String,
    },
    /// An app created an API key.
    KeyCreated {
        /// Id of the key.
        key: i64,
        /// Name of the key.
        name: String,
        /// First and last characters of the key.
        masked: String,
        /// Name of the app.
        app: String,
    },
    /// An app gave an API key a new secret.
    KeyRotated {
        /// Id of the key.
        key: i64,
        /// Name of the key.
        name: String,
        /// First and last characters of the new secret.
        masked: String,
        /// Grace period of the previous secret, in seconds.
        grace: i64,
        /// Name of the app.
        app: String,
    },
    /// A spent refresh token of an app was reused, which ended its access.
    RefreshTokenReused {
        /// Id of the client.
        client: String,
        /// Name of the app.
        app: String,
        /// Host that the app leads to; empty if it has none.
        host: String,
    },
}

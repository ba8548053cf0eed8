//! Settings of the OAuth provider.

/// Settings of the OAuth provider, while it is on.
#[derive(Clone, Debug, Default)]
pub struct OAuthSettings {
    /// Further audiences, as URIs, that clients may be given.
    pub resources: Vec<String>,
    /// Days after which another key signs; 0 to rotate by hand.
    pub key_days: u32,
    /// Whether the client of our command line exists.
    pub bundled_cli: BundledCli,
}

/// Public client that comes with the program: `neuralbox-cli`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BundledCli {
    /// The client does not exist, or is disabled.
    #[default]
    Absent,
    /// The client exists.
    Present,
}

//! Arguments of `admin client add` and `admin client set`.

use crate::model::oauth::client::ClientKind;
use crate::model::oauth::client_spec::ClientSpec;

/// Options of a client. In `set`, those left out stay unchanged, and lists are replaced as a whole.
#[derive(clap::Args)]
pub(in crate::cli) struct ClientOptions {
    /// Address to which people come back; may be repeated. https, http only to this machine
    #[arg(long = "redirect-uri", value_name = "URI")]
    redirect_uris: Option<Vec<String>>,
    /// Address to which people may come back after signing out; may be repeated
    #[arg(long = "post-logout-redirect-uri", value_name = "URI")]
    post_logout_redirect_uris: Option<Vec<String>>,
    /// Website whose scripts may call us, such as <https://example.com>; may be repeated
    #[arg(long = "origin", value_name = "ORIGIN")]
    origins: Option<Vec<String>>,
    /// Has no secret: a website without a server, a program on people's machines
    #[arg(long)]
    public: bool,
    /// Is a program on people's machines: loopback addresses on any port, addresses such as `com.example.app:/callback`
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    native: Option<bool>,
    /// May ask for a sign-in on another device
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    device: Option<bool>,
    /// Is the operator's own: people are not asked for consent
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    trusted: Option<bool>,
    /// Way in which the client is told to send its secret: `client_secret_basic` (the default) or `client_secret_post`; both work
    #[arg(long, value_name = "METHOD")]
    auth: Option<String>,
    /// Signature of ID tokens: ES256 (the default), or RS256 for a client that cannot verify ES256
    #[arg(long, value_name = "ALGORITHM")]
    alg: Option<String>,
    /// Scopes it may ask for, separated by spaces; `openid profile email offline_access` if omitted
    #[arg(long, value_name = "SCOPES")]
    scope: Option<String>,
    /// API for which it may ask for tokens; may be repeated
    #[arg(long = "resource", value_name = "URI")]
    resources: Option<Vec<String>>,
    /// API that it is itself: it may introspect the tokens for it
    #[arg(long, value_name = "URI")]
    serves: Option<String>,
    /// Address of its logo
    #[arg(long, value_name = "URI")]
    logo_uri: Option<String>,
    /// Address of its home page
    #[arg(long, value_name = "URI")]
    home_uri: Option<String>,
}

impl ClientOptions {
    /// Returns what was asked for, unchecked.
    pub(super) fn spec(self, name: Option<String>) -> ClientSpec {
        ClientSpec {
            name,
            redirect_uris: list(self.redirect_uris),
            post_logout_redirect_uris: list(self.post_logout_redirect_uris),
            origins: list(self.origins),
            resources: list(self.resources),
            scope: self.scope,
            kind: self.public.then_some(ClientKind::Public),
            is_native: self.native,
            uses_device: self.device,
            is_trusted: self.trusted,
            auth: self.auth,
            alg: self.alg,
            serves: self.serves,
            logo_uri: self.logo_uri,
            home_uri: self.home_uri,
        }
    }
}

/// An empty text stands for an empty list, which an option that may be repeated cannot say otherwise.
fn list(values: Option<Vec<String>>) -> Option<Vec<String>> {
    values.map(|values| values.into_iter().filter(|value| !value.trim().is_empty()).collect())
}

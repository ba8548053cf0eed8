//! JSON bodies of clients.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::oauth::clients::IssuedClient;
use crate::model::crypto::secret::Secret;
use crate::model::oauth::client::{Client, ClientKind, ClientSummary};
use crate::model::oauth::client_spec::ClientSpec;
use crate::model::time::Moment;
use crate::web::extract::fields::{FromFields, RequestFields};

/// Kind of a client: `confidential` has a secret; `public` has none.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(example = "confidential")]
pub(crate) enum ClientKindView {
    Confidential,
    Public,
}

/// Client of the OAuth provider. Never with its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClientView {
    #[schema(example = "c_3mKq9Zt0aB7xWcD2eFgH1j")]
    client_id: String,
    #[schema(example = "Grafana")]
    name: String,
    #[schema(inline)]
    kind: ClientKindView,
    /// True for a program on people's machines.
    native: bool,
    /// True if it may ask for a sign-in on another device.
    device: bool,
    /// True if people are not asked for consent.
    trusted: bool,
    /// Way in which it is told to send its secret.
    #[schema(example = "client_secret_basic")]
    auth: String,
    /// Signature of its ID tokens.
    #[schema(example = "ES256")]
    alg: String,
    redirect_uris: Vec<String>,
    post_logout_redirect_uris: Vec<String>,
    /// Websites whose scripts may call us.
    origins: Vec<String>,
    /// APIs for which it may ask for tokens.
    resources: Vec<String>,
    /// Scopes it may ask for, separated by spaces.
    #[schema(example = "openid profile email offline_access")]
    scope: String,
    /// API that it is itself.
    serves: Option<String>,
    logo_uri: Option<String>,
    home_uri: Option<String>,
    /// Time until which the secret before the last rotation works.
    #[schema(value_type = Option<String>, format = DateTime)]
    previous_secret_until: Option<Moment>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    /// Time since which it is off; null while it is on.
    #[schema(value_type = Option<String>, format = DateTime)]
    disabled_at: Option<Moment>,
}

impl From<Client> for ClientView {
    fn from(client: Client) -> Self {
        Self {
            client_id: client.id.to_string(),
            kind: match client.kind {
                ClientKind::Confidential => ClientKindView::Confidential,
                ClientKind::Public => ClientKindView::Public,
            },
            native: client.is_native,
            device: client.uses_device,
            trusted: client.is_trusted,
            auth: client.auth.as_str().to_owned(),
            alg: client.alg.as_str().to_owned(),
            scope: client.scopes.to_string(),
            name: client.name,
            redirect_uris: client.redirect_uris,
            post_logout_redirect_uris: client.post_logout_redirect_uris,
            origins: client.origins,
            resources: client.resources,
            serves: client.serves,
            logo_uri: client.logo_uri,
            home_uri: client.home_uri,
            previous_secret_until: client.previous_secret_until,
            created_at: client.created_at,
            disabled_at: client.disabled_at,
        }
    }
}

/// Client and its use.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListedClientView {
    #[serde(flatten)]
    client: ClientView,
    /// Number of people who use it.
    #[schema(example = 12)]
    people: i64,
    /// Time of the last use; null if it was never used.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Moment>,
}

impl From<ClientSummary> for ListedClientView {
    fn from(ClientSummary { client, people, last_used_at, .. }: ClientSummary) -> Self {
        Self { client: client.into(), people, last_used_at }
    }
}

/// All clients.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClientsResponse {
    pub(super) clients: Vec<ListedClientView>,
}

/// Client with its new secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClientSecretResponse {
    #[serde(flatten)]
    client: ClientView,
    /// The secret; null for a public client. Shown only in this response; it cannot be retrieved later.
    #[schema(example = "ncs_…43 characters…")]
    client_secret: Option<String>,
}

impl From<IssuedClient> for ClientSecretResponse {
    fn from(IssuedClient { client, secret }: IssuedClient) -> Self {
        let client_secret = secret.as_ref().map(Secret::reveal).map(ToOwned::to_owned);
        Self { client: client.into(), client_secret }
    }
}

/// Client to register, or its changes. Fields left out have their default, or stay unchanged; a list is replaced as a
/// whole.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientRequest {
    /// Name that people see; required for a new client.
    #[schema(example = "Grafana")]
    name: Option<String>,
    /// Addresses to which people come back: https, http only to loopback. Compared as text.
    redirect_uris: Option<Vec<String>>,
    /// Addresses to which people may come back after signing out.
    post_logout_redirect_uris: Option<Vec<String>>,
    /// Websites whose scripts may call us, such as `https://example.com`.
    origins: Option<Vec<String>>,
    /// APIs for which it may ask for tokens.
    resources: Option<Vec<String>>,
    /// Scopes it may ask for; `openid profile email offline_access` if left out.
    #[schema(example = "openid profile email offline_access")]
    scope: Option<String>,
    /// True for a client without a secret. Cannot be changed.
    public: Option<bool>,
    /// True for a program on people's machines.
    native: Option<bool>,
    /// True if it may ask for a sign-in on another device.
    device: Option<bool>,
    /// True if people are not asked for consent.
    trusted: Option<bool>,
    /// Way in which it is told to send its secret: `client_secret_basic` (the default) or `client_secret_post`. Both work.
    #[schema(example = "client_secret_basic")]
    auth: Option<String>,
    /// Signature of its ID tokens: `ES256` (the default) or `RS256`.
    #[schema(example = "ES256")]
    alg: Option<String>,
    /// API that it is itself, whose tokens it may introspect; null removes it.
    serves: Option<String>,
    /// Address of its logo; null removes it.
    logo_uri: Option<String>,
    /// Address of its home page; null removes it.
    home_uri: Option<String>,
    /// True turns the client off, false on again. Only for an existing client.
    disabled: Option<bool>,
}

impl ClientRequest {
    /// True if the client should be turned off, false if on; `None` to leave it.
    pub(super) const fn disabled(&self) -> Option<bool> {
        self.disabled
    }

    /// Returns what was asked for, unchecked; `None` if nothing but [`Self::disabled`] was.
    pub(super) fn spec(self) -> Option<ClientSpec> {
        let kind = |is_public| if is_public { ClientKind::Public } else { ClientKind::Confidential };
        let spec = ClientSpec {
            name: self.name,
            redirect_uris: self.redirect_uris,
            post_logout_redirect_uris: self.post_logout_redirect_uris,
            origins: self.origins,
            resources: self.resources,
            scope: self.scope,
            kind: self.public.map(kind),
            is_native: self.native,
            uses_device: self.device,
            is_trusted: self.trusted,
            auth: self.auth,
            alg: self.alg,
            serves: self.serves,
            logo_uri: self.logo_uri,
            home_uri: self.home_uri,
        };
        (spec != ClientSpec::default()).then_some(spec)
    }
}

impl FromFields for ClientRequest {
    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        let (name, scope) = (fields.read("name"), fields.read("scope"));
        let (redirect_uris, origins) = (fields.read("redirect_uris"), fields.read("origins"));
        let post_logout_redirect_uris = fields.read("post_logout_redirect_uris");
        let (resources, public) = (fields.read("resources"), fields.read("public"));
        let (native, device) = (fields.read("native"), fields.read("device"));
        let (trusted, disabled) = (fields.read("trusted"), fields.read("disabled"));
        let (auth, alg, serves) = (fields.read("auth"), fields.read("alg"), removable(fields, "serves"));
        let (logo_uri, home_uri) = (removable(fields, "logo_uri"), removable(fields, "home_uri"));
        Some(Self {
            name: name?,
            redirect_uris: redirect_uris?,
            post_logout_redirect_uris: post_logout_redirect_uris?,
            origins: origins?,
            resources: resources?,
            scope: scope?,
            public: public?,
            native: native?,
            device: device?,
            trusted: trusted?,
            auth: auth?,
            alg: alg?,
            serves: serves?,
            logo_uri: logo_uri?,
            home_uri: home_uri?,
            disabled: disabled?,
        })
    }
}

/// Reads a text that `null` removes: a specification says so with an empty text.
#[expect(clippy::option_option, reason = "the outer one is `None` after an error, as in every read")]
fn removable(fields: &mut RequestFields<'_>, name: &str) -> Option<Option<String>> {
    Some(fields.removable::<String>(name)?.map(Option::unwrap_or_default))
}

/// Seconds for which the current secret of a client may stay valid.
const GRACE_CHOICES: [i64; 4] = [0, 3600, 86_400, 604_800];

/// Options of a rotation.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RotateClientSecretRequest {
    /// Seconds for which the current secret stays valid: 0, 3600, 86400 (the default) or 604800.
    #[schema(example = 86_400)]
    grace_seconds: Option<i64>,
}

impl RotateClientSecretRequest {
    /// Seconds for which the current secret stays valid.
    pub(super) fn grace(&self) -> i64 {
        self.grace_seconds.unwrap_or(86_400)
    }
}

impl FromFields for RotateClientSecretRequest {
    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        let grace_seconds = fields.parsed("grace_seconds", |seconds: Option<i64>| match seconds {
            Some(seconds) if !GRACE_CHOICES.contains(&seconds) => Err("must be 0, 3600, 86400 or 604800"),
            seconds => Ok(seconds),
        });
        Some(Self { grace_seconds: grace_seconds? })
    }
}

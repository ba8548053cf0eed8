//! Clients: registered and changed by admins.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::domain::Domain;
use crate::domain::admin::access::{Admin, AdminAct};
use crate::domain::error::{Error, Fault, Refusal, Result};
use crate::model::crypto::rng;
use crate::model::crypto::secret::Secret;
use crate::model::oauth::client::{Client, ClientId, ClientKind, ClientSummary};
use crate::model::oauth::client_spec::ClientSpec;
use crate::model::oauth::settings::BundledCli;
use crate::model::oauth::signing_key::SigningAlgorithm;
use crate::store::Write;
use crate::store::oauth::audit_log::{Audited, Effective, OAuthAudit};
use crate::store::oauth::client_changes::{ChangeClient, ClientSwitch, RotateClientSecret, SwitchClient};
use crate::store::oauth::clients::AddClient;

/// Grace periods of a secret that was rotated, in seconds: none, an hour, a day, a week.
const GRACE_SECS: [i64; 4] = [0, 3600, 86_400, 7 * 86_400];
/// Id of the client of our command line.
const CLI_ID: &str = "neuralbox-cli";
/// Scopes of our command line.
const CLI_SCOPES: &str = "openid profile email offline_access keys:read keys:write usage:read";

/// A client whose secret was just made. The secret is available only here.
#[derive(Debug)]
pub struct IssuedClient {
    /// The client.
    pub client: Client,
    /// Plain secret; `None` for a public client.
    pub secret: Option<Secret>,
}

/// Returns the SHA-256 of a secret, which is stored.
pub(in crate::domain) fn secret_digest(secret: &str) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}

impl Domain {
    /// Registers a client.
    pub async fn add_client(&self, admin: &Admin, spec: ClientSpec) -> Result<IssuedClient> {
        admin.require(AdminAct::Clients)?;
        let id = format!("c_{}", URL_SAFE_NO_PAD.encode(rng::bytes::<16>(self.rng())));
        let id = ClientId::parse(&id).ok_or_else(|| Error::Failed(Fault::new("a new client id is invalid")))?;
        let client = spec.register(id, &self.audiences().await?, self.now()).map_err(Refusal::Invalid)?;
        if client.alg == SigningAlgorithm::Rs256 {
            self.prepare_rs256().await?;
        }
        let secret = (client.kind == ClientKind::Confidential).then(|| self.new_client_secret());
        let digest = secret.as_ref().map(|secret| secret_digest(secret.reveal()));
        let add = AddClient { client: client.clone(), secret_digest: digest, by: admin.who() };
        self.audited(admin, &client.id, ("add", Some(client.name.clone())), add).await?;
        Ok(IssuedClient { client, secret })
    }

    /// Changes a client. Lists are replaced as a whole.
    pub async fn change_client(&self, admin: &Admin, id: &str, spec: ClientSpec) -> Result<Client> {
        let before = self.client_of_admin(admin, id).await?;
        let client = spec.change(&before, &self.audiences().await?).map_err(Refusal::Invalid)?;
        if client == before {
            return Ok(client);
        }
        if client.alg == SigningAlgorithm::Rs256 {
            self.prepare_rs256().await?;
        }
        let detail = changed_fields(&before, &client).join(" ");
        let change = ChangeClient { client: client.clone() };
        self.audited(admin, &client.id, ("set", Some(detail)), change).await?;
        Ok(client)
    }

    /// Returns all clients with their use, oldest first.
    pub async fn clients(&self, admin: &Admin) -> Result<Vec<ClientSummary>> {
        admin.require(AdminAct::Clients)?;
        Ok(self.inner.store.client_summaries().await?)
    }

    /// Returns one client with its use.
    pub async fn client_summary(&self, admin: &Admin, id: &str) -> Result<ClientSummary> {
        let summary = self.clients(admin).await?.into_iter().find(|summary| summary.client.id.as_str() == id);
        Ok(summary.ok_or(Refusal::ClientNotFound)?)
    }

    /// Makes another secret for a client. The present one stays valid for `grace_secs`.
    pub async fn rotate_client_secret(&self, admin: &Admin, id: &str, grace_secs: i64) -> Result<IssuedClient> {
        let client = self.client_of_admin(admin, id).await?;
        if client.kind == ClientKind::Public {
            return Err(Refusal::field("public", "clients have no secret").into());
        }
        if !GRACE_SECS.contains(&grace_secs) {
            return Err(Refusal::field("grace", "must be 0, 1h, 24h or 7d").into());
        }
        let secret = self.new_client_secret();
        let grace_until = self.now().plus(grace_secs);
        let digest = secret_digest(secret.reveal());
        let rotate = RotateClientSecret { client: client.id.clone(), digest, grace_until };
        self.audited(admin, &client.id, ("rotate_secret", Some(format!("grace {grace_secs} s"))), rotate).await?;
        let client = Client { previous_secret_until: Some(grace_until), ..client };
        Ok(IssuedClient { client, secret: Some(secret) })
    }

    /// Disables a client: its tokens end at once, and nobody can sign in to it.
    pub async fn disable_client(&self, admin: &Admin, id: &str) -> Result<Client> {
        self.switch_client(admin, id, ClientSwitch::Disable).await
    }

    /// Enables a client that was disabled. People sign in to it again.
    pub async fn enable_client(&self, admin: &Admin, id: &str) -> Result<Client> {
        self.switch_client(admin, id, ClientSwitch::Enable).await
    }

    /// Removes a client for good: its tokens end at once.
    pub async fn remove_client(&self, admin: &Admin, id: &str) -> Result<Client> {
        self.switch_client(admin, id, ClientSwitch::Remove).await
    }

    async fn switch_client(&self, admin: &Admin, id: &str, to: ClientSwitch) -> Result<Client> {
        let client = self.client_of_admin(admin, id).await?;
        let now = self.now();
        let action = match to {
            ClientSwitch::Enable => "enable",
            ClientSwitch::Disable => "disable",
            ClientSwitch::Remove => "remove",
        };
        let work = SwitchClient { client: client.id.clone(), to, now };
        let audit = self.audit_of(admin, client.id.as_str(), (action, Some(client.name.clone())));
        self.inner.store.write(Audited { work, audit }).await?;
        let disabled_at = if to == ClientSwitch::Enable { None } else { client.disabled_at.or(Some(now)) };
        Ok(Client { disabled_at, ..client })
    }

    async fn client_of_admin(&self, admin: &Admin, id: &str) -> Result<Client> {
        admin.require(AdminAct::Clients)?;
        let id = ClientId::parse(id).ok_or(Refusal::ClientNotFound)?;
        let known = self.inner.store.client(&id).await?.ok_or(Refusal::ClientNotFound)?;
        Ok(known.client)
    }

    /// Writes a change of a client with its entry in the audit log.
    async fn audited<W: Write<Out: Effective>>(
        &self,
        admin: &Admin,
        client: &ClientId,
        act: (&'static str, Option<String>),
        work: W,
    ) -> Result<()> {
        let audit = self.audit_of(admin, client.as_str(), act);
        let outcome = self.inner.store.write(Audited { work, audit }).await?;
        if outcome.is_effective() { Ok(()) } else { Err(Refusal::ClientNotFound.into()) }
    }

    fn audit_of(&self, admin: &Admin, client: &str, act: (&'static str, Option<String>)) -> OAuthAudit {
        let (action, detail) = act;
        OAuthAudit { client: client.to_owned(), admin: admin.who(), action, detail, now: self.now() }
    }

    fn new_client_secret(&self) -> Secret {
        Secret::new(format!("ncs_{}", URL_SAFE_NO_PAD.encode(rng::bytes::<32>(self.rng()))))
    }

    /// Makes the RSA keys before the first client needs them, so that readers see them early.
    async fn prepare_rs256(&self) -> Result<()> {
        let keys = self.oauth_keys().await?;
        if keys.iter().any(|key| key.status.algorithm == SigningAlgorithm::Rs256) {
            return Ok(());
        }
        self.make_keys(SigningAlgorithm::Rs256).await
    }

    /// Makes the first signing keys, and the clients that come with the program, or disables those that no longer do.
    pub async fn prepare_oauth(&self) -> Result<()> {
        let Some(settings) = &self.inner.settings.oauth else { return Ok(()) };
        self.oauth_keys().await?;
        let Some(id) = ClientId::parse(CLI_ID) else { return Ok(()) };
        let known = self.inner.store.client(&id).await?;
        let to = match (settings.bundled_cli, known) {
            (BundledCli::Present, None) => return self.add_bundled_cli(id).await,
            (BundledCli::Present, Some(known)) if known.client.disabled_at.is_some() => ClientSwitch::Enable,
            (BundledCli::Absent, Some(known)) if known.client.disabled_at.is_none() => ClientSwitch::Disable,
            _ => return Ok(()),
        };
        self.inner.store.write(SwitchClient { client: id, to, now: self.now() }).await?;
        Ok(())
    }

    async fn add_bundled_cli(&self, id: ClientId) -> Result<()> {
        let spec = ClientSpec {
            name: Some("NeuralBox CLI".to_owned()),
            kind: Some(ClientKind::Public),
            is_native: Some(true),
            uses_device: Some(true),
            redirect_uris: Some(vec!["http://127.0.0.1/callback".to_owned()]),
            scope: Some(CLI_SCOPES.to_owned()),
            ..ClientSpec::default()
        };
        let client = spec.register(id, &self.audiences().await?, self.now()).map_err(Refusal::Invalid)?;
        self.inner.store.write(AddClient { client, secret_digest: None, by: None }).await?;
        Ok(())
    }
}

/// Names the fields that differ, for the audit log.
fn changed_fields(before: &Client, after: &Client) -> Vec<&'static str> {
    let differs = [
        ("name", before.name != after.name),
        ("redirect_uris", before.redirect_uris != after.redirect_uris),
        ("post_logout_redirect_uris", before.post_logout_redirect_uris != after.post_logout_redirect_uris),
        ("origins", before.origins != after.origins),
        ("resources", before.resources != after.resources),
        ("scope", before.scopes != after.scopes),
        ("native", before.is_native != after.is_native),
        ("device", before.uses_device != after.uses_device),
        ("trusted", before.is_trusted != after.is_trusted),
        ("auth", before.auth != after.auth),
        ("alg", before.alg != after.alg),
        ("serves", before.serves != after.serves),
        ("logo_uri", before.logo_uri != after.logo_uri),
        ("home_uri", before.home_uri != after.home_uri),
    ];
    differs.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect()
}

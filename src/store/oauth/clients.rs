//! Clients: look-ups and registration.

use serde::Serialize;
use sqlx::FromRow;

use crate::model::accounts::account::TelegramId;
use crate::model::oauth::client::{Client, ClientAuthMethod, ClientId, ClientKind, ClientSummary};
use crate::model::oauth::scope::Scopes;
use crate::model::oauth::signing_key::SigningAlgorithm;
use crate::model::time::Moment;
use crate::store::{Result, Store, Tx, Write};

/// Columns of a [`ClientRow`], from the alias `c`.
macro_rules! client_columns {
    () => {
        "c.id, c.name, c.kind, c.is_native, c.uses_device, c.is_trusted, c.auth, c.alg, c.secret_digest,
         c.previous_secret_digest, c.previous_secret_until, c.redirect_uris, c.post_logout_redirect_uris, c.origins,
         c.resources, c.scopes, c.serves, c.logo_uri, c.home_uri, c.created_at, c.disabled_at"
    };
}

#[derive(FromRow)]
struct ClientRow {
    id: ClientId,
    name: String,
    kind: String,
    is_native: bool,
    uses_device: bool,
    is_trusted: bool,
    auth: String,
    alg: String,
    secret_digest: Option<Vec<u8>>,
    previous_secret_digest: Option<Vec<u8>>,
    previous_secret_until: Option<Moment>,
    redirect_uris: String,
    post_logout_redirect_uris: String,
    origins: String,
    resources: String,
    scopes: String,
    serves: Option<String>,
    logo_uri: Option<String>,
    home_uri: Option<String>,
    created_at: Moment,
    disabled_at: Option<Moment>,
}

/// A client with the digests of its secrets.
#[derive(Clone, Debug)]
pub struct ClientWithSecrets {
    /// The client.
    pub client: Client,
    /// SHA-256 of the secret; `None` for a public client.
    pub secret_digest: Option<Vec<u8>>,
    /// SHA-256 of the secret before it.
    pub previous_secret_digest: Option<Vec<u8>>,
}

impl From<ClientRow> for ClientWithSecrets {
    fn from(row: ClientRow) -> Self {
        let list = |text: &str| serde_json::from_str::<Vec<String>>(text).unwrap_or_default();
        let client = Client {
            id: row.id,
            name: row.name,
            kind: if row.kind == ClientKind::Public.as_str() { ClientKind::Public } else { ClientKind::Confidential },
            is_native: row.is_native,
            uses_device: row.uses_device,
            is_trusted: row.is_trusted,
            auth: ClientAuthMethod::parse(&row.auth).unwrap_or(ClientAuthMethod::Basic),
            alg: SigningAlgorithm::parse(&row.alg).unwrap_or(SigningAlgorithm::Es256),
            redirect_uris: list(&row.redirect_uris),
            post_logout_redirect_uris: list(&row.post_logout_redirect_uris),
            origins: list(&row.origins),
            resources: list(&row.resources),
            scopes: Scopes::stored(&row.scopes),
            serves: row.serves,
            logo_uri: row.logo_uri,
            home_uri: row.home_uri,
            previous_secret_until: row.previous_secret_until,
            created_at: row.created_at,
            disabled_at: row.disabled_at,
        };
        Self { client, secret_digest: row.secret_digest, previous_secret_digest: row.previous_secret_digest }
    }
}

/// Use of a client.
#[derive(FromRow)]
struct ClientUse {
    client_id: ClientId,
    people: i64,
    last_used_at: Option<Moment>,
}

impl Store {
    /// Returns a client that was not removed.
    pub async fn client(&self, id: &ClientId) -> Result<Option<ClientWithSecrets>> {
        let sql =
            concat!("select ", client_columns!(), " from oauth_client c where c.id = $1 and c.removed_at is null");
        let row: Option<ClientRow> = self.db.first(sql, &[id]).await?;
        Ok(row.map(ClientWithSecrets::from))
    }

    /// Returns all clients that were not removed, oldest first. They are few: admins register them.
    pub async fn clients(&self) -> Result<Vec<Client>> {
        let sql = concat!(
            "select ",
            client_columns!(),
            " from oauth_client c where c.removed_at is null order by c.created_at, c.id"
        );
        let rows: Vec<ClientRow> = self.db.all(sql, &[]).await?;
        Ok(rows.into_iter().map(|row| ClientWithSecrets::from(row).client).collect())
    }

    /// Returns all clients with the number of people who use each, oldest first.
    pub async fn client_summaries(&self) -> Result<Vec<ClientSummary>> {
        let sql = "select c.id as client_id,
                     (select count(distinct g.account_id) from oauth_grant g
                      where g.client_id = c.id and g.ended_at is null) as people,
                     (select max(g.last_used_at) from oauth_grant g
                      where g.client_id = c.id and g.ended_at is null) as last_used_at
                   from oauth_client c
                   where c.removed_at is null";
        let uses: Vec<ClientUse> = self.db.all(sql, &[]).await?;
        let summary = |client: Client| {
            let of_client = uses.iter().find(|used| used.client_id == client.id);
            let (people, last_used_at) = of_client.map_or((0, None), |used| (used.people, used.last_used_at));
            ClientSummary { client, people, last_used_at }
        };
        Ok(self.clients().await?.into_iter().map(summary).collect())
    }
}

/// Registers a client.
#[derive(Clone, Debug)]
pub struct AddClient {
    /// The client.
    pub client: Client,
    /// SHA-256 of its secret.
    pub secret_digest: Option<Vec<u8>>,
    /// Telegram id of the admin; `None` for the operator.
    pub by: Option<TelegramId>,
}

/// Output: true unless a client with this id exists.
impl Write for AddClient {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let Self { client, secret_digest, by } = self;
        let texts = ClientTexts::of(client)?;
        let sql = "insert into oauth_client
                     (id, name, kind, is_native, uses_device, is_trusted, auth, alg, secret_digest, redirect_uris,
                      post_logout_redirect_uris, origins, resources, scopes, serves, logo_uri, home_uri, created_by, created_at)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
                   on conflict (id) do nothing";
        let added = tx
            .run(
                sql,
                &[
                    &client.id,
                    &client.name,
                    &client.kind.as_str(),
                    &client.is_native,
                    &client.uses_device,
                    &client.is_trusted,
                    &client.auth.as_str(),
                    &client.alg.as_str(),
                    secret_digest,
                    &texts.redirect_uris,
                    &texts.post_logout_redirect_uris,
                    &texts.origins,
                    &texts.resources,
                    &texts.scopes,
                    &client.serves,
                    &client.logo_uri,
                    &client.home_uri,
                    by,
                    &client.created_at,
                ],
            )
            .await?;
        Ok(added == 1)
    }
}

/// Lists and scopes of a client as stored.
pub(super) struct ClientTexts {
    pub(super) redirect_uris: String,
    pub(super) post_logout_redirect_uris: String,
    pub(super) origins: String,
    pub(super) resources: String,
    pub(super) scopes: String,
}

impl ClientTexts {
    pub(super) fn of(client: &Client) -> sqlx::Result<Self> {
        Ok(Self {
            redirect_uris: json(&client.redirect_uris)?,
            post_logout_redirect_uris: json(&client.post_logout_redirect_uris)?,
            origins: json(&client.origins)?,
            resources: json(&client.resources)?,
            scopes: client.scopes.to_string(),
        })
    }
}

fn json<T: Serialize>(value: &T) -> sqlx::Result<String> {
    serde_json::to_string(value).map_err(|fault| sqlx::Error::Encode(fault.into()))
}

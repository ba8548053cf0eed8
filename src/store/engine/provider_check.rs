//! Check of the OAuth provider's data for the operator. Changes nothing.

use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;
use sqlx::{ConnectOptions, Connection, FromRow, Result};

use crate::model::time::Moment;
use crate::store::engine::database_url;

/// Maximum wait for a locked file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Keys that may sign.
const LIVE_KEYS: &str =
    "select kid, alg, state, sealed from oauth_key where state <> 'retired' order by alg, state, kid";
/// Clients that are on, and are no programs on people's machines.
const WEB_CLIENTS: &str = "select id, name, redirect_uris from oauth_client
                           where disabled_at is null and removed_at is null and not is_native
                           order by id";

/// Data of the provider.
#[derive(Clone, Debug)]
pub struct ProviderStatus {
    /// Keys that may sign.
    pub keys: Vec<StoredKey>,
    /// Clients that are on, and are no programs on people's machines.
    pub clients: Vec<StoredClient>,
    /// Clock of the database server; `None` for a file.
    pub clock: Option<Moment>,
}

/// Signing key as stored.
#[derive(Clone, Debug, FromRow)]
pub struct StoredKey {
    /// Thumbprint of the public key.
    pub kid: String,
    /// Algorithm, as stored.
    pub alg: String,
    /// State, as stored.
    pub state: String,
    /// Private key, encrypted.
    pub sealed: Option<Vec<u8>>,
}

/// Client as stored.
#[derive(Clone, Debug, FromRow)]
pub struct StoredClient {
    /// Id of the client.
    pub id: String,
    /// Name that people read.
    pub name: String,
    /// Addresses, as a JSON list.
    pub redirect_uris: String,
}

/// Reads the data of the provider in the database of `url`; `None` before the first start of a version that has it.
pub async fn check_provider(url: &str) -> Result<Option<ProviderStatus>> {
    if url.starts_with("sqlite:") { check_file(url).await } else { check_server(url).await }
}

async fn check_file(url: &str) -> Result<Option<ProviderStatus>> {
    let options = database_url::sqlite(url)?;
    if !options.get_filename().try_exists()? {
        return Ok(None);
    }
    let mut file: SqliteConnection = options.create_if_missing(false).busy_timeout(BUSY_TIMEOUT).connect().await?;
    let sql = "select count(*) from sqlite_master where name = 'oauth_key'";
    let (tables,): (i64,) = sqlx::query_as(sql).fetch_one(&mut file).await?;
    if tables == 0 {
        file.close().await?;
        return Ok(None);
    }
    let keys = sqlx::query_as(LIVE_KEYS).fetch_all(&mut file).await?;
    let clients = sqlx::query_as(WEB_CLIENTS).fetch_all(&mut file).await?;
    file.close().await?;
    Ok(Some(ProviderStatus { keys, clients, clock: None }))
}

async fn check_server(url: &str) -> Result<Option<ProviderStatus>> {
    let mut server: PgConnection = database_url::postgres(url)?.connect().await?;
    let sql = "select to_regclass('oauth_key') is not null, cast(extract(epoch from clock_timestamp()) as bigint)";
    let (exists, clock): (bool, i64) = sqlx::query_as(sql).fetch_one(&mut server).await?;
    if !exists {
        server.close().await?;
        return Ok(None);
    }
    let keys = sqlx::query_as(LIVE_KEYS).fetch_all(&mut server).await?;
    let clients = sqlx::query_as(WEB_CLIENTS).fetch_all(&mut server).await?;
    server.close().await?;
    Ok(Some(ProviderStatus { keys, clients, clock: Some(Moment(clock)) }))
}

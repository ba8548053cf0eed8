//! Detection of poolers that change the server behind a connection.
//!
//! `PgBouncer` in transaction or statement mode gives each transaction to any of its server connections. Prepared
//! statements, LISTEN, session settings and the lock of the migrations belong to a server connection, so they would end
//! up on different ones. Two connections show it: their servers are never the same, and never change.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection, Error, Result, raw_sql};

use crate::store::engine::connection_fault::pooled;

/// Order in which the two connections ask. It repeats no pattern of two, so a pooler that hands out its servers in turn
/// cannot give each connection its own by chance.
const ASKING: [usize; 12] = [0, 1, 0, 0, 1, 1, 0, 1, 1, 0, 0, 1];
/// Maximum wait for the second connection. A pooler with too few server connections lets it wait for minutes.
const SECOND_CONNECTION_TIMEOUT: Duration = Duration::from_secs(5);

/// Fails if a pooler changes the server behind a connection.
pub(in crate::store) async fn refuse_changing_servers(options: &PgConnectOptions) -> Result<()> {
    let mut one = options.connect().await?;
    let first = server_of(&mut one).await?;
    let second = async {
        let mut other = options.connect().await?;
        let second = server_of(&mut other).await?;
        Ok::<_, Error>((other, second))
    };
    let too_few = |_| Error::Configuration("no second connection within 5 s; an instance needs up to 19".into());
    let (other, second) = tokio::time::timeout(SECOND_CONNECTION_TIMEOUT, second).await.map_err(too_few)??;
    let (mut connections, servers) = ([one, other], [first, second]);
    let mut is_pooled = first == second;
    for asking in ASKING {
        if let (Some(connection), Some(server)) = (connections.get_mut(asking), servers.get(asking)) {
            is_pooled |= server_of(connection).await? != *server;
        }
    }
    for connection in connections {
        connection.close().await?;
    }
    if is_pooled { Err(pooled()) } else { Ok(()) }
}

/// Returns the process of the server that answers. Without a prepared statement, which the server may not know.
async fn server_of(connection: &mut PgConnection) -> Result<i32> {
    use sqlx::Row;
    raw_sql("select pg_backend_pid()").fetch_one(connection).await?.try_get(0)
}

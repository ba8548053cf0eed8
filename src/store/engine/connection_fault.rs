//! Consequences of a database error: for its connection, for a retry, and for readiness.
//!
//! A connection can answer and still be unable to do its work: its server became a standby, or a pooler changes the
//! server behind it. Such a connection is dropped like a broken one, because a new one may lead to a server that works.

use std::io;

use sqlx::Error;
use sqlx::migrate::MigrateError;

/// SQLSTATE `read_only_sql_transaction`: a standby, or `default_transaction_read_only`.
const READ_ONLY: &str = "25006";
/// SQLSTATEs of a prepared statement that the server does not have, or already has. sqlx names each statement once per
/// connection, so a pooler has changed the server behind it.
const FOREIGN_STATEMENTS: [&str; 2] = ["26000", "42P05"];
/// SQLSTATE `protocol_violation`: values for another statement of the same name, among others.
const PROTOCOL_VIOLATION: &str = "08P01";
/// SQLSTATEs of a connection that the server ends: shutdown, crash, idle session, idle transaction.
const ENDED: [&str; 5] = ["57P01", "57P02", "57P03", "57P05", "25P03"];

/// Returns the error of a server that answers and takes no writes.
pub(in crate::store) fn read_only() -> Error {
    Error::Io(io::Error::new(io::ErrorKind::ReadOnlyFilesystem, "the database is read-only"))
}

/// Returns the error of a pooler that changes the server behind a connection.
pub(in crate::store) fn pooled() -> Error {
    Error::Io(io::Error::new(io::ErrorKind::Unsupported, POOLER))
}

/// Remedy for a pooler that gives each transaction or statement to another server connection.
pub(in crate::store) const POOLER: &str = "a pooler such as PgBouncer gives each transaction to another server \
     connection (pool_mode transaction or statement), which breaks prepared statements and LISTEN; set pool_mode = \
     session for this database, or connect to Postgres directly";

/// True if the server answers and takes no writes.
pub(in crate::store) fn is_read_only(fault: &Error) -> bool {
    match fault {
        Error::Io(fault) => fault.kind() == io::ErrorKind::ReadOnlyFilesystem,
        Error::Database(fault) => fault.code().as_deref() == Some(READ_ONLY),
        Error::Migrate(fault) => match &**fault {
            MigrateError::Execute(fault) | MigrateError::ExecuteMigration(fault, _) => is_read_only(fault),
            _ => false,
        },
        _ => false,
    }
}

/// True for a serialization failure, a deadlock, or a unique key that another instance inserted concurrently. The next
/// attempt sees that row.
pub(in crate::store) fn lost_a_race(fault: &Error) -> bool {
    let Some(fault) = fault.as_database_error() else { return false };
    fault.is_unique_violation() || matches!(fault.code().as_deref(), Some("40001" | "40P01"))
}

/// True if a pooler has changed the server behind the connection.
pub(in crate::store) fn is_pooled(fault: &Error) -> bool {
    match fault {
        Error::Io(fault) => fault.kind() == io::ErrorKind::Unsupported,
        Error::Database(fault) => fault.code().is_some_and(|code| {
            FOREIGN_STATEMENTS.contains(&&*code)
                || (code == PROTOCOL_VIOLATION && fault.message().starts_with("bind message"))
        }),
        _ => false,
    }
}

/// True if the connection is broken or cannot do its work, so that a retry on another one may succeed.
pub(in crate::store) fn is_cut(fault: &Error) -> bool {
    match fault {
        Error::Io(_) | Error::Protocol(_) => true,
        Error::Database(of_server) => {
            let ended = |code: &str| ENDED.contains(&code) || code.starts_with("08");
            of_server.code().is_some_and(|code| ended(&code)) || is_read_only(fault) || is_pooled(fault)
        }
        _ => false,
    }
}

/// True if a server that is there reported the error, over a connection that works: a full disk, for example.
pub(in crate::store) fn is_reported(fault: &Error) -> bool {
    matches!(fault, Error::Database(_)) && !is_cut(fault)
}

/// True if the database is unreachable or impaired, so that a retry may succeed. False if it rejected the statement.
#[must_use]
pub fn is_away(fault: &Error) -> bool {
    match fault {
        Error::PoolTimedOut
        | Error::PoolClosed
        | Error::Io(_)
        | Error::Protocol(_)
        | Error::Tls(_)
        | Error::WorkerCrashed
        | Error::BeginFailed => true,
        Error::Database(of_server) => {
            of_server.code().is_some_and(|code| {
                if code.len() < 5 { code.parse().is_ok_and(is_file_trouble) } else { is_server_trouble(&code) }
            }) || is_cut(fault)
        }
        _ => false,
    }
}

/// True for a Postgres class of trouble: 53 resources (a full disk), 57 operator intervention, 58 system error; and
/// for 42501, a role without the right to write. A statement timeout (57014) says nothing about other statements.
fn is_server_trouble(code: &str) -> bool {
    code != "57014" && (code == "42501" || ["53", "57", "58"].iter().any(|class| code.starts_with(class)))
}

/// True for an SQLite result code of trouble: 5 busy, 6 locked, 8 read-only, 10 I/O, 13 full, 14 can't open. The low
/// byte of an extended code is its primary code.
const fn is_file_trouble(code: u32) -> bool {
    matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14)
}

/// Describes an error of connecting for the operator.
#[must_use]
pub fn describe(fault: &Error) -> String {
    match fault {
        fault if is_read_only(fault) => {
            "the database is read-only, like a standby or with default_transaction_read_only = on; connect to the \
             primary"
                .to_owned()
        }
        fault if is_pooled(fault) => POOLER.to_owned(),
        Error::Configuration(fault) => fault.to_string(),
        fault => fault.to_string(),
    }
}

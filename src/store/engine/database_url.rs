//! The URL of the database: taken as sqlx and libpq know it, or refused before anything connects.
//!
//! sqlx passes over parameters that it does not know, and logs their values. Here every parameter has an effect or is
//! refused by its name. No error quotes a value, because a misplaced `?` or `#` makes a parameter of a password.

use std::path::Path;

use percent_encoding::percent_decode_str;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use url::Url;

/// Forms of the URL, for errors.
const FORMS: &str = "expected sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME";
/// Hint for a password with characters that have a meaning in URLs.
const ENCODE: &str = "percent-encode special characters in the password (# is %23, / is %2F, ? is %3F, @ is %40)";
/// Parameters of a Postgres URL that sqlx knows, in addition to `options[NAME]`.
const POSTGRES_PARAMETERS: [&str; 18] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];
/// Parameters of a Postgres URL that name a file.
const FILES: [&str; 7] = ["sslrootcert", "ssl-root-cert", "ssl-ca", "sslcert", "ssl-cert", "sslkey", "ssl-key"];
/// Value of `sslrootcert` that means the certificates of the system. They are trusted here anyway.
const SYSTEM_CERTIFICATES: &str = "system";

/// Checks a URL and returns it with its scheme in lower case.
pub fn parse(text: &str) -> Result<String, String> {
    let (scheme, rest) = text.split_once(':').ok_or_else(|| format!("{FORMS}, got another form"))?;
    let scheme = scheme.to_ascii_lowercase();
    let url = format!("{scheme}:{rest}");
    match scheme.as_str() {
        "sqlite" => check_sqlite(&url)?,
        "postgres" | "postgresql" => check_postgres(&url)?,
        _ => return Err(format!("{FORMS}, got another form")),
    }
    Ok(url)
}

/// Returns the options of an SQLite URL.
pub(in crate::store) fn sqlite(url: &str) -> sqlx::Result<SqliteConnectOptions> {
    check_sqlite(url).map_err(|what| sqlx::Error::Configuration(what.into()))?;
    url.parse()
}

/// Returns the options of a Postgres URL.
pub(in crate::store) fn postgres(url: &str) -> sqlx::Result<PgConnectOptions> {
    let wrong = |what: String| sqlx::Error::Configuration(what.into());
    let url = checked_postgres(url).map_err(wrong)?;
    let options: PgConnectOptions = url.as_str().parse()?;
    // PgBouncer refuses to start with this parameter, and no statement reads a floating-point number.
    let options = options.extra_float_digits(None);
    Ok(if url.query_pairs().any(|(name, _)| name == "application_name") {
        options
    } else {
        options.application_name("neuralbox-auth")
    })
}

/// Returns the file of an SQLite URL; `None` for Postgres.
#[must_use]
pub fn sqlite_file(url: &str) -> Option<std::path::PathBuf> {
    let options = url.starts_with("sqlite:").then(|| sqlite(url).ok())??;
    Some(options.get_filename().to_path_buf())
}

fn check_sqlite(url: &str) -> Result<(), String> {
    let rest = url.strip_prefix("sqlite:").unwrap_or(url);
    let (file, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let file = percent_decode_str(file.trim_start_matches("//")).decode_utf8();
    let file = file.map_err(|_| "expected a file name in UTF-8, got other bytes".to_owned())?;
    let parameters: Vec<_> = url::form_urlencoded::parse(parameters.as_bytes()).collect();
    let has =
        |name: &str, value: &str| parameters.iter().any(|(key, is)| key == name && is.eq_ignore_ascii_case(value));
    if file.contains(":memory:") || has("mode", "memory") {
        return Err("expected a file, got a database in memory: each connection would see another one".to_owned());
    }
    if file.is_empty() || file.ends_with('/') || Path::new(&*file).is_dir() {
        return Err("expected sqlite://FILE, got no file name".to_owned());
    }
    if file.starts_with("file:") {
        return Err("expected sqlite://FILE, got file: in the name".to_owned());
    }
    if file.starts_with("~/") {
        return Err("expected a whole path, got ~, which only a shell replaces".to_owned());
    }
    if has("mode", "ro") || has("immutable", "true") || has("immutable", "1") {
        return Err("expected a database to write to, got a read-only one".to_owned());
    }
    if has("cache", "shared") {
        return Err("expected a private cache, got cache=shared, with which a write locks out every read".to_owned());
    }
    for (name, value) in &parameters {
        let is_known = match &**name {
            "mode" => matches!(&**value, "rw" | "rwc"),
            "cache" => value == "private",
            "immutable" => matches!(&**value, "false" | "0"),
            _ => false,
        };
        if !is_known {
            return Err(unknown(name));
        }
    }
    Ok(())
}

fn check_postgres(url: &str) -> Result<(), String> {
    let url = checked_postgres(url)?;
    for (name, value) in url.query_pairs() {
        if FILES.contains(&&*name)
            && let Err(error) = std::fs::metadata(&*value)
        {
            return Err(format!("expected a readable file for {name}, got {value:?}: {error}"));
        }
    }
    let options: Result<PgConnectOptions, _> = url.as_str().parse();
    options.map(drop).map_err(|_| "expected a valid sslmode, port and hostaddr, got an invalid one".to_owned())
}

/// Checks a Postgres URL and returns it as sqlx understands it.
fn checked_postgres(text: &str) -> Result<Url, String> {
    let mut url = Url::parse(text).map_err(|error| {
        let authority = text.split("://").nth(1).and_then(|rest| rest.split(['/', '?']).next()).unwrap_or_default();
        if authority.rsplit('@').next().is_some_and(|hosts| hosts.contains(',')) {
            "expected one host, got several; name the address that always leads to the primary".to_owned()
        } else {
            format!("{FORMS}, got an invalid URL ({error}); {ENCODE}")
        }
    })?;
    if url.fragment().is_some() {
        return Err(format!("expected a URL without #; {ENCODE}"));
    }
    let has_host = url.host_str().is_some_and(|host| !host.is_empty())
        || url.query_pairs().any(|(name, value)| matches!(&*name, "host" | "hostaddr") && !value.is_empty());
    if !has_host {
        return Err("expected a host, or host=/FOLDER of a Unix socket, got none".to_owned());
    }
    if url.host_str().is_some_and(|host| host.contains(',') || host.contains("%2C")) {
        return Err("expected one host, got several; name the address that always leads to the primary".to_owned());
    }
    for (name, _) in url.query_pairs() {
        if !POSTGRES_PARAMETERS.contains(&&*name) && !name.starts_with("options[") {
            return Err(unknown(&name));
        }
    }
    let is_system = |name: &str, value: &str| name == "sslrootcert" && value == SYSTEM_CERTIFICATES;
    if url.query_pairs().any(|(name, value)| is_system(&name, &value)) {
        let kept: Vec<_> = url.query_pairs().into_owned().filter(|(name, value)| !is_system(name, value)).collect();
        url.set_query(None);
        url.query_pairs_mut().extend_pairs(kept);
    }
    Ok(url)
}

fn unknown(name: &str) -> String {
    let is_plain = name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_lowercase() || b"_-".contains(&byte));
    let name = if is_plain { name } else { "another one" };
    format!("expected parameters after ? that have an effect here, got {name}; leave it out, or {ENCODE}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_that_works_is_taken() {
        for (url, taken) in [
            ("sqlite://data/neuralbox.db", "sqlite://data/neuralbox.db"),
            ("SQLite:///var/lib/n.db?mode=rwc", "sqlite:///var/lib/n.db?mode=rwc"),
            ("sqlite:n.db", "sqlite:n.db"),
            ("POSTGRES://u:p@h/n", "postgres://u:p@h/n"),
            ("postgresql://u@h:6432/n?sslmode=verify-full", "postgresql://u@h:6432/n?sslmode=verify-full"),
            ("postgres:///n?host=/run/postgresql&user=u", "postgres:///n?host=/run/postgresql&user=u"),
            ("postgres://u@%2Frun%2Fpostgresql/n", "postgres://u@%2Frun%2Fpostgresql/n"),
            ("postgres://u:a%23b@h/n?sslrootcert=system", "postgres://u:a%23b@h/n?sslrootcert=system"),
        ] {
            assert_eq!(parse(url), Ok(taken.to_owned()), "{url}");
        }
        let options = postgres("postgres://u@h/n?sslmode=verify-full&sslrootcert=system").unwrap();
        assert!(!format!("{options:?}").contains("system"), "the certificates of the system are trusted anyway");
    }

    #[test]
    fn a_url_that_cannot_work_is_refused_without_its_password() {
        for (url, reason) in [
            ("sqlite::memory:", "in memory"),
            ("sqlite://:memory:", "in memory"),
            ("sqlite:%3Amemory%3A", "in memory"),
            ("sqlite://a.db?mode=memory", "in memory"),
            ("sqlite://file::memory:?cache=shared", "in memory"),
            ("sqlite://file:a.db", "file:"),
            ("sqlite:", "no file name"),
            ("sqlite://", "no file name"),
            ("sqlite:///tmp", "no file name"),
            ("sqlite://data/", "no file name"),
            ("sqlite://~/a.db", "whole path"),
            ("sqlite://a.db?mode=ro", "read-only"),
            ("sqlite://a.db?immutable=1", "read-only"),
            ("sqlite://a.db?cache=shared", "cache=shared"),
            ("sqlite://a.db?journal_mode=wal", "got journal_mode"),
            ("data/a.db", "another form"),
            ("/data/a.db", "another form"),
            ("mysql://u:secret@h/n", "another form"),
            ("postgres+asyncpg://u:secret@h/n", "another form"),
            ("jdbc:postgresql://h/n?password=secret", "another form"),
            ("host=h password=secret", "another form"),
            ("postgres://u:secret#x@h/n", "percent-encode"),
            ("postgres://u:12#secret@h/n", "percent-encode"),
            ("postgres://u:12?secret@h/n", "got another one"),
            ("postgres://u:secret/x@h/n", "percent-encode"),
            ("postgres://u:secret@h1:5432,h2:5432/n", "expected one host"),
            ("postgres://u:secret@h1,h2/n", "expected one host"),
            ("postgres:///n", "expected a host"),
            ("postgres://u:secret@h/n?target_session_attrs=read-write", "got target_session_attrs"),
            ("postgres://u:secret@h/n?channel_binding=require", "got channel_binding"),
            ("postgres://u:secret@h/n?pgbouncer=true", "got pgbouncer"),
            ("postgres://u:secret@h/n?sslmode=always", "valid sslmode"),
            ("postgres://u:secret@h/n?sslmode=verify-full&sslrootcert=/nowhere.pem", "/nowhere.pem"),
        ] {
            let refused = parse(url).expect_err(url);
            assert!(refused.contains(reason) && !refused.contains("secret"), "{url}: {refused}");
        }
    }
}

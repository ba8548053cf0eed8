//! Checks of the OAuth provider: its issuer as clients see it, its signing keys, its clients, and the clocks.

use url::{Host, Url};

use crate::cli::doctor::{CheckResult, CheckStatus, result};
use crate::config::Config;
use crate::domain::oauth::keys::check;
use crate::gateway::own_issuer;
use crate::model::time::Moment;
use crate::serve::jwt_secret;
use crate::store::engine::provider_check::{self, ProviderStatus, StoredClient, StoredKey};

/// Seconds that two clocks may be apart. Tokens live for minutes, but a code that is a second old must not be in the future.
const MAX_CLOCK_DIFFERENCE_SECS: i64 = 5;

/// Checks the provider. The results come in a fixed order.
pub(super) async fn examine(config: &Config, now: Moment) -> Vec<CheckResult> {
    let url = config.public_url.origin().ascii_serialization();
    if config.oauth.is_none() {
        return vec![result("issuer", CheckStatus::Off, "NEURALBOX_OAUTH is off: nobody signs in to apps with us")];
    }
    let (published, status) =
        tokio::join!(own_issuer::fetch(&url), provider_check::check_provider(config.database_url.reveal()));
    let answered = published.as_ref().ok().and_then(|published| published.clock);
    let mut results = vec![issuer(&url, published.map(|published| published.issuer))];
    // A database that cannot be read is a finding of its own.
    let status = status.ok().flatten();
    results.extend(status.as_ref().map(|status| keys(config, status)));
    results.extend(status.as_ref().and_then(|status| clients(config, &status.clients)));
    let stored = status.as_ref().and_then(|status| status.clock);
    results.extend(clocks(now, &[("the service that answers", answered), ("the database server", stored)]));
    results
}

/// Clients refuse tokens of an issuer that differs from the one they asked by a single character.
fn issuer(expected: &str, published: Result<Option<String>, String>) -> CheckResult {
    let of = |status, detail: String| result("issuer", status, detail);
    match published {
        Ok(Some(issuer)) if issuer == expected => of(
            CheckStatus::Ok,
            format!("discovery names {issuer}; changing NEURALBOX_PUBLIC_URL changes it, and every client breaks"),
        ),
        Ok(Some(issuer)) => of(
            CheckStatus::Fail,
            format!(
                "discovery at {expected} names {issuer}: NEURALBOX_PUBLIC_URL must be the address that clients use"
            ),
        ),
        // On a developer's machine another program may have the port.
        Ok(None) => of(
            if expected.starts_with("https:") { CheckStatus::Fail } else { CheckStatus::Warn },
            format!(
                "{expected}/.well-known/openid-configuration is no discovery document: check the proxy in front of it"
            ),
        ),
        Err(error) => of(
            CheckStatus::Warn,
            format!("{expected} does not respond ({error}); expected if the service is not running"),
        ),
    }
}

fn keys(config: &Config, status: &ProviderStatus) -> CheckResult {
    let of = |status, detail: String| result("keys", status, detail);
    if status.keys.is_empty() {
        return of(CheckStatus::Ok, "signing keys will be made at the first start".to_owned());
    }
    let signs = |alg: &str| status.keys.iter().any(|key| key.alg == alg && key.state == "current");
    if !signs("ES256") {
        return of(CheckStatus::Fail, "no current ES256 key: neuralbox-auth admin oauth rotate-key --now".to_owned());
    }
    if let Some(key) = unreadable(config, status) {
        let remedy = "set the secret it was made with, also as NEURALBOX_JWT_SECRET_PREVIOUS";
        return of(CheckStatus::Fail, format!("NEURALBOX_JWT_SECRET does not open key {}: {remedy}", key.kid));
    }
    let names: Vec<_> = status.keys.iter().map(|key| format!("{} {}", key.alg, key.state)).collect();
    of(CheckStatus::Ok, names.join(", "))
}

/// Finds a key that signs, or soon will, and that this instance cannot open.
fn unreadable<'a>(config: &Config, status: &'a ProviderStatus) -> Option<&'a StoredKey> {
    let made = || jwt_secret::existing(&config.data_folder());
    let (secret, previous) = (config.jwt_secret.clone().or_else(made)?, config.previous_jwt_secret.as_ref());
    let opens =
        |key: &&StoredKey| key.sealed.as_ref().is_some_and(|sealed| check::opens(&secret, previous, &key.kid, sealed));
    status.keys.iter().find(|key| !opens(key))
}

/// Finds websites that get codes on somebody's own machine, although the service is public.
fn clients(config: &Config, clients: &[StoredClient]) -> Option<CheckResult> {
    if config.public_url.scheme() != "https" {
        return None;
    }
    let names: Vec<_> = clients.iter().filter(|client| has_loopback(client)).map(describe).collect();
    let detail = if names.is_empty() { "none has loopback addresses".to_owned() } else { names.join(", ") };
    let (status, detail) = if names.is_empty() {
        (CheckStatus::Ok, detail)
    } else {
        (CheckStatus::Warn, format!("{detail}: loopback addresses, left from a test? Remove them, or mark it --native"))
    };
    Some(result("clients", status, detail))
}

fn describe(client: &StoredClient) -> String {
    format!("{} ({})", client.name, client.id)
}

fn has_loopback(client: &StoredClient) -> bool {
    let addresses: Vec<String> = serde_json::from_str(&client.redirect_uris).unwrap_or_default();
    let is_loopback = |address: &String| match Url::parse(address).ok().as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    addresses.iter().any(is_loopback)
}

/// Compares this machine's clock with the others that answered. Each instance checks itself.
fn clocks(now: Moment, others: &[(&str, Option<Moment>)]) -> Option<CheckResult> {
    let known: Vec<_> = others.iter().filter_map(|(name, at)| Some((*name, now.since((*at)?)))).collect();
    if known.is_empty() {
        return None;
    }
    let apart = known.iter().filter(|(_, seconds)| seconds.abs() > MAX_CLOCK_DIFFERENCE_SECS);
    let apart: Vec<_> = apart.map(|(name, seconds)| format!("{} s from {name}", seconds.abs())).collect();
    Some(if apart.is_empty() {
        result("clocks", CheckStatus::Ok, format!("within {MAX_CLOCK_DIFFERENCE_SECS} s"))
    } else {
        let detail = format!("the clock of this machine is {}: run a time service", apart.join(" and "));
        result("clocks", CheckStatus::Warn, detail)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(result: &CheckResult) -> String {
        result.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn another_issuer_is_wrong_by_a_slash() {
        let at = |published| said(&issuer("https://auth.example", published));
        assert!(at(Ok(Some("https://auth.example".to_owned()))).starts_with("ok issuer discovery names"));
        assert!(at(Ok(Some("https://auth.example/".to_owned()))).starts_with("FAIL issuer discovery at"));
        assert!(at(Ok(None)).starts_with("FAIL issuer"));
        assert!(at(Err("connection refused".to_owned())).starts_with("warn issuer"));
    }

    #[test]
    fn clocks_that_differ_are_named() {
        let apart =
            |seconds: i64| clocks(Moment(1000), &[("the database server", Some(Moment(1000 + seconds))), ("x", None)]);
        assert_eq!(apart(-5).map(|result| said(&result)).as_deref(), Some("ok clocks within 5 s"));
        assert!(
            said(&apart(6).expect("a result"))
                .starts_with("warn clocks the clock of this machine is 6 s from the database")
        );
        assert!(clocks(Moment(0), &[("x", None)]).is_none());
    }

    #[test]
    fn loopback_addresses_are_found() {
        let client = |redirect_uris: &str| StoredClient {
            id: "c_1".to_owned(),
            name: "Grafana".to_owned(),
            redirect_uris: redirect_uris.to_owned(),
        };
        for (addresses, has) in [
            (r#"["https://app.example/cb","http://localhost:3000/cb"]"#, true),
            (r#"["http://127.0.0.1/cb"]"#, true),
            (r#"["http://[::1]:1/cb"]"#, true),
            (r#"["https://app.example/cb"]"#, false),
            ("[]", false),
        ] {
            assert_eq!(has_loopback(&client(addresses)), has, "{addresses}");
        }
    }
}

//! `admin oauth`: signing keys of the OAuth provider.

use clap::Subcommand;
use serde_json::{Value, json};

use crate::cli::admin::reason::reason;
use crate::domain::Domain;
use crate::domain::admin::access::Admin;
use crate::model::oauth::signing_key::{KeyRotationMode, SigningKeyStatus};

/// Commands on signing keys.
#[derive(Subcommand)]
pub(in crate::cli) enum OAuthCommand {
    /// List the signing keys and their states: next, current, retired
    Keys {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Let the next key sign, once it has been published for 24 hours, and publish another
    RotateKey {
        /// Replace the keys immediately, because one was stolen: all tokens that they signed end
        #[arg(long)]
        now: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Executes one command and prints the keys.
pub(super) async fn run_command(domain: &Domain, command: OAuthCommand) -> Result<(), String> {
    let admin = Admin::operator();
    let (keys, json) = match command {
        OAuthCommand::Keys { json } => (domain.signing_keys(&admin).await, json),
        OAuthCommand::RotateKey { now, json } => {
            let mode = if now { KeyRotationMode::Emergency } else { KeyRotationMode::Overlap };
            (domain.rotate_signing_keys(&admin, mode).await, json)
        }
    };
    let keys = keys.map_err(|error| reason(domain, &error))?;
    if json {
        println!("{}", json!({"keys": keys.iter().map(object).collect::<Vec<_>>()}));
        return Ok(());
    }
    for key in &keys {
        println!("{}", line(key));
    }
    Ok(())
}

fn line(key: &SigningKeyStatus) -> String {
    let SigningKeyStatus { kid, algorithm, state, published_at, signs_from, retired_at } = key;
    let times = [("signs from", signs_from), ("retired", retired_at)];
    let times = times.into_iter().filter_map(|(name, at)| at.map(|at| format!("  {name} {at}")));
    let times = times.collect::<String>();
    format!("{kid}  {}  {}  published {published_at}{times}", algorithm.as_str(), state.as_str())
}

fn object(key: &SigningKeyStatus) -> Value {
    let SigningKeyStatus { kid, algorithm, state, published_at, signs_from, retired_at } = key;
    json!({
        "kid": kid, "alg": algorithm.as_str(), "state": state.as_str(), "published_at": published_at,
        "signs_from": signs_from, "retired_at": retired_at,
    })
}

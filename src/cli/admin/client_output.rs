//! Output of `admin client`: one fact a line, or JSON. Never a secret, but the one that was just issued.

use serde_json::{Value, json};

use crate::domain::oauth::clients::IssuedClient;
use crate::model::crypto::secret::Secret;
use crate::model::oauth::client::{Client, ClientSummary};

/// Form of the output.
#[derive(Clone, Copy)]
pub(super) enum OutputFormat {
    /// Lines for people.
    Text,
    /// One JSON value for programs.
    Json,
}

/// Id of a client, and its secret if it has one: the only output that shows it.
pub(super) fn issued(issued: &IssuedClient, format: OutputFormat) -> String {
    let (id, secret) = (&issued.client.id, issued.secret.as_ref().map(Secret::reveal));
    match format {
        OutputFormat::Json => format!("{}\n", json!({"client_id": id, "client_secret": secret})),
        OutputFormat::Text => {
            let secret = secret.map(|secret| format!("client_secret={secret}\n"));
            format!("client_id={id}\n{}", secret.unwrap_or_default())
        }
    }
}

/// Clients, one a line.
pub(super) fn list(clients: &[ClientSummary], format: OutputFormat) -> String {
    match format {
        OutputFormat::Json => {
            format!("{}\n", json!({"clients": clients.iter().map(summary_object).collect::<Vec<_>>()}))
        }
        OutputFormat::Text => clients.iter().map(|summary| summary_line(summary) + "\n").collect(),
    }
}

/// All facts of a client.
pub(super) fn show(summary: &ClientSummary, format: OutputFormat) -> String {
    match format {
        OutputFormat::Json => format!("{}\n", summary_object(summary)),
        OutputFormat::Text => {
            let mut lines = vec![summary_line(summary)];
            lines.extend(facts(&summary.client).into_iter().map(|(name, value)| format!("  {name}: {value}")));
            lines.join("\n") + "\n"
        }
    }
}

/// A client after a change.
pub(super) fn changed(client: &Client, format: OutputFormat) -> String {
    match format {
        OutputFormat::Json => format!("{}\n", client_object(client)),
        OutputFormat::Text => line(client) + "\n",
    }
}

fn summary_line(summary: &ClientSummary) -> String {
    let used = summary.last_used_at.map_or_else(|| "never".to_owned(), |at| at.to_string());
    format!("{}  people {}  last used {used}", line(&summary.client), summary.people)
}

fn line(client: &Client) -> String {
    let off = client.disabled_at.map_or("", |_| "  off");
    format!("{}  {}  {}{off}", client.id, client.name, client.kind.as_str())
}

/// Facts beyond the line of a client, each with its name; those without a value are left out.
fn facts(client: &Client) -> Vec<(&'static str, String)> {
    let all = |values: &[String]| (!values.is_empty()).then(|| values.join(" "));
    let marks = [("native", client.is_native), ("device", client.uses_device), ("trusted", client.is_trusted)];
    let marks: Vec<_> = marks.into_iter().filter_map(|(name, is_set)| is_set.then_some(name)).collect();
    let facts = [
        ("redirect uris", all(&client.redirect_uris)),
        ("post-logout redirect uris", all(&client.post_logout_redirect_uris)),
        ("origins", all(&client.origins)),
        ("scope", Some(client.scopes.to_string())),
        ("resources", all(&client.resources)),
        ("serves", client.serves.clone()),
        ("marks", (!marks.is_empty()).then(|| marks.join(" "))),
        ("auth", Some(client.auth.as_str().to_owned())),
        ("alg", Some(client.alg.as_str().to_owned())),
        ("logo uri", client.logo_uri.clone()),
        ("home uri", client.home_uri.clone()),
        ("previous secret works until", client.previous_secret_until.map(|until| until.to_string())),
        ("created", Some(client.created_at.to_string())),
        ("off since", client.disabled_at.map(|at| at.to_string())),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn client_object(client: &Client) -> Value {
    json!({
        "client_id": client.id, "name": client.name, "kind": client.kind.as_str(), "native": client.is_native,
        "device": client.uses_device, "trusted": client.is_trusted, "auth": client.auth.as_str(),
        "alg": client.alg.as_str(), "redirect_uris": client.redirect_uris,
        "post_logout_redirect_uris": client.post_logout_redirect_uris, "origins": client.origins,
        "resources": client.resources, "scope": client.scopes, "serves": client.serves,
        "logo_uri": client.logo_uri, "home_uri": client.home_uri,
        "previous_secret_until": client.previous_secret_until, "created_at": client.created_at,
        "disabled_at": client.disabled_at,
    })
}

fn summary_object(summary: &ClientSummary) -> Value {
    let mut object = client_object(&summary.client);
    if let Some(fields) = object.as_object_mut() {
        fields.insert("people".to_owned(), json!(summary.people));
        fields.insert("last_used_at".to_owned(), json!(summary.last_used_at));
    }
    object
}

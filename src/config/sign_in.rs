//! Settings of sign-in methods: Google, "Log in with Telegram" and the Mini Apps of other bots.

use url::Url;

use crate::config::reader::EnvReader;
use crate::config::{urls, values};
use crate::model::accounts::account::TelegramId;
use crate::model::crypto::secret::Secret;
use crate::model::sign_in::upstream_oidc::{UpstreamClient, UpstreamProvider};

pub(super) fn google(reader: &mut EnvReader, public_url: Option<&Url>) -> Option<UpstreamClient> {
    let credentials = credentials(reader, ["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"]);
    let issuer = reader.or("GOOGLE_ISSUER_URL", "https://accounts.google.com", urls::issuer);
    let redirect_uris =
        reader.optional("GOOGLE_REDIRECT_URIS", |text| values::list(text, urls::redirect_uri)).unwrap_or_default();
    let redirect_uris =
        if redirect_uris.is_empty() { own_redirect_uri(public_url, UpstreamProvider::Google) } else { redirect_uris };
    let (client_id, client_secret) = credentials?;
    Some(UpstreamClient { client_id, client_secret, issuer: issuer?, redirect_uris })
}

pub(super) fn telegram_login(reader: &mut EnvReader, public_url: Option<&Url>) -> Option<UpstreamClient> {
    let credentials = credentials(reader, ["TELEGRAM_OIDC_CLIENT_ID", "TELEGRAM_OIDC_CLIENT_SECRET"]);
    let issuer = reader.or("TELEGRAM_OIDC_ISSUER_URL", "https://oauth.telegram.org", urls::issuer);
    let (client_id, client_secret) = credentials?;
    let redirect_uris = own_redirect_uri(public_url, UpstreamProvider::Telegram);
    Some(UpstreamClient { client_id, client_secret, issuer: issuer?, redirect_uris })
}

/// Rejects our own bot: its Mini Apps are verified by its token, and a second signature would let a payload be used
/// twice.
pub(super) fn miniapp_bots(reader: &mut EnvReader, bot_token: Option<&Secret>) -> Option<Vec<TelegramId>> {
    let own = bot_token.and_then(|token| token.reveal().split(':').next()?.parse().ok()).and_then(TelegramId::new);
    let bot = |text: &str| {
        let id = text.parse().ok().and_then(TelegramId::new);
        let id = id.ok_or_else(|| format!("expected ids of bots, got {text:?}"))?;
        if Some(id) == own {
            return Err(format!("expected ids of other bots, got this bot's own id {id}"));
        }
        Ok(id)
    };
    reader.or("TELEGRAM_MINIAPP_BOTS", "", |text| values::list(text, bot))
}

/// Reads client id and secret, which are set together or not at all.
fn credentials(reader: &mut EnvReader, [id_name, secret_name]: [&str; 2]) -> Option<(String, Secret)> {
    let id = reader.optional(id_name, values::visible);
    let secret = reader.optional(secret_name, values::visible).map(Secret::new);
    reader.together(id_name, secret_name);
    Some((id?, secret?))
}

/// Returns our own redirect URI at the provider.
fn own_redirect_uri(public_url: Option<&Url>, provider: UpstreamProvider) -> Vec<String> {
    public_url.map(|url| format!("{}{}", url.origin().ascii_serialization(), provider.callback())).into_iter().collect()
}

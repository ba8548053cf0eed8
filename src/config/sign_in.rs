//! Who vouches for people, beside our own bot: Google, "Log in with Telegram", and other bots' Mini Apps.

use url::Url;

use crate::config::reader::EnvReader;
use crate::config::values;
use crate::model::accounts::account::TelegramId;
use crate::model::crypto::secret::Secret;
use crate::model::sign_in::upstream_oidc::{UpstreamClient, UpstreamProvider};

pub(super) fn google(read: &mut EnvReader, public_url: Option<&Url>) -> Option<UpstreamClient> {
    let credentials = credentials(read, ["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"]);
    let issuer = read.or("GOOGLE_ISSUER_URL", "https://accounts.google.com", values::issuer);
    let redirect_uris =
        read.optional("GOOGLE_REDIRECT_URIS", |text| values::list(text, values::redirect_uri)).unwrap_or_default();
    let redirect_uris =
        if redirect_uris.is_empty() { ours(public_url, UpstreamProvider::Google) } else { redirect_uris };
    let (client_id, client_secret) = credentials?;
    Some(UpstreamClient { client_id, client_secret, issuer: issuer?, redirect_uris })
}

pub(super) fn telegram_login(read: &mut EnvReader, public_url: Option<&Url>) -> Option<UpstreamClient> {
    let credentials = credentials(read, ["TELEGRAM_OIDC_CLIENT_ID", "TELEGRAM_OIDC_CLIENT_SECRET"]);
    let issuer = read.or("TELEGRAM_OIDC_ISSUER_URL", "https://oauth.telegram.org", values::issuer);
    let (client_id, client_secret) = credentials?;
    let redirect_uris = ours(public_url, UpstreamProvider::Telegram);
    Some(UpstreamClient { client_id, client_secret, issuer: issuer?, redirect_uris })
}

/// Our own bot is none of them: what its token signs would count twice, once by each signature.
pub(super) fn miniapp_bots(read: &mut EnvReader, bot_token: Option<&Secret>) -> Option<Vec<TelegramId>> {
    let own = bot_token.and_then(|token| token.reveal().split(':').next()?.parse().ok()).and_then(TelegramId::new);
    let bot = |text: &str| {
        let id = text.parse().ok().and_then(TelegramId::new).ok_or_else(|| format!("{text:?} is no bot's id"))?;
        if Some(id) == own {
            return Err(format!("{id} is this bot's own id: its Mini Apps are known by its token already"));
        }
        Ok(id)
    };
    read.or("TELEGRAM_MINIAPP_BOTS", "", |text| values::list(text, bot))
}

/// Both, or neither.
fn credentials(read: &mut EnvReader, [id_name, secret_name]: [&str; 2]) -> Option<(String, Secret)> {
    let id = read.optional(id_name, values::visible);
    let secret = read.optional(secret_name, values::visible).map(Secret::new);
    read.together(id_name, secret_name);
    Some((id?, secret?))
}

/// Where the provider sends browsers back to our own pages.
fn ours(public_url: Option<&Url>, provider: UpstreamProvider) -> Vec<String> {
    public_url.map(|url| format!("{}{}", url.origin().ascii_serialization(), provider.callback())).into_iter().collect()
}

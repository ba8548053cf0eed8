//! Paths of pages, each named after its page, and the check that keeps a `next` parameter on this website (open redirects).

use url::Url;
use url::form_urlencoded::Serializer;

use crate::model::sign_in::upstream_oidc::UpstreamProvider;

/// Sign-in page.
pub(crate) const SIGN_IN: &str = "/web";
/// Ends the session.
pub(crate) const SIGN_OUT: &str = "/web/sign-out";
/// Waits for the answer in the bot, to sign in.
pub(crate) const BOT_SIGN_IN: &str = "/web/sign-in/bot";
/// Opened by a sign-in link from the bot.
pub(crate) const SIGN_IN_LINK: &str = "/web/sign-in/link";
/// Target of the email form on the sign-in page.
pub(crate) const EMAIL_SIGN_IN: &str = "/web/sign-in/email";
/// Starts a sign-in with Google.
const GOOGLE_SIGN_IN: &str = "/auth/google/start";
/// Starts "Log in with Telegram".
const TELEGRAM_LOGIN_SIGN_IN: &str = "/auth/telegram-login/start";

/// Registration form.
pub(crate) const REGISTER: &str = "/web/register";
/// Shown after a registration.
pub(crate) const REGISTER_SENT: &str = "/web/register/sent";
/// Opened by the emailed link that verifies an address.
pub(crate) const EMAIL_VERIFY: &str = "/web/email/verify";
/// Opened by the emailed link that links an address.
pub(crate) const EMAIL_LINK: &str = "/web/email/link";
/// Form for a forgotten password.
pub(crate) const PASSWORD_FORGOT: &str = "/web/password/forgot";
/// Shown after the form for a forgotten password.
pub(crate) const PASSWORD_SENT: &str = "/web/password/sent";
/// Opened by the emailed link that resets a password.
pub(crate) const PASSWORD_RESET: &str = "/web/password/reset";

/// API keys.
pub(crate) const API_KEYS: &str = "/web/profile/api-keys";
/// Renames an API key.
pub(crate) const API_KEY_RENAME: &str = "/web/profile/api-keys/{id}/rename";
/// Changes when an API key expires.
pub(crate) const API_KEY_EXPIRY: &str = "/web/profile/api-keys/{id}/expiry";
/// Revokes an API key.
pub(crate) const API_KEY_REVOKE: &str = "/web/profile/api-keys/{id}/revoke";
/// Rotates an API key.
pub(crate) const API_KEY_ROTATE: &str = "/web/profile/api-keys/{id}/rotate";
/// Default page after a sign-in.
pub(crate) const HOME: &str = API_KEYS;

/// Profile.
pub(crate) const PROFILE: &str = "/web/profile";
/// Sessions.
pub(crate) const SESSIONS: &str = "/web/profile/sessions";
/// Ends a session.
pub(crate) const SESSION_END: &str = "/web/profile/sessions/{id}/end";
/// Ends all other sessions.
pub(crate) const SESSIONS_END_OTHERS: &str = "/web/profile/sessions/end-others";
/// Account activity.
pub(crate) const ACTIVITY: &str = "/web/profile/activity";
/// Usage per key and day.
pub(crate) const USAGE: &str = "/web/profile/usage";
/// Plans, purchases and ledger.
pub(crate) const BILLING: &str = "/web/billing";
/// Orders a plan or a pack, and leads to its invoice.
pub(crate) const BILLING_BUY: &str = "/web/billing/buy";
/// Cancels the renewal of the subscription, after asking.
pub(crate) const BILLING_CANCEL: &str = "/web/billing/cancel";
/// Resumes the renewal of the subscription.
pub(crate) const BILLING_RESUME: &str = "/web/billing/resume";
/// Built-in terms of use.
pub(crate) const TERMS: &str = "/web/terms";

/// Sign-in methods, and links to password, activity, export and deletion.
pub(crate) const SECURITY: &str = "/web/profile/security";
/// Sign-in page for people who are signed in, before a sensitive action.
pub(crate) const REAUTHENTICATE: &str = "/web/reauthenticate";
/// Sends the form again that was refused until the new sign-in.
pub(crate) const REAUTHENTICATE_CONTINUE: &str = "/web/reauthenticate/continue";
/// Form to change the password.
pub(crate) const PASSWORD: &str = "/web/profile/security/password";
/// Unlinks a sign-in method.
pub(crate) const UNLINK: &str = "/web/profile/security/unlink";
/// Enables a sign-in method that a password reset disabled.
pub(crate) const IDENTITY_CONFIRM: &str = "/web/profile/security/confirm";
/// Target of the form that cuts an app off.
pub(crate) const APP_CUT_OFF: &str = "/web/profile/security/apps/cut-off";
/// Target of the form that links an email address.
pub(crate) const EMAIL_LINK_REQUEST: &str = "/web/profile/security/email";
/// Waits for the answer in the bot, to link a Telegram account.
pub(crate) const TELEGRAM_LINK: &str = "/web/profile/security/telegram";
/// Starts linking a Google account.
const GOOGLE_LINK: &str = "/web/profile/security/google";
/// Starts linking a Telegram account by "Log in with Telegram".
const TELEGRAM_LOGIN_LINK: &str = "/web/profile/security/telegram-login";

/// Asks, after the return from a provider, to confirm that an account there is linked.
pub(crate) const UPSTREAM_LINK: &str = "/web/profile/security/link";

/// Opened by the mailed link that undoes a change of sign-in methods.
pub(crate) const IDENTITY_UNDO: &str = "/web/undo";

/// Asks to confirm the deletion of the account.
pub(crate) const DELETE_ACCOUNT: &str = "/web/profile/security/delete";
/// Shown instead of all other pages while the deletion is scheduled.
pub(crate) const ACCOUNT_DELETION: &str = "/web/account/deletion";
/// Cancels the scheduled deletion.
pub(crate) const ACCOUNT_DELETION_CANCEL: &str = "/web/account/deletion/cancel";
/// Downloads all data of the account.
pub(crate) const ACCOUNT_EXPORT: &str = "/web/export";
/// Merge offer.
pub(crate) const ACCOUNT_MERGE: &str = "/web/profile/merge/{id}";
/// Declines a merge offer.
pub(crate) const ACCOUNT_MERGE_DROP: &str = "/web/profile/merge/{id}/drop";

/// Asks a person to let a client sign them in.
pub(crate) const CONSENT: &str = "/web/consent";
/// Asks for the code of a device, and for the number that it shows.
pub(crate) const DEVICE: &str = "/web/device";
/// Continues an authorization request, after a sign-in too.
pub(crate) const AUTHORIZE_CONTINUE: &str = "/oauth2/continue";

pub(crate) const DOCS: &str = "/docs";
/// API reference of one group of calls; as Markdown with `.md`.
pub(crate) const DOCS_GROUP: &str = "/docs/{group}";
/// Search in the API reference.
pub(crate) const DOCS_SEARCH: &str = "/docs/search";
/// Whole API reference as Markdown.
pub(crate) const DOCS_MARKDOWN: &str = "/docs.md";
/// Index of the API reference for language models.
pub(crate) const DOCS_INDEX: &str = "/llms.txt";
/// Folder of stylesheet, script and icon.
pub(crate) const ASSETS: &str = "/assets";
/// Sign-in script of other websites, in its latest version.
pub(crate) const EMBED_SCRIPT: &str = "/embed.js";
/// One version of that script.
pub(crate) const EMBED_VERSION: &str = "/assets/embed/{file}";

/// Limits the length of `next`.
const MAX_NEXT_CHARS: usize = 512;

/// Returns `next` if it is a local path: `/…` in printable ASCII, and not interpreted as another host by any browser. No
/// path that links an identity: the redirect would pass for a request of our own page.
pub(crate) fn local(next: &str) -> Option<&str> {
    let plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let rooted = next.starts_with('/') && !next.starts_with("//");
    (plain && rooted && next.len() <= MAX_NEXT_CHARS && leads_to_a_page(next)).then_some(next)
}

/// True if URL resolution, as browsers do it, keeps the origin and does not lead to a page that starts linking.
fn leads_to_a_page(next: &str) -> bool {
    let Ok(base) = Url::parse("https://here.invalid/web") else { return false };
    base.join(next)
        .is_ok_and(|url| url.origin() == base.origin() && ![GOOGLE_LINK, TELEGRAM_LOGIN_LINK].contains(&url.path()))
}

/// Address of the sign-in page. Leads to `next` afterwards, and shows the problem with the code `error`.
pub(crate) fn sign_in(next: Option<&str>, error: Option<&str>) -> String {
    with_query(SIGN_IN, &[("error", error), ("next", next.filter(|next| *next != HOME))])
}

/// Address of the sign-in page for a visitor who is signed in and wants another account.
pub(crate) fn sign_in_as_other(next: &str) -> String {
    with_query(SIGN_IN, &[("account", Some("other")), ("next", Some(next))])
}

/// Address at which an authorization request continues.
pub(crate) fn authorize_continue(request: &str) -> String {
    with_query(AUTHORIZE_CONTINUE, &[("request", Some(request))])
}

/// Id of the authorization request that continues at `next`.
pub(crate) fn continued_request(next: &str) -> Option<String> {
    let query = next.strip_prefix(AUTHORIZE_CONTINUE)?.strip_prefix('?')?;
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "request").map(|(_, request)| request.into_owned())
}

/// Address of the page that signs in again and then leads to `next`.
pub(crate) fn reauthenticate(next: &str) -> String {
    with_query(REAUTHENTICATE, &[("next", Some(next))])
}

/// Path that starts a sign-in with a provider.
pub(crate) const fn upstream_sign_in(provider: UpstreamProvider) -> &'static str {
    match provider {
        UpstreamProvider::Google => GOOGLE_SIGN_IN,
        UpstreamProvider::Telegram => TELEGRAM_LOGIN_SIGN_IN,
    }
}

/// Path that starts linking an account of a provider.
pub(crate) const fn upstream_link(provider: UpstreamProvider) -> &'static str {
    match provider {
        UpstreamProvider::Google => GOOGLE_LINK,
        UpstreamProvider::Telegram => TELEGRAM_LOGIN_LINK,
    }
}

/// Path of the API reference of one group.
pub(crate) fn docs_group(slug: &str) -> String {
    DOCS_GROUP.replace("{group}", slug)
}

/// Address of the entry of a problem code.
pub(crate) fn docs_problem(code: &str) -> String {
    format!("{DOCS}#{code}")
}

/// Address of a merge offer.
pub(crate) fn account_merge(id: i64) -> String {
    ACCOUNT_MERGE.replace("{id}", &id.to_string())
}

/// Appends the values that are present to `path` as its query.
pub(crate) fn with_query(path: &str, values: &[(&str, Option<&str>)]) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in values {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_paths_of_ours() {
        for good in ["/", "/web/profile", "/web/billing?a=b&c=%2F%2Fd", "/web#top", "/docs#busy"] {
            assert_eq!(local(good), Some(good));
        }
        let bad = [
            "",
            "web",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/a b",
            "https://evil.example",
            "javascript:alert(1)",
            "/\r\nSet-Cookie: a=b",
            "/\u{202e}",
            "/é",
            " /web",
            "/web\0",
            "/web/profile/security/google",
            "/web/profile/security/telegram-login?a=b",
            "/web/profile/security/./google#top",
        ];
        for bad in bad {
            assert_eq!(local(bad), None, "{bad:?}");
        }
        assert_eq!(local(&format!("/{}", "x".repeat(600))), None);
    }

    #[test]
    fn the_request_that_continues_is_found() {
        assert_eq!(continued_request(&authorize_continue("a-b_c")), Some("a-b_c".to_owned()));
        for other in ["/web?request=a", "/oauth2/continue", "/oauth2/continued?request=a", "/oauth2/continue?x=a"] {
            assert_eq!(continued_request(other), None, "{other}");
        }
    }

    #[test]
    fn the_sign_in_page_keeps_where_to_go() {
        assert_eq!(sign_in(None, None), "/web");
        assert_eq!(sign_in(Some(HOME), None), "/web", "where one lands anyway");
        assert_eq!(
            sign_in(Some("/web/billing?a=1&b=2"), Some("login_used")),
            "/web?error=login_used&next=%2Fweb%2Fbilling%3Fa%3D1%26b%3D2"
        );
    }

    proptest! {
        #[test]
        fn a_followed_path_never_leaves(next in "[/\\\\.a-z:@?#%\t\n]{0,12}") {
            if let Some(path) = local(&next) {
                let base = Url::parse("https://here.invalid/web").expect("a URL");
                prop_assert_eq!(base.join(path).expect("a path").origin(), base.origin());
            }
        }
    }
}

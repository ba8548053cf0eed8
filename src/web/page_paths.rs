//! Paths of pages, and the check that keeps a `next` parameter on this website (open redirects).

use url::Url;
use url::form_urlencoded::Serializer;

/// Default page after a sign-in.
pub(crate) const HOME: &str = "/web/profile/api-keys";
/// Sign-in page.
pub(crate) const SIGN_IN: &str = "/web";
/// Limits the length of `next`.
const MAX_NEXT_CHARS: usize = 512;

/// Returns `next` if it is a local path: `/…` in printable ASCII, and not interpreted as another host by any browser.
pub(crate) fn local(next: &str) -> Option<&str> {
    let plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let rooted = next.starts_with('/') && !next.starts_with("//");
    (plain && rooted && next.len() <= MAX_NEXT_CHARS && keeps_origin(next)).then_some(next)
}

/// True if URL resolution, as browsers do it, keeps the origin.
fn keeps_origin(next: &str) -> bool {
    let Ok(base) = Url::parse("https://here.invalid/web") else { return false };
    base.join(next).is_ok_and(|url| url.origin() == base.origin())
}

/// Address of the sign-in page. Leads to `next` afterwards, and shows the problem with the code `error`.
pub(crate) fn sign_in(next: Option<&str>, error: Option<&str>) -> String {
    with_query(SIGN_IN, &[("error", error), ("next", next.filter(|next| *next != HOME))])
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
        ];
        for bad in bad {
            assert_eq!(local(bad), None, "{bad:?}");
        }
        assert_eq!(local(&format!("/{}", "x".repeat(600))), None);
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

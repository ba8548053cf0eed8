//! Refresh cookies (RFC 6265bis).
//!
//! Our own pages and allowed websites use two names. A browser sends both cookies to us from a website on our own site
//! (`app.example.com` and `auth.example.com`), and the order of cookies means nothing (RFC 6265, 4.2.2). The origin of
//! the request chooses the name, for reading and for writing.

use std::collections::HashSet;

use crate::domain;
use crate::domain::Domain;
use crate::model::session::{IDLE_LIFETIME_SECS, RefreshToken};
use crate::web::cookies::request_cookies::{CookieSpec, RequestCookies, SetCookie};
use crate::web::cookies::site::{CookieSite, Scheme};

/// Cookie of our own pages, and of programs other than browsers. Lives as long as an idle session.
static OWN: CookieSpec = CookieSpec::new("nb_refresh", IDLE_LIFETIME_SECS);
/// Cookie of allowed websites.
static EMBEDDING: CookieSpec = CookieSpec::new("nb_refresh_site", IDLE_LIFETIME_SECS);
/// Limit of tokens that are looked up for one request. Browsers send two at most: one of a website, one of no website.
const MAX_TOKENS: usize = 5;

const fn spec(site: CookieSite) -> &'static CookieSpec {
    match site {
        CookieSite::Own => &OWN,
        CookieSite::Embedding => &EMBEDDING,
    }
}

/// Name of the cookie as sent.
pub(crate) fn name(scheme: Scheme, site: CookieSite) -> String {
    spec(site).wire_name(scheme)
}

impl RequestCookies {
    /// Well-formed refresh tokens that this request may use, in the order of its cookies. At most [`MAX_TOKENS`].
    pub(crate) fn refresh_tokens(&self) -> Vec<RefreshToken> {
        let mut seen = HashSet::new();
        let tokens = self.refresh_cookies().filter(|value| seen.insert(*value)).filter_map(RefreshToken::parse);
        tokens.take(MAX_TOKENS).collect()
    }

    /// Refresh token that this request uses: the choice of [`Domain::choose_refresh_token`].
    pub(crate) async fn refresh_token(&self, domain: &Domain) -> domain::Result<Option<RefreshToken>> {
        domain.choose_refresh_token(&self.refresh_tokens()).await
    }

    /// True if the browser sent a refresh cookie, well-formed or not.
    pub(crate) fn has_refresh_token(&self) -> bool {
        self.refresh_cookies().next().is_some()
    }

    /// Sets the refresh cookie for the idle lifetime of a session.
    pub(crate) fn set_refresh_token(&self, token: &RefreshToken) -> SetCookie {
        self.set(spec(self.receiving_site()), token.reveal(), self.receiving_site())
    }

    /// Removes the refresh cookie of a session that has ended. Returns nothing if another session of a cookie with that
    /// name is still open: nobody can tell which of the two cookies the browser would remove, and the ended one does no
    /// harm.
    pub(crate) async fn remove_refresh_token(&self, domain: &Domain) -> domain::Result<Option<SetCookie>> {
        let tokens = self.refresh_tokens();
        if tokens.len() > 1 {
            for token in &tokens {
                if domain.refresh_is_alive(token).await? {
                    return Ok(None);
                }
            }
        }
        Ok(Some(self.remove(spec(self.receiving_site()), self.receiving_site())))
    }

    /// Values of the refresh cookies that this request may use.
    ///
    /// Websites used the name of our own pages until they had one of their own. Such a session continues if the browser
    /// says that the request crosses sites: it then sends no `SameSite=Lax` cookie, so the cookie belongs to the
    /// website.
    fn refresh_cookies(&self) -> impl Iterator<Item = &str> {
        let site = self.receiving_site();
        let is_first_name = self.is_cross_site() && self.values(spec(site)).next().is_none();
        self.values(if is_first_name { &OWN } else { spec(site) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::WebSettings;
    use crate::web::extract::trusted_proxies::TrustedProxies;

    const SHOP: (&str, &str) = ("origin", "https://shop.example");

    fn generations(url: &str, headers: &[(&str, &str)]) -> Vec<i64> {
        let settings = WebSettings {
            public_url: url.parse().unwrap(),
            allowed_origins: vec!["https://shop.example".to_owned()].into(),
            trusted_proxies: TrustedProxies::new(Vec::new()),
            widget_script: url.parse().unwrap(),
        };
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let cookies = RequestCookies::from_headers(&headers.collect(), &settings);
        cookies.refresh_tokens().iter().map(|token| token.generation).collect()
    }

    /// Value of a well-formed cookie.
    fn token(generation: i64) -> String {
        format!("1.{generation}.{}", "A".repeat(43))
    }

    #[test]
    fn the_origin_chooses_the_name() {
        let (own, site) = (token(1), token(2));
        let sent = format!("__Host-nb_refresh={own}; __Host-nb_refresh_site={site}; nb_refresh=x; nb_refresh_site=x");
        let of = |headers: &[(&str, &str)]| {
            generations("https://auth.example", &[&[("cookie", sent.as_str())][..], headers].concat())
        };
        assert_eq!(of(&[]), [1]);
        assert_eq!(of(&[("origin", "https://auth.example")]), [1]);
        assert_eq!(of(&[("origin", "null"), ("sec-fetch-site", "same-origin")]), [1]);
        assert_eq!(of(&[SHOP]), [2]);
        assert_eq!(of(&[SHOP, ("sec-fetch-site", "cross-site")]), [2]);
        let sent = format!("nb_refresh={own}; nb_refresh_site={site}");
        assert_eq!(generations("http://localhost", &[("cookie", &sent)]), [1]);
        assert_eq!(generations("http://localhost", &[("cookie", &sent), SHOP]), [2]);
    }

    #[test]
    fn a_website_continues_a_session_of_the_former_name_only_across_sites() {
        let former = format!("__Host-nb_refresh={}", token(1));
        let of = |site: &str| {
            generations("https://auth.example", &[("cookie", former.as_str()), SHOP, ("sec-fetch-site", site)])
        };
        assert_eq!(of("cross-site"), [1]);
        assert_eq!(of("same-site"), [0; 0], "the cookie may be that of our own pages");
    }

    #[test]
    fn five_distinct_well_formed_tokens_count() {
        let made_up = "nb_refresh=; nb_refresh=x; nb_refresh=ü; ".repeat(9);
        let twice = |number| format!("; nb_refresh={0}; nb_refresh={0}", token(number));
        let tokens = (0..9).map(twice).collect::<Vec<_>>().concat();
        assert_eq!(generations("http://localhost", &[("cookie", &format!("{made_up}a=b{tokens}"))]), [0, 1, 2, 3, 4]);
    }
}

//! Sign-in with the login widget on the page, and sign-out.

use reqwest::Method;
use reqwest::header::ORIGIN;
use url::Url;
use url::form_urlencoded::Serializer;

use super::{RESIDENT, Reader, between, check, leads_to};
use crate::on_both;
use crate::support::{Answer, App};

/// Returns the redirect URL of the widget on that page, signed for a person.
fn signed(app: &App, page: &Answer, person: &telegram_sandbox::Person) -> String {
    let address = between(&page.text, "data-auth-url=\"", "\"").replace("&#38;", "&").replace("&amp;", "&");
    let mut query = Serializer::new(String::new());
    for (name, value) in app.sandbox.widget_login(person, app.clock.unix()) {
        query.append_pair(&name, value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned).as_str());
    }
    format!("{address}&{}", query.finish())
}

/// Waits until the service knows the bot's username.
async fn telegram_answers(app: &App) {
    let mut asking = Reader::new(app, "en");
    for _ in 0..10_000 {
        if asking.get("/readyz").await.status == 200 {
            return;
        }
    }
    panic!("Telegram was never reached");
}

on_both! {
    async fn the_widget_in_redirect_mode(app: App) {
        let ivan = app.person("Ivan & <b>Co</b>");
        let mut reader = Reader::new(&app, "en");
        assert_eq!(leads_to(&reader.get("/").await), "/web");
        assert_eq!(leads_to(&reader.get("/web/billing?a=1").await), "/web?next=%2Fweb%2Fbilling%3Fa%3D1");

        telegram_answers(&app).await;
        let page = reader.get("/web?next=%2Fweb%2Fbilling%3Fa%3D1").await;
        check(&page);
        assert!(page.text.contains("data-telegram-login="), "{page:?}");
        assert!(!page.text.contains("data-onauth"), "the callback mode would need eval");
        assert!(page.header("content-security-policy").contains("; frame-src "), "{page:?}");
        let [state] = page.cookies().try_into().unwrap();
        assert!(state.starts_with("nb_login_state=") && state.ends_with("; Max-Age=600; Path=/; HttpOnly; SameSite=Lax"), "{state}");

        let address = signed(&app, &page, &ivan);
        let answer = reader.get(&address).await;
        assert_eq!(leads_to(&answer), "/web/billing?a=1");
        assert!(reader.cookies.contains_key("nb_refresh") && !reader.cookies.contains_key("nb_login_state"), "{answer:?}");
        let page = reader.get("/web/profile").await;
        check(&page);
        assert!(page.text.contains("Ivan &#38; &#60;b&#62;Co&#60;/b&#62;"), "{page:?}");
        assert_eq!(leads_to(&reader.get("/web").await), "/web/profile/api-keys", "already signed in");

        let again = reader.get(&address).await;
        assert_eq!(leads_to(&again), "/web?error=login_state&next=%2Fweb%2Fbilling%3Fa%3D1", "its state was used");
    }

    async fn the_state_ties_it_to_the_browser(app: App) {
        let ivan = app.person("Ivan");
        telegram_answers(&app).await;
        let (mut mine, mut other) = (Reader::new(&app, "en"), Reader::new(&app, "en"));
        let (first, second) = (mine.get("/web").await, mine.get("/web").await);
        assert_eq!(between(&first.text, "state=", "\""), between(&second.text, "state=", "\""), "tabs share the state");

        let address = signed(&app, &first, &ivan);
        assert_eq!(leads_to(&other.get(&address).await), "/web?error=login_state", "a browser without the cookie");
        other.get("/web").await;
        assert_eq!(leads_to(&other.get(&address).await), "/web?error=login_state", "a browser with another state");
        assert!(!other.cookies.contains_key("nb_refresh"));
        assert_eq!(leads_to(&mine.get(&address).await), "/web/profile/api-keys");

        let mut third = Reader::new(&app, "en");
        let page = third.get("/web").await;
        let query = address.split_once('&').unwrap().1;
        let replayed = format!("{}&{query}", between(&page.text, "data-auth-url=\"", "\""));
        assert_eq!(leads_to(&third.get(&replayed).await), "/web?error=login_used", "with a valid state of its own");
    }

    async fn what_goes_wrong_is_shown(app: App) {
        let ivan = app.person("Ivan");
        telegram_answers(&app).await;
        let mut reader = Reader::new(&app, "ru");
        let page = reader.get("/web?next=//evil.example/").await;
        assert!(!page.text.contains("evil"), "{page:?}");
        let address = signed(&app, &page, &ivan);
        assert_eq!(leads_to(&reader.get(&address.replace("Ivan", "Olga")).await), "/web?error=login_forged");
        assert_eq!(leads_to(&reader.get(&address.replace("&id=", "&ID=")).await), "/web?error=login_forged");
        let declined = address.split('&').next().unwrap();
        assert_eq!(leads_to(&reader.get(&format!("{declined}&next=/web/profile")).await), "/web?next=%2Fweb%2Fprofile");
        assert_eq!(leads_to(&reader.get(&format!("{declined}&next=https://evil.example/")).await), "/web");
        app.clock.pass(301);
        assert_eq!(leads_to(&reader.get(&address).await), "/web?error=login_stale", "the state is still valid");

        let page = reader.get("/web?error=login_stale").await;
        check(&page);
        assert!(page.text.contains("Вход устарел"), "{page:?}");
        let page = reader.get("/web?error=%3Cscript%3Ealert(1)%3C/script%3E").await;
        check(&page);
        assert!(page.text.contains("Не получилось") && !page.text.contains("alert(1)"), "{page:?}");
    }

    async fn signing_out(app: App) {
        let ivan = app.person("Ivan");
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let kept = reader.cookies.clone();
        assert_eq!(leads_to(&reader.post("/web/sign-out", &[]).await), "/web");
        assert!(reader.cookies.is_empty());
        reader.cookies = kept;
        assert_eq!(leads_to(&reader.get("/web/profile").await), "/web?next=%2Fweb%2Fprofile", "the session has ended");
        assert_eq!(leads_to(&reader.post("/web/sign-out", &[]).await), "/web", "signing out again succeeds");
    }

    async fn other_websites_send_no_forms(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let forms = ["/web/sign-out", "/web/sign-in/bot", "/web/sign-in/link", "/web/profile", "/web/profile/api-keys", "/web/profile/api-keys/1/rename",
            "/web/profile/api-keys/1/revoke", "/web/profile/sessions/1/end", "/web/profile/sessions/end-others"];
        for path in forms {
            let fields = [("name", "x"), ("once", "1")];
            let foreign = reader.send(reader.form(path, &fields).header(ORIGIN, "https://evil.example")).await;
            let hidden = reader.send(reader.form(path, &fields).header(ORIGIN, "null")).await;
            let fetched = reader.send(reader.form(path, &fields).header("sec-fetch-site", "cross-site")).await;
            for answer in [foreign, hidden, fetched] {
                assert_eq!(answer.status, 403, "{path}");
                check(&answer);
                assert!(answer.text.contains("This request came from another website"), "{answer:?}");
            }
        }
        assert_eq!(reader.get("/web/profile").await.status, 200, "still signed in");
    }

    async fn only_signed_in_people_see_them(app: App) {
        let mut reader = Reader::new(&app, "en");
        for path in RESIDENT {
            let answer = reader.get(path).await;
            assert!(leads_to(&answer).starts_with("/web?next=") || path == RESIDENT[0], "{answer:?}");
            assert!(answer.text.is_empty());
        }
        assert_eq!(leads_to(&reader.post("/web/profile/sessions/end-others", &[]).await), "/web");
        let missing = reader.get("/web/nothing").await;
        assert_eq!(missing.status, 404);
        check(&missing);
        assert!(missing.text.contains(missing.header("x-request-id")), "{missing:?}");
        let method = reader.send(reader.request(Method::DELETE, "/web/billing").header(ORIGIN, &app.url)).await;
        assert_eq!((method.status, method.header("allow")), (405, "GET,HEAD"));
        check(&method);
    }

    async fn without_telegram_the_page_says_so(app: App) with [("TELEGRAM_API_URL", "http://127.0.0.1:9/")]; {
        let mut reader = Reader::new(&app, "en");
        let page = reader.get("/web?next=/web/profile").await;
        check(&page);
        assert!(page.text.contains("Telegram can’t be reached right now") && page.text.contains("href=\"/web?next=%2Fweb%2Fprofile\""), "{page:?}");
        assert!(!page.text.contains("data-telegram-login"));
    }

    async fn on_https_the_cookies_are_bound_to_the_host(app: App) with [("NEURALBOX_PUBLIC_URL", "https://auth.example")]; {
        let page = Reader::new(&app, "en").get("/web").await;
        let [state] = page.cookies().try_into().unwrap();
        assert!(state.starts_with("__Host-nb_login_state=") && state.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{state}");
        assert!(Url::parse(&app.url).is_ok());
    }
}

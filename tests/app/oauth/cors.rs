//! CORS of the endpoints, and clients of websites that keep their refresh token in a cookie.

use neuralbox_auth::model::oauth::client::ClientKind;
use neuralbox_auth::model::oauth::client_spec::ClientSpec;
use reqwest::Method;
use reqwest::header::{COOKIE, ORIGIN};

use super::{
    CALLBACK, TestClient, VERIFIER, code, error, form, public_client, register, text, tokens, website, with_token,
};
use crate::on_both;
use crate::pages::Reader;
use crate::support::{Answer, App, ask};

const APP: &str = "https://app.example";
const SHOP: &str = "https://shop.example";
const EMBED: &str = "x-neuralbox-embed";
const SCOPE: &str = "openid profile offline_access";

/// Registers a client that a website embeds.
async fn embedded(app: &App) -> TestClient {
    let origins = Some(vec![SHOP.to_owned()]);
    register(app, ClientSpec { kind: Some(ClientKind::Public), origins, ..website() }).await
}

/// Website that may read an answer, and if with its cookies.
fn reader(answer: &Answer) -> (&str, &str) {
    (answer.header("access-control-allow-origin"), answer.header("access-control-allow-credentials"))
}

async fn preflight(app: &App, path: &str, origin: &str) -> Answer {
    let request = reqwest::Client::new().request(Method::OPTIONS, format!("{}{path}", app.url));
    ask(request.header(ORIGIN, origin).header("access-control-request-method", "POST")).await
}

/// Posts a form as a script of a website does.
async fn post_from(app: &App, origin: &str, path: &str, body: String) -> Answer {
    ask(form(app, path, body).header(ORIGIN, origin)).await
}

/// Posts a form with the header of embedded clients, and a cookie if there is one.
async fn embed(app: &App, path: &str, body: String, cookie: Option<&str>) -> Answer {
    let request = form(app, path, body).header(ORIGIN, SHOP).header(EMBED, "1");
    ask(cookie.into_iter().fold(request, |request, cookie| request.header(COOKIE, cookie))).await
}

fn exchange(client: &TestClient, code: &str) -> String {
    let parameters =
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)];
    client.form(&parameters)
}

on_both! {
    async fn only_websites_of_the_client_read_its_answers(app: App) {
        let (client, other) = (public_client(&app).await, embedded(&app).await);
        for path in ["/oauth2/token", "/oauth2/revoke", "/oauth2/device_authorization"] {
            for (origin, expected) in [(APP, APP), (SHOP, SHOP), ("https://evil.example", ""), ("null", ""), ("http://app.example", "")] {
                let answer = preflight(&app, path, origin).await;
                assert_eq!((answer.status, reader(&answer).0), (204, expected), "{path} {origin}");
                assert!(answer.header("vary").to_lowercase().contains("origin"), "{answer:?}");
                let allowed = answer.header("access-control-allow-headers");
                assert_eq!(allowed.contains(EMBED) && allowed.contains("content-type"), !expected.is_empty(), "{answer:?}");
            }
            // Errors too: without the fields they would look like a network fault.
            for (client, origin, expected) in [(&client, APP, APP), (&client, SHOP, ""), (&other, SHOP, SHOP), (&client, "https://evil.example", "")] {
                let answer = post_from(&app, origin, path, client.form(&[("grant_type", "nothing")])).await;
                assert_eq!(reader(&answer), (expected, ""), "{path} {origin}: {answer:?}");
            }
            let unknown = post_from(&app, APP, path, "client_id=c_unknown".to_owned()).await;
            assert_eq!((error(&unknown).as_str(), reader(&unknown)), ("401 invalid_client", (APP, "")));
            let unreadable = post_from(&app, APP, path, String::new()).await;
            assert_eq!((error(&unreadable).as_str(), reader(&unreadable)), ("400 invalid_request", (APP, "")));
        }
    }

    async fn a_script_redeems_a_code(app: App) {
        let client = public_client(&app).await;
        let mut visitor = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let code = code(&mut visitor, &client, &[("scope", SCOPE)]).await;
        let answer = post_from(&app, APP, "/oauth2/token", exchange(&client, &code)).await;
        assert_eq!((answer.status, reader(&answer)), (200, (APP, "")));
        assert!(answer.json()["refresh_token"].is_string() && answer.cookies().is_empty());
    }

    async fn anyone_may_read_what_needs_no_cookie(app: App) {
        let client = public_client(&app).await;
        let tokens = tokens(&app, &app.person("Ivan"), &client, "openid").await;
        for path in ["/.well-known/openid-configuration", "/oauth2/jwks", "/oauth2/userinfo"] {
            let answer = preflight(&app, path, "https://any.example").await;
            assert_eq!((answer.status, reader(&answer)), (204, ("*", "")), "{path}");
            assert!(answer.header("access-control-allow-headers").contains("authorization"));
        }
        let userinfo = with_token(&app, Method::GET, "/oauth2/userinfo", text(&tokens, "access_token")).await;
        assert_eq!((userinfo.status, reader(&userinfo)), (200, ("*", "")));
    }

    async fn browsers_have_no_business_elsewhere(app: App) {
        public_client(&app).await;
        for path in ["/oauth2/authorize", "/oauth2/continue", "/oauth2/logout", "/oauth2/introspect", "/web/consent", "/web/device"] {
            for method in [Method::OPTIONS, Method::GET, Method::POST] {
                let request = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
                let request = request.request(method.clone(), format!("{}{path}", app.url)).header(ORIGIN, APP);
                assert_eq!(reader(&ask(request).await), ("", ""), "{method} {path}");
            }
        }
    }

    async fn a_website_may_keep_the_refresh_token_in_a_cookie(app: App) with [("NEURALBOX_PUBLIC_URL", "https://auth.example")]; {
        let client = embedded(&app).await;
        let mut browser = app.browser();
        browser.sign_in(&app, &app.person("Ivan")).await;
        let mut visitor = Reader::new(&app, "en");
        let (name, value) = browser.cookie.as_deref().unwrap().split_once('=').unwrap();
        visitor.cookies.insert(name.to_owned(), value.to_owned());
        let page = crate::oauth::open(&mut visitor, &crate::oauth::request(&client, &[("scope", SCOPE)])).await;
        let value = |name: &str| crate::pages::between(&page.text, &format!("name=\"{name}\" value=\""), "\"").to_owned();
        let fields = [("request", value("request")), ("form", value("form")), ("decision", "allow".to_owned())];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = visitor.send(visitor.form("/web/consent", &fields).header(ORIGIN, "https://auth.example")).await;
        let code = crate::oauth::Response::of(&answer).get("code");

        let answer = embed(&app, "/oauth2/token", exchange(&client, &code), None).await;
        assert_eq!((answer.status, reader(&answer)), (200, (SHOP, "true")));
        assert!(answer.json().get("refresh_token").is_none(), "no script sees it: {answer:?}");
        let [cookie] = answer.cookies().try_into().unwrap();
        let name = format!("__Host-nb_app_{}", client.id);
        assert!(cookie.starts_with(&format!("{name}=")), "{cookie}");
        assert!(cookie.ends_with("; Max-Age=2592000; Path=/; Secure; HttpOnly; SameSite=None; Partitioned"), "{cookie}");

        let pair = cookie.split(';').next().unwrap().to_owned();
        let refresh = || client.form(&[("grant_type", "refresh_token")]);
        let answer = embed(&app, "/oauth2/token", refresh(), Some(&pair)).await;
        assert_eq!((answer.status, reader(&answer)), (200, (SHOP, "true")), "{answer:?}");
        assert!(answer.json().get("refresh_token").is_none());
        let [next] = answer.cookies().try_into().unwrap();
        let next = next.split(';').next().unwrap().to_owned();
        assert_ne!(next, pair);

        let none = embed(&app, "/oauth2/token", refresh(), None).await;
        assert_eq!((error(&none).as_str(), reader(&none)), ("400 invalid_grant", (SHOP, "true")));
        let bad = embed(&app, "/oauth2/token", refresh(), Some(&format!("{name}=x"))).await;
        assert_eq!(error(&bad), "400 invalid_grant");
        assert!(bad.cookies().is_empty(), "a tab that lost clears nothing: {bad:?}");

        let gone = embed(&app, "/oauth2/revoke", client.form(&[]), Some(&next)).await;
        assert_eq!((gone.status, reader(&gone)), (200, (SHOP, "true")));
        assert!(gone.cookies()[0].starts_with(&format!("{name}=; Max-Age=0")), "{gone:?}");
        assert_eq!(error(&embed(&app, "/oauth2/token", refresh(), Some(&next)).await), "400 invalid_grant");
    }

    async fn a_token_moves_from_memory_into_the_cookie(app: App) {
        let client = embedded(&app).await;
        let tokens = tokens(&app, &app.person("Ivan"), &client, SCOPE).await;
        let body = client.form(&[("grant_type", "refresh_token"), ("refresh_token", text(&tokens, "refresh_token"))]);
        let answer = embed(&app, "/oauth2/token", body, None).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let [cookie] = answer.cookies().try_into().unwrap();
        assert!(cookie.starts_with(&format!("nb_app_{}=", client.id)) && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
    }

    async fn the_cookie_is_for_registered_websites_alone(app: App) {
        let (client, other) = (embedded(&app).await, public_client(&app).await);
        let mut visitor = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let code = code(&mut visitor, &client, &[("scope", SCOPE)]).await;
        let answer = embed(&app, "/oauth2/token", exchange(&client, &code), None).await;
        let pair = answer.cookies()[0].split(';').next().unwrap().to_owned();
        let refresh = client.form(&[("grant_type", "refresh_token")]);
        let with = |origin: Option<&'static str>, header: Option<&'static str>| {
            let request = form(&app, "/oauth2/token", refresh.clone()).header(COOKIE, &pair);
            let request = origin.into_iter().fold(request, |request, origin| request.header(ORIGIN, origin));
            header.into_iter().fold(request, |request, header| request.header(EMBED, header))
        };
        for (origin, header) in [(Some(SHOP), None), (Some("https://evil.example"), Some("1")), (Some(APP), Some("1")), (None, Some("1")), (Some(SHOP), Some("0"))] {
            let answer = ask(with(origin, header)).await;
            assert_eq!((error(&answer).as_str(), reader(&answer).1), ("400 invalid_request", ""), "{origin:?} {header:?}");
            assert!(answer.cookies().is_empty());
        }
        let foreign = embed(&app, "/oauth2/token", other.form(&[("grant_type", "refresh_token")]), Some(&pair)).await;
        assert_eq!(error(&foreign), "400 invalid_request", "another client has no such website");
        assert_eq!(ask(with(Some(SHOP), Some("1"))).await.status, 200);
    }
}

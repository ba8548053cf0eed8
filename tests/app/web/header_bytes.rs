//! Header fields with bytes beyond ASCII. One odd byte must not hide the rest of a field, and must not open anything.

use reqwest::Method;
use reqwest::header::HeaderValue;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::on_both;
use crate::support::mailbox::PASSWORD;
use crate::support::{Answer, App, Browser, ask};

const SHOPS: (&str, &str) = ("NEURALBOX_ALLOWED_ORIGINS", "https://shop.example");

/// A byte of Latin-1, and a character of UTF-8.
const ODD: [&[u8]; 2] = [b"\xe9", "ü".as_bytes()];

/// `value` with an odd byte before, in and after it.
fn odd(value: &str) -> Vec<Vec<u8>> {
    let places = [0, value.len() / 2, value.len()];
    let with = |odd: &[u8], at: usize| [&value.as_bytes()[..at], odd, &value.as_bytes()[at..]].concat();
    ODD.into_iter().flat_map(|odd| places.map(|at| with(odd, at))).collect()
}

/// Every field that is a list, with an odd member before, between and after its members.
fn odd_list(members: [&str; 2]) -> Vec<Vec<u8>> {
    let [one, other] = members.map(str::as_bytes);
    ODD.into_iter()
        .flat_map(|odd| {
            [
                [odd, one, other].join(&b", "[..]),
                [one, odd, other].join(&b","[..]),
                [one, other, odd, b""].join(&b","[..]),
            ]
        })
        .collect()
}

async fn send(browser: &Browser, method: Method, path: &str, fields: &[(&'static str, &[u8])]) -> Answer {
    let request = browser.request(method, path);
    let with = |request: reqwest::RequestBuilder, (name, value): &(&'static str, &[u8])| {
        request.header(*name, HeaderValue::from_bytes(value).unwrap())
    };
    ask(fields.iter().fold(request, with)).await
}

on_both! {
    async fn cookies_beside_an_odd_one_count(app: App) {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        for odd in ODD {
            for order in 0..3 {
                let good = browser.cookie.take().unwrap();
                let city = [b"city=Z".as_slice(), odd, b"rich"].concat();
                let parts: [&[u8]; 3] = match order {
                    0 => [&city, good.as_bytes(), b"a=b"],
                    1 => [b"a=b", good.as_bytes(), &city],
                    _ => [odd, good.as_bytes(), &city],
                };
                let request = browser.request(Method::POST, "auth/refresh");
                let field = HeaderValue::from_bytes(&parts.join(&b"; "[..])).unwrap();
                assert_eq!(browser.send(request.header("cookie", field)).await.status, 200, "{parts:?}");
            }
        }
        let good = browser.cookie.take().unwrap();
        let (name, value) = good.split_once('=').unwrap();
        for value in odd(value) {
            let field = [name.as_bytes(), b"=", &value].concat();
            assert_eq!(send(&browser, Method::POST, "auth/refresh", &[("cookie", &field)]).await.status, 401);
        }
    }

    async fn odd_credentials_are_401(app: App) {
        let mut browser = app.signed_in(&app.person_on("Ivan", "vip").await).await;
        let key = browser.post("keys", serde_json::json!({"name": "laptop"})).await.json()["key"].clone();
        let access = browser.access.take().unwrap();
        for value in odd(&format!("Bearer {access}")) {
            assert_eq!(send(&browser, Method::GET, "me", &[("authorization", &value)]).await.status, 401);
        }
        for value in odd(&format!("Bearer {}", key.as_str().unwrap())) {
            assert_eq!(send(&browser, Method::GET, "auth/verify", &[("authorization", &value)]).await.status, 401);
        }
        for name in ["github-public-key-identifier", "github-public-key-signature"] {
            for value in odd("abc") {
                let fields = [(name, value.as_slice()), ("content-type", b"application/json".as_slice())];
                assert_eq!(send(&browser, Method::POST, "leaks/github", &fields).await.status, 401);
            }
        }
    }

    async fn an_odd_website_is_another_website(app: App) with [SHOPS]; {
        let browser = app.signed_in(&app.person("Ivan")).await;
        for (name, values) in [
            ("origin", [odd("https://shop.example"), odd(&app.url), odd("null")].concat()),
            ("sec-fetch-site", odd("same-origin")),
        ] {
            for value in values {
                let answer = send(&browser, Method::POST, "auth/refresh", &[(name, &value)]).await;
                assert_eq!(answer.problem(), "403 Foreign origin (foreign_origin)", "{}", value.escape_ascii());
            }
        }
    }

    async fn lists_count_without_their_odd_members(app: App) {
        let mut browser = app.signed_in(&app.person_on("Ivan", "vip").await).await;
        let key = browser.post("keys", serde_json::json!({"name": "laptop"})).await.json()["key"].clone();
        let bearer = format!("Bearer {}", key.as_str().unwrap());
        let nobody = app.browser();
        for accept in odd_list(["text/html", "Application/JSON;q=0.5"]) {
            let fields = [("authorization", bearer.as_bytes()), ("accept", accept.as_slice())];
            let answer = send(&nobody, Method::GET, "auth/verify", &fields).await;
            assert_eq!(answer.json()["key"]["name"], "laptop", "{}", accept.escape_ascii());
        }
        for languages in odd_list(["en;q=0.1", "ru;q=0.9"]) {
            let answer = send(&nobody, Method::GET, "/web", &[("accept-language", &languages)]).await;
            assert!(answer.text.contains("lang=\"ru\""), "{}", languages.escape_ascii());
        }
        let page = send(&nobody, Method::GET, "/web", &[]).await.text;
        let asset = page.split('"').find(|part| part.contains(".css")).unwrap().to_owned();
        let tag = send(&nobody, Method::GET, &asset, &[]).await.header("etag").to_owned();
        for tags in odd_list(["\"other\"", &tag]) {
            let answer = send(&nobody, Method::GET, &asset, &[("if-none-match", &tags)]).await;
            assert_eq!(answer.status, 304, "{}", tags.escape_ascii());
        }
    }

    async fn other_fields(app: App) {
        let body = app.widget_of(&app.person("Ivan")).to_string();
        for (kind, status) in odd("application/json").into_iter().map(|kind| (kind, 415)).chain([
            (b"application/json; charset=\xe9".to_vec(), 200),
        ]) {
            let request = app.browser().request(Method::POST, "auth/telegram").body(body.clone());
            let answer = ask(request.header("content-type", HeaderValue::from_bytes(&kind).unwrap())).await;
            assert_eq!(answer.status, status, "{}", kind.escape_ascii());
        }
        for odd in ODD {
            let agent = [b"Mozilla/5.0 (X11; Linux) ".as_slice(), odd, b" Firefox/140.0"].concat();
            let request = app.browser().request(Method::POST, "auth/telegram").json(&app.widget_of(&app.person("Ivan")));
            let answer = ask(request.header("user-agent", HeaderValue::from_bytes(&agent).unwrap())).await;
            let access = answer.json()["access_token"].as_str().map(ToOwned::to_owned);
            let sessions = Browser { access, ..app.browser() }.get("sessions").await.json();
            assert_eq!(sessions["sessions"][0]["device"], "Firefox, Linux");
        }
        for id in odd("an-id") {
            let answer = send(&app.browser(), Method::GET, "/livez", &[("x-request-id", &id)]).await;
            assert_eq!(answer.status, 200);
            assert!(!answer.header("x-request-id").contains("id"), "{answer:?}");
        }
    }

    async fn control_bytes_are_refused_by_the_parser(app: App) {
        for control in [b"\x00".as_slice(), b"\x01", b"\x7f"] {
            for name in ["cookie", "authorization", "origin", "x-forwarded-for", "accept-language", "user-agent"] {
                let mut line = TcpStream::connect(app.url.trim_start_matches("http://")).await.unwrap();
                let request = [b"GET /livez HTTP/1.1\r\nhost: here\r\n".as_slice(), name.as_bytes(), b": a", control, b"b\r\n\r\n"];
                line.write_all(&request.concat()).await.unwrap();
                let mut answer = String::new();
                line.read_to_string(&mut answer).await.unwrap();
                assert!(answer.starts_with("HTTP/1.1 400"), "{name}: {answer}");
            }
        }
    }

    async fn an_odd_client_is_limited_as_everybody_else(app: App) with [("NEURALBOX_TRUSTED_PROXIES", "127.0.0.1")]; {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        let guess = async |number: usize, forwarded: &'static [u8]| {
            let body = serde_json::json!({"email": format!("{number}@example.com"), "password": "a guess of mine"});
            let request = app.browser().request(Method::POST, "auth/login").json(&body);
            ask(request.header("x-forwarded-for", HeaderValue::from_bytes(forwarded).unwrap())).await.status
        };
        for forwarded in [&b"\xe9, 203.0.113.6"[..], "ü, 198.51.100.6,".as_bytes(), b"203.0.114.6\xe9"] {
            let mut admitted = 0;
            for number in 0..40 {
                admitted += usize::from(guess(number, forwarded).await == 401);
            }
            assert_eq!(admitted, 30, "{}", forwarded.escape_ascii());
        }
        assert_eq!(guess(0, b"\xe9, 192.0.2.1").await, 401, "another network is unaffected");
    }

    async fn https_stays_https(app: App) with [("NEURALBOX_PUBLIC_URL", "https://auth.example")]; {
        for path in ["/web", "/livez", "me", "/nowhere", "/docs"] {
            let answer = send(&app.browser(), Method::GET, path, &[]).await;
            assert_eq!(answer.header("strict-transport-security"), "max-age=31536000", "{path}");
        }
    }

    async fn http_to_localhost_stays_http(app: App) {
        let answer = send(&app.browser(), Method::GET, "/web", &[]).await;
        assert_eq!(answer.header("strict-transport-security"), "");
    }
}

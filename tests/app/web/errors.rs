//! Problem details (RFC 9457). Every error has the same shape.

use reqwest::Method;
use serde_json::json;

use crate::on_both;
use crate::support::routes::ROUTES;
use crate::support::{Answer, App, ask, verify};

const JSON: Option<&str> = Some("application/json");

async fn send(app: &App, method: Method, path: &str, id: Option<&str>) -> Answer {
    let request = app.browser().request(method, path);
    ask(id.into_iter().fold(request, |request, id| request.header("x-request-id", id))).await
}

/// Renders a problem's body with a fixed request id, followed by its relevant header fields.
fn whole(answer: &Answer) -> String {
    answer.problem();
    let body = answer.text.replace(answer.header("x-request-id"), "REQUEST");
    let headers = ["www-authenticate", "retry-after"].map(|name| answer.header(name)).concat();
    if headers.is_empty() { body } else { format!("{body}\n{headers}") }
}

on_both! {
    async fn the_documented_errors_word_for_word(app: App) with [
            ("NEURALBOX_PUBLIC_URL", "https://auth.example"),
            ("NEURALBOX_PLANS_FILE", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/app/support/small_plans.toml"))
        ]; {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut browser = app.signed_in(&ivan).await;
        let key = browser.post("keys", json!({"name": "laptop"})).await.json()["key"].as_str().unwrap().to_owned();
        for _ in 0..3 {
            assert_eq!(verify(&app, &key).await.status, 200);
        }
        let limited = verify(&app, &key).await;
        app.put_on_plan(&ivan, "free").await;
        let plan = verify(&app, &key).await;
        browser.access = Some("x".to_owned());
        let invalid = browser.get("me").await;
        let mut errors = vec![];
        for answer in [&app.browser().get("me").await, &invalid, &plan, &limited] {
            errors.push(whole(answer));
        }
        insta::assert_snapshot!(errors.join("\n"), @r#"
        {"type":"https://auth.example/docs#not_authenticated","title":"Not authenticated","status":401,"detail":"No credential was sent. Send it as `Authorization: Bearer …`.","code":"not_authenticated","request_id":"REQUEST"}
        Bearer realm="neuralbox"
        {"type":"https://auth.example/docs#invalid_token","title":"Invalid or expired token","status":401,"detail":"This credential isn't valid here. Sign in again.","code":"invalid_token","request_id":"REQUEST"}
        Bearer realm="neuralbox", error="invalid_token", error_description="This credential isn't valid here. Sign in again."
        {"type":"https://auth.example/docs#insufficient_plan","title":"Insufficient plan","status":403,"detail":"API access requires a VIP or Elite plan. Yours is Free. Upgrade at https://auth.example/web/billing.","code":"insufficient_plan","request_id":"REQUEST"}
        {"type":"https://auth.example/docs#rate_limit_exceeded","title":"Rate limit exceeded","status":429,"detail":"Your plan allows 3 requests a minute across all your keys. Try again in 20 s.","code":"rate_limit_exceeded","request_id":"REQUEST"}
        20
        "#);
    }

    async fn what_is_not_there(app: App) {
        let paths = [
            "/nothing",
            "/api/v2",
            "/api/v2/",
            "/api/v2/nothing",
            "/api/v1/auth/telegram",
            "/api/v2/me/",
            "/API/V2/ME",
            "/api/v2/keys/1/2",
            "/metrics",
            "/%ff",
            "//",
            "/api/v2/me%00",
            "/.env",
            "/api/v2/auth",
            "/api/v2/auth/verifying",
        ];
        for path in paths {
            for method in [Method::GET, Method::POST, Method::DELETE] {
                assert_eq!(send(&app, method, path, None).await.problem(), "404 Not found (path_not_found)", "{path}");
            }
            let head = send(&app, Method::HEAD, path, None).await;
            assert_eq!(
                (head.status, head.text.as_str(), head.header("content-type")),
                (404, "", "application/problem+json")
            );
        }
    }

    async fn a_wrong_method_is_told_the_right_ones(app: App) {
        let purge = Method::from_bytes(b"PURGE").unwrap();
        let any = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE, purge];
        for (_, path, _) in ROUTES.into_iter().filter(|(_, path, _)| *path != "/api/v2/auth/verify") {
            let right: Vec<_> = ROUTES.into_iter().filter(|route| route.1 == path).map(|route| route.0).collect();
            for method in any.iter().filter(|method| !right.contains(method)) {
                let answer = send(&app, method.clone(), &path.replace("{id}", "1"), None).await;
                assert_eq!(answer.problem(), "405 Method not allowed (method_not_allowed)", "{method} {path}");
                let mut allowed: Vec<_> =
                    answer.header("allow").split(',').map(str::trim).filter(|method| *method != "HEAD").collect();
                allowed.sort_unstable();
                let mut right: Vec<_> = right.iter().map(Method::as_str).collect();
                right.sort_unstable();
                assert_eq!(allowed, right, "{method} {path}");
            }
        }
    }

    async fn every_body_is_read_by_the_same_rules(app: App) {
        let mut browser = app.signed_in(&app.person_on("Ivan", "vip").await).await;
        browser.post("keys", json!({"name": "laptop"})).await;
        let bodies = [
            ("keys", Method::POST),
            ("keys/1", Method::PATCH),
            ("me", Method::PATCH),
            ("auth/telegram/miniapp", Method::POST),
            ("auth/telegram/poll", Method::POST),
        ];
        for (path, method) in bodies {
            let mut refused = async |kind: Option<&str>, body: Vec<u8>| {
                let request = browser.request(method.clone(), path).body(body);
                let request = kind.into_iter().fold(request, |request, kind| request.header("content-type", kind));
                browser.send(request).await.problem()
            };
            assert_eq!(
                refused(None, b"{}".to_vec()).await,
                "415 Unsupported media type (unsupported_media_type)",
                "{path}"
            );
            assert_eq!(
                refused(Some("text/json"), b"{}".to_vec()).await,
                "415 Unsupported media type (unsupported_media_type)",
                "{path}"
            );
            assert_eq!(refused(JSON, b" ".repeat(70_000)).await, "413 Payload too large (payload_too_large)", "{path}");
            for body in [
                &b""[..],
                b"{",
                b"{\"name\":\"a\"}}",
                b"{\"name\":\"a\",}",
                b"name=a",
                b"{\"name\":\"\xff\"}",
                b"{\"name\":\"\\ud800\"}",
                &b"[".repeat(50_000),
            ] {
                let answer = refused(JSON, body.to_vec()).await;
                let is_ours = answer == "400 Malformed request (malformed)"
                    || (path.starts_with("auth/telegram/") && answer.starts_with("422"));
                assert!(is_ours, "{path} {}: {answer}", String::from_utf8_lossy(body));
            }
            for body in ["[]", "7", "\"x\"", "null", "{\"odd\":1}"] {
                let answer = refused(JSON, body.as_bytes().to_vec()).await;
                assert!(
                    answer.starts_with("422 Invalid fields (invalid_fields)\n  "),
                    "{path} {}: {answer}",
                    &body[..1]
                );
            }
        }
        assert_eq!(browser.get("keys").await.json()["keys"][0]["name"], "laptop");
    }

    async fn a_request_keeps_its_name(app: App) {
        for id in ["7", "a-b_c.d", "0123456789abcdef0123456789abcdef", &"x".repeat(64)] {
            for path in ["/nothing", "me", "/livez", "auth/verify", "/api/v2/openapi.json"] {
                let answer = send(&app, Method::GET, path, Some(id)).await;
                assert!(answer.status == 200 || answer.json()["request_id"] == *id, "{answer:?}");
                assert_eq!(answer.header("x-request-id"), id, "{path}");
            }
        }
    }

    async fn an_odd_name_is_replaced(app: App) {
        let mut seen = std::collections::BTreeSet::new();
        let odd = ["", " ", "a b", "a\"b", "<script>", "a;b", "a/b", &"x".repeat(65), "%0a"];
        for id in odd.iter().map(|id| Some(*id)).chain([None]) {
            for path in ["/nothing", "/livez", "auth/verify"] {
                let answer = send(&app, Method::GET, path, id).await;
                let ours = answer.header("x-request-id").to_owned();
                assert!(ours.len() == 32 && ours.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id:?}: {answer:?}");
                assert!(seen.insert(ours), "each request has its own id");
            }
        }
    }

    async fn no_response_may_be_sniffed_or_cached(app: App) {
        for path in ["/nothing", "me", "/livez", "/readyz"] {
            let answer = send(&app, Method::GET, path, None).await;
            assert_eq!(
                (answer.header("x-content-type-options"), answer.header("cache-control")),
                ("nosniff", "no-store"),
                "{path}"
            );
        }
    }
}

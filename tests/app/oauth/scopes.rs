//! Access tokens at our own API: every route against every kind of credential and every scope.

use reqwest::Method;
use serde_json::json;

use super::{client, text, tokens, with_token};
use crate::on_both;
use crate::support::routes::{ROUTES, SCOPES, Who};
use crate::support::{App, ask};

const ALL: [&str; 7] = ["openid", "profile", "email", "offline_access", "keys:read", "keys:write", "usage:read"];
const INSUFFICIENT: &str = "403 Insufficient scope (insufficient_scope)";

fn path(route: &str) -> String {
    let path = route.replace("{id}", "999").replace("{kind}/{subject}", "telegram/1").replace("{client_id}", "c_999");
    path.replace("{charge}", "x")
}

on_both! {
    async fn a_scope_opens_its_calls_and_no_others(app: App) {
        let client = client(&app).await;
        let ivan = app.person_on("Ivan", "vip").await;
        let mut opened = 0;
        for scope in ALL {
            let tokens = tokens(&app, &ivan, &client, scope).await;
            let access = text(&tokens, "access_token");
            let takes_bearer = ROUTES.into_iter().filter(|(_, _, who)| !matches!(who, Who::Anyone | Who::Cookie));
            for (method, route, _) in takes_bearer.filter(|(_, route, _)| *route != "/api/v2/auth/verify") {
                let needed = SCOPES.into_iter().find(|(known, path, _)| *known == method && *path == route).map(|(.., scope)| scope);
                let answer = with_token(&app, method.clone(), &path(route), access).await;
                if needed == Some(scope) {
                    assert!(answer.status != 401 && !answer.text.contains("insufficient_scope"), "{scope} {method} {route}: {answer:?}");
                    assert!(!answer.text.contains("reauth_required"), "{scope} {method} {route}: {answer:?}");
                    opened += 1;
                } else if answer.status != 403 || !answer.text.contains("service_calls_disabled") {
                    assert_eq!(answer.problem(), INSUFFICIENT, "{scope} {method} {route}");
                    let challenge = needed.map_or(String::new(), |needed| format!(", scope=\"{needed}\""));
                    let expected = format!("Bearer realm=\"neuralbox\", error=\"insufficient_scope\"{challenge}");
                    assert_eq!(answer.header("www-authenticate"), expected, "{scope} {method} {route}");
                }
            }
        }
        assert_eq!(opened, SCOPES.len());
    }

    async fn services_are_no_apps(app: App) with [("NEURALBOX_SERVICE_TOKEN", "a-service-token-of-more-than-32-bytes")]; {
        let tokens = tokens(&app, &app.person("Ivan"), &client(&app).await, "openid profile usage:read keys:write").await;
        for (method, route, _) in ROUTES.into_iter().filter(|(_, _, who)| *who == Who::Service) {
            let answer = with_token(&app, method.clone(), route, text(&tokens, "access_token")).await;
            assert_eq!(answer.problem(), INSUFFICIENT, "{method} {route}");
        }
    }

    async fn the_gateway_knows_no_apps(app: App) {
        let tokens = tokens(&app, &app.person("Ivan"), &client(&app).await, "openid profile").await;
        let answer = with_token(&app, Method::GET, "/api/v2/auth/verify", text(&tokens, "access_token")).await;
        assert_eq!(answer.status, 401);
    }

    async fn no_session_is_an_app_and_no_app_a_session(app: App) {
        let client = client(&app).await;
        let ivan = app.person_on("Ivan", "vip").await;
        let tokens = tokens(&app, &ivan, &client, "openid profile keys:read keys:write usage:read").await;
        let access = text(&tokens, "access_token").to_owned();
        let mut browser = app.signed_in(&ivan).await;
        for route in ["/api/v2/sessions", "/api/v2/apps", "/api/v2/identities", "/api/v2/activity"] {
            assert_eq!(with_token(&app, Method::GET, route, &access).await.problem(), INSUFFICIENT, "{route}");
        }
        let cookie = browser.cookie.clone().unwrap();
        let out = reqwest::Client::new().post(format!("{}/api/v2/auth/logout", app.url)).bearer_auth(&access).header("cookie", cookie);
        assert_eq!(ask(out).await.problem(), INSUFFICIENT);
        assert_eq!(browser.get("sessions").await.status, 200, "the session is still open");
        assert_eq!(with_token(&app, Method::GET, "/api/v2/me", text(&tokens, "id_token")).await.status, 401, "an ID token opens nothing");
    }

    async fn an_app_manages_keys_without_a_recent_sign_in(app: App) {
        let client = client(&app).await;
        let ivan = app.person_on("Ivan", "vip").await;
        let first = tokens(&app, &ivan, &client, "openid offline_access keys:write").await;
        app.clock.pass(2000);
        let next = crate::oauth::refresh(&app, &client, text(&first, "refresh_token")).await.json();
        let access = text(&next, "access_token");
        let call = async |method: Method, path: &str, body: serde_json::Value| {
            let request = reqwest::Client::new().request(method, format!("{}/api/v2/{path}", app.url));
            ask(request.bearer_auth(access).json(&body)).await
        };
        let made = call(Method::POST, "keys", json!({"name": "laptop"})).await;
        assert_eq!(made.status, 201, "{made:?}");
        let id = made.json()["id"].to_string().replace('"', "");
        assert_eq!(call(Method::POST, &format!("keys/{id}/rotate"), json!({})).await.status, 200);
        assert_eq!(call(Method::PATCH, &format!("keys/{id}"), json!({"name": "desk"})).await.status, 200);
        assert_eq!(call(Method::GET, "keys", json!({})).await.problem(), INSUFFICIENT, "writing includes no reading");
        assert_eq!(call(Method::DELETE, &format!("keys/{id}"), json!({})).await.status, 204);
        app.put_on_plan(&ivan, "free").await;
        assert_eq!(call(Method::POST, "keys", json!({"name": "more"})).await.problem(), "403 Insufficient plan (insufficient_plan)");
    }

    async fn a_profile_shows_no_address_without_its_scope(app: App) {
        let client = client(&app).await;
        app.confirmed("ivan@example.com", crate::support::mailbox::PASSWORD, "Ivan").await;
        let mut reader = crate::pages::Reader::new(&app, "en");
        let fields = [("email", "ivan@example.com"), ("password", crate::support::mailbox::PASSWORD), ("next", "")];
        reader.post("/web/sign-in/email", &fields).await;
        for (scope, is_shown) in [("openid profile", false), ("openid profile email", true)] {
            let code = crate::oauth::code(&mut reader, &client, &[("scope", scope)]).await;
            let tokens = crate::oauth::redeem(&app, &client, &code).await.json();
            let me = with_token(&app, Method::GET, "/api/v2/me", text(&tokens, "access_token")).await;
            assert_eq!((me.status, me.text.contains("ivan@example.com")), (200, is_shown), "{me:?}");
        }
    }

    async fn an_old_or_altered_token_opens_nothing(app: App) {
        let client = client(&app).await;
        let tokens = tokens(&app, &app.person("Ivan"), &client, "openid profile").await;
        let access = text(&tokens, "access_token");
        let altered = [format!("{access}x"), access.replace('.', ".."), access[..access.len() - 4].to_owned()];
        for token in &altered {
            let answer = with_token(&app, Method::GET, "/api/v2/me", token).await;
            assert_eq!(answer.problem(), "401 Invalid or expired token (invalid_token)", "{token}");
        }
        app.clock.pass(900);
        for route in ["/api/v2/me", "/api/v2/keys", "/api/v2/sessions"] {
            assert_eq!(with_token(&app, Method::GET, route, access).await.problem(), "401 Invalid or expired token (token_expired)", "{route}");
        }
    }
}

//! Userinfo: the claims that the scopes open, for a token of our own API.

use reqwest::Method;
use serde_json::json;

use super::{client, code, open, parts, redeem, request, text, tokens, with_token};
use crate::on_both;
use crate::pages::Reader;
use crate::support::mailbox::PASSWORD;
use crate::support::{App, ask};

const USERINFO: &str = "/oauth2/userinfo";

on_both! {
    async fn it_says_the_same_as_the_id_token(app: App) {
        let client = client(&app).await;
        let ivan = app.person_on("Ivan", "vip").await;
        let tokens = tokens(&app, &ivan, &client, "openid profile").await;
        for method in [Method::GET, Method::POST] {
            let answer = with_token(&app, method, USERINFO, text(&tokens, "access_token")).await;
            assert_eq!((answer.status, answer.header("content-type"), answer.header("cache-control")), (200, "application/json", "no-store"));
            let (claims, id) = (answer.json(), parts(text(&tokens, "id_token")).1);
            for (name, value) in claims.as_object().unwrap() {
                assert_eq!(value, &id[name], "{name}");
            }
            assert_eq!((&claims["name"], &claims["plan"], &claims["preferred_username"]), (&json!("Ivan"), &json!("vip"), &json!(ivan.username)));
        }
    }

    async fn only_what_was_granted(app: App) {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        let client = client(&app).await;
        let mut reader = Reader::new(&app, "en");
        reader.post("/web/sign-in/email", &[("email", "ivan@example.com"), ("password", PASSWORD), ("next", "")]).await;
        let mut claims = async |scope: &str| {
            let code = code(&mut reader, &client, &[("scope", scope)]).await;
            let tokens = redeem(&app, &client, &code).await.json();
            with_token(&app, Method::GET, USERINFO, text(&tokens, "access_token")).await.json()
        };
        let bare = claims("openid").await;
        assert_eq!(bare.as_object().unwrap().keys().collect::<Vec<_>>(), ["sub"]);
        let with_address = claims("openid email").await;
        assert_eq!((&with_address["email"], &with_address["email_verified"]), (&json!("ivan@example.com"), &json!(true)));
        assert!(with_address.get("name").is_none());
    }

    async fn it_wants_a_token_with_openid_in_the_header(app: App) {
        let client = client(&app).await;
        let ivan = app.person("Ivan");
        let narrow = tokens(&app, &ivan, &client, "profile").await;
        let refused = with_token(&app, Method::GET, USERINFO, text(&narrow, "access_token")).await;
        assert_eq!((refused.status, refused.header("access-control-allow-origin")), (403, "*"));
        assert!(refused.header("www-authenticate").contains("error=\"insufficient_scope\", scope=\"openid\""), "{refused:?}");

        let tokens = tokens(&app, &ivan, &client, "openid").await;
        let access = text(&tokens, "access_token");
        let in_query = ask(reqwest::Client::new().get(format!("{}{USERINFO}?access_token={access}", app.url))).await;
        assert_eq!((in_query.status, in_query.header("www-authenticate")), (401, "Bearer realm=\"neuralbox\""), "{in_query:?}");
        let session = app.signed_in(&ivan).await.access.unwrap();
        for other in ["x", text(&tokens, "id_token"), &session, &format!("{access}x")] {
            let refused = with_token(&app, Method::GET, USERINFO, other).await;
            assert_eq!((refused.status, refused.header("access-control-allow-origin")), (401, "*"), "{refused:?}");
            assert!(refused.header("www-authenticate").contains("error=\"invalid_token\""), "{refused:?}");
            assert_eq!(refused.json()["error"], "invalid_token");
        }
        app.clock.pass(901);
        assert_eq!(with_token(&app, Method::GET, USERINFO, access).await.status, 401);
    }

    async fn a_code_in_a_second_browser_is_of_the_same_person(app: App) {
        let client = client(&app).await;
        let ivan = app.person("Ivan");
        let first = tokens(&app, &ivan, &client, "openid").await;
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let page = open(&mut reader, &request(&client, &[("scope", "openid")])).await;
        let second = redeem(&app, &client, &crate::oauth::Response::of(&page).get("code")).await.json();
        assert_eq!(parts(text(&first, "id_token")).1["sub"], parts(text(&second, "id_token")).1["sub"]);
    }
}

//! Sign-out that a client begins.

use neuralbox_auth::model::oauth::client_spec::ClientSpec;
use reqwest::Method;
use reqwest::header::ORIGIN;
use url::form_urlencoded::Serializer;

use super::{code, open, redeem, register, request, text, website};
use crate::on_both;
use crate::pages::{Reader, check, leads_to};
use crate::support::App;

const AFTER: &str = "https://app.example/bye";

fn logout(parameters: &[(&str, &str)]) -> String {
    format!("/oauth2/logout?{}", Serializer::new(String::new()).extend_pairs(parameters).finish())
}

/// Registration with an address for afterwards.
fn spec() -> ClientSpec {
    ClientSpec { post_logout_redirect_uris: Some(vec![AFTER.to_owned()]), ..website() }
}

on_both! {
    async fn the_id_token_of_this_session_signs_out_without_a_question(app: App) {
        let client = register(&app, spec()).await;
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let code = code(&mut reader, &client, &[]).await;
        let hint = text(&redeem(&app, &client, &code).await.json(), "id_token").to_owned();
        app.clock.pass(1000);
        let answer = reader.get(&logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", AFTER), ("state", "s&t")])).await;
        assert_eq!(leads_to(&answer), "https://app.example/bye?state=s%26t", "an expired hint is fine");
        assert!(!reader.cookies.contains_key("nb_refresh"), "{answer:?}");
        let after = open(&mut reader, &request(&client, &[("prompt", "none")])).await;
        assert_eq!(crate::oauth::Response::of(&after).get("error"), "login_required");
    }

    async fn any_other_website_only_asks(app: App) {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        let client = register(&app, spec()).await;
        let others = text(&crate::oauth::tokens(&app, &olga, &client, "openid").await, "id_token").to_owned();
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let requests = [
            logout(&[]), logout(&[("client_id", &client.id)]), logout(&[("client_id", &client.id), ("post_logout_redirect_uri", AFTER)]),
            logout(&[("id_token_hint", &others), ("post_logout_redirect_uri", AFTER)]), logout(&[("id_token_hint", "x.y.z")]),
        ];
        for address in requests {
            let page = reader.get(&address).await;
            check(&page);
            assert!(page.status == 200 && page.text.contains("Sign out?") && page.text.contains("<bdi>Ivan</bdi>"), "{address}: {page:?}");
        }
        assert_eq!(reader.get("/web/profile").await.status, 200, "still signed in");

        let address = logout(&[("client_id", &client.id), ("post_logout_redirect_uri", AFTER), ("state", "s")]);
        let page = reader.get(&address).await;
        assert!(page.header("content-security-policy").contains("; form-action 'self' https://app.example;"), "{page:?}");
        let fields = [("client_id", client.id.as_str()), ("post_logout_redirect_uri", AFTER), ("state", "s"), ("confirmed", "1")];
        let foreign = reader.send(reader.form("/oauth2/logout", &fields).header(ORIGIN, "https://evil.example")).await;
        assert!(leads_to(&foreign).starts_with("/oauth2/logout?"), "a form of another website becomes a link: {foreign:?}");
        assert_eq!(reader.get("/web/profile").await.status, 200, "still signed in");
        let answer = reader.post("/oauth2/logout", &fields).await;
        assert_eq!(leads_to(&answer), "https://app.example/bye?state=s");
        assert!(!reader.cookies.contains_key("nb_refresh"));
    }

    async fn nobody_is_sent_to_an_address_that_is_not_registered(app: App) {
        let client = register(&app, spec()).await;
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let code = code(&mut reader, &client, &[]).await;
        let hint = text(&redeem(&app, &client, &code).await.json(), "id_token").to_owned();
        let evil = "https://evil.example/bye";
        let answer = reader.get(&logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", evil)])).await;
        check(&answer);
        assert!(answer.status == 200 && answer.text.contains("You’re signed out") && !answer.text.contains("evil"), "{answer:?}");
        for parameters in [vec![("post_logout_redirect_uri", AFTER)], vec![("client_id", &client.id), ("post_logout_redirect_uri", evil)]] {
            let answer = reader.get(&logout(&parameters)).await;
            assert_eq!((answer.status, answer.header("location")), (200, ""), "{parameters:?}");
            check(&answer);
        }
        let nobody = Reader::new(&app, "ru").get(&logout(&[("client_id", &client.id), ("post_logout_redirect_uri", AFTER)])).await;
        assert_eq!(leads_to(&nobody), AFTER, "nobody is signed in");
    }

    async fn a_form_of_a_client_becomes_a_link(app: App) {
        let client = register(&app, spec()).await;
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let body = Serializer::new(String::new()).append_pair("client_id", &client.id).append_pair("state", "s t").finish();
        let post = reader.request(Method::POST, "/oauth2/logout").header("content-type", "application/x-www-form-urlencoded").body(body);
        let answer = reader.send(post.header(ORIGIN, "https://app.example").header("sec-fetch-site", "cross-site")).await;
        assert_eq!(leads_to(&answer), format!("/oauth2/logout?client_id={}&state=s+t", client.id));
    }
}

//! Hints of a client about who should sign in, and another account than the one signed in.

use super::{Response, client, code, decide, open, redeem, request, text, tokens};
use crate::on_both;
use crate::pages::{Reader, between, check, leads_to};
use crate::support::App;

on_both! {
    async fn a_hint_fills_in_the_address(app: App) {
        let client = client(&app).await;
        let mut reader = Reader::new(&app, "en");
        let page = open(&mut reader, &request(&client, &[("login_hint", "ivan@example.com")])).await;
        check(&page);
        assert!(page.text.contains("name=\"email\" value=\"ivan@example.com\""), "{page:?}");
        let page = open(&mut reader, &request(&client, &[("login_hint", "\"><script>")])).await;
        check(&page);
        assert!(page.text.contains("name=\"email\" value=\"\""), "{page:?}");
    }

    async fn another_account_can_be_used(app: App) {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        let client = client(&app).await;
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let page = open(&mut reader, &request(&client, &[])).await;
        let answer = decide(&mut reader, &page, "switch").await;
        let sign_in = leads_to(&answer).to_owned();
        let page = reader.get(&sign_in).await;
        check(&page);
        assert!(page.status == 200 && page.text.contains("<h1>Sign in to NeuralBox</h1>"), "{page:?}");
        let next = between(&page.text, "name=\"next\" value=\"", "\"").replace("&#38;", "&");
        reader.sign_in_as(&olga).await;
        let page = open(&mut reader, &next).await;
        assert!(page.text.contains("<bdi>Olga</bdi>") && !page.text.contains("Ivan"), "{page:?}");
        assert!(!Response::of(&decide(&mut reader, &page, "allow").await).get("code").is_empty());
    }

    async fn asked_to_select_an_account_the_page_says_who_is_signed_in(app: App) {
        let client = client(&app).await;
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        code(&mut reader, &client, &[]).await;
        for prompt in ["select_account", "consent"] {
            let page = open(&mut reader, &request(&client, &[("prompt", prompt)])).await;
            check(&page);
            assert!(page.text.contains("<bdi>Ivan</bdi>") && page.text.contains("Use another account"), "{prompt}: {page:?}");
            assert!(!Response::of(&decide(&mut reader, &page, "allow").await).get("code").is_empty());
        }
    }

    async fn an_id_token_of_somebody_else_asks_for_that_person(app: App) {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        let client = client(&app).await;
        let hint = text(&tokens(&app, &ivan, &client, "openid").await, "id_token").to_owned();
        let olgas = text(&tokens(&app, &olga, &client, "openid").await, "id_token").to_owned();
        let mut reader = Reader::signed_in(&app, &olga, "en").await;
        let page = open(&mut reader, &request(&client, &[("id_token_hint", &hint)])).await;
        check(&page);
        assert!(page.text.contains("<h1>Sign in to NeuralBox</h1>"), "{page:?}");
        let silent = open(&mut reader, &request(&client, &[("id_token_hint", &hint), ("prompt", "none")])).await;
        assert_eq!(Response::of(&silent).get("error"), "login_required");

        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let first = code(&mut reader, &client, &[("id_token_hint", &hint)]).await;
        assert_eq!(redeem(&app, &client, &first).await.status, 200);
        app.clock.pass(86_400);
        reader.sign_in_as(&ivan).await;
        code(&mut reader, &client, &[("id_token_hint", &hint)]).await;
        // Claims of somebody else under the signature of Ivan's.
        let (claims, others) = (hint.split('.').nth(1).unwrap(), olgas.split('.').nth(1).unwrap());
        let forged = hint.replace(claims, others);
        let answer = open(&mut reader, &request(&client, &[("id_token_hint", &forged)])).await;
        assert_eq!(Response::of(&answer).get("error"), "invalid_request", "an old hint is fine, a forged one is not");
    }

    async fn an_account_to_be_deleted_lets_nobody_in(app: App) {
        let client = client(&app).await;
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        let answer = browser.send(browser.request(reqwest::Method::DELETE, "me")).await;
        assert!((200..300).contains(&answer.status), "{answer:?}");
        let mut reader = Reader::new(&app, "en");
        let cookie = browser.cookie.clone();
        let Some((name, value)) = cookie.as_deref().and_then(|cookie| cookie.split_once('=')) else {
            // The deletion ended the session, so nobody is signed in.
            return;
        };
        reader.cookies.insert(name.to_owned(), value.to_owned());
        let answer = open(&mut reader, &request(&client, &[])).await;
        assert!(!answer.header("location").contains("code=") && !answer.text.contains("Sign in to Grafana?"), "{answer:?}");
    }
}

//! Consent: once for each client and scope, answered once, by our own form.

use super::{CALLBACK, Response, client, code, decide, open, register, request, website};
use crate::on_both;
use crate::pages::{Reader, between, check, leads_to};
use crate::support::App;
use neuralbox_auth::model::oauth::client_spec::ClientSpec;
use reqwest::header::ORIGIN;

on_both! {
    async fn it_names_the_client_where_it_leads_who_is_signed_in_and_each_scope(app: App) {
        let spec = ClientSpec { name: Some("<i>Graf & Co".to_owned()), ..website() };
        let client = register(&app, spec).await;
        let ivan = app.person("Ivan");
        for (language, words) in [
            ("en", ["Sign in to &#60;i&#62;Graf &#38; Co?", "app.example", "See your email address", "Stay connected", "revoke your API keys"]),
            ("ru", ["Войти в &#60;i&#62;Graf &#38; Co?", "app.example", "Видеть ваш адрес почты", "Оставаться подключённым", "отзывать ваши API-ключи"]),
        ] {
            let mut reader = Reader::signed_in(&app, &ivan, language).await;
            let scope = ("scope", "openid profile email offline_access keys:read keys:write usage:read");
            let page = open(&mut reader, &request(&client, &[scope])).await;
            check(&page);
            assert_eq!(page.status, 200);
            for word in words.into_iter().chain(["<bdi>Ivan</bdi>"]) {
                assert!(page.text.contains(word), "{word}: {page:?}");
            }
            assert_eq!(page.text.matches("<li>").count() - page.text.matches("<li><a").count(), 7, "a line for each scope: {page:?}");
        }
    }

    async fn a_no_goes_back_to_the_client(app: App) {
        let client = client(&app).await;
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let page = open(&mut reader, &request(&client, &[])).await;
        let response = Response::of(&decide(&mut reader, &page, "deny").await);
        assert_eq!((response.get("error"), response.get("state")), ("access_denied".to_owned(), "s t&ate=✓".to_owned()));
        let again = open(&mut reader, &request(&client, &[])).await;
        assert!(again.text.contains("Sign in to Grafana?"), "a no is not kept: {again:?}");
    }

    async fn it_is_asked_once_for_each_client_and_scope(app: App) {
        let (one, other) = (client(&app).await, client(&app).await);
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        code(&mut reader, &one, &[("scope", "openid profile email")]).await;
        let is_asked = async |reader: &mut Reader<'_>, address: &str| open(reader, address).await.status == 200;
        assert!(!is_asked(&mut reader, &request(&one, &[("scope", "openid")])).await, "less was allowed with it");
        assert!(is_asked(&mut reader, &request(&one, &[("scope", "openid keys:read")])).await, "more is asked");
        assert!(is_asked(&mut reader, &request(&other, &[("scope", "openid")])).await, "another client");
        reader.sign_in_as(&olga).await;
        assert!(is_asked(&mut reader, &request(&one, &[("scope", "openid")])).await, "another person in this browser");
    }

    async fn trusted_clients_skip_it(app: App) {
        let client = register(&app, ClientSpec { is_trusted: Some(true), ..website() }).await;
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let answer = open(&mut reader, &request(&client, &[])).await;
        assert!(!Response::of(&answer).get("code").is_empty());
    }

    async fn a_form_is_answered_once_by_who_saw_it(app: App) {
        let client = client(&app).await;
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let page = open(&mut reader, &request(&client, &[])).await;
        let value = |name: &str| between(&page.text, &format!("name=\"{name}\" value=\""), "\"").to_owned();
        let (id, form) = (value("request"), value("form"));
        let fields = |form: &str| [("request", id.clone()), ("form", form.to_owned()), ("decision", "allow".to_owned())];
        let kept = reader.cookies.clone();

        for (name, value) in [(ORIGIN.as_str(), "https://evil.example"), (ORIGIN.as_str(), "null"), ("sec-fetch-site", "cross-site")] {
            let fields = fields(&form);
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let answer = reader.send(reader.form("/web/consent", &fields).header(name, value)).await;
            assert_eq!((answer.status, answer.header("location")), (403, ""), "{name}: {value}");
        }
        let wrong = fields("another value");
        let wrong: Vec<_> = wrong.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = reader.post("/web/consent", &wrong).await;
        check(&answer);
        assert!(answer.status == 409 && answer.text.contains("out of date"), "{answer:?}");

        // Somebody else signs in between the page and the button.
        reader.sign_in_as(&app.person("Olga")).await;
        let right = fields(&form);
        let right: Vec<_> = right.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = reader.post("/web/consent", &right).await;
        assert_eq!((answer.status, answer.header("location")), (409, ""), "{answer:?}");

        reader.cookies = kept.clone();
        let answer = reader.post("/web/consent", &right).await;
        assert!(!Response::of(&answer).get("code").is_empty());
        reader.cookies = kept;
        let again = reader.post("/web/consent", &right).await;
        assert_eq!(again.header("location"), "", "{again:?}");
        assert!(again.status == 400 || again.status == 409, "{again:?}");
        assert!(!again.text.contains(CALLBACK));
    }

    async fn nobody_signed_in_decides_nothing(app: App) {
        let client = client(&app).await;
        let mut reader = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let page = open(&mut reader, &request(&client, &[])).await;
        reader.cookies.remove("nb_refresh");
        let answer = decide(&mut reader, &page, "allow").await;
        assert!(leads_to(&answer).starts_with("/oauth2/continue?request="), "{answer:?}");
        let mut other = Reader::signed_in(&app, &app.person("Ivan"), "en").await;
        let answer = decide(&mut other, &page, "allow").await;
        assert_eq!((answer.status, answer.header("location")), (400, ""), "a form of another browser: {answer:?}");
    }
}

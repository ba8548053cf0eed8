//! Email accounts on the pages, without JavaScript: registration, sign-in, passwords.

use reqwest::Method;

use super::{Reader, between, check, leads_to};
use crate::on_both;
use crate::support::App;
use crate::support::mailbox::PASSWORD;

const NEW: &str = "entirely new and long";

/// Returns the path of the link in the newest mail to an address.
async fn link(app: &App, address: &str, mails: usize) -> String {
    let mail = app.mails_to(address, mails).await.pop().unwrap();
    mail.link("token=").unwrap().strip_prefix(&app.url).unwrap().to_owned()
}

on_both! {
    async fn from_the_form_to_the_keys(app: App) {
        let mut reader = Reader::new(&app, "en");
        let page = reader.get("/web").await;
        check(&page);
        assert!(page.text.contains("action=\"/web/sign-in/email\"") && page.text.contains("href=\"/web/register\""), "{page:?}");
        check(&reader.get("/web/register").await);
        let fields = [("name", "Ivan & <b>Co</b>"), ("email", "Ivan@example.com"), ("password", PASSWORD)];
        assert_eq!(leads_to(&reader.post("/web/register", &fields).await), "/web/register/sent");
        let page = reader.get("/web/register/sent").await;
        check(&page);
        assert!(page.text.contains("Check your inbox"), "{page:?}");

        let link = link(&app, "Ivan@example.com", 1).await;
        let token = link.split("token=").nth(1).unwrap();
        for method in [Method::GET, Method::HEAD] {
            let preview = Reader::new(&app, "en");
            let request = preview.request(method, &link);
            assert_eq!(leads_to(&{ preview }.send(request).await), "/web/email/verify");
        }
        let answer = reader.get(&link).await;
        assert_eq!((leads_to(&answer), answer.header("referrer-policy")), ("/web/email/verify", "no-referrer"));
        let page = reader.get("/web/email/verify").await;
        check(&page);
        assert!(page.text.contains("Ivan@example.com") && page.text.contains("<bdi>Ivan &#38; &#60;b&#62;Co&#60;/b&#62;</bdi>") && !page.text.contains(token), "{page:?}");
        let answer = reader.post("/web/email/verify", &[]).await;
        assert_eq!(leads_to(&answer), "/web?done=confirmed");
        assert!(!reader.cookies.contains_key("nb_email_verify"));
        let page = reader.get("/web?done=confirmed").await;
        check(&page);
        assert!(page.text.contains("Your address is confirmed."), "{page:?}");

        let wrong = reader.post("/web/sign-in/email", &[("email", "ivan@example.com"), ("password", "wrong \"one\""), ("next", "/web/billing")]).await;
        check(&wrong);
        assert_eq!(wrong.status, 401);
        assert!(wrong.text.contains("Wrong email or password") && wrong.text.contains("value=\"ivan@example.com\"") && wrong.text.contains("value=\"/web/billing\""), "{wrong:?}");
        assert!(!wrong.text.contains("wrong &"), "the password is not repeated");
        let answer = reader.post("/web/sign-in/email", &[("email", "IVAN@example.com"), ("password", PASSWORD), ("next", "/web/billing")]).await;
        assert_eq!(leads_to(&answer), "/web/billing");
        assert!(reader.cookies.contains_key("nb_refresh") && reader.cookies.contains_key("nb_device"), "{answer:?}");
        assert!(reader.get("/web/profile").await.text.contains("href=\"/web/profile/security/password\""));
        assert_eq!(leads_to(&reader.get("/web/register").await), "/web/profile/api-keys");

        reader.get(&link).await;
        let again = reader.get("/web/email/verify").await;
        assert_eq!(leads_to(&again), "/web?error=mail_link_used");
    }

    async fn each_fault_is_shown_beside_its_field(app: App) {
        for (language, said) in [("en", ["Enter an email address", "Use 1 to 128 characters", "Use at least 8 characters"]), ("ru", ["Введите адрес почты", "Нужно от 1 до 128 символов без переносов строк", "Нужно не меньше 8 символов."])] {
            let mut reader = Reader::new(&app, language);
            let page = reader.post("/web/register", &[("name", "a\u{7}b"), ("email", "<b>"), ("password", "short")]).await;
            check(&page);
            assert_eq!(page.status, 422);
            for said in said {
                assert!(page.text.contains(said), "{said} is missing in {page:?}");
            }
            assert!(page.text.contains("value=\"&#60;b&#62;\"") && !page.text.contains("short\""), "{page:?}");
            let page = reader.post("/web/password/forgot", &[("email", "x")]).await;
            check(&page);
            assert!(page.status == 422 && page.text.contains(said[0]), "{page:?}");
        }
    }

    async fn a_forgotten_password(app: App) {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        let mut reader = Reader::new(&app, "ru");
        check(&reader.get("/web/password/forgot").await);
        for email in ["ivan@example.com", "nobody@example.com"] {
            assert_eq!(leads_to(&reader.post("/web/password/forgot", &[("email", email)]).await), "/web/password/sent");
        }
        check(&reader.get("/web/password/sent").await);
        let link = link(&app, "ivan@example.com", 2).await;
        assert_eq!(leads_to(&reader.get(&link).await), "/web/password/reset");
        let page = reader.get("/web/password/reset").await;
        check(&page);
        assert!(page.text.contains("ivan@example.com"), "{page:?}");
        let weak = reader.post("/web/password/reset", &[("password", "password1")]).await;
        check(&weak);
        assert!(weak.status == 422 && weak.text.contains("подбирают первым"), "{weak:?}");
        assert_eq!(leads_to(&reader.post("/web/password/reset", &[("password", NEW)]).await), "/web?done=password-set");
        assert!(reader.cookies.contains_key("nb_device") && !reader.cookies.contains_key("nb_password_reset"));
        let page = reader.get("/web?done=password-set").await;
        assert!(page.text.contains("Пароль изменён."), "{page:?}");
        let answer = reader.post("/web/sign-in/email", &[("email", "ivan@example.com"), ("password", NEW)]).await;
        assert_eq!(leads_to(&answer), "/web/profile/api-keys");
        assert_eq!(leads_to(&Reader::new(&app, "en").get("/web/password/reset").await), "/web?error=mail_link_unknown");
        assert_eq!(leads_to(&Reader::new(&app, "en").get("/web/password/reset?token=x").await), "/web?error=mail_link_unknown");
    }

    async fn changing_it(app: App) {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        let mut reader = Reader::new(&app, "en");
        reader.post("/web/sign-in/email", &[("email", "ivan@example.com"), ("password", PASSWORD)]).await;
        let here = "/web/profile/security/password";
        let page = reader.get(here).await;
        check(&page);
        assert!(page.text.contains("ivan@example.com") && page.text.contains("name=\"old_password\""), "{page:?}");
        let wrong = reader.post(here, &[("old_password", "not it"), ("password", NEW)]).await;
        check(&wrong);
        assert!(wrong.status == 422 && wrong.text.contains("That’s not your current password."), "{wrong:?}");
        assert_eq!(leads_to(&reader.post(here, &[("old_password", PASSWORD), ("password", NEW)]).await), format!("{here}?done=password-changed"));
        let page = reader.get(&format!("{here}?done=password-changed")).await;
        check(&page);
        assert!(page.text.contains("Password changed."), "{page:?}");

        let telegram = Reader::signed_in(&app, &app.person("Olga"), "en").await.get(here).await;
        check(&telegram);
        assert!(telegram.text.contains("you sign in without a password"), "{telegram:?}");
        assert_eq!(leads_to(&Reader::new(&app, "en").get(here).await), "/web?next=%2Fweb%2Fprofile%2Fsecurity%2Fpassword");
    }

    async fn other_websites_send_none_of_these_forms(app: App) {
        let mut reader = Reader::new(&app, "en");
        for path in ["/web/sign-in/email", "/web/register", "/web/email/verify", "/web/password/forgot", "/web/password/reset", "/web/profile/security/password"] {
            for (name, value) in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
                let answer = reader.send(reader.form(path, &[("email", "ivan@example.com")]).header(name, value)).await;
                check(&answer);
                assert_eq!(answer.status, 403, "{path} {name}: {value}");
            }
        }
        app.posted().await;
        assert!(app.sandbox.mails().is_empty());
    }

    async fn without_mails_the_forms_are_not_there(app: App) with [("SMTP_URL", ""), ("MAIL_FROM", "")]; {
        let mut reader = Reader::new(&app, "en");
        let page = reader.get("/web").await;
        check(&page);
        assert!(!page.text.contains("/web/sign-in/email") && !page.text.contains("/web/register"), "{page:?}");
        for path in ["/web/register", "/web/password/forgot"] {
            let page = reader.get(path).await;
            check(&page);
            assert!(page.status == 403 && page.text.contains("Email sign-in is turned off"), "{page:?}");
        }
    }

    async fn too_many_attempts_are_explained(app: App) {
        let mut reader = Reader::new(&app, "en");
        for _ in 0..10 {
            assert_eq!(reader.post("/web/sign-in/email", &[("email", "ivan@example.com"), ("password", "a guess")]).await.status, 401);
        }
        let page = reader.post("/web/sign-in/email", &[("email", "ivan@example.com"), ("password", "a guess")]).await;
        check(&page);
        assert_eq!((page.status, page.header("retry-after")), (429, "60"));
        assert!(page.text.contains("Too many attempts") && between(&page.text, "role=\"alert\">", "</div>").contains("for this address"), "{page:?}");
    }
}

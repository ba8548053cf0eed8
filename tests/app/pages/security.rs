//! Security page: sign-in methods, merge, export and deletion.

use serde_json::json;

use super::{RESIDENT, Reader, between, check, leads_to};
use crate::on_both;
use crate::support::{App, verify};

const HERE: &str = "/web/profile/security";

on_both! {
    async fn two_accounts_are_shown_and_become_one(app: App) {
        let (ivan, olga) = (app.person_on("Ivan", "vip").await, app.person_on("Olga", "elite").await);
        app.greet(&olga).await;
        let key = app.signed_in(&olga).await.post("keys", json!({"name": "laptop"})).await.json()["key"].as_str().unwrap().to_owned();
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let page = reader.get(HERE).await;
        check(&page);
        assert!(page.text.contains(&format!("@ivan_{}", ivan.id)) && !page.text.contains("/unlink?"), "the last identity cannot be unlinked");
        let answer = reader.post("/web/profile/security/telegram", &[]).await;
        let wait = leads_to(&answer).to_owned();
        let page = reader.get(&wait).await;
        check(&page);
        app.say(&olga, &format!("/start {}", between(&page.text, "?start=", "\""))).await;
        app.tap(&olga, between(&page.text, "<strong>", "</strong>")).await;
        let answer = reader.get(&wait).await;
        let merge = leads_to(&answer).to_owned();
        assert!(merge.starts_with("/web/profile/merge/"), "{merge}");
        for language in ["en", "ru"] {
            reader.language = language;
            let page = reader.get(&merge).await;
            check(&page);
            assert!(page.text.contains("Ivan") && page.text.contains("Olga") && page.text.contains("Elite"), "{page:?}");
        }
        let foreign = reader.form(&merge, &[]).header("origin", "https://evil.example");
        assert_eq!(reader.send(foreign).await.status, 403);
        let mut eve = Reader::signed_in(&app, &app.person("Eve"), "en").await;
        assert_eq!((eve.get(&merge).await.status, eve.post(&merge, &[]).await.status), (404, 404));
        let answer = reader.post(&merge, &[]).await;
        assert_eq!(leads_to(&answer), "/web/profile/security?done=merged");
        let page = reader.get(leads_to(&answer)).await;
        check(&page);
        assert!(page.text.contains("olga_"), "{page:?}");
        assert_eq!(verify(&app, &key).await.header("x-neuralbox-user-id"), "1");
        assert_eq!(reader.post(&merge, &[]).await.status, 400);

        let page = reader.get("/web/profile/activity").await;
        check(&page);
        assert!(page.text.contains("#2"), "{page:?}");
    }

    async fn an_offer_is_turned_down(app: App) {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        app.signed_in(&olga).await;
        let mut browser = app.signed_in(&ivan).await;
        let merge = browser.post("identities/telegram", app.widget_of(&olga)).await.json()["merge"]["id"].as_str().unwrap().to_owned();
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let answer = reader.post(&format!("/web/profile/merge/{merge}/drop"), &[]).await;
        assert_eq!(leads_to(&answer), "/web/profile/security?done=merge-dropped");
        let page = reader.get(&format!("/web/profile/merge/{merge}")).await;
        check(&page);
        assert_eq!(page.status, 400);
    }

    async fn an_identity_is_unlinked_after_a_question_and_a_recent_sign_in(app: App) {
        let (ivan, other) = (app.person("Ivan"), app.person("Other"));
        app.signed_in(&ivan).await.post("identities/telegram", app.widget_of(&other)).await;
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let page = reader.get(HERE).await;
        let ask = between(&page.text, "href=\"/web/profile/security/unlink?", "\"").replace("&#38;", "&").replace("&amp;", "&");
        let ask = format!("/web/profile/security/unlink?{ask}");
        app.clock.pass(900);
        let page = reader.get(&ask).await;
        check(&page);
        assert!(page.status == 403 && page.text.contains("Confirm it’s you") && !page.text.contains("button danger"), "{page:?}");
        let fields = [("kind", "telegram"), ("subject", &*other.id.to_string())].map(|(n, v)| (n, v.to_owned()));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        assert_eq!(reader.post("/web/profile/security/unlink", &fields).await.status, 403);
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        check(&reader.get(&ask).await);
        for _ in 0..2 {
            let answer = reader.post("/web/profile/security/unlink", &fields).await;
            assert_eq!(leads_to(&answer), "/web/profile/security?done=unlinked");
        }
        let answer = reader.post("/web/profile/security/unlink", &[("kind", "telegram"), ("subject", &ivan.id.to_string())]).await;
        assert_eq!(answer.status, 409, "{answer:?}");
    }

    async fn an_account_scheduled_for_deletion_sees_only_how_to_cancel(app: App) {
        let ivan = app.person("Ivan");
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        for language in ["en", "ru"] {
            reader.language = language;
            check(&reader.get("/web/profile/security/delete").await);
        }
        let answer = reader.post("/web/profile/security/delete", &[]).await;
        assert_eq!(leads_to(&answer), "/web?error=deletion_scheduled");
        check(&reader.get(leads_to(&answer)).await);
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        for page in RESIDENT {
            assert_eq!(leads_to(&reader.get(page).await), "/web/account/deletion");
        }
        for language in ["ru", "en"] {
            reader.language = language;
            let page = reader.get("/web/account/deletion").await;
            check(&page);
            assert!(page.text.contains("/web/account/deletion/cancel"), "{page:?}");
        }
        assert_eq!(reader.get("/web/export").await.header("content-type"), "application/json");
        let answer = reader.post("/web/account/deletion/cancel", &[]).await;
        assert_eq!(leads_to(&answer), "/web/profile/security?done=deletion-cancelled");
        check(&reader.get(leads_to(&answer)).await);
        assert_eq!(leads_to(&reader.get("/web/account/deletion").await), "/web/profile/api-keys");
    }

    async fn strangers_are_sent_to_sign_in(app: App) {
        let mut reader = Reader::new(&app, "en");
        assert_eq!(leads_to(&reader.get("/web/export").await), "/web?next=%2Fweb%2Fprofile%2Fsecurity");
        assert_eq!(leads_to(&reader.get("/web/profile/merge/1").await), "/web?next=%2Fweb%2Fprofile%2Fmerge%2F1");
    }
}

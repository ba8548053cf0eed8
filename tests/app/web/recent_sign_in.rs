//! Calls and forms that need a sign-in of the last 15 minutes. Both tables are compared with the routers, so that a new
//! call or form must say what it needs.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::json;

use crate::on_both;
use crate::pages::{Reader, between, check, leads_to};
use crate::support::mailbox::PASSWORD;
use crate::support::routes::{ROUTES, Who};
use crate::support::{App, Browser, admin};

/// Age of a session that a call accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    /// Any open session.
    Session,
    /// A sign-in of the last 15 minutes.
    RecentSignIn,
}

use Needs::{RecentSignIn, Session};

/// Every route for signed-in people and admins.
const CALLS: [(Method, &str, Needs); 53] = [
    (Method::POST, "/api/v2/auth/password/change", RecentSignIn),
    (Method::GET, "/api/v2/me", Session),
    (Method::PATCH, "/api/v2/me", Session),
    (Method::POST, "/api/v2/me/cancel-deletion", Session),
    (Method::GET, "/api/v2/me/export", RecentSignIn),
    (Method::GET, "/api/v2/activity", Session),
    (Method::GET, "/api/v2/identities", Session),
    (Method::POST, "/api/v2/identities/telegram", RecentSignIn),
    (Method::POST, "/api/v2/identities/telegram/start", RecentSignIn),
    (Method::POST, "/api/v2/identities/telegram/poll", RecentSignIn),
    (Method::POST, "/api/v2/identities/google", RecentSignIn),
    (Method::POST, "/api/v2/identities/email", RecentSignIn),
    (Method::POST, "/api/v2/identities/email/verify", RecentSignIn),
    (Method::DELETE, "/api/v2/identities/{kind}/{subject}", RecentSignIn),
    (Method::POST, "/api/v2/identities/{kind}/{subject}/confirm", RecentSignIn),
    (Method::GET, "/api/v2/merges/{id}", Session),
    (Method::POST, "/api/v2/merges/{id}", RecentSignIn),
    (Method::DELETE, "/api/v2/merges/{id}", Session),
    (Method::GET, "/api/v2/sessions", Session),
    (Method::DELETE, "/api/v2/sessions", Session),
    (Method::DELETE, "/api/v2/sessions/{id}", Session),
    (Method::GET, "/api/v2/keys", Session),
    (Method::POST, "/api/v2/keys", RecentSignIn),
    (Method::PATCH, "/api/v2/keys/{id}", Session),
    (Method::DELETE, "/api/v2/keys/{id}", Session),
    (Method::POST, "/api/v2/keys/{id}/rotate", RecentSignIn),
    (Method::GET, "/api/v2/usage", Session),
    (Method::GET, "/api/v2/purchases", Session),
    (Method::GET, "/api/v2/usage/daily", Session),
    (Method::GET, "/api/v2/admin/broadcasts", Session),
    (Method::POST, "/api/v2/admin/broadcasts", RecentSignIn),
    (Method::GET, "/api/v2/admin/broadcasts/{id}", Session),
    (Method::PATCH, "/api/v2/admin/broadcasts/{id}", RecentSignIn),
    (Method::GET, "/api/v2/admin/broadcasts/{id}/preview", Session),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/copy", RecentSignIn),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/test", RecentSignIn),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/start", RecentSignIn),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/pause", RecentSignIn),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/resume", RecentSignIn),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/cancel", RecentSignIn),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/recall", RecentSignIn),
    (Method::POST, "/api/v2/admin/broadcasts/{id}/retract", RecentSignIn),
    (Method::GET, "/api/v2/admin/broadcasts/{id}/failures", Session),
    (Method::POST, "/api/v2/admin/purchases/{charge}/refund", RecentSignIn),
    (Method::GET, "/api/v2/apps", Session),
    (Method::DELETE, "/api/v2/apps/{client_id}", Session),
    (Method::GET, "/api/v2/admin/clients", Session),
    (Method::POST, "/api/v2/admin/clients", RecentSignIn),
    (Method::GET, "/api/v2/admin/clients/{id}", Session),
    (Method::PATCH, "/api/v2/admin/clients/{id}", RecentSignIn),
    (Method::DELETE, "/api/v2/admin/clients/{id}", RecentSignIn),
    (Method::POST, "/api/v2/admin/clients/{id}/rotate-secret", RecentSignIn),
    // Last: it ends the sessions of its caller.
    (Method::DELETE, "/api/v2/me", RecentSignIn),
];

/// Every form of the pages, by the name of its path; `None` needs no session. The path has 999 for `{id}`.
const FORMS: [(&str, &str, Option<Needs>); 33] = [
    ("SIGN_OUT", "/web/sign-out", None),
    ("BOT_SIGN_IN", "/web/sign-in/bot", None),
    ("SIGN_IN_LINK", "/web/sign-in/link", None),
    ("EMAIL_SIGN_IN", "/web/sign-in/email", None),
    ("REGISTER", "/web/register", None),
    ("EMAIL_VERIFY", "/web/email/verify", None),
    ("PASSWORD_FORGOT", "/web/password/forgot", None),
    ("PASSWORD_RESET", "/web/password/reset", None),
    ("IDENTITY_UNDO", "/web/undo", None),
    ("PROFILE", "/web/profile", Some(Session)),
    ("SESSIONS_END_OTHERS", "/web/profile/sessions/end-others", Some(Session)),
    ("SESSION_END", "/web/profile/sessions/999/end", Some(Session)),
    ("ACCOUNT_MERGE", "/web/profile/merge/999", Some(RecentSignIn)),
    ("ACCOUNT_MERGE_DROP", "/web/profile/merge/999/drop", Some(Session)),
    ("DELETE_ACCOUNT", "/web/profile/security/delete", Some(RecentSignIn)),
    ("ACCOUNT_DELETION_CANCEL", "/web/account/deletion/cancel", Some(Session)),
    ("PASSWORD", "/web/profile/security/password", Some(RecentSignIn)),
    ("UNLINK", "/web/profile/security/unlink", Some(RecentSignIn)),
    ("IDENTITY_CONFIRM", "/web/profile/security/confirm", Some(RecentSignIn)),
    ("APP_CUT_OFF", "/web/profile/security/apps/cut-off", Some(Session)),
    ("EMAIL_LINK_REQUEST", "/web/profile/security/email", Some(RecentSignIn)),
    ("EMAIL_LINK", "/web/email/link", Some(RecentSignIn)),
    ("TELEGRAM_LINK", "/web/profile/security/telegram", Some(RecentSignIn)),
    ("BILLING_BUY", "/web/billing/buy", Some(Session)),
    ("BILLING_CANCEL", "/web/billing/cancel", Some(Session)),
    ("BILLING_RESUME", "/web/billing/resume", Some(Session)),
    ("CONSENT", "/web/consent", None),
    ("DEVICE", "/web/device", Some(Session)),
    ("API_KEYS", "/web/profile/api-keys", Some(RecentSignIn)),
    ("API_KEY_RENAME", "/web/profile/api-keys/999/rename", Some(Session)),
    ("API_KEY_EXPIRY", "/web/profile/api-keys/999/expiry", Some(Session)),
    ("API_KEY_REVOKE", "/web/profile/api-keys/999/revoke", Some(Session)),
    ("API_KEY_ROTATE", "/web/profile/api-keys/999/rotate", Some(RecentSignIn)),
];

/// Forms that lead to a provider and back; their paths depend on the provider.
const UPSTREAM_FORMS: [&str; 2] = ["UPSTREAM_LINK", "upstream_link(provider)"];

/// Names of the routes in the router of the pages that accept a form.
fn forms_of_the_router() -> BTreeSet<String> {
    let source = include_str!("../../../src/web/pages/mod.rs");
    let routes = source.lines().filter(|line| line.contains(".route(page_paths::") && line.contains("post("));
    let name = |line: &str| {
        let rest = line.split(".route(page_paths::").nth(1).unwrap();
        rest.split(", ").next().unwrap().to_owned()
    };
    routes.map(name).collect()
}

fn path(route: &str) -> String {
    route.replace("{id}", "999").replace("{client_id}", "c_999").replace("{kind}/{subject}", "telegram/1")
}

/// Sends a request to a route; the body is invalid everywhere, which is found out later than an old session.
async fn call(browser: &mut Browser, method: &Method, route: &str) -> crate::support::Answer {
    browser.send(browser.request(method.clone(), &path(route)).json(&json!({"unknown": true}))).await
}

on_both! {
    async fn the_tables_name_every_call_and_every_form(app: App) {
        let _ = app;
        let protected = ROUTES.into_iter().filter(|(_, _, who)| matches!(who, Who::SignedIn | Who::Admin));
        let routes: BTreeSet<_> = protected.map(|(method, path, _)| format!("{method} {path}")).collect();
        let calls: BTreeSet<_> = CALLS.into_iter().map(|(method, path, _)| format!("{method} {path}")).collect();
        assert_eq!(routes, calls);
        let named = FORMS.iter().map(|(name, _, _)| *name).chain(UPSTREAM_FORMS);
        assert_eq!(forms_of_the_router(), named.map(ToOwned::to_owned).collect::<BTreeSet<_>>());
    }

    async fn a_sign_in_of_fifteen_minutes_ago_is_not_enough_for_sensitive_calls(app: App) {
        app.greet(&admin()).await;
        app.put_on_plan(&admin(), "vip").await;
        let mut browser = app.signed_in(&admin()).await;
        app.clock.pass(899);
        browser.refresh().await;
        for (method, route, _) in CALLS.into_iter().filter(|(_, route, _)| *route != "/api/v2/me") {
            let answer = call(&mut browser, &method, route).await;
            assert!(!answer.text.contains("reauth_required"), "{method} {route}: {answer:?}");
        }
        app.clock.pass(1);
        browser.refresh().await;
        for (method, route, needs) in CALLS {
            let answer = call(&mut browser, &method, route).await;
            match needs {
                Session => assert!(!answer.text.contains("reauth_required"), "{method} {route}: {answer:?}"),
                RecentSignIn => {
                    assert_eq!(answer.problem(), "403 Sign in again (reauth_required)", "{method} {route}");
                    let page = format!("{}/web/reauthenticate?next=%2Fweb%2Fprofile%2Fsecurity", app.url);
                    assert_eq!(answer.json()["reauth_url"], page, "{method} {route}");
                }
            }
        }
        let mut again = app.signed_in(&admin()).await;
        assert_eq!(again.post("keys", json!({"name": "laptop"})).await.status, 201, "a new sign-in is one");
    }

    async fn nor_for_the_forms_of_pages(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        app.clock.pass(900);
        for (name, path, needs) in FORMS {
            let Some(needs) = needs else { continue };
            let answer = reader.post(path, &[("name", "laptop"), ("once", "1"), ("grace", "0"), ("email", "a@example.com")]).await;
            match needs {
                Session => assert!(!answer.text.contains("Confirm it’s you"), "{name}: {answer:?}"),
                RecentSignIn => {
                    check(&answer);
                    assert!(answer.status == 403 && answer.text.contains("Confirm it’s you"), "{name}: {answer:?}");
                    assert!(answer.text.contains("value=\"/web/reauthenticate/continue\""), "{name} leads back: {answer:?}");
                }
            }
        }
        for page in ["/web/export", "/web/profile/security/delete", "/web/profile/security/password"] {
            let answer = reader.get(page).await;
            check(&answer);
            assert!(answer.status == 403 && answer.text.contains(&format!("name=\"next\" value=\"{page}\"")), "{page}: {answer:?}");
        }
        for page in ["/web/profile", "/web/profile/security", "/web/profile/api-keys", "/web/profile/sessions"] {
            assert_eq!(reader.get(page).await.status, 200, "{page}");
        }
    }

    async fn the_page_leads_through_a_sign_in_and_back_with_what_was_entered(app: App) {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        let mut reader = Reader::new(&app, "en");
        let enter = |next: &str| vec![("email", "ivan@example.com".to_owned()), ("password", PASSWORD.to_owned()), ("next", next.to_owned())];
        let fields = enter("");
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        reader.post("/web/sign-in/email", &fields).await;
        app.clock.pass(900);
        let refused = reader.post("/web/profile/security/email", &[("email", "second@example.com")]).await;
        assert_eq!(refused.status, 403, "{refused:?}");
        assert_eq!(app.sandbox.mails().iter().filter(|mail| mail.to == ["second@example.com"]).count(), 0);
        let next = between(&refused.text, "name=\"next\" value=\"", "\"").to_owned();
        let fields = enter(&next);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = reader.post("/web/sign-in/email", &fields).await;
        assert_eq!(leads_to(&answer), "/web/reauthenticate/continue");
        for language in ["ru", "en"] {
            reader.language = language;
            let page = reader.get(leads_to(&answer)).await;
            check(&page);
            assert!(page.text.contains("action=\"/web/profile/security/email\"") && page.text.contains("name=\"email\" value=\"second@example.com\""), "{page:?}");
        }
        let answer = reader.post("/web/profile/security/email", &[("email", "second@example.com")]).await;
        assert_eq!(leads_to(&answer), "/web/profile/security?done=mail-sent");
        app.mails_to("second@example.com", 1).await;
    }

    async fn a_saved_form_belongs_to_its_account_and_holds_no_password(app: App) {
        let (ivan, olga) = (app.person_on("Ivan", "vip").await, app.person("Olga"));
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        app.clock.pass(900);
        reader.post("/web/profile/api-keys", &[("once", "1"), ("name", "laptop"), ("days", "")]).await;
        let mut olgas = Reader::signed_in(&app, &olga, "en").await;
        olgas.cookies.insert("nb_pending_form".to_owned(), reader.cookies["nb_pending_form"].clone());
        assert_eq!(leads_to(&olgas.get("/web/reauthenticate/continue").await), "/web/profile/security");
        reader.sign_in_as(&ivan).await;
        let page = reader.get("/web/reauthenticate/continue").await;
        assert!(page.text.contains("name=\"name\" value=\"laptop\""), "{page:?}");
        let made = reader.post("/web/profile/api-keys", &[("once", "1"), ("name", "laptop"), ("days", "")]).await;
        assert!(made.status == 200 && made.text.contains("nb_"), "{made:?}");

        app.clock.pass(900);
        let fields = [("old_password", "old secret words"), ("password", "new secret words")];
        let refused = reader.post("/web/profile/security/password", &fields).await;
        assert_eq!(refused.status, 403);
        let kept = format!("{:?} {}", refused.headers, refused.text);
        assert!(!kept.contains("secret words"), "{kept}");
        reader.sign_in_as(&ivan).await;
        assert_eq!(leads_to(&reader.get("/web/reauthenticate/continue").await), "/web/profile/security/password");
    }

    async fn the_page_for_programs_signs_in_again_by_every_method(app: App) {
        let ivan = app.person("Ivan");
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        app.clock.pass(900);
        let page = reader.get("/web/reauthenticate?next=%2Fweb%2Fprofile%2Fsecurity").await;
        check(&page);
        assert!(page.status == 200 && page.text.contains("/web/sign-in/email") && page.text.contains("/web/sign-in/bot"), "{page:?}");
        let stranger = Reader::new(&app, "en").get("/web/reauthenticate?next=%2Fweb%2Fprofile%2Fsecurity").await;
        assert_eq!(leads_to(&stranger), "/web?next=%2Fweb%2Fprofile%2Fsecurity");
        let evil = reader.get("/web/reauthenticate?next=%2F%2Fevil.example").await;
        assert!(!evil.text.contains("evil.example"), "{evil:?}");
        // A tap in the bot is one.
        let fields = [("next", "/web/profile/security/delete"), ("again", "1")];
        let answer = reader.post("/web/sign-in/bot", &fields).await;
        let wait = leads_to(&answer).to_owned();
        let page = reader.get(&wait).await;
        app.say(&ivan, &format!("/start {}", between(&page.text, "?start=", "\""))).await;
        app.tap(&ivan, between(&page.text, "<strong>", "</strong>")).await;
        assert_eq!(leads_to(&reader.get(&wait).await), "/web/profile/security/delete");
        assert_eq!(reader.get("/web/profile/security/delete").await.status, 200);
    }

    async fn in_chat_nothing_changes(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        app.clock.pass(86_400);
        app.say(&ivan, "/newkey laptop").await;
        assert_eq!(app.signed_in(&ivan).await.get("keys").await.json()["keys"][0]["name"], "laptop");
    }

    async fn a_proof_begun_before_is_checked_at_its_end(app: App) {
        let (ivan, other) = (app.person("Ivan"), app.person("Other"));
        app.greet(&other).await;
        let mut browser = app.signed_in(&ivan).await;
        app.clock.pass(850);
        let told = browser.post("identities/telegram/start", json!({})).await.json();
        app.say(&other, &format!("/start signin_{}", told["code"].as_str().unwrap())).await;
        app.tap(&other, &told["match"].to_string()).await;
        let poll = json!({"poll_token": told["poll_token"]});
        app.clock.pass(60);
        browser.refresh().await;
        assert_eq!(browser.post("identities/telegram/poll", poll.clone()).await.problem(), "403 Sign in again (reauth_required)");
        let mut again = app.signed_in(&ivan).await;
        let answer = again.post("identities/telegram/poll", poll).await;
        assert_eq!(answer.json()["merge"]["goes"]["name"], "Other", "nothing was spent: {answer:?}");
        let merge = answer.json()["merge"]["id"].as_str().unwrap().to_owned();
        app.clock.pass(900);
        again.refresh().await;
        assert_eq!(again.post(&format!("merges/{merge}"), json!({})).await.problem(), "403 Sign in again (reauth_required)");
    }
}

//! Sign-in with email address and password.

use serde_json::json;

use crate::on_both;
use crate::support::chat::warnings;
use crate::support::mailbox::{PASSWORD, count, login};
use crate::support::{App, at_once};

const WRONG: &str = "401 Invalid or expired token (wrong_password)";

on_both! {
    async fn the_same_answer_whatever_is_wrong(app: App) {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        app.register("olga@example.com", PASSWORD, "Olga").await;
        app.mails_to("olga@example.com", 1).await;
        let mut answers = Vec::new();
        for (email, password) in [
            ("ivan@example.com", "a wrong password"),
            ("ivan@example.com", ""),
            ("ivan@example.com", &*"x".repeat(60_000)),
            ("nobody@example.com", PASSWORD),
            ("olga@example.com", PASSWORD),
        ] {
            let answer = login(&mut app.browser(), email, password).await;
            assert_eq!(answer.problem(), WRONG, "{email}");
            assert!(answer.cookies().is_empty());
            answers.push(answer.text.replace(answer.header("x-request-id"), "ID"));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
        let answer = login(&mut app.browser(), "no address", PASSWORD).await;
        assert_eq!(answer.problem(), "422 Invalid fields (invalid_fields)\n  email: must be an address like ivan@example.com");
    }

    async fn case_and_keyboards_make_no_difference(app: App) {
        app.confirmed("Ivan@example.com", "пароль от caf\u{e9} 7", "Ivan").await;
        for (email, password) in [
            ("ivan@EXAMPLE.com", "пароль от caf\u{e9} 7"),
            (" IVAN@example.com ", "пароль от cafe\u{301} 7"),
        ] {
            assert_eq!(login(&mut app.browser(), email, password).await.status, 200, "{email}");
        }
        assert_eq!(login(&mut app.browser(), "ivan@example.com", "Пароль от caf\u{e9} 7").await.problem(), WRONG, "passwords are case-sensitive");
        app.confirmed("olga@xn--80a1acny.xn--p1ai", PASSWORD, "Olga").await;
        assert_eq!(login(&mut app.browser(), "Olga@ПОЧТА.рф", PASSWORD).await.status, 200);
    }

    async fn ten_at_once_all_sign_in(app: App) {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        let answers = at_once((0..10).map(|_| {
            let app = app.clone();
            async move { login(&mut app.browser(), "ivan@example.com", PASSWORD).await.status }
        })).await;
        assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
        assert_eq!(count(&app.database_url, "select count(*) from session").await, 10);
    }

    async fn a_digest_of_less_work_is_replaced(app: App) {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        // Hash of `password` with cheap parameters.
        let cheap = "update password set phc = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'";
        execute(&app.database_url, cheap).await;
        assert_eq!(login(&mut app.browser(), "ivan@example.com", "passworD").await.problem(), WRONG);
        let cheap = "select count(*) from password where phc like '%m=256,%'";
        assert_eq!(count(&app.database_url, cheap).await, 1);
        assert_eq!(login(&mut app.browser(), "ivan@example.com", "password").await.status, 200);
        let right = "select count(*) from password where phc like '$argon2id$v=19$m=19456,t=2,p=1$%'";
        assert_eq!(count(&app.database_url, right).await, 1);
        assert_eq!(login(&mut app.browser(), "ivan@example.com", "password").await.status, 200);
    }

    async fn a_person_without_access_to_their_account_is_not_signed_in(app: App) {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        execute(&app.database_url, "update account set banned_at = 1").await;
        assert_eq!(login(&mut app.browser(), "ivan@example.com", PASSWORD).await.problem(), "403 Account suspended (account_suspended)");
        assert_eq!(login(&mut app.browser(), "ivan@example.com", "a wrong one").await.problem(), WRONG, "a wrong password does not reveal the suspension");
    }

    async fn a_person_who_uses_the_bot_is_notified(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        // Moves the email identity and password to the Telegram account, as a merge does.
        execute(&app.database_url, "update identity set account_id = 1 where kind = 'email'").await;
        execute(&app.database_url, "update password set account_id = 1").await;
        // Sign-ins within the second of the account's creation send no notice.
        app.clock.pass(1);
        let mut browser = app.signed_in_by_email("ivan@example.com", PASSWORD).await;
        assert_eq!(browser.get("me").await.json()["plan"], "vip");
        let chat = app.warned(&ivan, 1).await;
        assert!(warnings(&chat)[0].text.contains("127.0.0.x"), "{chat:#?}");
        app.tap(&ivan, "🚫 End session").await;
        assert_eq!(browser.get("me").await.problem(), "401 Invalid or expired token (session_ended)");
        let found = app.say(&crate::support::admin(), "/user IVAN@example.com").await;
        assert!(found.last().unwrap().text.contains("Ivan"), "{found:#?}");
    }

    async fn the_session_before_ends(app: App) {
        app.confirmed("ivan@example.com", PASSWORD, "Ivan").await;
        let mut browser = app.signed_in(&app.person("Olga")).await;
        let olgas = browser.access.clone();
        login(&mut browser, "ivan@example.com", PASSWORD).await;
        assert_eq!(browser.get("me").await.json()["name"], "Ivan");
        browser.access = olgas;
        assert_eq!(browser.get("me").await.problem(), "401 Invalid or expired token (session_ended)");
    }

    async fn an_allowed_website_signs_people_in(app: App) with [("NEURALBOX_ALLOWED_ORIGINS", "https://shop.example"), ("NEURALBOX_PUBLIC_URL", "https://auth.example")]; {
        app.register("ivan@example.com", PASSWORD, "Ivan").await;
        let token = crate::support::mailbox::token_in(&app.mails_to("ivan@example.com", 1).await[0]);
        app.browser().post("auth/email/verify", json!({"token": token, "password": PASSWORD})).await;
        let mut browser = app.browser();
        let body = json!({"email": "ivan@example.com", "password": PASSWORD});
        let answer = browser.send(browser.request(reqwest::Method::POST, "auth/login").json(&body).header("origin", "https://shop.example")).await;
        assert_eq!(answer.header("access-control-allow-origin"), "https://shop.example");
        let cookies = answer.cookies();
        let embedded = |name: &str| cookies.iter().any(|cookie| cookie.starts_with(name) && cookie.ends_with("; Secure; HttpOnly; SameSite=None; Partitioned"));
        assert!(embedded("__Host-nb_refresh_site=") && embedded("__Host-nb_device="), "{cookies:?}");
    }
}

/// Executes a statement for which there is no public operation.
pub async fn execute(url: &str, sql: &'static str) {
    use sqlx::{Connection, Executor};
    if url.starts_with("sqlite:") {
        sqlx::SqliteConnection::connect(url).await.unwrap().execute(sql).await.unwrap();
    } else {
        sqlx::PgConnection::connect(url).await.unwrap().execute(sql).await.unwrap();
    }
}

//! Two registrations of one address, by a stranger and by its owner. Opening a mail proves the address and nothing else.

use reqwest::Method;
use reqwest::header::COOKIE;
use serde_json::json;

use crate::on_both;
use crate::support::mailbox::{PASSWORD, count, login, token_in};
use crate::support::{Answer, App};

const ADDRESS: &str = "owner@corp.example";
const STRANGERS: &str = "the stranger knows this one";
const MISSING: &str = "422 Invalid fields (invalid_fields)\n  password: is missing";
const WRONG: &str = "401 Invalid or expired token (wrong_password)";

/// Registers from a network; returns the `name=value` of the cookie for the browser that registered.
async fn register(app: &App, password: &str, network: &str) -> String {
    let body = json!({"email": ADDRESS, "password": password, "name": "Owner"});
    let mut browser = app.browser();
    let request = browser.request(Method::POST, "auth/register").json(&body).header("x-forwarded-for", network);
    let answer = browser.send(request).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    let [cookie] = answer.cookies().try_into().unwrap();
    assert!(
        cookie.starts_with("nb_registration=") && cookie.ends_with("; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax"),
        "{cookie}"
    );
    cookie.split(';').next().unwrap().to_owned()
}

async fn confirm(app: &App, body: serde_json::Value, cookie: &str) -> Answer {
    let mut browser = app.browser();
    let request = browser.request(Method::POST, "auth/email/verify").json(&body).header(COOKIE, cookie);
    browser.send(request).await
}

/// Tokens of the two mails, that of the stranger's registration first. The mails tell who asked.
async fn tokens(app: &App) -> [String; 2] {
    let mails = app.mails_to(ADDRESS, 2).await;
    ["198.51.100.x", "203.0.113.x"].map(|network| {
        let mail = mails.iter().find(|mail| mail.text.contains(&format!("{network}, 23 Nov 2026, 12:00 UTC")));
        token_in(mail.unwrap_or_else(|| panic!("no mail names {network}: {mails:#?}")))
    })
}

/// Registers as the stranger and as the owner; returns the cookies in that order.
async fn both(app: &App, first: &str) -> [String; 2] {
    if first == "stranger" {
        let stranger = register(app, STRANGERS, "198.51.100.7").await;
        [stranger, register(app, PASSWORD, "203.0.113.9").await]
    } else {
        let owner = register(app, PASSWORD, "203.0.113.9").await;
        [register(app, STRANGERS, "198.51.100.7").await, owner]
    }
}

/// The owner opens the mail of a registration in their own browser.
async fn story(app: &App, first: &str, opened: &str) {
    let [strangers_cookie, owners_cookie] = both(app, first).await;
    let [of_stranger, of_owner] = tokens(app).await;
    let token = if opened == "stranger" { &of_stranger } else { &of_owner };
    let bare = confirm(app, json!({"token": token}), &owners_cookie).await;
    let chosen = if opened == "stranger" {
        assert_eq!(bare.problem(), MISSING, "another registration than that of this browser");
        let weak = confirm(app, json!({"token": token, "password": "password1"}), &owners_cookie).await;
        assert_eq!(
            weak.problem(),
            "422 Invalid fields (invalid_fields)\n  password: is one of the most common passwords: choose another"
        );
        let chosen = "chosen with the mail open";
        let answer = confirm(app, json!({"token": token, "password": chosen}), &owners_cookie).await;
        assert_eq!((answer.status, answer.json()), (200, json!({"email": ADDRESS})));
        chosen
    } else {
        assert_eq!(bare.status, 200, "the browser that registered needs no password: {bare:?}");
        PASSWORD
    };
    let other = if opened == "stranger" { &of_owner } else { &of_stranger };
    let late = confirm(app, json!({"token": other, "password": STRANGERS}), &strangers_cookie).await;
    assert_eq!(late.problem(), "400 Link is over (mail_link_used)", "the other registration is over");
    assert_eq!(login(&mut app.browser(), ADDRESS, STRANGERS).await.problem(), WRONG, "the stranger stays out");
    assert_eq!(login(&mut app.browser(), ADDRESS, chosen).await.status, 200);
    assert_eq!(count(&app.database_url, "select count(*) from account").await, 1);
}

const PROXY: (&str, &str) = ("NEURALBOX_TRUSTED_PROXIES", "127.0.0.1");

on_both! {
    async fn the_stranger_was_first_and_their_mail_is_opened(app: App) with [PROXY]; {
        story(&app, "stranger", "stranger").await;
    }

    async fn the_stranger_was_first_and_the_owners_mail_is_opened(app: App) with [PROXY]; {
        story(&app, "stranger", "owner").await;
    }

    async fn the_owner_was_first_and_the_strangers_mail_is_opened(app: App) with [PROXY]; {
        story(&app, "owner", "stranger").await;
    }

    async fn the_owner_was_first_and_their_mail_is_opened(app: App) with [PROXY]; {
        story(&app, "owner", "owner").await;
    }

    async fn without_the_password_only_the_browser_that_registered_confirms(app: App) with [PROXY]; {
        let cookie = register(&app, PASSWORD, "203.0.113.9").await;
        let token = token_in(&app.mails_to(ADDRESS, 1).await[0]);
        let other = format!("nb_registration={}", "A".repeat(43));
        for cookie in ["", "nb_registration=", "nb_registration=x", &other, &format!("nb_registration={token}")] {
            assert_eq!(confirm(&app, json!({"token": token}), cookie).await.problem(), MISSING, "{cookie}");
            assert_eq!(confirm(&app, json!({"token": token, "password": null}), cookie).await.problem(), MISSING, "{cookie}");
        }
        let empty = confirm(&app, json!({"token": token, "password": ""}), &cookie).await;
        assert_eq!(empty.problem(), "422 Invalid fields (invalid_fields)\n  password: must have at least 8 characters");
        let own = confirm(&app, json!({"token": token, "password": "I am owner@corp here"}), &cookie).await;
        assert_eq!(own.problem(), "422 Invalid fields (invalid_fields)\n  password: must not contain your name or email address");
        let mut browser = app.browser();
        let foreign = browser.request(Method::POST, "auth/email/verify").json(&json!({"token": token}));
        let foreign = browser.send(foreign.header(COOKIE, &cookie).header("origin", "https://evil.example")).await;
        assert_eq!(foreign.problem(), MISSING, "a website that is not allowed does not use the cookie");
        assert_eq!(confirm(&app, json!({"token": token}), &cookie).await.status, 200);
    }

    async fn a_website_that_is_not_allowed_registers_for_nobody_elses_browser(app: App) {
        let mut browser = app.browser();
        let body = json!({"email": ADDRESS, "password": STRANGERS, "name": "Owner"});
        let request = browser.request(Method::POST, "auth/register").json(&body).header("origin", "https://evil.example");
        let answer = browser.send(request).await;
        assert!(answer.cookies().is_empty(), "a click in this browser would let the website in: {answer:?}");
    }
}

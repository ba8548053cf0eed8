//! Several refresh cookies of one name, and the two names: for our own pages and for allowed websites.

use reqwest::Method;
use reqwest::header::COOKIE;

use crate::on_both;
use crate::support::{Answer, App, Browser, ask};

const SHOP: (&str, &str) = ("origin", "https://shop.example");
const SHOPS: (&str, &str) = ("NEURALBOX_ALLOWED_ORIGINS", "https://shop.example");
const HTTPS: (&str, &str) = ("NEURALBOX_PUBLIC_URL", "https://auth.example");
const INVALID: &str = "401 Invalid or expired token (invalid_token)";

/// Value of the browser's refresh cookie.
fn value(browser: &Browser) -> String {
    browser.cookie.as_ref().unwrap().split_once('=').unwrap().1.to_owned()
}

/// Signs a person in and returns the value of the cookie.
async fn live(app: &App, name: &str) -> String {
    value(&app.signed_in(&app.person(name)).await)
}

/// Value of a cookie whose session has ended.
async fn ended(app: &App) -> String {
    let mut browser = app.signed_in(&app.person("Dead")).await;
    let value = value(&browser);
    assert_eq!(browser.send(browser.request(Method::POST, "auth/logout")).await.status, 204);
    value
}

async fn call(app: &App, path: &str, cookies: &str, headers: &[(&str, &str)]) -> Answer {
    let request = app.browser().request(Method::POST, path).header(COOKIE, cookies);
    ask(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

/// Refreshes, and returns the name of the person and the `name=value` of the next cookie.
async fn refreshed(app: &App, cookies: &str, headers: &[(&str, &str)]) -> (String, String) {
    let answer = call(app, "auth/refresh", cookies, headers).await;
    assert_eq!(answer.status, 200, "{cookies}: {answer:?}");
    let [cookie] = answer.cookies().try_into().unwrap();
    let access = answer.json()["access_token"].as_str().unwrap().to_owned();
    let me = Browser { access: Some(access), ..app.browser() }.get("me").await.json();
    (me["name"].as_str().unwrap().to_owned(), cookie.split(';').next().unwrap().to_owned())
}

/// True if the session of a cookie is open.
async fn is_open(app: &App, cookie: &str) -> bool {
    let page = app.browser().request(Method::GET, "/web/profile").header(COOKIE, cookie);
    ask(page).await.status == 200
}

/// All orders of `items`.
fn orders(items: &[String]) -> Vec<Vec<String>> {
    if items.len() < 2 {
        return vec![items.to_vec()];
    }
    let with_first = |index: usize| {
        let rest: Vec<String> = [&items[..index], &items[index + 1..]].concat();
        orders(&rest).into_iter().map(move |order| [vec![items[index].clone()], order].concat())
    };
    (0..items.len()).flat_map(with_first).collect()
}

on_both! {
    async fn the_first_that_is_alive_counts_in_every_order(app: App) {
        let (mut alive, dead) = (live(&app, "Ivan").await, ended(&app).await);
        let made_up = format!("{}.0.{}", alive.split('.').next().unwrap(), "A".repeat(43));
        for order in orders(&["LIVE".to_owned(), dead, made_up, String::new()]) {
            let cookies: Vec<_> =
                order.iter().map(|value| format!("nb_refresh={}", value.replace("LIVE", &alive))).collect();
            let (name, next) = refreshed(&app, &format!("nb_refresh=x; {}", cookies.join("; ")), &[]).await;
            assert_eq!(name, "Ivan", "{order:?}");
            next.strip_prefix("nb_refresh=").unwrap().clone_into(&mut alive);
        }
    }

    async fn without_a_live_one_the_answer_is_that_of_one_and_nothing_is_set(app: App) {
        let (one, other) = (ended(&app).await, ended(&app).await);
        let made_up = format!("9999.0.{}", "A".repeat(43));
        for (cookies, expected) in [
            (format!("nb_refresh={one}; nb_refresh={other}"), "401 Invalid or expired token (session_ended)"),
            (format!("nb_refresh={made_up}; nb_refresh=x"), INVALID),
            ("nb_refresh=x; nb_refresh=y".to_owned(), INVALID),
            ("nb_refresh=; nb_refresh=".to_owned(), "401 Not authenticated (not_authenticated)"),
        ] {
            let answer = call(&app, "auth/refresh", &cookies, &[]).await;
            assert_eq!(answer.problem(), expected, "{cookies}");
            assert!(answer.cookies().is_empty(), "{answer:?}");
        }
    }

    async fn a_used_token_is_a_theft_beside_expired_ones_and_harmless_beside_a_live_one(app: App) {
        let mut browser = app.signed_in(&app.person("Ivan")).await;
        let used = value(&browser);
        for _ in 0..3 {
            browser.refresh().await;
        }
        app.clock.pass(60);
        let (alive, dead) = (value(&browser), ended(&app).await);
        let (name, next) = refreshed(&app, &format!("nb_refresh={used}; nb_refresh={alive}"), &[]).await;
        assert_eq!(name, "Ivan", "a browser may hold an older cookie of its own session");
        let answer = call(&app, "auth/refresh", &format!("nb_refresh={dead}; nb_refresh={used}"), &[]).await;
        assert_eq!(answer.status, 401);
        assert!(!is_open(&app, &next).await, "the session of the used token has ended: {answer:?}");
    }

    async fn five_are_looked_at(app: App) {
        let alive = live(&app, "Ivan").await;
        let made_up = |number: usize| format!("nb_refresh={}.0.{}; ", 9000 + number, "A".repeat(43));
        let before: String = (0..4).map(made_up).collect();
        let (_, next) = refreshed(&app, &format!("{before}nb_refresh={alive}"), &[]).await;
        let before: String = (0..5).map(made_up).collect();
        assert_eq!(call(&app, "auth/refresh", &format!("{before}{next}"), &[]).await.problem(), INVALID);
    }

    async fn the_origin_chooses_the_person(app: App) with [SHOPS]; {
        let (alice, bob) = (live(&app, "Alice").await, live(&app, "Bob").await);
        let (mut own, mut site) = (format!("nb_refresh={alice}"), format!("nb_refresh_site={bob}"));
        for _ in 0..2 {
            for is_own_first in [true, false] {
                let sent = |own: &str, site: &str| if is_own_first { format!("{own}; {site}") } else { format!("{site}; {own}") };
                let (name, next) = refreshed(&app, &sent(&own, &site), &[SHOP]).await;
                assert_eq!(name, "Bob");
                site = next;
                let (name, next) = refreshed(&app, &sent(&own, &site), &[("origin", &app.url)]).await;
                assert_eq!(name, "Alice");
                own = next;
            }
        }
        assert!(own.starts_with("nb_refresh=") && site.starts_with("nb_refresh_site="), "{own} {site}");
        for (cookie, headers) in [(&own, &[SHOP][..]), (&site, &[])] {
            let answer = call(&app, "auth/refresh", cookie, headers).await;
            assert_eq!(answer.problem(), "401 Not authenticated (not_authenticated)", "the cookie of the other one");
        }
        let both = format!("{own}; {site}");
        let answer = call(&app, "auth/logout", &both, &[SHOP]).await;
        assert_eq!(answer.cookies(), ["nb_refresh_site=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"]);
        assert_eq!(call(&app, "auth/refresh", &both, &[SHOP]).await.status, 401, "Bob is signed out");
        assert_eq!(refreshed(&app, &both, &[]).await.0, "Alice");
    }

    async fn a_website_continues_a_session_from_before_its_cookie_had_a_name(app: App) with [SHOPS, HTTPS]; {
        let former = format!("__Host-nb_refresh={}", live(&app, "Bob").await);
        let refused = call(&app, "auth/refresh", &former, &[SHOP, ("sec-fetch-site", "same-site")]).await;
        assert_eq!(refused.status, 401, "on our own site it may be the cookie of our pages");
        let (name, next) = refreshed(&app, &former, &[SHOP, ("sec-fetch-site", "cross-site")]).await;
        assert_eq!(name, "Bob");
        assert!(next.starts_with("__Host-nb_refresh_site="), "{next}");
        let both = format!("{former}; {next}");
        assert_eq!(refreshed(&app, &both, &[SHOP, ("sec-fetch-site", "cross-site")]).await.0, "Bob");
    }

    async fn a_sign_out_ends_one_person_and_leaves_the_other(app: App) {
        let (alice, bob) = (live(&app, "Alice").await, live(&app, "Bob").await);
        let both = format!("nb_refresh={alice}; nb_refresh={bob}");
        let answer = call(&app, "auth/logout", &both, &[]).await;
        assert_eq!((answer.status, answer.cookies().len()), (204, 0), "removing the name may remove Bob's: {answer:?}");
        assert!(!is_open(&app, &format!("nb_refresh={alice}")).await && is_open(&app, &format!("nb_refresh={bob}")).await);
        let answer = call(&app, "auth/logout", &both, &[]).await;
        assert_eq!((answer.status, answer.cookies().len()), (204, 1), "now Bob's, and nothing is left");
        assert!(!is_open(&app, &format!("nb_refresh={bob}")).await);
    }

    async fn an_access_token_says_which_of_two_people_signs_out(app: App) {
        let (alice, bob) = (live(&app, "Alice").await, app.signed_in(&app.person("Bob")).await);
        let bearer = format!("Bearer {}", bob.access.as_ref().unwrap());
        let both = format!("nb_refresh={alice}; nb_refresh={}", value(&bob));
        let answer = call(&app, "auth/logout", &both, &[("authorization", &bearer)]).await;
        assert_eq!((answer.status, answer.cookies().len()), (204, 0), "{answer:?}");
        assert!(is_open(&app, &format!("nb_refresh={alice}")).await);
        assert!(!is_open(&app, &format!("nb_refresh={}", value(&bob))).await);
    }

    async fn pages_show_the_first_that_is_alive(app: App) {
        let (alive, dead) = (live(&app, "Ivan").await, ended(&app).await);
        assert!(is_open(&app, &format!("nb_refresh={dead}; nb_refresh=; nb_refresh={alive}")).await);
        assert!(!is_open(&app, &format!("nb_refresh={dead}; nb_refresh_site={alive}")).await);
    }

    async fn a_sign_in_replaces_all_sessions_of_its_name(app: App) {
        let (alice, bob) = (live(&app, "Alice").await, live(&app, "Bob").await);
        let request = app.browser().request(Method::POST, "auth/telegram").json(&app.widget_of(&app.person("Carol")));
        let answer = ask(request.header(COOKIE, format!("nb_refresh={alice}; nb_refresh={bob}"))).await;
        let carol = answer.cookies()[0].split(';').next().unwrap().to_owned();
        let (name, _) = refreshed(&app, &format!("nb_refresh={alice}; nb_refresh={bob}; {carol}"), &[]).await;
        assert_eq!(name, "Carol", "an older session must not count before the new one");
    }
}

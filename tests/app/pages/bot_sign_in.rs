//! Bot sign-in on the pages, without JavaScript.

use super::{Reader, between, check, leads_to};
use crate::on_both;
use crate::support::App;

const HERE: &str = "/web/sign-in/bot";

/// Starts a bot sign-in on the page; returns the number shown and the command that the link sends.
async fn begun(reader: &mut Reader<'_>, app: &App) -> (String, String) {
    app.say(&app.person("Somebody"), "/help").await;
    let answer = reader.post(HERE, &[("next", "")]).await;
    assert_eq!(leads_to(&answer), HERE);
    let page = reader.get(HERE).await;
    check(&page);
    let number = between(&page.text, "<strong>", "</strong>").to_owned();
    let payload = between(&page.text, "?start=", "\"");
    let command = format!("/start {payload}");
    assert!(page.text.contains(&format!("<code translate=\"no\">{command}</code>")), "{page:?}");
    (number, command)
}

on_both! {
    async fn the_page_shows_a_number_and_continues_when_it_was_tapped(app: App) {
        let ivan = app.person("Ivan");
        app.say(&ivan, "/help").await;
        let mut reader = Reader::new(&app, "en");
        let page = reader.get("/web?next=/web/billing").await;
        check(&page);
        let next = between(&page.text, "name=\"next\" value=\"", "\"").to_owned();
        let answer = reader.post(HERE, &[("next", &next)]).await;
        assert_eq!(leads_to(&answer), "/web/sign-in/bot?next=%2Fweb%2Fbilling");
        let [held] = answer.cookies().try_into().unwrap();
        assert!(held.starts_with("nb_bot_sign_in=") && held.ends_with("; Max-Age=120; Path=/; HttpOnly; SameSite=Lax"), "{held}");

        let page = reader.get(leads_to(&answer)).await;
        check(&page);
        assert!(page.text.contains("<meta http-equiv=\"refresh\" content=\"3\">"), "{page:?}");
        assert!(page.text.contains("href=\"https://t.me/neuralbox_bot?start=signin_"), "{page:?}");
        assert!(!page.text.contains(&reader.cookies["nb_bot_sign_in"]), "the poll token is only in the cookie");
        let number = between(&page.text, "<strong>", "</strong>").to_owned();
        app.say(&ivan, &format!("/start {}", between(&page.text, "?start=", "\""))).await;
        assert_eq!(reader.get(leads_to(&answer)).await.text, page.text, "the page still waits");
        app.tap(&ivan, &number).await;

        let kept = reader.cookies.clone();
        assert_eq!(leads_to(&reader.get(leads_to(&answer)).await), "/web/billing");
        assert!(reader.cookies.contains_key("nb_refresh") && !reader.cookies.contains_key("nb_bot_sign_in"));
        assert!(reader.get("/web/profile").await.text.contains("Ivan"));
        assert_eq!(leads_to(&reader.get(HERE).await), "/web/profile/api-keys", "another waiting tab continues too");
        reader.cookies = kept;
        assert_eq!(leads_to(&reader.get(HERE).await), "/web?error=sign_in_used", "a copied cookie gets no session");
    }

    async fn a_refusal_is_shown_on_the_page_in_russian(app: App) {
        let ivan = app.person("Ivan");
        let mut reader = Reader::new(&app, "ru");
        let (_, command) = begun(&mut reader, &app).await;
        app.say(&ivan, &command).await;
        app.tap(&ivan, "🚫 Not me").await;
        let answer = reader.get(&format!("{HERE}?next=/web/billing")).await;
        assert_eq!(leads_to(&answer), "/web?error=sign_in_refused&next=%2Fweb%2Fbilling");
        assert!(!reader.cookies.contains_key("nb_bot_sign_in"));
        let page = reader.get(leads_to(&answer)).await;
        check(&page);
        assert!(page.text.contains("Вход отклонён") && page.text.contains("Войти через бота"), "{page:?}");
    }

    async fn after_two_minutes_it_says_so(app: App) {
        let mut reader = Reader::new(&app, "en");
        begun(&mut reader, &app).await;
        app.clock.pass(120);
        assert_eq!(leads_to(&reader.get(HERE).await), "/web?error=sign_in_expired");
        assert_eq!(leads_to(&reader.get(&format!("{HERE}?next=//evil.example/")).await), "/web?error=sign_in_expired");
    }

    async fn beginning_again_gives_another_number(app: App) {
        let ivan = app.person("Ivan");
        let mut reader = Reader::new(&app, "en");
        let (number, command) = begun(&mut reader, &app).await;
        begun(&mut reader, &app).await;
        app.say(&ivan, &command).await;
        app.tap(&ivan, &number).await;
        assert_eq!(reader.get(HERE).await.status, 200, "the page waits for the second request only");
    }

    async fn a_signed_in_person_continues(app: App) {
        let ivan = app.person("Ivan");
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        assert_eq!(leads_to(&reader.post(HERE, &[("next", "/web/billing")]).await), "/web/billing");
        assert_eq!(leads_to(&reader.get(HERE).await), "/web/profile/api-keys");
    }

    async fn too_many_and_other_websites(app: App) with [("NEURALBOX_TRUSTED_PROXIES", "127.0.0.0/8")]; {
        app.say(&app.person("Ivan"), "/help").await;
        let mut reader = Reader::new(&app, "en");
        let foreign = reader.send(reader.form(HERE, &[]).header("origin", "https://evil.example")).await;
        check(&foreign);
        assert_eq!(foreign.status, 403);
        for _ in 0..30 {
            let request = reader.form(HERE, &[]).header("origin", &app.url).header("x-forwarded-for", "203.0.113.9");
            assert_eq!(reader.send(request).await.status, 303);
        }
        let request = reader.form(HERE, &[]).header("origin", &app.url).header("x-forwarded-for", "203.0.113.9");
        let refused = reader.send(request).await;
        check(&refused);
        assert!(refused.status == 429 && refused.text.contains("Too many attempts"), "{refused:?}");
    }

    async fn without_telegram(app: App) with [("TELEGRAM_API_URL", "http://127.0.0.1:9/")]; {
        let mut reader = Reader::new(&app, "en");
        let answer = reader.post(HERE, &[]).await;
        check(&answer);
        assert!(answer.status == 503 && answer.text.contains("Telegram can’t be reached right now"), "{answer:?}");
    }
}

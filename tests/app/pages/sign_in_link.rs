//! Sign-in link from the bot.

use reqwest::Method;
use telegram_sandbox::{Fault, FaultKind, Person};

use super::{Reader, between, check, leads_to};
use crate::on_both;
use crate::support::App;
use crate::support::chat::last;

const HERE: &str = "/web/sign-in/link";

/// Requests a sign-in link in the chat; returns its path.
async fn link(app: &App, person: &Person) -> String {
    let chat = app.say(person, "/signin").await;
    let button = last(&chat).buttons[0][0].url().unwrap().to_owned();
    button.strip_prefix(&app.url).unwrap().to_owned()
}

const HTTPS: (&str, &str) = ("NEURALBOX_PUBLIC_URL", "https://auth.example");

/// Returns the path to which Telegram leads a person who taps the button, with their signed identity.
async fn opened_in_telegram(app: &App, person: &Person, menu: &str) -> String {
    let chat = app.say(person, menu).await;
    let button = &last(&chat).buttons[0][0];
    let url = app.sandbox.button_url(person, last(&chat).id, &button.label).unwrap();
    url.strip_prefix(HTTPS.1).unwrap().to_owned()
}

/// Follows a link and confirms on its page.
async fn enter(reader: &mut Reader<'_>, link: &str) -> crate::support::Answer {
    reader.get(link).await;
    let page = reader.get(HERE).await;
    let account = between(&page.text, "name=\"account\" value=\"", "\"").to_owned();
    reader.post(HERE, &[("account", &account), ("next", "")]).await
}

on_both! {
    async fn looking_spends_nothing_and_the_button_signs_in(app: App) {
        let ivan = app.person("Ivan & <b>Co</b>");
        let link = link(&app, &ivan).await;
        let token = link.split("token=").nth(1).unwrap();
        for method in [Method::GET, Method::HEAD, Method::GET] {
            let preview = Reader::new(&app, "en");
            let request = preview.request(method, &link);
            assert_eq!(leads_to(&{ preview }.send(request).await), HERE);
        }
        let mut reader = Reader::new(&app, "en");
        let answer = reader.get(&link).await;
        assert_eq!((leads_to(&answer), answer.header("referrer-policy")), (HERE, "no-referrer"));
        assert_eq!(answer.header("cache-control"), "no-store");
        let [cookie] = answer.cookies().try_into().unwrap();
        assert_eq!(cookie, format!("nb_sign_in_link={token}; Max-Age=120; Path=/; HttpOnly; SameSite=Lax"));
        for _ in 0..2 {
            let page = reader.get(HERE).await;
            check(&page);
            assert!(page.text.contains("Sign in as <bdi>Ivan &#38; &#60;b&#62;Co&#60;/b&#62;</bdi>?"), "{page:?}");
            assert!(!page.text.contains(token), "the token is only in the cookie");
        }
        let answer = reader.post(HERE, &[("account", "1"), ("next", "/web/billing")]).await;
        assert_eq!(leads_to(&answer), "/web/billing");
        assert!(reader.cookies.contains_key("nb_refresh") && !reader.cookies.contains_key("nb_sign_in_link"), "{answer:?}");
        assert_eq!(reader.get("/web/profile").await.status, 200);

        let mut second = Reader::new(&app, "en");
        second.get(&link).await;
        assert_eq!(leads_to(&second.get(HERE).await), "/web?error=sign_in_used");
        let page = second.get("/web?error=sign_in_used").await;
        check(&page);
        assert!(page.text.contains("This sign-in was already used"), "{page:?}");
        let metrics = reqwest::get(format!("{}/metrics", app.metrics_url)).await.unwrap().text().await.unwrap();
        assert!(metrics.contains(HERE) && !metrics.contains(token), "{metrics}");
    }

    async fn of_several_links_in_cookies_the_first_that_is_valid_counts(app: App) {
        let ivan = app.person("Ivan");
        let (used, valid) = (link(&app, &ivan).await, link(&app, &ivan).await);
        enter(&mut Reader::new(&app, "en"), &used).await;
        let token = |link: &str| link.split("token=").nth(1).unwrap().to_owned();
        let made_up = "A".repeat(43);
        let values = [String::new(), "x".to_owned(), made_up, token(&used), token(&valid)];
        let sent = values.map(|value| format!("nb_sign_in_link={value}")).join("; ");
        let reader = Reader::new(&app, "en");
        let request = |method| reader.request(method, HERE).header("cookie", &sent);
        let page = crate::support::ask(request(Method::GET)).await;
        assert!(page.text.contains("Sign in as <bdi>Ivan</bdi>?"), "{page:?}");
        let form = request(Method::POST).header("origin", &app.url);
        let form = form.header("content-type", "application/x-www-form-urlencoded").body("account=1&next=");
        let answer = crate::support::ask(form).await;
        assert!(answer.cookies().iter().any(|cookie| cookie.starts_with("nb_refresh=")), "{answer:?}");
    }

    async fn two_minutes_and_no_longer(app: App) {
        let ivan = app.person("Ivan");
        let (first, second) = (link(&app, &ivan).await, link(&app, &ivan).await);
        let (mut early, mut late) = (Reader::new(&app, "en"), Reader::new(&app, "ru"));
        late.get(&second).await;
        app.clock.pass(119);
        assert_eq!(leads_to(&enter(&mut early, &first).await), "/web/profile/api-keys");
        check(&late.get(HERE).await);
        app.clock.pass(1);
        let answer = late.post(HERE, &[("account", "1"), ("next", "/web/billing")]).await;
        assert_eq!(leads_to(&answer), "/web?error=sign_in_expired&next=%2Fweb%2Fbilling");
        let page = late.get(leads_to(&answer)).await;
        check(&page);
        assert!(page.text.contains("Две минуты истекли"), "{page:?}");
        assert!(!late.cookies.contains_key("nb_refresh") && !late.cookies.contains_key("nb_sign_in_link"));
    }

    async fn many_at_once_get_one_session(app: App) {
        let ivan = app.person("Ivan");
        let link = link(&app, &ivan).await;
        let mut readers: Vec<_> = (0..8).map(|_| Reader::new(&app, "en")).collect();
        for reader in &mut readers {
            reader.get(&link).await;
        }
        let answers = readers.iter_mut().map(|reader| reader.post(HERE, &[("account", "1"), ("next", "")]));
        let answers = futures::future::join_all(answers).await;
        assert_eq!(answers.iter().filter(|answer| leads_to(answer) == "/web/profile/api-keys").count(), 1);
        assert_eq!(answers.iter().filter(|answer| leads_to(answer) == "/web?error=sign_in_used").count(), 7);
    }

    async fn what_is_no_link_of_ours(app: App) {
        for token in ["", "x", &"A".repeat(44), "%00", "%22%3E%3Cscript%3E"] {
            let answer = Reader::new(&app, "en").get(&format!("{HERE}?token={token}")).await;
            assert_eq!(leads_to(&answer), "/web?error=sign_in_unknown", "{token}");
            assert!(answer.cookies().iter().all(|cookie| cookie.starts_with("nb_sign_in_link=; ")), "{answer:?}");
        }
        let mut reader = Reader::new(&app, "en");
        reader.get(&format!("{HERE}?token={}", "A".repeat(43))).await;
        assert_eq!(leads_to(&reader.get(HERE).await), "/web?error=sign_in_unknown");
        assert_eq!(leads_to(&reader.get(&format!("{HERE}?next=//evil.example/")).await), "/web?error=sign_in_expired");
        assert_eq!(leads_to(&reader.post(HERE, &[]).await), "/web?error=sign_in_expired");
        let page = reader.get("/web?error=sign_in_unknown").await;
        check(&page);
        assert!(page.text.contains("This sign-in link doesn’t work"), "{page:?}");
    }

    async fn another_link_that_came_meanwhile_signs_nobody_in(app: App) {
        let (ivan, mallory) = (app.person("Ivan"), app.person("Mallory"));
        let (ivans, mallorys) = (link(&app, &ivan).await, link(&app, &mallory).await);
        let mut reader = Reader::new(&app, "en");
        reader.get(&ivans).await;
        let page = reader.get(HERE).await;
        let account = between(&page.text, "name=\"account\" value=\"", "\"").to_owned();
        reader.get(&mallorys).await;
        let answer = reader.post(HERE, &[("account", &account), ("next", "")]).await;
        assert_eq!(leads_to(&answer), "/web?error=sign_in_unknown");
        assert_eq!(leads_to(&enter(&mut reader, &ivans).await), "/web/profile/api-keys", "Ivan's link is unused");
    }

    async fn a_person_who_is_signed_in_already(app: App) {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let own = link(&app, &ivan).await;
        reader.get(&own).await;
        assert_eq!(leads_to(&reader.get(&format!("{HERE}?next=/web/billing")).await), "/web/billing", "already signed in as the same person");
        assert_eq!(leads_to(&enter(&mut Reader::new(&app, "en"), &own).await), "/web/profile/api-keys", "the link is still unused");

        let kept = reader.cookies.clone();
        let olgas = link(&app, &olga).await;
        reader.get(&olgas).await;
        let page = reader.get(HERE).await;
        check(&page);
        assert!(page.text.contains("This browser is signed in as <bdi>Ivan</bdi>. That session will end."), "{page:?}");
        enter(&mut reader, &olgas).await;
        assert!(reader.get("/web/profile").await.text.contains("Olga"));
        reader.cookies = kept;
        assert_eq!(reader.get("/web/profile").await.status, 303, "Ivan's session in this browser has ended");
    }

    async fn other_websites_cannot_say_yes(app: App) {
        let mallory = app.person("Mallory");
        let link = link(&app, &mallory).await;
        let mut victim = Reader::new(&app, "en");
        victim.get(&link).await;
        for (name, value) in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
            let answer = victim.send(victim.form(HERE, &[("account", "1")]).header(name, value)).await;
            check(&answer);
            assert_eq!(answer.status, 403, "{name}: {value}");
        }
        assert!(!victim.cookies.contains_key("nb_refresh"));
    }

    async fn on_https_its_cookie_is_bound_to_the_host(app: App) with [("NEURALBOX_PUBLIC_URL", "https://auth.example")]; {
        let chat = app.say(&app.person("Ivan"), "/signin").await;
        let button = last(&chat).buttons[0][0].url().unwrap().to_owned();
        let answer = Reader::new(&app, "en").get(button.strip_prefix("https://auth.example").unwrap()).await;
        let [cookie] = answer.cookies().try_into().unwrap();
        assert!(cookie.starts_with("__Host-nb_sign_in_link=") && cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{cookie}");
    }

    async fn on_https_telegram_says_who_opens_it(app: App) with [HTTPS]; {
        let ivan = app.person("Ivan");
        let opened = opened_in_telegram(&app, &ivan, "/signin").await;
        assert!(opened.starts_with("/api/v2/auth/telegram/callback?link=") && opened.contains("&hash="), "{opened}");
        let mut reader = Reader::new(&app, "en");
        let answer = reader.get(&opened).await;
        assert_eq!((leads_to(&answer), answer.header("referrer-policy")), (HERE, "no-referrer"));
        let [cookie] = answer.cookies().try_into().unwrap();
        assert!(cookie.starts_with("__Host-nb_sign_in_link=") && cookie.contains("; Secure; HttpOnly"), "{cookie}");
        assert!(!reader.cookies.contains_key("__Host-nb_refresh"), "opening the link signs nobody in");
        let page = reader.get(HERE).await;
        check(&page);
        assert!(page.text.contains("Sign in as <bdi>Ivan</bdi>?"), "{page:?}");
        let yes = reader.form(HERE, &[("account", "1"), ("next", "/web/billing")]).header("origin", HTTPS.1);
        let answer = reader.send(yes).await;
        assert_eq!(leads_to(&answer), "/web/billing");
        let again = Reader::new(&app, "en").get(&opened).await;
        assert_eq!(leads_to(&again), "/web?error=sign_in_used");
    }

    async fn on_https_the_signature_in_the_address_signs_in_nowhere_else(app: App) with [HTTPS]; {
        let ivan = app.person("Ivan");
        let opened = opened_in_telegram(&app, &ivan, "/signin").await;
        let query = opened.split_once('?').unwrap().1;
        let fields = url::form_urlencoded::parse(query.as_bytes()).into_owned().filter(|(name, _)| name != "link" && name != "next");
        let object: serde_json::Map<_, _> = fields.map(|(name, value)| (name, serde_json::Value::String(value))).collect();
        assert_eq!(leads_to(&Reader::new(&app, "en").get(&opened).await), HERE);
        let answer = app.browser().post("auth/telegram", serde_json::Value::Object(object)).await;
        assert_eq!(answer.problem(), "401 Invalid or expired token (login_used)");
        assert_eq!(leads_to(&Reader::new(&app, "en").get(&opened).await), HERE, "the link itself is still unused");
    }

    async fn on_https_it_is_good_for_whom_it_was_made(app: App) with [HTTPS]; {
        let (ivan, mallory) = (app.person("Ivan"), app.person("Mallory"));
        let opened = opened_in_telegram(&app, &ivan, "/signin").await;
        let (link, _) = opened.split_once("&id=").unwrap_or_else(|| panic!("{opened}"));
        let lead = async |path: &str| leads_to(&Reader::new(&app, "en").get(path).await).to_owned();
        let mallorys = opened_in_telegram(&app, &mallory, "/signin").await;
        let signed = |opened: &str| opened.split_once('&').unwrap().1.to_owned();
        let swapped = format!("{}&{}", opened.split('&').next().unwrap(), signed(&mallorys));
        assert_eq!(lead(&swapped).await, "/web?error=sign_in_unknown", "opened by another person");
        let forged = opened.replacen("Ivan", "Olga", 1);
        assert_eq!(lead(&forged).await, "/web?error=login_forged");
        assert_eq!(lead(&format!("{link}&hash=00")).await, "/web?error=login_forged");
        assert_eq!(lead(&opened.replacen("link=", "link=x", 1)).await, "/web?error=sign_in_unknown");
        assert_eq!(lead(opened.split('&').next().unwrap()).await, HERE, "the person did not allow identification");
        let path = "/api/v2/auth/telegram/callback?link=";
        assert_eq!(lead(path).await, "/web?error=sign_in_unknown");
        assert_eq!(lead(&opened).await, HERE, "the link is still unused");
        app.clock.pass(121);
        assert_eq!(lead(&opened).await, "/web?error=sign_in_expired");
    }

    async fn the_link_to_the_security_page_is_signed_too(app: App) with [HTTPS]; {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        app.say(&ivan, "/profile").await;
        app.tap(&ivan, "🚪 Sign-in methods").await;
        let chat = app.tap(&ivan, "➕ Add a sign-in method").await;
        let url = app.sandbox.button_url(&ivan, last(&chat).id, &last(&chat).buttons[0][0].label).unwrap();
        let mut reader = Reader::new(&app, "en");
        let answer = reader.get(url.strip_prefix(HTTPS.1).unwrap()).await;
        assert_eq!(leads_to(&answer), format!("{HERE}?next=%2Fweb%2Fprofile%2Fsecurity"));
    }

    async fn a_domain_that_botfather_does_not_know(app: App) with [HTTPS]; {
        let ivan = app.person("Ivan");
        let description = "Bad Request: BOT_DOMAIN_INVALID".to_owned();
        let refused = FaultKind::Refused { code: 400, description };
        app.sandbox.inject_fault(Fault::once("sendMessage", refused.clone()));
        let chat = app.say(&ivan, "/signin").await;
        let button = &last(&chat).buttons[0][0];
        assert!(button.raw.get("login_url").is_none(), "{button:?}");
        let mut reader = Reader::new(&app, "en");
        assert_eq!(leads_to(&reader.get(button.url().unwrap().strip_prefix(HTTPS.1).unwrap()).await), HERE);

        app.greet(&ivan).await;
        app.sandbox.inject_fault(Fault::once("sendMessage", refused));
        let chat = app.tap(&ivan, "🌐 Dashboard").await;
        assert!(last(&chat).protected && last(&chat).buttons[0][0].url().is_some(), "a message of its own: {chat:#?}");
    }
}

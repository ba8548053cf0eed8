//! Bot sign-in by number matching: the browser shows a number, and the person taps it in the chat.

use reqwest::Method;
use serde_json::{Value, json};
use telegram_sandbox::{Fault, FaultKind, Person, VisibleMessage};

use crate::on_both;
use crate::support::chat::{last, said, seen};
use crate::support::{Answer, App, Browser, at_once, russian};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const OVER: &str = "400 Sign-in is over";

/// A browser with a pending bot sign-in and the response that started it.
#[derive(Clone)]
struct Asking {
    browser: Browser,
    told: Value,
}

impl Asking {
    async fn on(app: &App) -> Self {
        // Sign-in requests are rejected until the bot knows its own username.
        app.say(&app.person("Somebody"), "/help").await;
        let mut browser = app.browser();
        let answer = browser.send(start(&browser)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        Self { browser, told: answer.json() }
    }

    /// Returns the command that the deep link sends.
    fn command(&self) -> String {
        let link = self.told["deep_link"].as_str().unwrap();
        let payload = link.strip_prefix("https://t.me/neuralbox_bot?start=").unwrap();
        assert_eq!(payload, format!("signin_{}", self.told["code"].as_str().unwrap()));
        assert!(payload.len() <= 64 && payload.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)));
        format!("/start {payload}")
    }

    fn right(&self) -> String {
        self.told["match"].to_string()
    }

    async fn poll(&mut self) -> Answer {
        self.browser.post("auth/telegram/poll", json!({"poll_token": self.told["poll_token"]})).await
    }

    /// Polls an ended request; returns the problem and asserts that nobody was signed in.
    async fn over(&mut self) -> String {
        let problem = self.poll().await.problem();
        assert!(self.browser.cookie.is_none(), "{:?}", self.browser.cookie);
        problem
    }
}

fn start(browser: &Browser) -> reqwest::RequestBuilder {
    browser.request(Method::POST, "auth/telegram/start").header("user-agent", FIREFOX)
}

/// Returns the numbers offered in the last message.
fn numbers(chat: &[VisibleMessage]) -> Vec<String> {
    last(chat).buttons[0].iter().map(|button| button.label.clone()).collect()
}

fn wrong(chat: &[VisibleMessage], asking: &Asking) -> String {
    numbers(chat).into_iter().find(|number| *number != asking.right()).unwrap()
}

/// Renders the last message with NN in place of every offered number.
fn masked(chat: &[VisibleMessage]) -> String {
    numbers(chat).iter().fold(seen(chat), |text, number| text.replace(&format!("[{number}]"), "[NN]"))
}

async fn sessions_of(app: &App, person: &Person) -> usize {
    let list = app.signed_in(person).await.get("sessions").await.json();
    list["sessions"].as_array().unwrap().len() - 1
}

on_both! {
    async fn the_right_number_signs_that_browser_in(app: App) {
        let ivan = app.person("Ivan");
        let mut asking = Asking::on(&app).await;
        assert_eq!(asking.told["expires_in"], 120);
        assert!((10..100).contains(&asking.told["match"].as_i64().unwrap()), "{:?}", asking.told);
        let waiting = asking.poll().await;
        assert_eq!((waiting.status, waiting.json()), (202, json!({"expires_in": 120})));

        let chat = app.say(&ivan, &asking.command()).await;
        assert!(numbers(&chat).contains(&asking.right()) && numbers(&chat).len() == 3, "{chat:#?}");
        insta::allow_duplicates! { insta::assert_snapshot!(masked(&chat), @"
        🌐 <b>A browser wants to sign in as Ivan.</b>

        Browser: <b>Firefox, Linux</b>
        Network: 127.0.0.x

        Which number does it show? Only answer if you see this number in your own browser. If someone sent you here, tap <i>Not me</i>: any other answer could let them in.
        (protected)
        [NN] [NN] [NN]
        [🚫 Not me]
        ") };
        app.clock.pass(7);
        assert_eq!(asking.poll().await.json(), json!({"expires_in": 113}), "polling changes nothing");

        let chat = app.tap(&ivan, &asking.right()).await;
        crate::sees!(chat, @"
        ✅ Approved: <b>Firefox, Linux</b>. Go back to your browser.
        (protected)
        [📱 Sessions]
        [‹ Menu]
        ");
        let signed_in = asking.poll().await;
        assert_eq!(signed_in.status, 200);
        let body = signed_in.json();
        assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("bearer"), &json!(900)));
        assert_eq!((&body["user"]["name"], &body["user"]["plan"]), (&json!("Ivan"), &json!("free")));
        let [cookie] = signed_in.cookies().try_into().unwrap();
        assert!(cookie.ends_with("; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
        assert_eq!(asking.browser.get("me").await.json()["name"], "Ivan");
        assert_eq!(asking.browser.refresh().await.status, 200);
        assert_eq!(asking.poll().await.problem(), format!("{OVER} (sign_in_used)"), "the session is issued only once");
    }

    async fn in_russian(app: App) {
        let maria = russian(app.person("Мария"));
        let asking = Asking::on(&app).await;
        let chat = app.say(&maria, &asking.command()).await;
        insta::allow_duplicates! { insta::assert_snapshot!(masked(&chat), @"
        🌐 <b>Браузер просит войти как Мария.</b>

        Браузер: <b>Firefox, Linux</b>
        Сеть: 127.0.0.x

        Какое число он показывает? Отвечайте, только если видите это число в своём браузере. Если вас сюда кто-то направил, нажмите <i>Это не я</i>: любой другой ответ может впустить чужого.
        (protected)
        [NN] [NN] [NN]
        [🚫 Это не я]
        ") };
        let chat = app.tap(&maria, &asking.right()).await;
        crate::sees!(chat, @"
        ✅ Вход подтверждён: <b>Firefox, Linux</b>. Вернитесь в браузер.
        (protected)
        [📱 Сеансы]
        [‹ Меню]
        ");
        let asking = Asking::on(&app).await;
        app.say(&maria, &asking.command()).await;
        let chat = app.tap(&maria, "🚫 Это не я").await;
        crate::sees!(chat, @"
        Вы всё сделали правильно. Никто не вошёл, запрос закрыт.

        Если ссылку вам прислали, кто-то хотел попасть в ваш аккаунт. Больше ничего делать не нужно.
        (protected)
        [‹ Меню]
        ");
    }

    async fn a_wrong_number_ends_the_request(app: App) {
        let ivan = app.person("Ivan");
        let mut asking = Asking::on(&app).await;
        let chat = app.say(&ivan, &asking.command()).await;
        let chat = app.tap(&ivan, &wrong(&chat, &asking)).await;
        crate::sees!(chat, @"
        That’s not the number in the browser. Nobody was signed in, and the request is closed.

        If it’s your browser, start again there.
        (protected)
        [‹ Menu]
        ");
        assert_eq!(asking.over().await, format!("{OVER} (sign_in_refused)"));
        let chat = app.say(&ivan, &asking.command()).await;
        crate::sees!(chat, @"
        That request is closed, and nobody was signed in. If it was yours, start again in your browser.
        [📱 Sessions]
        [‹ Menu]
        ");
        assert_eq!(sessions_of(&app, &ivan).await, 0);
    }

    async fn not_me_ends_the_request(app: App) {
        let ivan = app.person("Ivan");
        let mut asking = Asking::on(&app).await;
        app.say(&ivan, &asking.command()).await;
        let chat = app.tap(&ivan, "🚫 Not me").await;
        crate::sees!(chat, @"
        Good call. Nobody was signed in, and the request is closed.

        If someone sent you that link, they were trying to get into your account. You don’t need to do anything else.
        (protected)
        [‹ Menu]
        ");
        assert_eq!(asking.over().await, format!("{OVER} (sign_in_refused)"));
    }

    async fn the_first_person_to_open_it_is_the_one_to_answer(app: App) {
        let (ivan, olga) = (app.person("Ivan"), app.person("Olga"));
        let mut asking = Asking::on(&app).await;
        app.say(&ivan, &asking.command()).await;
        let chat = app.say(&olga, &asking.command()).await;
        assert_eq!(last(&chat).text, "That request was already answered. If it wasn’t you, check your sessions.");
        for data in [format!("v1:answer:1.{}", asking.right()), "v1:refuse:1".to_owned(), "v1:answer:1.0".to_owned()] {
            tap_data(&app, &olga, &data).await;
            assert_eq!(last(&app.sandbox.chat(olga.id)).text, "That request doesn’t exist. Start again in your browser.", "{data}");
        }
        assert_eq!(asking.poll().await.status, 202, "Olga cannot answer Ivan's request");
        app.tap(&ivan, &asking.right()).await;
        assert_eq!(asking.poll().await.json()["user"]["name"], "Ivan");
    }

    async fn after_two_minutes_it_is_over(app: App) {
        let ivan = app.person("Ivan");
        let (mut unopened, mut unanswered, mut uncollected) =
            (Asking::on(&app).await, Asking::on(&app).await, Asking::on(&app).await);
        app.clock.pass(119);
        app.say(&ivan, &uncollected.command()).await;
        app.tap(&ivan, &uncollected.right()).await;
        app.say(&ivan, &unanswered.command()).await;
        assert_eq!(unopened.poll().await.status, 202);
        app.clock.pass(1);
        for asking in [&mut unopened, &mut unanswered, &mut uncollected] {
            assert_eq!(asking.over().await, format!("{OVER} (sign_in_expired)"));
        }
        let late = "That took longer than 2 minutes, so nobody was signed in. Start again in your browser.";
        assert_eq!(last(&app.tap(&ivan, &unanswered.right()).await).text, late);
        assert_eq!(last(&app.say(&ivan, &unopened.command()).await).text, late);
        app.clock.pass(3601);
        app.domain.purge().await.unwrap();
        assert_eq!(unopened.over().await, format!("{OVER} (sign_in_unknown)"), "expired requests are purged");
    }

    async fn double_taps_and_second_thoughts(app: App) {
        let ivan = app.person("Ivan");
        let mut asking = Asking::on(&app).await;
        let shown = last(&app.say(&ivan, &asking.command()).await).id;
        for _ in 0..3 {
            app.sandbox.tap(&ivan, shown, &asking.right()).unwrap();
        }
        app.settled().await;
        assert!(last(&app.sandbox.chat(ivan.id)).text.starts_with("✅ Approved: Firefox, Linux"));
        assert_eq!(asking.poll().await.status, 200);
        assert_eq!(sessions_of(&app, &ivan).await, 1);

        // The right number followed by "Not me": a refusal overrides the approval.
        let mut asking = Asking::on(&app).await;
        let shown = last(&app.say(&ivan, &asking.command()).await).id;
        app.sandbox.tap(&ivan, shown, &asking.right()).unwrap();
        app.sandbox.tap(&ivan, shown, "🚫 Not me").unwrap();
        app.settled().await;
        assert_eq!(asking.over().await, format!("{OVER} (sign_in_refused)"));

        // A wrong number cannot be corrected.
        let mut asking = Asking::on(&app).await;
        let chat = app.say(&ivan, &asking.command()).await;
        app.sandbox.tap(&ivan, last(&chat).id, &wrong(&chat, &asking)).unwrap();
        app.sandbox.tap(&ivan, last(&chat).id, &asking.right()).unwrap();
        app.settled().await;
        assert_eq!(asking.over().await, format!("{OVER} (sign_in_refused)"));
    }

    async fn opening_it_again_asks_the_same(app: App) {
        let ivan = app.person("Ivan");
        let asking = Asking::on(&app).await;
        let first = numbers(&app.say(&ivan, &asking.command()).await);
        let chat = app.say(&ivan, &asking.command()).await;
        assert_eq!((numbers(&chat), said(&chat)), (first, 2), "new numbers would reveal the right one");
        let chat = app.say(&ivan, "/start signin_").await;
        assert_eq!(last(&chat).text, "That request doesn’t exist. Start again in your browser.");
        let chat = app.say(&ivan, &format!("/start signin_{}", "x".repeat(57))).await;
        assert_eq!(last(&chat).text, "That request doesn’t exist. Start again in your browser.");
    }

    async fn an_answer_counts_though_telegram_drops_our_words(app: App) {
        let ivan = app.person("Ivan");
        let mut asking = Asking::on(&app).await;
        app.say(&ivan, &asking.command()).await;
        app.sandbox.inject_fault(Fault::once("editMessageText", FaultKind::ResetAfter).times(2));
        app.sandbox.inject_fault(Fault::once("answerCallbackQuery", FaultKind::InternalError));
        app.tap(&ivan, &asking.right()).await;
        assert_eq!(asking.poll().await.status, 200);
    }

    async fn only_what_the_browser_holds_gets_the_session(app: App) {
        let ivan = app.person("Ivan");
        let asking = Asking::on(&app).await;
        app.say(&ivan, &asking.command()).await;
        app.tap(&ivan, &asking.right()).await;
        let token = asking.told["poll_token"].as_str().unwrap();
        let code = asking.told["code"].as_str().unwrap();
        for other in [code, "", "x", &token[1..], &"A".repeat(43), &format!("{token}="), "\u{0}"] {
            let answer = app.browser().post("auth/telegram/poll", json!({"poll_token": other})).await;
            assert_eq!(answer.problem(), format!("{OVER} (sign_in_unknown)"), "{other}");
        }
        let missing = app.browser().post("auth/telegram/poll", json!({})).await;
        assert_eq!(missing.problem(), "422 Invalid fields (invalid_fields)\n  poll_token: is missing");
        let metrics = reqwest::get(format!("{}/metrics", app.metrics_url)).await.unwrap().text().await.unwrap();
        assert!(!metrics.contains(token) && !metrics.contains(code), "{metrics}");
    }

    async fn many_polls_at_once_get_one_session(app: App) {
        let ivan = app.person("Ivan");
        let asking = Asking::on(&app).await;
        app.say(&ivan, &asking.command()).await;
        app.tap(&ivan, &asking.right()).await;
        let polls = at_once((0..16).map(|_| {
            let mut asking = asking.clone();
            async move { asking.poll().await }
        }));
        let answers = polls.await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        for answer in answers.iter().filter(|answer| answer.status != 200) {
            assert_eq!(answer.problem(), format!("{OVER} (sign_in_used)"));
        }
        assert_eq!(sessions_of(&app, &ivan).await, 1);
    }

    async fn another_instance_knows_of_it(app: App) {
        let ivan = app.person("Ivan");
        let mut asking = Asking::on(&app).await;
        let other = app.another(&[("TELEGRAM_API_URL", "http://127.0.0.1:9/")]).await;
        asking.browser.url.clone_from(&other.url);
        assert_eq!(asking.poll().await.status, 202);
        app.say(&ivan, &asking.command()).await;
        app.tap(&ivan, &asking.right()).await;
        assert_eq!(asking.poll().await.status, 200);
        let away = asking.browser.send(start(&asking.browser)).await;
        assert_eq!(away.problem(), "503 Service unavailable (telegram_unavailable)", "Telegram was never reached");
        other.stop().await;
    }

    async fn other_websites_may_not(app: App) with [("NEURALBOX_PUBLIC_URL", "https://auth.example"), ("NEURALBOX_ALLOWED_ORIGINS", "https://shop.example")]; {
        let ivan = app.person("Ivan");
        let asking = Asking::on(&app).await;
        app.say(&ivan, &asking.command()).await;
        app.tap(&ivan, &asking.right()).await;
        let poll = || app.browser().request(Method::POST, "auth/telegram/poll").json(&json!({"poll_token": asking.told["poll_token"]}));
        for (name, value) in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
            for request in [start(&app.browser()), poll()] {
                let answer = app.browser().send(request.header(name, value)).await;
                assert_eq!(answer.problem(), "403 Foreign origin (foreign_origin)", "{name}: {value}");
            }
        }
        let shop = app.browser().send(start(&app.browser()).header("origin", "https://shop.example")).await;
        assert_eq!((shop.status, shop.header("access-control-allow-origin")), (200, "https://shop.example"));
        let shop = app.browser().send(poll().header("origin", "https://shop.example")).await;
        let [cookie] = shop.cookies().try_into().unwrap();
        assert!(cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=None; Partitioned"), "{cookie}");
    }

    async fn a_network_may_start_a_limited_number(app: App) with [("NEURALBOX_TRUSTED_PROXIES", "127.0.0.0/8")]; {
        Asking::on(&app).await;
        let from = async |address: &str| app.browser().send(start(&app.browser()).header("x-forwarded-for", address)).await;
        for number in 0..30 {
            assert_eq!(from(&format!("203.0.113.{number}")).await.status, 200, "{number}");
        }
        let refused = from("203.0.113.200").await;
        assert_eq!(refused.problem(), "429 Rate limit exceeded (rate_limit_exceeded)");
        assert_eq!(refused.header("retry-after"), "2");
        assert_eq!(from("198.51.100.1").await.status, 200, "other networks are unaffected");
        app.clock.pass(2);
        assert_eq!(from("203.0.113.200").await.status, 200);
    }
}

/// Pushes a tap with any callback data, under the bot's last message.
async fn tap_data(app: &App, person: &Person, data: &str) {
    let under = last(&app.sandbox.chat(person.id)).id;
    let number = app.sandbox.call_count("answerCallbackQuery") + 5000;
    app.sandbox.push_update(json!({"callback_query": {
        "id": number.to_string(), "chat_instance": "1", "data": data,
        "from": {"id": person.id, "is_bot": false, "first_name": person.first_name, "username": person.username},
        "message": {"message_id": under, "date": app.clock.unix(), "text": "x",
            "from": {"id": 1_000_000_001, "is_bot": true, "first_name": "NeuralBox"},
            "chat": {"id": person.id, "type": "private", "first_name": person.first_name}},
    }}));
    app.settled().await;
}

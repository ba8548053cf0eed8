//! Notices, which the bot sends unasked: delivery, retries and leases.

use neuralbox_auth::model::time::Clock;
use neuralbox_auth::store::Store;
use serde_json::json;
use telegram_sandbox::{Fault, FaultKind, Person, VisibleMessage};

use crate::support::chat::{key_in, last};
use crate::support::mailbox::count;
use crate::support::servers::github::{found, report};
use crate::support::{App, at_once, russian, verify};
use crate::{on_both, sees};

/// Creates an account with a chat and an API key.
async fn owner(app: &App, person: Person) -> (Person, String) {
    let person = {
        app.browser().sign_in(app, &person).await;
        app.put_on_plan(&person, "vip").await;
        person
    };
    let key = key_in(&app.say(&person, "/newkey laptop").await);
    (person, key)
}

/// Returns the notices (⚠) in a chat.
fn notices(chat: &[VisibleMessage]) -> Vec<VisibleMessage> {
    chat.iter().filter(|message| message.from_bot && message.text.starts_with('⚠')).cloned().collect()
}

/// Waits for exactly `times` notices; returns the chat.
async fn told(app: &App, person: &Person, times: usize) -> Vec<VisibleMessage> {
    let look = |chat: Vec<VisibleMessage>| (notices(&chat).len() >= times).then_some(chat);
    let chat = app.sandbox.wait_for(|sandbox| look(sandbox.chat(person.id))).await.expect("the notices");
    assert_eq!(notices(&chat).len(), times, "{chat:#?}");
    chat
}

/// Number of attempts to send a person a message.
fn attempts(app: &App, person: &Person) -> usize {
    app.calls("sendMessage").iter().filter(|call| call.params["chat_id"] == person.id).count()
}

/// Waits until an undelivered notice is scheduled for a retry within a minute.
async fn put_off(app: &App) {
    let due_by = app.clock.now().plus(60).0;
    let sql: &'static str = format!("select count(*) from notice where due_at <= {due_by}").leak();
    for _ in 0..100_000 {
        if count(&app.database_url, sql).await > 0 {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("no retry was scheduled");
}

/// The compiler cannot prove that this future is `Send` (rust-lang/rust#110338), so it runs on this thread.
fn open(url: &str) -> Store {
    let open = || tokio::runtime::Handle::current().block_on(Store::open(url));
    tokio::task::block_in_place(open).unwrap()
}

async fn leak(url: &str, key: &str) {
    let answer = report(url, json!([found(key)])).await;
    assert!(answer.text.contains("true_positive"), "{answer:?}");
}

on_both! {
    async fn the_owner_of_a_leaked_key_is_notified(app: App) {
        let (ivan, key) = owner(&app, app.person("Ivan")).await;
        leak(&app.url, &key).await;
        let chat = told(&app, &ivan, 1).await;
        sees!(chat, @"
        ⚠️ <b>Your key laptop was found in public on GitHub.</b>

        I revoked it: <code>nb_·…·</code> no longer works for anyone, including your own programs.

        Found here: https://github.com/octocat/Hello-World/blob/1234560/foo/bar.txt

        Create a new key for your programs, and keep it out of your code: anything that was public once lives on in copies.
        [➕ New key] [🔑 My keys]
        ");
        assert!(notices(&chat).iter().all(|notice| !notice.text.contains(&key)), "the notice does not contain the key");
        let chat = app.tap(&ivan, "➕ New key").await;
        assert!(last(&chat).text.starts_with("What should the new key be called?"), "{chat:#?}");
        app.say(&ivan, "laptop").await;
        let key = key_in(&app.tap(&ivan, "No end").await);
        assert_eq!(verify(&app, &key).await.status, 200, "the name is free again");
    }

    async fn in_the_language_that_their_telegram_speaks(app: App) {
        let (maria, key) = owner(&app, russian(app.person("Мария"))).await;
        leak(&app.url, &key).await;
        let chat = told(&app, &maria, 1).await;
        sees!(chat, @"
        ⚠️ <b>Ваш ключ laptop найден в открытом доступе на GitHub.</b>

        Я его отозвал: <code>nb_·…·</code> больше ни у кого не работает, в том числе в ваших программах.

        Где найден: https://github.com/octocat/Hello-World/blob/1234560/foo/bar.txt

        Создайте новый ключ и не храните его в коде: то, что побывало в открытом доступе, остаётся в копиях.
        [➕ Новый ключ] [🔑 Мои ключи]
        ");
    }

    async fn the_language_they_chose_comes_first(app: App) {
        let (maria, key) = owner(&app, russian(app.person("Мария"))).await;
        app.say(&maria, "/language").await;
        app.tap(&maria, "English").await;
        leak(&app.url, &key).await;
        assert!(last(&told(&app, &maria, 1).await).text.contains("was found in public on GitHub"));
    }

    async fn a_name_cannot_imitate_anything_else(app: App) {
        let ivan = app.person_on("Ivan", "vip").await;
        let key = key_in(&app.say(&ivan, "/newkey <b>x</b> & \"y\"").await);
        let mut find = found(&key);
        find["url"] = json!(format!("https://github.com/a/b?x=<i>&y={key}"));
        report(&app.url, json!([find])).await;
        let text = last(&told(&app, &ivan, 1).await).text.clone();
        assert!(text.contains("Your key <b>x</b> & \"y\" was found") && !text.contains("Found here"), "{text}");
        assert!(!text.contains(&key));
    }

    async fn reported_twice_notifies_once(app: App) {
        let (ivan, key) = owner(&app, app.person("Ivan")).await;
        let other = key_in(&app.say(&ivan, "/newkey server").await);
        let reports = (0..20).map(|_| {
            let (url, key) = (app.url.clone(), key.clone());
            async move { leak(&url, &key).await }
        });
        at_once(reports).await;
        told(&app, &ivan, 1).await;
        leak(&app.url, &key).await;
        // Notices stored earlier are sent earlier or together with this one.
        leak(&app.url, &other).await;
        app.sandbox.wait_for(|sandbox| sandbox.chat(ivan.id).iter().any(|message| message.text.contains("server was")).then_some(())).await.unwrap();
        app.settled().await;
        assert_eq!(notices(&app.sandbox.chat(ivan.id)).len(), 2);
    }

    async fn a_revoked_or_expired_key_causes_no_notice(app: App) {
        let (ivan, key) = owner(&app, app.person("Ivan")).await;
        let mut browser = app.signed_in(&ivan).await;
        let short = browser.post("keys", json!({"name": "short", "expires_in_days": 1})).await.json();
        let live = key_in(&app.say(&ivan, "/newkey server").await);
        browser.delete("keys/1").await;
        app.clock.pass(86_401);
        leak(&app.url, &key).await;
        leak(&app.url, short["key"].as_str().unwrap()).await;
        leak(&app.url, &live).await;
        assert!(last(&told(&app, &ivan, 1).await).text.contains("server"));
    }

    async fn the_owner_of_a_copied_session_is_notified(app: App) {
        let (ivan, maria) = (app.person("Ivan"), russian(app.person("Мария")));
        for person in [&ivan, &maria] {
            app.greet(person).await;
            let old = app.signed_in(person).await;
            let mut browser = old.clone();
            for _ in 0..2 {
                browser.refresh().await;
            }
            app.clock.pass(11);
            let replayed = (0..8).map(|_| {
                let mut old = old.clone();
                async move { old.refresh().await.status }
            });
            assert_eq!(at_once(replayed).await, [401; 8]);
        }
        let (chat, of_maria) = (told(&app, &ivan, 1).await, told(&app, &maria, 1).await);
        sees!(chat, @"
        ⚠️ <b>Someone may have copied one of your sessions, so I ended it.</b>

        An old token from unknown program (127.0.0.x) was used again long after it had been replaced. If you restored that browser from a backup, it was you: just sign in again.

        If not, check your sessions and end any you don’t recognize: http://HERE/web/profile/sessions
        [📱 Sessions]
        ");
        sees!(of_maria, @"
        ⚠️ <b>Кто-то мог скопировать ваш сеанс, поэтому я его завершил.</b>

        Старый токен сеанса «unknown program» (127.0.0.x) использовали снова, хотя его давно сменил новый. Если вы восстановили браузер из резервной копии, это были вы: просто войдите ещё раз.

        Если нет, проверьте сеансы и завершите незнакомые: http://HERE/web/profile/sessions
        [📱 Сеансы]
        ");
    }

    async fn a_lost_connection_and_a_refusal_for_now_are_outlived(app: App) {
        let (ivan, key) = owner(&app, app.person("Ivan")).await;
        let (olga, of_olga) = owner(&app, app.person("Olga")).await;
        app.sandbox.inject_fault(Fault::once("sendMessage", FaultKind::ResetBefore).in_chat(ivan.id));
        let before = attempts(&app, &ivan);
        leak(&app.url, &key).await;
        app.sandbox.wait_for(|_| (attempts(&app, &ivan) > before).then_some(())).await.unwrap();
        put_off(&app).await;
        app.clock.pass(61);
        told(&app, &ivan, 1).await;

        let asked = FaultKind::TooManyRequests { retry_after: 4 };
        app.sandbox.inject_fault(Fault::once("sendMessage", asked).in_chat(olga.id));
        let before = attempts(&app, &olga);
        leak(&app.url, &of_olga).await;
        app.sandbox.wait_for(|_| (attempts(&app, &olga) > before).then_some(())).await.unwrap();
        put_off(&app).await;
        app.clock.pass(61);
        told(&app, &olga, 1).await;
    }

    async fn what_one_instance_stored_and_could_not_send_another_sends(app: App) {
        let (ivan, key) = owner(&app, app.person("Ivan")).await;
        app.service.stop().await;
        let closed = tokio::net::TcpSocket::new_v4().unwrap();
        closed.bind(std::net::SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let nowhere = format!("http://{}", closed.local_addr().unwrap());
        let dying = app.another(&[("TELEGRAM_API_URL", &nowhere)]).await;
        leak(&dying.url, &key).await;
        dying.stop().await;
        assert_eq!(notices(&app.sandbox.chat(ivan.id)).len(), 0);
        app.clock.pass(121);
        let next = app.another(&[]).await;
        told(&app, &ivan, 1).await;
        next.stop().await;
    }

    async fn a_notice_leased_by_a_killed_instance_is_sent_when_the_lease_expires(app: App) {
        let (ivan, key) = owner(&app, app.person("Ivan")).await;
        let (olga, of_olga) = owner(&app, app.person("Olga")).await;
        app.service.stop().await;
        let closed = tokio::net::TcpSocket::new_v4().unwrap();
        closed.bind(std::net::SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let nowhere = format!("http://{}", closed.local_addr().unwrap());
        let dying = app.another(&[("TELEGRAM_API_URL", &nowhere)]).await;
        leak(&dying.url, &key).await;
        dying.stop().await;
        app.clock.pass(121);
        let store = open(&app.database_url);
        assert_eq!(store.lease_notices(8, app.clock.now()).await.unwrap().len(), 1);
        assert_eq!(store.lease_notices(8, app.clock.now()).await.unwrap().len(), 0, "a notice is leased only once");
        store.close().await;
        let next = app.another(&[]).await;
        leak(&next.url, &of_olga).await;
        told(&app, &olga, 1).await;
        assert_eq!(notices(&app.sandbox.chat(ivan.id)).len(), 0, "the other instance may still be sending it");
        app.clock.pass(121);
        told(&app, &ivan, 1).await;
        next.stop().await;
    }
}

//! People with email accounts: their requests and their mailbox.

use serde_json::json;
use telegram_sandbox::ReceivedMail;

use super::{Answer, App, Browser};

/// A password that is not among the common ones.
pub const PASSWORD: &str = "correct horse battery staple";

impl App {
    /// Registers an email account, without verifying the address.
    pub async fn register(&self, email: &str, password: &str, name: &str) -> Answer {
        let ask = json!({"email": email, "password": password, "name": name});
        self.browser().post("auth/register", ask).await
    }

    /// Waits for `count` mails to an address; returns them oldest first.
    pub async fn mails_to(&self, address: &str, count: usize) -> Vec<ReceivedMail> {
        let to = |mails: Vec<ReceivedMail>| mails.into_iter().filter(|mail| mail.to == [address]).collect::<Vec<_>>();
        let arrived = self.sandbox.wait_for(|sandbox| {
            let mails = to(sandbox.mails());
            (mails.len() >= count).then_some(mails)
        });
        let mails = arrived.await.unwrap_or_else(|late| panic!("{late}: {:#?}", self.sandbox.mails()));
        assert_eq!(mails.len(), count, "{mails:#?}");
        mails
    }

    /// Advances the clock until a mail to the address arrives.
    pub async fn mail_in_the_end(&self, address: &str) -> ReceivedMail {
        let mut patience = tokio::time::interval(std::time::Duration::from_millis(50));
        for _ in 0..400 {
            if let Some(mail) = self.sandbox.mails().into_iter().find(|mail| mail.to == [address]) {
                return mail;
            }
            patience.tick().await;
            self.clock.pass(5);
        }
        panic!("no mail to {address}: {:#?}", self.sandbox.mails());
    }

    /// Waits until the mail queue is empty.
    pub async fn posted(&self) {
        let url = &self.database_url;
        loop {
            let waiting = count(url, "select count(*) from mail").await;
            if waiting == 0 {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Registers an email account and verifies its address.
    pub async fn confirmed(&self, email: &str, password: &str, name: &str) {
        let before = self.sandbox.mails().iter().filter(|mail| mail.to == [email]).count();
        assert_eq!(self.register(email, password, name).await.status, 202);
        let token = token_in(self.mails_to(email, before + 1).await.last().unwrap());
        let answer = self.browser().post("auth/email/verify", json!({"token": token, "password": password})).await;
        assert_eq!((answer.status, answer.json()), (200, json!({"email": email})));
    }

    /// Signs in with email and password in a new browser.
    pub async fn signed_in_by_email(&self, email: &str, password: &str) -> Browser {
        let mut browser = self.browser();
        let answer = login(&mut browser, email, password).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        browser
    }
}

/// Signs in with email and password.
pub async fn login(browser: &mut Browser, email: &str, password: &str) -> Answer {
    browser.post("auth/login", json!({"email": email, "password": password})).await
}

/// Extracts the email token from a mail's link.
pub fn token_in(mail: &ReceivedMail) -> String {
    let link = mail.link("token=").unwrap_or_else(|| panic!("no link in {mail:#?}"));
    link.split("token=").nth(1).unwrap().to_owned()
}

/// Reads one number from the database.
pub async fn count(url: &str, sql: &'static str) -> i64 {
    use sqlx::Connection;
    if url.starts_with("sqlite:") {
        let mut connection = sqlx::SqliteConnection::connect(url).await.unwrap();
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
    } else {
        let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
    }
}

/// Concatenates all texts in the tables of email accounts.
pub async fn everything_retained(url: &str) -> String {
    use sqlx::Connection;
    let queries = [
        "select coalesce(group_concat(kind || recipient || language || device || network, ' '), '') from mail",
        "select coalesce(group_concat(kind || address || hex(digest), ' '), '') from email_token",
        "select coalesce(group_concat(address || name || password_hash, ' '), '') from email_registration",
        "select coalesce(group_concat(phc, ' '), '') from password",
    ];
    let mut all = String::new();
    if url.starts_with("sqlite:") {
        let mut connection = sqlx::SqliteConnection::connect(url).await.unwrap();
        for query in queries {
            all += &sqlx::query_scalar::<_, String>(query).fetch_one(&mut connection).await.unwrap();
        }
    } else {
        let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
        for table in [
            "select coalesce(string_agg(t::text, ' '), '') from mail t",
            "select coalesce(string_agg(t::text, ' '), '') from email_token t",
            "select coalesce(string_agg(t::text, ' '), '') from email_registration t",
            "select coalesce(string_agg(t::text, ' '), '') from password t",
        ] {
            all += &sqlx::query_scalar::<_, String>(table).fetch_one(&mut connection).await.unwrap();
        }
    }
    all
}

//! Purchases in Telegram Stars, from the invoice to the refund.

mod accounts;
mod checkout;
mod delivery;
mod refunds;
mod renewals;
mod trials;
mod webhook;

use neuralbox_auth::domain::accounts::profile::SignedIn;
use neuralbox_auth::domain::{Domain, Result};
use neuralbox_auth::model::accounts::account::TelegramId;
use neuralbox_auth::model::accounts::identity::TelegramProfile;
use neuralbox_auth::model::billing::product::ProductKey;
use neuralbox_auth::model::billing::purchase::{PaymentChargeId, Subscription};
use telegram_sandbox::{PaymentOutcome, Person};

use crate::support::App;

const DAY: i64 = 86_400;

/// The person, as the bot sees them. Creates their account.
async fn caller(domain: &Domain, person: &Person) -> SignedIn {
    let id = TelegramId::new(person.id).unwrap();
    let profile = TelegramProfile::new(id, Some(&person.first_name), None, person.username.as_deref());
    domain.find_or_create_account(&profile).await.expect("the account")
}

/// Orders a product, such as `plan:vip`; returns the link of its invoice.
async fn link(domain: &Domain, person: &Person, product: &str) -> Result<String> {
    let caller = caller(domain, person).await;
    Ok(domain.order(&caller, &ProductKey::parse(product).unwrap()).await?.link)
}

/// Buys a product; returns the id of the payment.
async fn buy(app: &App, person: &Person, product: &str) -> String {
    let link = link(&app.domain, person, product).await.expect("the invoice");
    paid(app, app.sandbox.pay(person, &link).await).await
}

/// Id of a payment that succeeded, once the bot has handled it.
async fn paid(app: &App, outcome: PaymentOutcome) -> String {
    app.settled().await;
    let PaymentOutcome::Paid { charge_id } = outcome else { panic!("not paid: {outcome:?}") };
    charge_id
}

/// Words with which the bot refused a payment.
fn refused(outcome: PaymentOutcome) -> String {
    let PaymentOutcome::Refused { message } = outcome else { panic!("not refused: {outcome:?}") };
    message
}

/// Plans of a person and the state of their subscription: `vip paid 30 d, vip given 3 d | active`.
async fn plans(domain: &Domain, person: &Person) -> String {
    let account = caller(domain, person).await.account().id;
    let timeline = domain.plan_timeline(account).await.unwrap();
    let days = |secs: Option<i64>| secs.map_or("no end".to_owned(), |secs| format!("{} d", secs / DAY));
    let line = |plan: &str, stars: i64, secs: Option<i64>| {
        format!("{plan} {} {}", if stars > 0 { "paid" } else { "given" }, days(secs))
    };
    let now = domain.now();
    let running = timeline.running().map(|it| line(&it.plan, it.stars, it.until.map(|until| until.since(now))));
    let waiting = timeline.waiting().iter().map(|it| line(&it.plan, it.stars, it.secs));
    let all: Vec<_> = running.into_iter().chain(waiting).collect();
    format!("{} | {}", if all.is_empty() { "free".to_owned() } else { all.join(", ") }, state(domain, person).await)
}

/// Subscription of a person.
async fn subscription(domain: &Domain, person: &Person) -> Option<Subscription> {
    let account = caller(domain, person).await.account().id;
    domain.subscription(account).await.unwrap()
}

async fn state(domain: &Domain, person: &Person) -> &'static str {
    subscription(domain, person).await.map_or("none", |subscription| subscription.state.as_str())
}

/// Balance and ledger of a person, newest entry first: `1100: purchase 1000, welcome 100`.
async fn ledger(domain: &Domain, person: &Person) -> String {
    let caller = caller(domain, person).await;
    let entries = domain.ledger(&caller, None, 100).await.unwrap().items;
    let lines: Vec<_> = entries.iter().map(|entry| format!("{} {}", entry.reason, entry.tokens)).collect();
    let sum: i64 = entries.iter().map(|entry| entry.tokens).sum();
    assert_eq!(sum, caller.account().token_balance, "the ledger adds up");
    format!("{sum}: {}", lines.join(", "))
}

/// Purchases of a person, newest first: `VIP 500 paid`.
async fn purchases(domain: &Domain, person: &Person) -> String {
    let caller = caller(domain, person).await;
    let page = domain.purchases(&caller, None, 100).await.unwrap();
    let lines = page.items.iter().map(|it| format!("{} {} {}", it.title, it.stars, it.state.as_str()));
    lines.collect::<Vec<_>>().join(", ")
}

fn charge(id: &str) -> PaymentChargeId {
    PaymentChargeId::parse(id).unwrap()
}

/// Waits until Telegram has ended the renewal of a subscription, named by its first payment, at our wish.
async fn cancelled_by_bot(app: &App, person: &Person, first: &str) {
    app.domain.make_payment_requests().await.unwrap();
    let is_cancelled = |sandbox: &telegram_sandbox::Sandbox| {
        let all = sandbox.subscriptions_of(person);
        all.iter().any(|it| it.charge_id == first && it.canceled_by_bot).then_some(())
    };
    app.sandbox.wait_for(is_cancelled).await.expect("the cancellation at Telegram");
}

/// Waits until the purchases of a person are these. A job may be at work on them.
async fn purchases_become(domain: &Domain, person: &Person, expected: &str) {
    let waiting = async { while purchases(domain, person).await != expected {} };
    let became = tokio::time::timeout(std::time::Duration::from_secs(20), waiting).await;
    assert!(became.is_ok(), "{} instead of {expected}", purchases(domain, person).await);
}

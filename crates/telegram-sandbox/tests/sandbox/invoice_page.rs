//! Page of an invoice, and the control API of Stars.

use serde_json::{Value, json};

use crate::{
    stars::{link, pay, take_updates},
    support::{Fixture, fixture, fixture_with},
};

async fn page(fixture: &Fixture, address: &str) -> String {
    fixture.http.get(address).send().await.unwrap().text().await.unwrap()
}

async fn post(fixture: &Fixture, path: &str, body: Value) -> (u16, Value) {
    let url = format!("{}/_sandbox{path}", fixture.address);
    let answer = fixture.http.post(url).json(&body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

async fn get(fixture: &Fixture, path: &str) -> Value {
    fixture.http.get(format!("{}/_sandbox{path}", fixture.address)).send().await.unwrap().json().await.unwrap()
}

/// Answers the next pre-checkout query.
async fn answer(fixture: &Fixture, mut answer: Value) {
    let updates = fixture.updates(json!({"timeout": 50})).await;
    answer["pre_checkout_query_id"] = updates[0]["pre_checkout_query"]["id"].clone();
    fixture.done("answerPreCheckoutQuery", answer).await;
}

/// Sends the page's form as Ivan and follows the redirect.
async fn submit(fixture: &Fixture, address: &str) -> String {
    let form = fixture.http.post(address).header("content-type", "application/x-www-form-urlencoded").body("as=1001");
    form.send().await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn a_person_pays_on_the_page() {
    let fixture = fixture().await;
    let link = link(&fixture, json!({"title": "<VIP>", "subscription_period": 2_592_000})).await;
    let anyone = page(&fixture, &link).await;
    assert!(anyone.contains("Who pays?") && anyone.contains("?as=1001") && !anyone.contains("<VIP>"), "{anyone}");
    let ivan = page(&fixture, &format!("{link}?as=1001")).await;
    assert!(ivan.contains("Pay 500 ⭐") && ivan.contains("renews every 30 days"), "{ivan}");
    let (refused, ()) = tokio::join!(
        submit(&fixture, &link),
        answer(&fixture, json!({"ok": false, "error_message": "The price has changed"}))
    );
    assert!(refused.contains("Not paid") && refused.contains("The price has changed"), "{refused}");
    take_updates(&fixture).await;
    let (paid, ()) = tokio::join!(submit(&fixture, &link), answer(&fixture, json!({"ok": true})));
    assert!(paid.contains("<h2>Paid</h2>") && !paid.contains("Pay 500 ⭐"), "{paid}");
    assert_eq!(fixture.sandbox.bot_stars(), 500);
}

#[tokio::test]
async fn the_page_adds_missing_stars() {
    let fixture = fixture_with(|settings| settings.initial_stars = 0).await;
    let link = link(&fixture, json!({})).await;
    let poor = submit(&fixture, &link).await;
    assert!(poor.contains("Add 10000 pretend ⭐") && !poor.contains("Pay 500 ⭐"), "{poor}");
    let rich = submit(&fixture, &format!("{link}/stars")).await;
    assert!(rich.contains("Pay 500 ⭐"), "{rich}");
}

#[tokio::test]
async fn the_page_allows_no_script() {
    let fixture = fixture().await;
    let link = link(&fixture, json!({})).await;
    let page = fixture.http.get(&link).send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("script-src"), "{policy}");
    let unknown = fixture.http.get(format!("{}/invoice/nothing", fixture.address)).send().await.unwrap();
    assert_eq!(unknown.status(), 404);
}

#[tokio::test]
async fn a_driver_pays_over_http() {
    let fixture = fixture().await;
    let link = link(&fixture, json!({"subscription_period": 2_592_000})).await;
    let slug = link.rsplit('/').next().unwrap();
    assert_eq!(get(&fixture, &format!("/invoices/{slug}")).await["stars"], 500);
    let body = json!({"person": 1001, "link": link});
    let ((status, outcome), ()) =
        tokio::join!(post(&fixture, "/payments", body), answer(&fixture, json!({"ok": true})));
    assert_eq!((status, &outcome["result"]), (200, &json!("paid")));
    let charge = outcome["charge_id"].as_str().unwrap();
    assert_eq!(post(&fixture, &format!("/charges/{charge}/renew"), json!({})).await.0, 200);
    assert_eq!(post(&fixture, &format!("/charges/{charge}/cancel"), json!({})).await.0, 204);
    assert_eq!(post(&fixture, &format!("/charges/{charge}/renew"), json!({})).await.0, 409);
    assert_eq!(post(&fixture, &format!("/charges/{charge}/resume"), json!({})).await.0, 204);
    assert_eq!(post(&fixture, &format!("/charges/{charge}/fail_renewal"), json!({})).await.0, 204);
    assert_eq!(get(&fixture, "/people/1001/subscriptions").await[0]["state"], "failed");
    assert_eq!(post(&fixture, &format!("/charges/{charge}/charge_back"), json!({})).await.0, 204);
    assert_eq!(post(&fixture, "/charges/st0/charge_back", json!({})).await.0, 404);
    let ledger = get(&fixture, "/transactions").await;
    assert_eq!((&ledger["bot_stars"], ledger["transactions"].as_array().unwrap().len()), (&json!(500), 3));
    assert_eq!(get(&fixture, "/people/1001/stars").await["stars"], 9_500);
    assert_eq!(post(&fixture, "/people/1001/stars", json!({"stars": -500})).await.1["stars"], 9_000);
}

#[tokio::test]
async fn a_driver_loses_an_update_over_http() {
    let fixture = fixture().await;
    let link = link(&fixture, json!({})).await;
    assert_eq!(post(&fixture, "/payments/delivery", json!({"delivery": "lost"})).await.0, 204);
    pay(&fixture, &link).await;
    assert!(take_updates(&fixture).await.iter().all(|update| update.get("message").is_none()));
    assert_eq!(post(&fixture, "/payments/expire", json!({})).await.0, 204);
}

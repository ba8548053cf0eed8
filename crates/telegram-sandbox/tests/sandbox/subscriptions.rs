//! Subscriptions: renewals, cancellations, and what the bot hears of them.

use serde_json::{Value, json};
use telegram_sandbox::{StarsError, SubscriptionState};

use crate::{
    stars::{link, pay, take_updates},
    support::{Fixture, NOON, anna, fixture, ivan},
};

const MONTH: i64 = 2_592_000;

/// Ivan's paid subscription, with its updates taken.
async fn subscribed(fixture: &Fixture) -> String {
    let link = link(fixture, json!({"subscription_period": MONTH})).await;
    pay(fixture, &link).await
}

async fn edit(fixture: &Fixture, charge: &str, is_canceled: bool) -> Value {
    let params = json!({"user_id": 1001, "telegram_payment_charge_id": charge, "is_canceled": is_canceled});
    fixture.call("editUserStarSubscription", params).await
}

/// States of the `subscription` updates so far.
async fn states(fixture: &Fixture) -> Vec<String> {
    let updates = take_updates(fixture).await;
    let state = |update: &Value| Some(update.get("subscription")?["state"].as_str().unwrap().to_owned());
    updates.iter().filter_map(state).collect()
}

#[tokio::test]
async fn the_first_payment_and_renewals_are_recurring() {
    let fixture = fixture().await;
    let first = subscribed(&fixture).await;
    let updates = take_updates(&fixture).await;
    let payment = &updates[1]["message"]["successful_payment"];
    assert_eq!((&payment["is_recurring"], &payment["is_first_recurring"]), (&json!(true), &json!(true)));
    assert_eq!(payment["subscription_expiration_date"], NOON + MONTH);

    fixture.later(MONTH);
    let renewal = fixture.sandbox.renew_subscription(&first).unwrap();
    assert_ne!(renewal, first);
    let updates = take_updates(&fixture).await;
    assert_eq!(updates.len(), 1, "a renewal asks nothing: {updates:?}");
    let payment = &updates[0]["message"]["successful_payment"];
    assert_eq!((&payment["is_recurring"], payment.get("is_first_recurring")), (&json!(true), None));
    assert_eq!(payment["telegram_payment_charge_id"], json!(renewal));
    assert_eq!((&payment["invoice_payload"], &payment["total_amount"]), (&json!("order-1"), &json!(500)));
    assert_eq!(payment["subscription_expiration_date"], NOON + 2 * MONTH);
    assert_eq!(fixture.sandbox.bot_stars(), 1_000);
    assert_eq!(fixture.sandbox.renew_subscription(&renewal), Err(StarsError::UnknownCharge(renewal)));
}

#[tokio::test]
async fn a_person_has_several_subscriptions() {
    let fixture = fixture().await;
    let (one, two) = (subscribed(&fixture).await, subscribed(&fixture).await);
    fixture.sandbox.cancel_subscription(&one).unwrap();
    let states: Vec<_> =
        fixture.sandbox.subscriptions_of(&ivan()).iter().map(|subscription| subscription.state).collect();
    assert_eq!(states, [SubscriptionState::Canceled, SubscriptionState::Active]);
    fixture.sandbox.renew_subscription(&two).unwrap();
    assert!(fixture.sandbox.subscriptions_of(&anna()).is_empty());
}

#[tokio::test]
async fn a_renewal_fails_without_stars() {
    let fixture = fixture().await;
    let charge = subscribed(&fixture).await;
    fixture.sandbox.give_stars(&ivan(), -9_500);
    assert_eq!(fixture.sandbox.renew_subscription(&charge), Err(StarsError::BalanceTooLow));
    assert_eq!(states(&fixture).await, ["failed"]);
    fixture.sandbox.give_stars(&ivan(), 500);
    fixture.sandbox.renew_subscription(&charge).unwrap();
    fixture.sandbox.fail_renewal(&charge).unwrap();
    assert_eq!(states(&fixture).await, ["failed"]);
    assert_eq!(fixture.sandbox.bot_stars(), 1_000);
}

#[tokio::test]
async fn the_person_cancels_and_resumes() {
    let fixture = fixture().await;
    let charge = subscribed(&fixture).await;
    take_updates(&fixture).await;
    assert_eq!(fixture.sandbox.resume_subscription(&charge), Err(StarsError::NotCanceled));
    fixture.sandbox.cancel_subscription(&charge).unwrap();
    assert_eq!(fixture.sandbox.cancel_subscription(&charge), Err(StarsError::Canceled));
    assert_eq!(fixture.sandbox.renew_subscription(&charge), Err(StarsError::Canceled));
    fixture.sandbox.resume_subscription(&charge).unwrap();
    let updates = take_updates(&fixture).await;
    let told: Vec<_> = updates.iter().map(|update| update["subscription"].clone()).collect();
    assert_eq!(told[0]["invoice_payload"], "order-1");
    assert_eq!(
        (&told[0]["user"]["id"], &told[0]["state"], &told[1]["state"]),
        (&json!(1001), &json!("canceled"), &json!("active"))
    );
    fixture.sandbox.cancel_subscription(&charge).unwrap();
    fixture.later(MONTH + 1);
    assert_eq!(fixture.sandbox.resume_subscription(&charge), Err(StarsError::Expired));
}

#[tokio::test]
async fn the_bot_cancels_and_permits() {
    let fixture = fixture().await;
    let charge = subscribed(&fixture).await;
    take_updates(&fixture).await;
    assert_eq!(edit(&fixture, &charge, true).await["ok"], true);
    assert_eq!(edit(&fixture, &charge, true).await["ok"], true, "a repetition succeeds");
    assert_eq!(fixture.sandbox.renew_subscription(&charge), Err(StarsError::Canceled));
    assert_eq!(fixture.sandbox.resume_subscription(&charge), Err(StarsError::CanceledByBot));
    assert_eq!(edit(&fixture, &charge, false).await["ok"], true);
    assert_eq!(fixture.sandbox.renew_subscription(&charge), Err(StarsError::Canceled), "only the person re-enables it");
    assert!(states(&fixture).await.is_empty(), "the bot's own decisions send no update");
    fixture.sandbox.resume_subscription(&charge).unwrap();
    assert_eq!(states(&fixture).await, ["active"]);
    fixture.sandbox.renew_subscription(&charge).unwrap();
}

#[tokio::test]
async fn only_a_live_subscription_of_the_person_is_edited() {
    let fixture = fixture().await;
    let charge = subscribed(&fixture).await;
    let renewal = fixture.sandbox.renew_subscription(&charge).unwrap();
    for wrong in [renewal.as_str(), "st0", ""] {
        assert_eq!(edit(&fixture, wrong, true).await["description"], "Bad Request: CHARGE_ID_INVALID");
    }
    let anna = json!({"user_id": anna().id, "telegram_payment_charge_id": charge, "is_canceled": true});
    assert_eq!(fixture.refused("editUserStarSubscription", anna).await, "400 Bad Request: CHARGE_ID_INVALID");
    fixture.later(2 * MONTH);
    assert_eq!(edit(&fixture, &charge, true).await["description"], "Bad Request: CHARGE_ID_INVALID");
}

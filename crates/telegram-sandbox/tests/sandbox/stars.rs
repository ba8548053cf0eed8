//! Telegram Stars: invoices, pre-checkout, payments, refunds and transactions.

use serde_json::{Value, json};
use telegram_sandbox::{Fault, FaultKind, PaymentMessage, PaymentOptions, PaymentOutcome, StarsError, UpdateDelivery};

use crate::support::{Fixture, NOON, anna, fixture, fixture_with, ivan};

pub(crate) fn invoice() -> Value {
    json!({
        "title": "VIP", "description": "A month of VIP", "payload": "order-1", "currency": "XTR",
        "provider_token": "", "prices": [{"label": "VIP", "amount": 500}],
    })
}

pub(crate) fn invoice_with(more: Value) -> Value {
    let mut invoice = invoice();
    let Value::Object(more) = more else { unreachable!("an object") };
    invoice.as_object_mut().unwrap().extend(more);
    invoice
}

pub(crate) async fn link(fixture: &Fixture, more: Value) -> String {
    fixture.done("createInvoiceLink", invoice_with(more)).await.as_str().unwrap().to_owned()
}

/// Fetches all updates, confirms them, and returns them.
pub(crate) async fn take_updates(fixture: &Fixture) -> Vec<Value> {
    let updates = fixture.updates(json!({})).await;
    if let Some(last) = updates.last() {
        let offset = last["update_id"].as_i64().unwrap() + 1;
        fixture.updates(json!({"offset": offset})).await;
    }
    updates
}

/// Ivan pays, and the bot agrees.
pub(crate) async fn pay(fixture: &Fixture, link: &str) -> String {
    let query = fixture.sandbox.start_payment(&ivan(), link, PaymentOptions::default()).unwrap();
    fixture.done("answerPreCheckoutQuery", json!({"pre_checkout_query_id": query, "ok": true})).await;
    match fixture.sandbox.wait_for_payment(&query).await {
        PaymentOutcome::Paid { charge_id } => charge_id,
        other => unreachable!("{other:?}"),
    }
}

#[tokio::test]
async fn an_invoice_is_validated_as_in_telegram() {
    let fixture = fixture().await;
    let price = |amount: i64| json!({"prices": [{"label": "VIP", "amount": amount}]});
    let month = |amount: i64| json!({"subscription_period": 2_592_000, "prices": [{"label": "VIP", "amount": amount}]});
    for (more, reason) in [
        (json!({"title": ""}), "parameter \"title\" is required"),
        (json!({"title": "я".repeat(33)}), "INVOICE_TITLE_INVALID"),
        (json!({"description": ""}), "parameter \"description\" is required"),
        (json!({"description": "x".repeat(256)}), "INVOICE_DESCRIPTION_INVALID"),
        (json!({"payload": ""}), "parameter \"payload\" is required"),
        (json!({"payload": "я".repeat(65)}), "INVOICE_PAYLOAD_INVALID"),
        (json!({"currency": ""}), "parameter \"currency\" is required"),
        (json!({"currency": "EUR"}), "PAYMENT_PROVIDER_INVALID"),
        (json!({"provider_token": "1:TEST"}), "STARS_INVOICE_INVALID"),
        (json!({"max_tip_amount": 5}), "STARS_INVOICE_INVALID"),
        (json!({"need_email": true}), "STARS_INVOICE_INVALID"),
        (json!({"prices": []}), "there must be at least one price"),
        (json!({"prices": {}}), "expected an Array of labeled prices"),
        (
            json!({"prices": [{"label": "", "amount": 1}]}),
            "can't parse labeled price: LabeledPrice label must be non-empty",
        ),
        (json!({"prices": [{"label": "a", "amount": 1}, {"label": "b", "amount": 1}]}), "STARS_INVOICE_INVALID"),
        (price(0), "total price must be positive"),
        (price(100_001), "CURRENCY_TOTAL_AMOUNT_INVALID"),
        (month(10_001), "SUBSCRIPTION_AMOUNT_INVALID"),
        (json!({"subscription_period": 86_400}), "SUBSCRIPTION_PERIOD_INVALID"),
    ] {
        let refused = fixture.refused("createInvoiceLink", invoice_with(more.clone())).await;
        assert_eq!(refused, format!("400 Bad Request: {reason}"), "{more}");
    }
    for good in [
        json!({"title": "я".repeat(32), "description": "я".repeat(255), "payload": "я".repeat(64)}),
        price(100_000),
        month(10_000),
    ] {
        link(&fixture, good).await;
    }
}

#[tokio::test]
async fn a_payment_asks_the_bot_and_moves_stars() {
    let fixture = fixture().await;
    let link = link(&fixture, json!({})).await;
    assert!(link.starts_with(&format!("{}/invoice/", fixture.address)), "{link}");
    let opened = fixture.sandbox.open_invoice(&link).unwrap();
    assert_eq!((opened.title.as_str(), opened.stars, opened.payload.as_str()), ("VIP", 500, "order-1"));

    let payer = ivan();
    let paid = fixture.sandbox.pay(&payer, &link);
    let answer = async {
        let updates = fixture.updates(json!({"timeout": 50})).await;
        let query = updates[0]["pre_checkout_query"].clone();
        assert_eq!((&query["currency"], &query["total_amount"]), (&json!("XTR"), &json!(500)));
        assert_eq!((&query["invoice_payload"], &query["from"]["id"]), (&json!("order-1"), &json!(1001)));
        let offset = updates[0]["update_id"].as_i64().unwrap() + 1;
        let agreed = json!({"pre_checkout_query_id": query["id"], "ok": true});
        fixture.done("answerPreCheckoutQuery", agreed.clone()).await;
        let again = fixture.refused("answerPreCheckoutQuery", agreed).await;
        assert!(again.starts_with("400 Bad Request: query is too old"), "{again}");
        fixture.updates(json!({"offset": offset})).await.remove(0)
    };
    let (outcome, update) = tokio::join!(paid, answer);
    let PaymentOutcome::Paid { charge_id } = outcome else { unreachable!("{outcome:?}") };
    assert_eq!(
        update["message"]["successful_payment"],
        json!({
            "currency": "XTR", "total_amount": 500, "invoice_payload": "order-1",
            "telegram_payment_charge_id": charge_id, "provider_payment_charge_id": "",
        })
    );
    assert_eq!((&update["message"]["from"]["id"], update["message"].get("text")), (&json!(1001), None));
    assert_eq!((fixture.sandbox.stars_of(&ivan()), fixture.sandbox.bot_stars()), (9_500, 500));
    let seen = fixture.sandbox.last(1001).unwrap().payment;
    assert!(matches!(seen, Some(PaymentMessage::Paid { stars: 500, .. })), "{seen:?}");
    pay(&fixture, &link).await;
    assert_eq!(fixture.sandbox.bot_stars(), 1_000, "a link can be paid again");
}

#[tokio::test]
async fn a_payment_fails_without_stars_an_invoice_or_an_answer() {
    let fixture = fixture_with(|settings| settings.initial_stars = 499).await;
    let link = link(&fixture, json!({})).await;
    let failed = |reason| PaymentOutcome::Failed { reason };
    assert_eq!(fixture.sandbox.pay(&ivan(), &link).await, failed("BALANCE_TOO_LOW"));
    assert_eq!(fixture.sandbox.pay(&ivan(), "https://t.me/$nothing").await, failed("SLUG_INVALID"));
    assert!(take_updates(&fixture).await.is_empty(), "the bot is not asked");

    fixture.sandbox.give_stars(&ivan(), 1);
    let start = || fixture.sandbox.start_payment(&ivan(), &link, PaymentOptions::default()).unwrap();
    let refused = start();
    let no = json!({"pre_checkout_query_id": refused, "ok": false});
    let unexplained = fixture.refused("answerPreCheckoutQuery", no.clone()).await;
    assert_eq!(unexplained, "400 Bad Request: parameter \"error_message\" is required");
    let mut no = no;
    no["error_message"] = "Sold out".into();
    fixture.done("answerPreCheckoutQuery", no).await;
    let outcome = fixture.sandbox.wait_for_payment(&refused).await;
    assert_eq!(outcome, PaymentOutcome::Refused { message: "Sold out".into() });

    let late = start();
    fixture.later(11);
    let yes = json!({"pre_checkout_query_id": late, "ok": true});
    let too_old = fixture.refused("answerPreCheckoutQuery", yes).await;
    assert!(too_old.starts_with("400 Bad Request: query is too old"), "{too_old}");
    assert_eq!(fixture.sandbox.wait_for_payment(&late).await, PaymentOutcome::TimedOut);

    let expired = start();
    fixture.sandbox.expire_checkouts();
    assert_eq!(fixture.sandbox.wait_for_payment(&expired).await, PaymentOutcome::TimedOut);
    assert_eq!((fixture.sandbox.stars_of(&ivan()), fixture.sandbox.bot_stars()), (500, 0));
}

#[tokio::test(start_paused = true)]
async fn the_bot_has_ten_seconds() {
    let start = tokio::time::Instant::now();
    let sandbox = telegram_sandbox::Sandbox::new(telegram_sandbox::SandboxSettings::new("1:x", || NOON));
    assert_eq!(sandbox.wait_for_payment("never answered").await, PaymentOutcome::TimedOut);
    assert_eq!(start.elapsed().as_secs(), 10);
}

#[tokio::test]
async fn allowed_updates_hold_for_payments() {
    let fixture = fixture().await;
    fixture.updates(json!({"allowed_updates": ["message"]})).await;
    let link = link(&fixture, json!({"subscription_period": 2_592_000})).await;
    let charge = pay(&fixture, &link).await;
    fixture.sandbox.cancel_subscription(&charge).unwrap();
    let updates = take_updates(&fixture).await;
    assert_eq!(updates.len(), 1, "{updates:?}");
    assert!(updates[0]["message"]["successful_payment"].is_object());
}

#[tokio::test]
async fn a_message_with_an_invoice_is_paid_once() {
    let fixture = fixture().await;
    let params = invoice_with(json!({"chat_id": 1001, "start_parameter": "vip"}));
    let sent = fixture.done("sendInvoice", params.clone()).await;
    let expected = json!({"title": "VIP", "description": "A month of VIP", "start_parameter": "vip", "currency": "XTR", "total_amount": 500});
    assert_eq!(sent["invoice"], expected);
    assert_eq!(sent["reply_markup"]["inline_keyboard"][0][0]["pay"], true);
    let seen = fixture.sandbox.last(1001).unwrap();
    let Some(PaymentMessage::Invoice { link, .. }) = seen.payment else { unreachable!("{seen:?}") };
    pay(&fixture, &link).await;
    let again = fixture.sandbox.pay(&ivan(), &link).await;
    assert_eq!(again, PaymentOutcome::Failed { reason: "BOT_INVOICE_INVALID" });

    let period = invoice_with(json!({"chat_id": 1001, "subscription_period": 2_592_000}));
    assert_eq!(fixture.refused("sendInvoice", period).await, "400 Bad Request: SUBSCRIPTION_EXPORT_MISSING");
    let id = sent["message_id"].clone();
    let copy = json!({"chat_id": 1001, "from_chat_id": 1001, "message_id": id});
    assert_eq!(fixture.refused("copyMessage", copy).await, "400 Bad Request: the message can't be copied");
    let text = json!({"chat_id": 1001, "message_id": id, "text": "x"});
    let edited = fixture.refused("editMessageText", text).await;
    assert_eq!(edited, "400 Bad Request: there is no text in the message to edit");
}

#[tokio::test]
async fn the_pay_button_is_the_first_of_an_invoice() {
    let fixture = fixture().await;
    let (pay, other) = (json!({"text": "Pay", "pay": true}), json!({"text": "Ask", "callback_data": "ask"}));
    let with = |rows: Value| invoice_with(json!({"chat_id": 1001, "reply_markup": {"inline_keyboard": rows}}));
    fixture.done("sendInvoice", with(json!([[pay], [other]]))).await;
    let missing = fixture.refused("sendInvoice", with(json!([[other]]))).await;
    assert_eq!(missing, "400 Bad Request: REPLY_MARKUP_BUY_EMPTY");
    let second = fixture.refused("sendInvoice", with(json!([[pay], [pay]]))).await;
    assert_eq!(second, "400 Bad Request: BUTTON_POS_INVALID");
    let text = json!({"chat_id": 1001, "text": "x", "reply_markup": {"inline_keyboard": [[pay]]}});
    assert_eq!(fixture.refused("sendMessage", text).await, "400 Bad Request: BUTTON_TYPE_INVALID");
}

#[tokio::test]
async fn a_payment_is_refunded_once() {
    let fixture = fixture().await;
    let charge = pay(&fixture, &link(&fixture, json!({})).await).await;
    take_updates(&fixture).await;
    let refund = |person: i64, charge: &str| json!({"user_id": person, "telegram_payment_charge_id": charge});
    let unknown = fixture.refused("refundStarPayment", refund(1001, "st0")).await;
    assert_eq!(unknown, "400 Bad Request: CHARGE_ID_INVALID");
    let other = fixture.refused("refundStarPayment", refund(anna().id, &charge)).await;
    assert_eq!(other, "400 Bad Request: CHARGE_ID_INVALID");
    let nobody = fixture.refused("refundStarPayment", refund(0, &charge)).await;
    assert_eq!(nobody, "400 Bad Request: invalid user_id specified");
    fixture.done("refundStarPayment", refund(1001, &charge)).await;
    let again = fixture.refused("refundStarPayment", refund(1001, &charge)).await;
    assert_eq!(again, "400 Bad Request: CHARGE_ALREADY_REFUNDED");
    let updates = take_updates(&fixture).await;
    assert_eq!(
        updates[0]["message"]["refunded_payment"],
        json!({"currency": "XTR", "total_amount": 500, "invoice_payload": "order-1", "telegram_payment_charge_id": charge})
    );
    assert_eq!((fixture.sandbox.stars_of(&ivan()), fixture.sandbox.bot_stars()), (10_000, 0));
}

#[tokio::test]
async fn a_chargeback_returns_stars_without_the_bot() {
    let fixture = fixture().await;
    let charge = pay(&fixture, &link(&fixture, json!({})).await).await;
    take_updates(&fixture).await;
    fixture.sandbox.charge_back(&charge).unwrap();
    assert_eq!(fixture.sandbox.charge_back(&charge), Err(StarsError::AlreadyRefunded));
    assert_eq!(fixture.sandbox.charge_back("st0"), Err(StarsError::UnknownCharge("st0".into())));
    let updates = take_updates(&fixture).await;
    assert_eq!(updates[0]["message"]["refunded_payment"]["telegram_payment_charge_id"], json!(charge));
    assert_eq!(fixture.sandbox.bot_stars(), 0);
}

#[tokio::test]
async fn transactions_are_listed_in_the_order_of_time() {
    let fixture = fixture().await;
    let single = link(&fixture, json!({})).await;
    let month = link(&fixture, json!({"payload": "order-2", "subscription_period": 2_592_000})).await;
    let first = pay(&fixture, &single).await;
    fixture.later(5);
    let second = pay(&fixture, &month).await;
    let refund = json!({"user_id": 1001, "telegram_payment_charge_id": first});
    fixture.done("refundStarPayment", refund).await;

    let list = fixture.done("getStarTransactions", json!({})).await;
    let list = list["transactions"].as_array().unwrap();
    let ids: Vec<_> = list.iter().map(|transaction| transaction["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [&first, &second, &first]);
    assert_eq!((&list[0]["date"], &list[0]["amount"]), (&json!(NOON), &json!(500)));
    let source = &list[1]["source"];
    assert_eq!((&source["type"], &source["transaction_type"]), (&json!("user"), &json!("invoice_payment")));
    assert_eq!((&source["invoice_payload"], &source["user"]["id"]), (&json!("order-2"), &json!(1001)));
    assert_eq!(
        (&source["subscription_period"], list[0]["source"].get("subscription_period")),
        (&json!(2_592_000), None)
    );
    assert_eq!((list[2].get("source"), &list[2]["receiver"]["user"]["id"]), (None, &json!(1001)));

    let page = fixture.done("getStarTransactions", json!({"offset": 1, "limit": 1})).await;
    assert_eq!(page["transactions"].as_array().unwrap().len(), 1);
    assert_eq!(page["transactions"][0]["id"], json!(second));
    assert_eq!(fixture.done("getMyStarBalance", json!({})).await, json!({"amount": 500}));
}

#[tokio::test]
async fn a_test_loses_and_repeats_payments_and_changes_amounts() {
    let fixture = fixture().await;
    let link = link(&fixture, json!({})).await;
    fixture.sandbox.deliver_next_payment(UpdateDelivery::Lost);
    let lost = pay(&fixture, &link).await;
    assert!(take_updates(&fixture).await.iter().all(|update| update.get("message").is_none()));
    assert_eq!(fixture.sandbox.star_transactions()[0].id, lost);

    fixture.sandbox.deliver_next_payment(UpdateDelivery::Twice);
    pay(&fixture, &link).await;
    let updates = take_updates(&fixture).await;
    let messages: Vec<_> = updates.iter().filter(|update| update.get("message").is_some()).collect();
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0], messages[1]);

    let changed = PaymentOptions { total_amount: Some(1), payload: Some("order-9".into()) };
    fixture.sandbox.start_payment(&ivan(), &link, changed).unwrap();
    let query = take_updates(&fixture).await[0]["pre_checkout_query"].clone();
    assert_eq!((&query["total_amount"], &query["invoice_payload"]), (&json!(1), &json!("order-9")));
}

#[tokio::test]
async fn a_fault_refuses_a_call_about_stars() {
    let fixture = fixture().await;
    let charge = pay(&fixture, &link(&fixture, json!({"subscription_period": 2_592_000})).await).await;
    let description = "Bad Request: SUBSCRIPTION_ALREADY_CANCELED".to_owned();
    fixture
        .sandbox
        .inject_fault(Fault::once("editUserStarSubscription", FaultKind::Refused { code: 400, description }));
    let cancel = json!({"user_id": 1001, "telegram_payment_charge_id": charge, "is_canceled": true});
    let refused = fixture.refused("editUserStarSubscription", cancel).await;
    assert_eq!(refused, "400 Bad Request: SUBSCRIPTION_ALREADY_CANCELED");
    assert!(!fixture.sandbox.subscriptions_of(&ivan())[0].canceled_by_bot);
}

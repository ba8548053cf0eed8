//! Buying on the pages: invoices, packs, the renewal, purchases, and the terms.

use super::{Reader, between, check, leads_to};
use crate::on_both;
use crate::support::{App, russian};

const BILLING: &str = "/web/billing";
/// Plans file without a price.
const UNSOLD: (&str, &str) =
    ("NEURALBOX_PLANS_FILE", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/app/support/unsold_plans.toml"));

/// Returns the card of a plan.
fn card<'t>(text: &'t str, title: &str) -> &'t str {
    let cards = text.split("<li class=\"card").skip(1);
    let card =
        cards.map(|card| card.split("<section").next().unwrap()).find(|card| card.contains(&format!("<h2>{title}")));
    card.unwrap_or_else(|| panic!("no card of {title} in {text}"))
}

/// Buys a product through the form of the billing page.
async fn bought(app: &App, reader: &mut Reader<'_>, person: &telegram_sandbox::Person, product: &str) {
    let answer = reader.post(&format!("{BILLING}/buy"), &[("product", product)]).await;
    let outcome = app.sandbox.pay(person, leads_to(&answer)).await;
    assert!(matches!(outcome, telegram_sandbox::PaymentOutcome::Paid { .. }), "{outcome:?}");
    app.settled().await;
}

on_both! {
    async fn a_card_leads_to_the_invoice(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        let keys = reader.get("/web/profile/api-keys").await;
        assert!(keys.text.contains("<a href=\"/web/billing\">See plans</a>"), "the first tap: {keys:?}");
        let page = reader.get(BILLING).await;
        check(&page);
        assert!(page.header("content-security-policy").contains("form-action 'self' https://t.me "), "{page:?}");
        assert!(!card(&page.text, "Free").contains("<button"), "nobody buys the base plan: {page:?}");
        assert!(card(&page.text, "Basic").contains("For websites and apps where you sign in"), "{page:?}");
        assert!(card(&page.text, "VIP").contains("name=\"product\" value=\"plan:vip\">Get VIP</button>"), "{page:?}");
        let answer = reader.post(&format!("{BILLING}/buy"), &[("product", "plan:vip")]).await;
        let invoice = app.sandbox.open_invoice(leads_to(&answer)).expect("the second tap opens the invoice");
        assert_eq!((invoice.stars, invoice.title.as_str()), (500, "VIP"));
        let again = reader.post(&format!("{BILLING}/buy"), &[("product", "plan:vip")]).await;
        assert_eq!(leads_to(&again), leads_to(&answer), "a double click makes no second order");

        bought(&app, &mut reader, &ivan, "plan:vip").await;
        let page = reader.get(BILLING).await;
        check(&page);
        assert!(page.text.contains("Your plan: VIP") && page.text.contains("Renews for 500 Stars"), "{page:?}");
        assert!(!card(&page.text, "VIP").contains("<button") && card(&page.text, "Elite").contains("Get Elite"), "{page:?}");
        assert!(card(&page.text, "Elite").contains("What’s left of your plan adds"), "the credit is said before: {page:?}");
        let purchases = between(&page.text, "id=\"purchases\"", "id=\"history\"");
        assert!(purchases.contains("<bdi>VIP</bdi>") && purchases.contains("500 Stars") && purchases.contains("Paid"), "{purchases}");
    }

    async fn packs_are_bought_and_listed_page_by_page(app: App) {
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        let mut reader = Reader::signed_in(&app, &ivan, "en").await;
        for _ in 0..11 {
            bought(&app, &mut reader, &ivan, "pack:small").await;
        }
        let page = reader.get(BILLING).await;
        check(&page);
        assert!(page.text.contains("11,100 tokens"), "the balance: {page:?}");
        let purchases = between(&page.text, "id=\"purchases\"", "id=\"history\"");
        assert_eq!(purchases.matches("<h3>").count(), 10, "{purchases}");
        let older = between(purchases, "/web/billing?bought=", "#purchases").to_owned();
        let page = reader.get(&format!("{BILLING}?bought={older}")).await;
        check(&page);
        let purchases = between(&page.text, "id=\"purchases\"", "id=\"history\"");
        assert!(purchases.matches("<h3>").count() == 1 && purchases.contains("Back to newest"), "{purchases}");
        assert_eq!(reader.get(&format!("{BILLING}?bought=x")).await.status, 200, "an invalid cursor is ignored");
        let unknown = reader.post(&format!("{BILLING}/buy"), &[("product", "pack:huge")]).await;
        check(&unknown);
        assert!(unknown.status >= 400 && unknown.status < 500, "{unknown:?}");
    }

    async fn the_renewal_is_cancelled_after_a_question_and_resumed(app: App) {
        let maria = russian(app.person("Мария"));
        let maria = app.chatting(maria, "free").await;
        let mut reader = Reader::signed_in(&app, &maria, "en").await;
        assert_eq!(leads_to(&reader.get(&format!("{BILLING}/cancel")).await), BILLING, "there is nothing to cancel");
        bought(&app, &mut reader, &maria, "plan:vip").await;
        let asked = reader.get(&format!("{BILLING}/cancel")).await;
        check(&asked);
        assert!(asked.text.contains("Cancel the renewal of VIP?") && asked.text.contains("Free"), "{asked:?}");
        assert!(app.calls("editUserStarSubscription").is_empty(), "nothing happens before the answer");
        let done = reader.post(&format!("{BILLING}/cancel"), &[]).await;
        assert_eq!(leads_to(&done), "/web/billing?done=renewal-cancelled");
        let page = reader.get(leads_to(&done)).await;
        check(&page);
        assert!(page.text.contains("Nothing more will be charged.") && page.text.contains("Renewal is off."), "{page:?}");
        let done = reader.post(&format!("{BILLING}/resume"), &[]).await;
        assert_eq!(leads_to(&done), "/web/billing?done=renewal-allowed");
        reader.language = "ru";
        let page = reader.get(leads_to(&done)).await;
        check(&page);
        assert!(page.text.contains("Остался один шаг") && page.text.contains("Продление отключено."), "{page:?}");
        let charge = app.sandbox.subscriptions_of(&maria)[0].charge_id.clone();
        app.sandbox.resume_subscription(&charge).expect("Telegram allows it again");
        app.settled().await;
        let page = reader.get(BILLING).await;
        assert!(page.text.contains("Продлится за 500 звёзд"), "{page:?}");
    }

    async fn an_account_without_telegram_is_led_to_the_bot(app: App) {
        app.confirmed("ivan@example.com", "a few random words", "Ivan").await;
        app.settled().await;
        let mut reader = Reader::new(&app, "en");
        let fields = [("email", "ivan@example.com"), ("password", "a few random words"), ("next", "")];
        reader.post("/web/sign-in/email", &fields).await;
        let page = reader.get(BILLING).await;
        check(&page);
        assert!(page.text.contains("Connect Telegram"), "{page:?}");
        assert!(card(&page.text, "VIP").contains("href=\"https://t.me/neuralbox_bot?start=buy_vip\""), "{page:?}");
        let answer = reader.post(&format!("{BILLING}/buy"), &[("product", "plan:vip")]).await;
        assert_eq!(leads_to(&answer), "https://t.me/neuralbox_bot?start=buy_vip");
    }

    async fn without_prices_the_page_names_the_contact(app: App) with [UNSOLD, ("NEURALBOX_SUPPORT", "help@example.com")]; {
        let ivan = app.chatting(app.person("Ivan"), "free").await;
        for (language, expected) in [("en", "Plans are assigned by"), ("ru", "Тарифы назначает")] {
            let mut reader = Reader::signed_in(&app, &ivan, language).await;
            let page = reader.get(BILLING).await;
            check(&page);
            assert!(page.text.contains(expected) && page.text.contains("mailto:help@example.com"), "{page:?}");
            assert!(!page.text.contains("Stars") && !page.text.contains("звёзд") && !page.text.contains("/billing/buy"), "{page:?}");
            let terms = reader.get("/web/terms").await;
            check(&terms);
            assert!(terms.text.contains("mailto:help@example.com") && !terms.text.contains("Stars"), "{terms:?}");
        }
    }

    async fn everyone_can_read_the_terms(app: App) {
        for (language, expected) in [("en", "renews every 30 days"), ("ru", "продлевается каждые 30 дней")] {
            let page = Reader::new(&app, language).get("/web/terms").await;
            check(&page);
            assert!(page.status == 200 && page.text.contains(expected), "{page:?}");
        }
    }

    async fn a_suspended_person_learns_whom_to_ask(app: App) with [("NEURALBOX_SUPPORT", "@neuralbox_help")]; {
        let ivan = app.chatting(app.person("Ivan"), "vip").await;
        let who = neuralbox_auth::domain::admin::access::PersonRef::parse("#1").unwrap();
        let operator = neuralbox_auth::domain::admin::access::Admin::operator();
        app.domain.perform_action(&operator, &who, neuralbox_auth::model::admin_action::AdminAction::Ban { reason: None }).await.unwrap();
        let page = Reader::new(&app, "en").get("/web?error=account_suspended").await;
        assert!(page.text.contains("href=\"https://t.me/neuralbox_help\""), "{page:?}");
        let mut browser = app.browser();
        let object = app.widget_of(&ivan);
        let refused = browser.post("auth/telegram", object).await;
        assert_eq!(refused.json()["detail"], "This account is suspended. If you think this is a mistake, contact @neuralbox_help.");
    }
}

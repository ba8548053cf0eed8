//! Checkout from a page: creates the order and sends the browser to its invoice in Telegram.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::error::PurchaseError;
use crate::domain::{Error, Refusal};
use crate::model::billing::product::ProductKey;
use crate::web::WebState;
use crate::web::extract::form::FormBody;
use crate::web::pages::layout::SignedInPage;
use crate::web::pages::middleware::PAGE_POLICY;
use crate::web::problem::{Problem, Result};

/// Origin of invoices and of links to the bot.
const TELEGRAM_LINKS: &str = "https://t.me";

/// Orders the product of the form and redirects to its invoice. A person without Telegram is redirected to the bot,
/// because only there they can pay.
pub(crate) async fn buy(State(web): State<WebState>, page: SignedInPage, form: FormBody) -> Result<Response> {
    let product = ProductKey::parse(form.get("product")).ok_or(Refusal::Purchase(PurchaseError::NotSold))?;
    match web.domain.order(&page.caller, &product).await {
        Ok(invoice) => Ok(Redirect::to(&invoice.link).into_response()),
        Err(Error::Refused(Refusal::Purchase(PurchaseError::TelegramRequired))) => {
            let link = bot_link(&web, &product).ok_or_else(Problem::telegram_unavailable)?;
            Ok(Redirect::to(&link).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Link to the card of a product in the bot; `None` until the bot's username is known.
pub(in crate::web::pages) fn bot_link(web: &WebState, product: &ProductKey) -> Option<String> {
    let start = match product {
        ProductKey::Plan(id) => format!("buy_{id}"),
        ProductKey::Pack(_) => "plans".to_owned(),
    };
    web.link.bot().map(|bot| format!("{TELEGRAM_LINKS}/{bot}?start={start}"))
}

/// Content security policy of pages with a form that leads to an invoice: browsers apply `form-action` to redirects too.
/// The sandbox has its invoices where it has the widget's script.
pub(in crate::web::pages) fn form_policy(web: &WebState) -> String {
    let telegram = web.settings.widget_script.origin().ascii_serialization();
    PAGE_POLICY.replace("form-action 'self'", &format!("form-action 'self' {TELEGRAM_LINKS} {telegram}"))
}

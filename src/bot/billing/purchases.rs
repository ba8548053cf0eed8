//! A person's own purchases in chat.

use crate::bot::context::Result;
use crate::bot::reply::Reply;
use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::messages::billing::purchases;
use crate::messages::billing::purchases::PagePlace;
use crate::messages::localizer::Localizer;
use crate::model::billing::purchase::PurchaseId;

/// Purchases on one page.
const PURCHASES_PER_PAGE: usize = 8;

/// Lists the newest purchases.
pub(crate) async fn list_newest(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    list(domain, caller, localizer, None).await
}

/// Lists the purchases before the given one, newest first.
pub(crate) async fn list(domain: Domain, caller: SignedIn, localizer: Localizer, before: Option<i64>) -> Result<Reply> {
    let page = domain.purchases(&caller, before.map(PurchaseId), PURCHASES_PER_PAGE).await?;
    let place = if before.is_some() { PagePlace::Later } else { PagePlace::First };
    Ok(Reply::Show(purchases::purchases(&localizer, &page, place)))
}

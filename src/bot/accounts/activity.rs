//! Account activity in chat.

use crate::bot::context::Result;
use crate::bot::reply::Reply;
use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::messages::accounts::activity;
use crate::messages::localizer::Localizer;

/// Maximum number of entries in one message.
const ACTIVITY_LINES: usize = 12;

/// Shows the latest activity of the account.
pub(crate) async fn list(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let page = domain.activity(&caller, None, ACTIVITY_LINES).await?;
    Ok(Reply::Show(activity::activity(&localizer, &page.items, &domain)))
}

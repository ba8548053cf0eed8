//! Plans in chat.

use crate::bot::context::Result;
use crate::bot::reply::Reply;
use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::messages::localizer::Localizer;
use crate::messages::plans::{self, OwnPlan};

/// Lists the plans and marks the person's own.
pub(crate) async fn list(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let own = OwnPlan { plan: domain.plan_of_account(caller.account()), account: caller.account() };
    Ok(Reply::Show(plans::plans(&localizer, domain.plans(), own, domain.public_url())))
}

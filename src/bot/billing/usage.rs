//! Usage of the last days in chat.

use crate::bot::context::Result;
use crate::bot::reply::Reply;
use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::billing::daily_usage::SHOWN_DAYS;
use crate::gateway::telegram::GeneratedPicture;
use crate::messages::billing::usage;
use crate::messages::localizer::Localizer;

/// Shows the usage, with a picture if there is any.
pub(crate) async fn show(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let history = domain.daily_usage(&caller, SHOWN_DAYS, None).await?;
    let caption = usage::summary(&localizer, &history);
    Ok(match usage::picture(&history) {
        Some(png) => Reply::Picture(GeneratedPicture { png, caption }),
        None => Reply::Show(caption),
    })
}

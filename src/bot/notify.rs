//! What people want to be told of.

use crate::bot::Result;
use crate::bot::reply::Reply;
use crate::bot::screens::notify;
use crate::bot::speaker::Speaker;
use crate::domain::Domain;
use crate::domain::people::SignedIn;
use crate::model::notice::Category;

pub(crate) async fn show(domain: Domain, caller: SignedIn, speaker: Speaker) -> Result<Reply> {
    Ok(Reply::Show(notify::categories(&speaker, &domain.preferences(&caller).await?)))
}

pub(crate) async fn switch(
    domain: Domain,
    caller: SignedIn,
    speaker: Speaker,
    (category, on): (Category, bool),
) -> Result<Reply> {
    Ok(Reply::Show(notify::categories(&speaker, &domain.switch_category(&caller, category, on).await?)))
}

pub(crate) async fn quiet(domain: Domain, caller: SignedIn, speaker: Speaker) -> Result<Reply> {
    let preferences = domain.preferences(&caller).await?;
    Ok(Reply::Show(notify::quiet(&speaker, &preferences.quiet, domain.now())))
}

pub(crate) async fn set_quiet(
    domain: Domain,
    caller: SignedIn,
    speaker: Speaker,
    hours: Option<(i64, i64)>,
) -> Result<Reply> {
    let preferences = domain.set_quiet_hours(&caller, hours).await?;
    Ok(Reply::Show(notify::quiet(&speaker, &preferences.quiet, domain.now())))
}

pub(crate) async fn set_clock(domain: Domain, caller: SignedIn, speaker: Speaker, ahead: i64) -> Result<Reply> {
    let preferences = domain.set_clock(&caller, ahead).await?;
    Ok(Reply::Show(notify::quiet(&speaker, &preferences.quiet, domain.now())))
}

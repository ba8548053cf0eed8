//! Buttons of notification preferences: categories, quiet hours and the person's UTC offset.

use crate::bot::context::Result;
use crate::bot::reply::Reply;
use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::messages::localizer::Localizer;
use crate::messages::notices::preferences;
use crate::model::notices::category::CategorySwitch;

pub(crate) async fn show(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    Ok(Reply::Show(preferences::categories(&localizer, &domain.preferences(&caller).await?)))
}

pub(crate) async fn switch(
    domain: Domain,
    caller: SignedIn,
    localizer: Localizer,
    switch: CategorySwitch,
) -> Result<Reply> {
    Ok(Reply::Show(preferences::categories(&localizer, &domain.switch_category(&caller, switch).await?)))
}

pub(crate) async fn quiet(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let preferences = domain.preferences(&caller).await?;
    Ok(Reply::Show(preferences::quiet(&localizer, &preferences.quiet, domain.now())))
}

pub(crate) async fn set_quiet(
    domain: Domain,
    caller: SignedIn,
    localizer: Localizer,
    hours: Option<(i64, i64)>,
) -> Result<Reply> {
    let preferences = domain.set_quiet_hours(&caller, hours).await?;
    Ok(Reply::Show(preferences::quiet(&localizer, &preferences.quiet, domain.now())))
}

pub(crate) async fn set_utc_offset(
    domain: Domain,
    caller: SignedIn,
    localizer: Localizer,
    ahead: i64,
) -> Result<Reply> {
    let preferences = domain.set_utc_offset(&caller, ahead).await?;
    Ok(Reply::Show(preferences::quiet(&localizer, &preferences.quiet, domain.now())))
}

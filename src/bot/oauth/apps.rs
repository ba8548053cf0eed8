//! The apps that a person signed in to: the list, and ending access.

use crate::bot::context::Result;
use crate::bot::reply::Reply;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::{Domain, Error, Refusal};
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::localizer::Localizer;
use crate::messages::oauth::apps;
use crate::model::oauth::client::ClientId;
use crate::model::text::texts::TextArg::Text;

/// Lists the person's apps.
pub(crate) async fn list(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    Ok(Reply::Show(screen(&domain, &caller, &localizer).await?))
}

/// Ends all access of an app.
pub(crate) async fn cut_off(domain: Domain, caller: SignedIn, localizer: Localizer, client: ClientId) -> Result<Reply> {
    // After a double tap the app has no access left, which is what the person wanted.
    let toast = match domain.cut_off_app(&caller, client.as_str()).await {
        Ok(app) => localizer.label("bot-app-cut-off", &[("app", Text(&app.name))]),
        Err(Error::Refused(Refusal::AppNotFound)) => localizer.text("bot-app-already-cut-off"),
        Err(error) => return Err(error),
    };
    Ok(Reply::ShowAndSay(screen(&domain, &caller, &localizer).await?, toast))
}

/// Ends one sign-in to an app: the button of its notice.
pub(crate) async fn end(domain: Domain, caller: SignedIn, localizer: Localizer, grant: i64) -> Result<Reply> {
    match domain.end_grant(&caller, grant).await {
        Ok(app) => Ok(Reply::Show(apps::ended(&localizer, Some(&app)))),
        Err(Error::Refused(Refusal::AppNotFound)) => Ok(Reply::Show(apps::ended(&localizer, None))),
        Err(error) => Err(error),
    }
}

async fn screen(domain: &Domain, caller: &SignedIn, localizer: &Localizer) -> Result<OutgoingMessage> {
    let page = format!("{}/web/profile/security", domain.public_url());
    Ok(apps::apps(localizer, &domain.apps(caller).await?, domain.now(), &page))
}

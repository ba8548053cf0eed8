//! Sessions in chat: the list, and ending one session or all of them.

use crate::bot::context::Result;
use crate::bot::reply::Reply;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::{Domain, Error, Refusal};
use crate::messages::localizer::Localizer;
use crate::messages::sessions;
use crate::model::session::SessionId;

/// Lists the person's sessions.
pub(crate) async fn list(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let listed = domain.sessions(&caller).await?;
    Ok(Reply::Show(sessions::sessions(&localizer, &listed, domain.now())))
}

pub(crate) async fn end_session(
    domain: Domain,
    caller: SignedIn,
    localizer: Localizer,
    session: SessionId,
) -> Result<Reply> {
    // After a double tap the session has already ended, which is what the person wanted.
    let toast = match domain.end_session(&caller, session).await {
        Ok(()) => "bot-session-ended",
        Err(Error::Refused(Refusal::SessionNotFound)) => "bot-session-already-ended",
        Err(error) => return Err(error),
    };
    let listed = domain.sessions(&caller).await?;
    Ok(Reply::ShowAndSay(sessions::sessions(&localizer, &listed, domain.now()), localizer.text(toast)))
}

pub(crate) async fn ask_end_all(localizer: Localizer) -> Result<Reply> {
    Ok(Reply::Show(sessions::ask_end_all(&localizer)))
}

pub(crate) async fn end_all_sessions(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    domain.end_other_sessions(&caller).await?;
    let listed = domain.sessions(&caller).await?;
    let screen = sessions::sessions(&localizer, &listed, domain.now());
    Ok(Reply::ShowAndSay(screen, localizer.text("bot-sessions-ended")))
}

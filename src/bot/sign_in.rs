//! The doors of an account: signing in on the web, where one is signed in, and what plans there are.

use crate::bot::context::Result;
use crate::bot::reply::Reply;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::sign_in::bot_sign_in::BotSignInAnswer;
use crate::domain::{Domain, Error, Refusal};
use crate::messages::localizer::Localizer;
use crate::messages::{plans, sign_in};
use crate::model::session::SessionId;
use crate::model::sign_in::one_time_token::OneTimeToken;

/// A link that opens the pages signed in.
pub(crate) async fn sign_in(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let token = domain.make_sign_in_link(&caller).await?;
    Ok(Reply::Show(sign_in::sign_in(&localizer, &address(&domain, &token, ""))))
}

/// Where a link from the chat leads. On https by where Telegram's widget leads too, for Telegram adds there who opens it.
pub(crate) fn address(domain: &Domain, token: &OneTimeToken, more: &str) -> String {
    let (public_url, token) = (domain.public_url(), token.reveal());
    if public_url.starts_with("https:") {
        format!("{public_url}/api/v2/auth/telegram/callback?link={token}{more}")
    } else {
        format!("{public_url}/web/sign-in/link?token={token}{more}")
    }
}

/// A browser asks to be signed in: which number does it show?
pub(crate) async fn open_sign_in_request(
    domain: Domain,
    caller: SignedIn,
    localizer: Localizer,
    code: String,
) -> Result<Reply> {
    match domain.open_bot_sign_in(&caller, &code).await {
        Ok(asking) => Ok(Reply::Send(sign_in::asking(&localizer, &asking, caller.account()))),
        Err(Error::Refused(refusal @ Refusal::SignInRequest(_))) => {
            Ok(Reply::Send(sign_in::over(&localizer, &refusal)))
        }
        Err(error) => Err(error),
    }
}

pub(crate) async fn answer_sign_in_request(
    domain: Domain,
    caller: SignedIn,
    localizer: Localizer,
    (request, number): (i64, i64),
) -> Result<Reply> {
    answer(&domain, &caller, &localizer, (request, Some(number))).await
}

pub(crate) async fn refuse_sign_in_request(
    domain: Domain,
    caller: SignedIn,
    localizer: Localizer,
    request: i64,
) -> Result<Reply> {
    answer(&domain, &caller, &localizer, (request, None)).await
}

async fn answer(
    domain: &Domain,
    caller: &SignedIn,
    localizer: &Localizer,
    (request, number): (i64, Option<i64>),
) -> Result<Reply> {
    match domain.answer_bot_sign_in(caller, request, number).await {
        Ok(BotSignInAnswer::Approved { device, joins }) => {
            Ok(Reply::Show(sign_in::approved(localizer, &device, joins)))
        }
        Ok(BotSignInAnswer::Ended) => Ok(Reply::Show(sign_in::ended(localizer, number.is_some()))),
        Err(Error::Refused(refusal @ Refusal::SignInRequest(_))) => Ok(Reply::Show(sign_in::over(localizer, &refusal))),
        Err(error) => Err(error),
    }
}

/// Where one is signed in.
pub(crate) async fn sessions(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let sessions = domain.sessions(&caller).await?;
    Ok(Reply::Show(sign_in::sessions(&localizer, &sessions, domain.now())))
}

pub(crate) async fn end_session(
    domain: Domain,
    caller: SignedIn,
    localizer: Localizer,
    session: SessionId,
) -> Result<Reply> {
    // A second tap finds it over, and that is what it wanted.
    let word = match domain.end_session(&caller, session).await {
        Ok(()) => "bot-session-ended",
        Err(Error::Refused(Refusal::SessionNotFound)) => "bot-session-already-ended",
        Err(error) => return Err(error),
    };
    let sessions = domain.sessions(&caller).await?;
    Ok(Reply::ShowAndSay(sign_in::sessions(&localizer, &sessions, domain.now()), localizer.text(word)))
}

pub(crate) async fn ask_end_all(localizer: Localizer) -> Result<Reply> {
    Ok(Reply::Show(sign_in::ask_end_all(&localizer)))
}

pub(crate) async fn end_all_sessions(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    domain.end_other_sessions(&caller).await?;
    let sessions = domain.sessions(&caller).await?;
    let screen = sign_in::sessions(&localizer, &sessions, domain.now());
    Ok(Reply::ShowAndSay(screen, localizer.text("bot-sessions-ended")))
}

/// What plans there are, and which one is the person's.
pub(crate) async fn plans(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let own = (domain.plan_of_account(caller.account()), caller.account());
    Ok(Reply::Show(plans::plans(&localizer, domain.plans(), own, domain.public_url())))
}

//! The doors of an account: signing in on the web, where one is signed in, and what plans there are.

use crate::bot::context::Result;
use crate::bot::reply::Reply;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::sign_in::bot_sign_in::Answered;
use crate::domain::{Domain, Error, Refusal};
use crate::messages::localizer::Speaker;
use crate::messages::{plans, sign_in};
use crate::model::session::SessionId;
use crate::model::sign_in::one_time_token::OneTimeToken;

/// A link that opens the pages signed in.
pub(crate) async fn sign_in(domain: Domain, caller: SignedIn, speaker: Speaker) -> Result<Reply> {
    let token = domain.make_sign_in_link(&caller).await?;
    Ok(Reply::Show(sign_in::sign_in(&speaker, &address(&domain, &token, ""))))
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
pub(crate) async fn open_request(domain: Domain, caller: SignedIn, speaker: Speaker, code: String) -> Result<Reply> {
    match domain.open_sign_in(&caller, &code).await {
        Ok(asking) => Ok(Reply::Send(sign_in::asking(&speaker, &asking, caller.account()))),
        Err(Error::Refused(refusal @ Refusal::NoSignIn(_))) => Ok(Reply::Send(sign_in::over(&speaker, &refusal))),
        Err(error) => Err(error),
    }
}

pub(crate) async fn answer_request(
    domain: Domain,
    caller: SignedIn,
    speaker: Speaker,
    (request, number): (i64, i64),
) -> Result<Reply> {
    answer(&domain, &caller, &speaker, (request, Some(number))).await
}

pub(crate) async fn refuse_request(domain: Domain, caller: SignedIn, speaker: Speaker, request: i64) -> Result<Reply> {
    answer(&domain, &caller, &speaker, (request, None)).await
}

async fn answer(
    domain: &Domain,
    caller: &SignedIn,
    speaker: &Speaker,
    (request, number): (i64, Option<i64>),
) -> Result<Reply> {
    match domain.answer_sign_in(caller, request, number).await {
        Ok(Answered::Approved { device, joins }) => Ok(Reply::Show(sign_in::approved(speaker, &device, joins))),
        Ok(Answered::Ended) => Ok(Reply::Show(sign_in::ended(speaker, number.is_some()))),
        Err(Error::Refused(refusal @ Refusal::NoSignIn(_))) => Ok(Reply::Show(sign_in::over(speaker, &refusal))),
        Err(error) => Err(error),
    }
}

/// Where one is signed in.
pub(crate) async fn sessions(domain: Domain, caller: SignedIn, speaker: Speaker) -> Result<Reply> {
    let sessions = domain.sessions(&caller).await?;
    Ok(Reply::Show(sign_in::sessions(&speaker, &sessions, domain.now())))
}

pub(crate) async fn end_session(
    domain: Domain,
    caller: SignedIn,
    speaker: Speaker,
    session: SessionId,
) -> Result<Reply> {
    // A second tap finds it over, and that is what it wanted.
    let word = match domain.end_session(&caller, session).await {
        Ok(()) => "bot-session-ended",
        Err(Error::Refused(Refusal::NoSuchSession)) => "bot-session-ended-before",
        Err(error) => return Err(error),
    };
    let sessions = domain.sessions(&caller).await?;
    Ok(Reply::ShowAndSay(sign_in::sessions(&speaker, &sessions, domain.now()), speaker.say(word)))
}

pub(crate) async fn ask_end_all(speaker: Speaker) -> Result<Reply> {
    Ok(Reply::Show(sign_in::ask_end_all(&speaker)))
}

pub(crate) async fn end_all_sessions(domain: Domain, caller: SignedIn, speaker: Speaker) -> Result<Reply> {
    domain.end_other_sessions(&caller).await?;
    let sessions = domain.sessions(&caller).await?;
    let screen = sign_in::sessions(&speaker, &sessions, domain.now());
    Ok(Reply::ShowAndSay(screen, speaker.say("bot-sessions-ended")))
}

/// What plans there are, and which one is the person's.
pub(crate) async fn plans(domain: Domain, caller: SignedIn, speaker: Speaker) -> Result<Reply> {
    let own = (domain.plan_of(caller.account()), caller.account());
    Ok(Reply::Show(plans::plans(&speaker, domain.plans(), own, domain.public_url())))
}

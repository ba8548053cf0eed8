//! Sign-in from the chat: sign-in links for the website and the answers to a browser's bot sign-in.

use crate::bot::context::Result;
use crate::bot::reply::{Reply, ReplyContext, refusal_text};
use crate::domain::accounts::profile::SignedIn;
use crate::domain::sign_in::bot_sign_in::{BotSignInAnswer, NumberAnswer};
use crate::domain::{Domain, Error, Refusal};
use crate::messages::callback_data::NumberChoice;
use crate::messages::localizer::Localizer;
use crate::messages::sign_in::{self, SignInEnd};
use crate::model::sign_in::one_time_token::OneTimeToken;

/// Sends a one-time link that opens the website signed in.
pub(crate) async fn sign_in(domain: Domain, caller: SignedIn, localizer: Localizer) -> Result<Reply> {
    let token = domain.make_sign_in_link(&caller).await?;
    Ok(Reply::Link(sign_in::sign_in(&localizer, &address(&domain, &token, "")), token))
}

/// Address of a sign-in link.
///
/// On https the link leads to the callback of the login widget, because Telegram then adds a signed payload of who
/// opens it. `more` is appended to the query.
pub(crate) fn address(domain: &Domain, token: &OneTimeToken, more: &str) -> String {
    let (public_url, token) = (domain.public_url(), token.reveal());
    if public_url.starts_with("https:") {
        format!("{public_url}/api/v2/auth/telegram/callback?link={token}{more}")
    } else {
        format!("{public_url}/web/sign-in/link?token={token}{more}")
    }
}

/// Shows a browser's sign-in request and asks for the number the browser displays.
pub(crate) async fn open_sign_in_request(
    domain: Domain,
    caller: SignedIn,
    localizer: Localizer,
    code: String,
) -> Result<Reply> {
    match domain.open_bot_sign_in(&caller, &code).await {
        Ok(request) => Ok(Reply::Send(sign_in::request(&localizer, &request, caller.account()))),
        Err(Error::Refused(refusal @ Refusal::SignInRequest(_))) => {
            Ok(Reply::Send(sign_in::closed(&localizer, refusal_text::sentence(&localizer, &refusal))))
        }
        Err(error) => Err(error),
    }
}

pub(crate) async fn answer_sign_in_request(
    domain: Domain,
    context: ReplyContext,
    NumberChoice { request, number }: NumberChoice,
) -> Result<Reply> {
    let message_id = context.update.message.map(i64::from);
    let answer = NumberAnswer { request, number: Some(number), message_id };
    let outcome = domain.answer_bot_sign_in(&context.caller, answer).await;
    reply(&context.localizer, outcome, SignInEnd::WrongNumber)
}

pub(crate) async fn refuse_sign_in_request(domain: Domain, context: ReplyContext, request: i64) -> Result<Reply> {
    let answer = NumberAnswer { request, number: None, message_id: None };
    reply(&context.localizer, domain.answer_bot_sign_in(&context.caller, answer).await, SignInEnd::Declined)
}

/// Reply to the answer of a sign-in request; `end` is the reason if the answer ends it.
fn reply(localizer: &Localizer, outcome: Result<BotSignInAnswer>, end: SignInEnd) -> Result<Reply> {
    match outcome {
        Ok(BotSignInAnswer::Approved { device, purpose }) => {
            Ok(Reply::Show(sign_in::approved(localizer, &device, purpose)))
        }
        Ok(BotSignInAnswer::Ended) => Ok(Reply::Show(sign_in::ended(localizer, end))),
        Err(Error::Refused(refusal @ Refusal::SignInRequest(_))) => {
            Ok(Reply::Show(sign_in::closed(localizer, refusal_text::sentence(localizer, &refusal))))
        }
        Err(error) => Err(error),
    }
}

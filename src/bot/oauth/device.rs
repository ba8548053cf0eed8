//! Devices that ask to be signed in (RFC 8628): the person picks the number that the device shows.

use crate::bot::context::Result;
use crate::bot::reply::{Reply, ReplyContext, refusal_text};
use crate::domain::accounts::profile::SignedIn;
use crate::domain::oauth::device::approval::{DeviceAnswer, DeviceOutcome};
use crate::domain::{Domain, Error, Refusal};
use crate::messages::callback_data::NumberChoice;
use crate::messages::localizer::Localizer;
use crate::messages::oauth::device;

/// Shows a device's request and asks for the number that it displays.
pub(crate) async fn open(domain: Domain, caller: SignedIn, localizer: Localizer, code: String) -> Result<Reply> {
    match domain.open_device_request(&caller, &code, None).await {
        Ok(prompt) => Ok(Reply::Send(device::request(&localizer, &prompt, caller.account()))),
        Err(Error::Refused(refusal @ Refusal::Authorization(_))) => {
            Ok(Reply::Send(device::closed(&localizer, refusal_text::sentence(&localizer, &refusal))))
        }
        Err(error) => Err(error),
    }
}

/// Answers a request with a number.
pub(crate) async fn answer(
    domain: Domain,
    context: ReplyContext,
    NumberChoice { request, number }: NumberChoice,
) -> Result<Reply> {
    reply(&domain, &context, DeviceAnswer { request, number: Some(number) }).await
}

/// Declines a request.
pub(crate) async fn refuse(domain: Domain, context: ReplyContext, request: i64) -> Result<Reply> {
    reply(&domain, &context, DeviceAnswer { request, number: None }).await
}

async fn reply(domain: &Domain, context: &ReplyContext, answer: DeviceAnswer) -> Result<Reply> {
    let localizer = &context.localizer;
    match domain.answer_device_request(&context.caller, answer).await {
        Ok(DeviceOutcome::Approved { client_name }) => Ok(Reply::Show(device::approved(localizer, &client_name))),
        Ok(DeviceOutcome::WrongNumber { .. }) => Ok(Reply::Show(device::wrong(localizer))),
        Ok(DeviceOutcome::Denied { .. }) => Ok(Reply::Show(device::declined(localizer))),
        Err(Error::Refused(refusal @ Refusal::Authorization(_))) => {
            Ok(Reply::Show(device::closed(localizer, refusal_text::sentence(localizer, &refusal))))
        }
        Err(error) => Err(error),
    }
}

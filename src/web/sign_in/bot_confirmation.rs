//! Start of a confirmation in the bot, for a sign-in and for linking a Telegram account. The API and the pages only render
//! it.

use crate::domain::accounts::profile::SignedIn;
use crate::domain::sign_in::bot_sign_in::BotSignInPrompt;
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::web::WebState;
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::extract::client::ClientSource;
use crate::web::problem::{Problem, Result};

#[derive(Clone, Copy)]
pub(crate) enum ConfirmationPurpose<'a> {
    /// Signs the browser in.
    SignIn,
    /// Links the Telegram account that confirms to the caller's account.
    LinkTelegram(&'a SignedIn),
}

#[derive(Debug)]
pub(crate) struct StartedConfirmation {
    /// Secret that the browser keeps, and polls with.
    pub(crate) poll_token: OneTimeToken,
    /// Prompt to show.
    pub(crate) prompt: NumberPrompt,
}

/// Number to show, and the ways to the bot.
#[derive(Debug)]
pub(crate) struct NumberPrompt {
    /// Username of the bot.
    pub(crate) bot: String,
    /// Code in the deep link. It cannot be exchanged for a session.
    pub(crate) code: String,
    /// Number that the person taps in the bot.
    pub(crate) number: i64,
    /// Remaining lifetime in seconds.
    pub(crate) expires_in: i64,
}

impl NumberPrompt {
    /// Completes the prompt of the domain; `None` as long as the bot's username is unknown.
    pub(crate) fn new(web: &WebState, prompt: BotSignInPrompt) -> Option<Self> {
        let bot = web.link.bot()?;
        Some(Self { bot, code: prompt.code, number: prompt.number, expires_in: prompt.seconds })
    }

    /// Address that opens the bot with this confirmation.
    pub(crate) fn deep_link(&self) -> String {
        format!("https://t.me/{}?start=signin_{}", self.bot, self.code)
    }

    /// Command that the link sends, for people who have Telegram on another device.
    pub(crate) fn command(&self) -> String {
        format!("/start signin_{}", self.code)
    }
}

/// Starts a confirmation, from our own pages or an allowed website.
pub(crate) async fn start(
    web: &WebState,
    cookies: &RequestCookies,
    client: ClientSource,
    purpose: ConfirmationPurpose<'_>,
) -> Result<StartedConfirmation> {
    cookies.site()?;
    // No request is started that nobody can answer.
    web.link.bot().ok_or_else(Problem::telegram_unavailable)?;
    let ClientSource { source, network } = client;
    let started = match purpose {
        ConfirmationPurpose::SignIn => web.domain.start_bot_sign_in(source, network).await?,
        ConfirmationPurpose::LinkTelegram(caller) => web.domain.start_telegram_link(caller, source, network).await?,
    };
    let prompt = NumberPrompt::new(web, started.shown).ok_or_else(Problem::telegram_unavailable)?;
    Ok(StartedConfirmation { poll_token: started.token, prompt })
}

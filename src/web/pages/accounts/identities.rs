//! Sign-in methods: linking a Telegram account through the bot, and unlinking.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain;
use crate::domain::accounts::identities::LinkResult;
use crate::domain::error::{IdentityError, SignInRequestError};
use crate::domain::sign_in::bot_sign_in::ConfirmationPoll;
use crate::domain::{Error, Refusal};
use crate::model::accounts::identity::Identity;
use crate::web::WebState;
use crate::web::cookies::flow::TELEGRAM_LINK;
use crate::web::extract::client::ClientSource;
use crate::web::extract::fields::from_fields;
use crate::web::extract::form::FormBody;
use crate::web::extract::query::Query;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, SignedInPage};
use crate::web::problem::{Problem, Result};
use crate::web::sign_in::bot_confirmation;
use crate::web::sign_in::bot_confirmation::{ConfirmationPurpose, NumberPrompt};

/// Sign-in method in the list.
pub(crate) struct IdentityRow {
    pub(crate) kind: String,
    /// Id within that kind.
    pub(crate) subject: String,
    /// True if a password reset disabled it.
    pub(crate) disabled: bool,
    /// Name of its kind in the visitor's language.
    pub(crate) title: String,
    pub(crate) label: String,
    /// Address of the page that confirms unlinking; `None` for the last sign-in method.
    pub(crate) unlink: Option<String>,
}

/// Sign-in methods of the account, formatted.
pub(crate) async fn identity_rows(web: &WebState, page: &SignedInPage) -> Result<Vec<IdentityRow>> {
    let identities = web.domain.identities(&page.caller).await?;
    let enabled = identities.iter().filter(|identity| identity.disabled_at.is_none()).count();
    let unlink = |identity: &Identity| {
        let query = [("kind", Some(identity.kind.as_str())), ("subject", Some(identity.subject.as_str()))];
        page_paths::with_query(page_paths::UNLINK, &query)
    };
    let row = |identity: Identity| IdentityRow {
        title: page.localizer().identity_kind(&identity.kind),
        label: identity.display_name(),
        unlink: (enabled > 1 || identity.disabled_at.is_some()).then(|| unlink(&identity)),
        disabled: identity.disabled_at.is_some(),
        kind: identity.kind,
        subject: identity.subject,
    };
    Ok(identities.into_iter().map(row).collect())
}

#[derive(Template)]
#[template(path = "accounts/telegram_link.html")]
struct TelegramLinkPage {
    frame: Layout,
    number: i64,
    deep_link: String,
    command: String,
    bot: String,
}

/// Starts a request in the bot, and redirects to the page that waits for its answer.
pub(crate) async fn start(State(web): State<WebState>, client: ClientSource, page: SignedInPage) -> Result<Response> {
    let purpose = ConfirmationPurpose::LinkTelegram(&page.caller);
    let started = bot_confirmation::start(&web, page.cookies(), client, purpose).await?;
    let cookie = page.cookies().set_flow(&TELEGRAM_LINK, &started.poll_token.reveal());
    Ok((cookie, Redirect::to(page_paths::TELEGRAM_LINK)).into_response())
}

/// Shows the number to tap. The page reloads itself, and redirects once the person has answered.
pub(crate) async fn wait(State(web): State<WebState>, page: SignedInPage) -> Result<Response> {
    if !page.cookies().has_flow(&TELEGRAM_LINK) {
        return Err(Problem::from(Refusal::SignInRequest(SignInRequestError::Expired)));
    }
    let remove_cookie = || page.cookies().remove_flow(&TELEGRAM_LINK);
    match poll(&web, &page).await {
        Ok(ConfirmationPoll::Waiting(prompt)) => {
            let prompt = NumberPrompt::new(&web, prompt).ok_or_else(Problem::telegram_unavailable)?;
            let page = TelegramLinkPage {
                frame: page.frame("page-link-telegram", page_paths::SECURITY),
                number: prompt.number,
                deep_link: prompt.deep_link(),
                command: prompt.command(),
                bot: prompt.bot,
            };
            Ok(layout::page(StatusCode::OK, &page))
        }
        Ok(ConfirmationPoll::Confirmed(linking)) => Ok((remove_cookie(), after_link(linking)).into_response()),
        Err(
            error @ Error::Refused(Refusal::SignInRequest(_) | Refusal::Identity(IdentityError::OtherAccountClosed)),
        ) => Ok((remove_cookie(), Problem::from(error)).into_response()),
        Err(error) => Err(error.into()),
    }
}

/// Polls the request of the browser: the first that is open, of several cookies.
async fn poll(web: &WebState, page: &SignedInPage) -> domain::Result<ConfirmationPoll<LinkResult>> {
    let mut outcome = Err(SignInRequestError::Unknown.into());
    for (index, token) in page.cookies().flow_tokens(&TELEGRAM_LINK).into_iter().enumerate() {
        match web.domain.poll_telegram_link(&page.caller, token).await {
            Err(Error::Refused(Refusal::SignInRequest(_))) if index > 0 => {}
            Err(error @ Error::Refused(Refusal::SignInRequest(_))) => outcome = Err(error),
            other => return other,
        }
    }
    outcome
}

/// Redirects after a proven link: to the security page, or to the merge offer.
pub(crate) fn after_link(linking: LinkResult) -> Response {
    match linking {
        LinkResult::Done => layout::done(page_paths::SECURITY, "linked"),
        LinkResult::Offered(id) => Redirect::to(&page_paths::account_merge(id)).into_response(),
    }
}

/// Sign-in method to unlink.
#[derive(Debug)]
pub(crate) struct UnlinkQuery {
    kind: String,
    subject: String,
}

from_fields!(UnlinkQuery { kind, subject }, Ignored);

#[derive(Template)]
#[template(path = "accounts/identities_unlink.html")]
struct UnlinkPage {
    frame: Layout,
    kind: String,
    subject: String,
    title: String,
    label: String,
}

/// Asks to confirm that a sign-in method is unlinked.
pub(crate) async fn ask_unlink(
    State(web): State<WebState>,
    page: SignedInPage,
    Query(query): Query<UnlinkQuery>,
) -> Result<Response> {
    web.domain.require_recent_sign_in(&page.caller)?;
    let mut identities = web.domain.identities(&page.caller).await?.into_iter();
    let found = identities.find(|identity| identity.kind == query.kind && identity.subject == query.subject);
    let identity = found.ok_or(Refusal::Identity(IdentityError::NotFound))?;
    let page = UnlinkPage {
        frame: page.frame("page-unlink", page_paths::SECURITY),
        title: page.localizer().identity_kind(&identity.kind),
        label: identity.display_name(),
        kind: identity.kind,
        subject: identity.subject,
    };
    Ok(layout::page(StatusCode::OK, &page))
}

/// Unlinks a sign-in method. Succeeds if it is already unlinked, for instance by a double click.
pub(crate) async fn unlink(State(web): State<WebState>, page: SignedInPage, form: FormBody) -> Result<Response> {
    match web.domain.unlink(&page.caller, form.get("kind"), form.get("subject")).await {
        Ok(_) | Err(Error::Refused(Refusal::Identity(IdentityError::NotFound))) => {
            Ok(layout::done(page_paths::SECURITY, "unlinked"))
        }
        Err(error) => Err(error.into()),
    }
}

/// Enables a sign-in method that a password reset disabled.
pub(crate) async fn confirm(State(web): State<WebState>, page: SignedInPage, form: FormBody) -> Result<Response> {
    web.domain.confirm_identity(&page.caller, form.get("kind"), form.get("subject")).await?;
    Ok(layout::done(page_paths::SECURITY, "identity-confirmed"))
}

//! Profile page: account, plan and balance, and the form for name and language.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::{Error, Refusal};
use crate::model::accounts::identity::Identity;
use crate::model::text::language::Language;
use crate::web::WebState;
use crate::web::extract::fields::from_fields;
use crate::web::extract::form::FormBody;
use crate::web::extract::query::Query;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, SignedInPage};
use crate::web::pages::localizer::{PageLocalizer, Timestamp};
use crate::web::problem::Result;

/// Query of pages that confirm an action.
#[derive(Debug, Default)]
pub(crate) struct ProfileQuery {
    pub(crate) done: Option<String>,
}

from_fields!(ProfileQuery { done }, Ignored);

#[derive(Template)]
#[template(path = "accounts/profile.html")]
struct ProfilePage {
    frame: Layout,
    id: String,
    plan: String,
    plan_until: Option<Timestamp>,
    balance: String,
    identities: Vec<IdentityLine>,
    /// True if the account has an email address, and so a password to change.
    has_email: bool,
    name: String,
    fault: Option<String>,
    languages: Vec<LanguageOption>,
}

/// Sign-in method, formatted.
struct IdentityLine {
    kind: String,
    label: String,
}

/// Language in the selection.
struct LanguageOption {
    code: &'static str,
    name: String,
    chosen: bool,
}

/// Shows the profile.
pub(crate) async fn show(
    State(web): State<WebState>,
    page: SignedInPage,
    Query(query): Query<ProfileQuery>,
) -> Result<Response> {
    let name = page.caller.account().name.clone();
    let page = profile(&web, &page, name, None).await?;
    Ok(layout::page(StatusCode::OK, &ProfilePage { frame: page.frame.noticing(query.done.as_deref()), ..page }))
}

/// Changes name and language. An unchanged name is not stored, so it keeps following Telegram's.
pub(crate) async fn change(State(web): State<WebState>, page: SignedInPage, form: FormBody) -> Result<Response> {
    let name = Some(form.get("name")).filter(|name| *name != page.caller.account().name);
    match web.domain.update_profile(&page.caller, name, Some(form.get("language"))).await {
        Ok(_) => Ok(layout::done(page_paths::PROFILE, "saved")),
        Err(Error::Refused(Refusal::Invalid(faults))) if faults.iter().any(|fault| fault.field == "name") => {
            let fault = page.localizer().text("page-profile-name-bad");
            let page = profile(&web, &page, form.get("name").to_owned(), Some(fault)).await?;
            Ok(layout::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

async fn profile(web: &WebState, page: &SignedInPage, name: String, fault: Option<String>) -> Result<ProfilePage> {
    let (account, localizer) = (page.caller.account(), page.localizer());
    let plan = web.domain.plan_of_account(account);
    let profile = web.domain.me(&page.caller).await?;
    let counts = plan.id == account.plan && plan.id != web.domain.plans().base().id;
    let language = |language: Language| LanguageOption {
        code: language.code(),
        name: localizer.text(&format!("page-language-{}", language.code())),
        chosen: language == localizer.language(),
    };
    Ok(ProfilePage {
        frame: page.frame("page-profile", page_paths::PROFILE),
        id: format!("#{}", account.id),
        plan: plan.title.clone(),
        plan_until: account.plan_until.filter(|_| counts).map(|until| localizer.when(until)),
        balance: localizer.number(account.token_balance),
        has_email: web.domain.sends_email() && profile.identities.iter().any(|identity| identity.kind == "email"),
        identities: profile.identities.into_iter().map(|identity| identity_line(localizer, &identity)).collect(),
        languages: Language::ALL.into_iter().map(language).collect(),
        name,
        fault,
    })
}

fn identity_line(localizer: &PageLocalizer, identity: &Identity) -> IdentityLine {
    IdentityLine { kind: localizer.identity_kind(&identity.kind), label: identity.display_name() }
}

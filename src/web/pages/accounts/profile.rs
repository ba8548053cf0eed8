//! Who one is here, and what one can change about it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::{Error, Refusal};
use crate::model::accounts::account::Identity;
use crate::model::text::language::Language;
use crate::web::Web;
use crate::web::api::Query;
use crate::web::extract::form::Form;
use crate::web::pages::layout;
use crate::web::pages::layout::{Frame, Resident};
use crate::web::pages::localizer::{Stamp, Words};
use crate::web::problem::Result;

const HERE: &str = "/web/profile";

/// What was just done.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    pub(crate) done: Option<String>,
}

#[derive(Template)]
#[template(path = "profile.html")]
struct ProfilePage {
    frame: Frame,
    id: String,
    plan: String,
    plan_until: Option<Stamp>,
    balance: String,
    identities: Vec<Way>,
    /// Whether there is an address, and so a password to change.
    has_email: bool,
    name: String,
    fault: Option<String>,
    languages: Vec<Choice>,
}

/// A way into the account.
struct Way {
    kind: String,
    label: String,
}

/// A language to choose.
struct Choice {
    code: &'static str,
    name: String,
    chosen: bool,
}

/// The page.
pub(crate) async fn show(State(web): State<Web>, resident: Resident, Query(asked): Query<Asked>) -> Result<Response> {
    let name = resident.caller.account().name.clone();
    let page = profile(&web, &resident, (name, None)).await?;
    Ok(layout::page(StatusCode::OK, &ProfilePage { frame: page.frame.noticing(asked.done.as_deref()), ..page }))
}

/// Changes name and language. A name that is left as it is stays Telegram's.
pub(crate) async fn change(State(web): State<Web>, resident: Resident, form: Form) -> Result<Response> {
    let name = Some(form.get("name")).filter(|name| *name != resident.caller.account().name);
    match web.domain.change_profile(&resident.caller, name, Some(form.get("language"))).await {
        Ok(_) => Ok(layout::done(HERE, "saved")),
        Err(Error::Refused(Refusal::Invalid(faults))) if faults.iter().any(|fault| fault.field == "name") => {
            let fault = resident.words().say("page-profile-name-bad");
            let page = profile(&web, &resident, (form.get("name").to_owned(), Some(fault))).await?;
            Ok(layout::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

async fn profile(web: &Web, resident: &Resident, (name, fault): (String, Option<String>)) -> Result<ProfilePage> {
    let (account, words) = (resident.caller.account(), resident.words());
    let plan = web.domain.plan_of(account);
    let me = web.domain.me(&resident.caller).await?;
    let counts = plan.id == account.plan && plan.id != web.domain.plans().base().id;
    let language = |language: Language| Choice {
        code: language.code(),
        name: words.say(&format!("page-language-{}", language.code())),
        chosen: language == words.language(),
    };
    Ok(ProfilePage {
        frame: resident.frame("page-profile", HERE),
        id: format!("#{}", account.id),
        plan: plan.title.clone(),
        plan_until: account.plan_until.filter(|_| counts).map(|until| words.when(until)),
        balance: words.number(account.token_balance),
        has_email: web.domain.sends_mails() && me.identities.iter().any(|identity| identity.kind == "email"),
        identities: me.identities.into_iter().map(|identity| way(words, identity)).collect(),
        languages: Language::ALL.into_iter().map(language).collect(),
        name,
        fault,
    })
}

fn way(words: &Words, identity: Identity) -> Way {
    Way { kind: words.identity_kind(&identity.kind), label: identity.shown() }
}

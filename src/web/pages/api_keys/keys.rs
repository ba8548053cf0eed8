//! API keys page: list, create, rename, revoke. Rotation is in its own module.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::api_keys::key_expiry::OFFERED_LIFETIMES;
use crate::domain::api_keys::key_readiness::curl_snippet;
use crate::domain::api_keys::keys;
use crate::domain::api_keys::keys::{IssuedKey, ListedKey, NewKey, RepeatPolicy};
use crate::domain::billing::plan_upgrade::PlanNeed;
use crate::domain::{self, Error, Refusal};
use crate::model::api_key::{KeyId, KeyState};
use crate::web::WebState;
use crate::web::extract::fields::from_fields;
use crate::web::extract::form::FormBody;
use crate::web::extract::path_id::PathId;
use crate::web::extract::query::Query;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, SignedInPage};
use crate::web::pages::localizer::{PageLocalizer, Timestamp};
use crate::web::problem::{Problem, Result};

/// Query of the API keys page.
#[derive(Debug, Default)]
pub(crate) struct KeysQuery {
    /// Confirmation to show.
    done: Option<String>,
    /// Id of the key whose rename form is open.
    rename: Option<String>,
}

from_fields!(KeysQuery { done, rename }, Ignored);

#[derive(Template)]
#[template(path = "api_keys/keys.html")]
struct KeysPage {
    frame: Layout,
    made: Option<RevealedKey>,
    /// Reason why no key can be created, if there is one.
    closed: Option<CreateDisabled>,
    /// Number of keys in use, such as `3 of 5 keys`.
    used: Option<String>,
    new: NewKeyForm,
    keys: Vec<KeyRow>,
}

/// New secret; shown only on this page.
pub(in crate::web::pages) struct RevealedKey {
    /// Text id of the heading.
    title: &'static str,
    name: String,
    key: String,
    /// Text id about the previous secret, after a rotation.
    old: Option<&'static str>,
    /// First request with the key.
    snippet: String,
}

impl RevealedKey {
    fn new(IssuedKey { listed, plain }: IssuedKey, url: &str) -> Self {
        let (name, key, snippet) = (listed.key.name, plain.reveal().to_owned(), curl_snippet(url));
        Self { title: "page-key-made", name, key, old: None, snippet }
    }

    /// New secret of a rotated key.
    pub(in crate::web::pages) fn rotated(issued: IssuedKey, url: &str) -> Self {
        let old = if issued.listed.old_secret.is_some() { "page-rotated-grace" } else { "page-rotated-at-once" };
        Self { title: "page-key-rotated", old: Some(old), ..Self::new(issued, url) }
    }
}

/// Reason why no key can be created.
struct CreateDisabled {
    why: String,
    upgrade: bool,
}

/// Form for a new key, with the entered values and their error.
#[derive(Default)]
struct NewKeyForm {
    open: bool,
    name: String,
    days: String,
    lives: Vec<(String, String)>,
    once: String,
    fault: Option<String>,
}

/// Key in the list.
pub(in crate::web::pages) struct KeyRow {
    pub(in crate::web::pages) id: KeyId,
    pub(in crate::web::pages) name: String,
    pub(in crate::web::pages) masked: String,
    state: &'static str,
    made: Timestamp,
    pub(in crate::web::pages) used: Option<Timestamp>,
    pub(in crate::web::pages) expires: Option<Timestamp>,
    expired: bool,
    /// End of the previous secret's grace period.
    old_until: Option<Timestamp>,
    rename: Option<RenameKeyForm>,
}

impl KeyRow {
    /// Text id of the state.
    fn state_text(&self) -> String {
        format!("page-key-state-{}", self.state)
    }
}

/// Open rename form of one key.
struct RenameKeyForm {
    name: String,
    fault: Option<String>,
}

#[derive(Template)]
#[template(path = "api_keys/revoke.html")]
struct RevokePage {
    frame: Layout,
    key: KeyRow,
}

/// Shows the list of keys.
pub(crate) async fn show(
    State(web): State<WebState>,
    page: SignedInPage,
    Query(query): Query<KeysQuery>,
) -> Result<Response> {
    let mut view = keys_page(&web, &page).await?;
    view.frame = view.frame.noticing(query.done.as_deref());
    let renamed = query.rename.and_then(|id| id.parse().ok().map(KeyId));
    for row in view.keys.iter_mut().filter(|row| Some(row.id) == renamed) {
        row.rename = Some(RenameKeyForm { name: row.name.clone(), fault: None });
    }
    Ok(layout::page(StatusCode::OK, &view))
}

/// Creates a key and shows it. A reload that submits the form again creates no second key and keeps the first one.
pub(crate) async fn make(State(web): State<WebState>, page: SignedInPage, form: FormBody) -> Result<Response> {
    match issue(&web, &page, &form).await {
        Ok(issued) => reveal(&web, &page, RevealedKey::new(issued, &web.domain.snippet_url())).await,
        Err(Error::Refused(Refusal::AlreadyDone)) => Ok(layout::done(page_paths::API_KEYS, "already-created")),
        Err(error @ Error::Refused(Refusal::ReauthenticationRequired)) => Err(error.into()),
        Err(Error::Refused(refusal)) => {
            let mut view = keys_page(&web, &page).await?;
            let fault = fault(page.localizer(), &refusal).ok_or_else(|| Problem::from(refusal.clone()))?;
            let (name, days) = (form.get("name").to_owned(), form.get("days").to_owned());
            view.new = NewKeyForm { open: true, name, days, fault: Some(fault), ..view.new };
            Ok(layout::page(Problem::from(refusal).status(), &view))
        }
        Err(failed) => Err(failed.into()),
    }
}

/// Shows the list of keys with a new secret.
pub(in crate::web::pages) async fn reveal(web: &WebState, page: &SignedInPage, made: RevealedKey) -> Result<Response> {
    let page = keys_page(web, page).await?;
    Ok(layout::page(StatusCode::OK, &KeysPage { made: Some(made), ..page }))
}

async fn issue(web: &WebState, page: &SignedInPage, form: &FormBody) -> domain::Result<IssuedKey> {
    let days = form.get("days");
    let expires_in_days = match days {
        "" => None,
        days => Some(days.parse().map_err(|_| Refusal::field("expires_in_days", "must be a number of days"))?),
    };
    let once = form.get("once");
    if once.is_empty() || once.len() > 64 || !once.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Refusal::Malformed("the form has no idempotency key".to_owned()).into());
    }
    let (name, idempotency_key) = (keys::name(form.get("name"))?, Some(format!("web:{once}")));
    let new_key = NewKey { name, expires_in_days, idempotency_key, on_repeat: RepeatPolicy::Refuse };
    web.domain.issue_key(&page.caller, new_key).await
}

/// Renames a key.
pub(crate) async fn rename(
    State(web): State<WebState>,
    page: SignedInPage,
    id: PathId,
    form: FormBody,
) -> Result<Response> {
    let id = id.key()?;
    let renamed = match keys::name(form.get("name")) {
        Ok(name) => web.domain.rename_key(&page.caller, id, name).await,
        Err(refused) => Err(refused),
    };
    match renamed {
        Ok(_) => Ok(layout::done(page_paths::API_KEYS, "renamed")),
        Err(Error::Refused(refusal)) => {
            let mut view = keys_page(&web, &page).await?;
            let fault = fault(page.localizer(), &refusal).ok_or_else(|| Problem::from(refusal.clone()))?;
            for row in view.keys.iter_mut().filter(|row| row.id == id) {
                row.rename = Some(RenameKeyForm { name: form.get("name").to_owned(), fault: Some(fault.clone()) });
            }
            Ok(layout::page(Problem::from(refusal).status(), &view))
        }
        Err(failed) => Err(failed.into()),
    }
}

/// Asks to confirm the revocation of a key.
pub(crate) async fn ask_revoke(State(web): State<WebState>, page: SignedInPage, id: PathId) -> Result<Response> {
    let key = row(web.domain.key(&page.caller, id.key()?).await?, page.localizer());
    Ok(layout::page(StatusCode::OK, &RevokePage { frame: page.frame("page-revoke", page_paths::API_KEYS), key }))
}

/// Revokes a key. Succeeds if it is already revoked, for instance by a double click.
pub(crate) async fn revoke(State(web): State<WebState>, page: SignedInPage, id: PathId) -> Result<Response> {
    match web.domain.revoke_key(&page.caller, id.key()?).await {
        Ok(_) | Err(Error::Refused(Refusal::KeyNotFound)) => Ok(layout::done(page_paths::API_KEYS, "revoked")),
        Err(error) => Err(error.into()),
    }
}

async fn keys_page(web: &WebState, page: &SignedInPage) -> Result<KeysPage> {
    let (localizer, plan) = (page.localizer(), web.domain.plan_of_account(page.caller.account()));
    let keys = web.domain.keys(&page.caller).await?;
    let live = keys.iter().filter(|listed| listed.state != KeyState::Expired).count();
    let full = u32::try_from(live).is_ok_and(|live| live >= plan.keys);
    let allows_more = web.domain.may_be_lifted(page.caller.account(), PlanNeed::MoreKeys);
    let closed = if !plan.api_access {
        Some(CreateDisabled { why: localizer.with("page-keys-no-access", &plan.title), upgrade: true })
    } else if full {
        Some(CreateDisabled { why: localizer.count("page-keys-full", plan.keys), upgrade: allows_more })
    } else {
        None
    };
    Ok(KeysPage {
        frame: page.frame("page-keys", page_paths::API_KEYS),
        made: None,
        closed,
        used: plan.api_access.then(|| localizer.part("page-keys-used", live, plan.keys)),
        new: NewKeyForm {
            once: web.domain.random_id(),
            lives: OFFERED_LIFETIMES.into_iter().map(|days| lifetime(localizer, days)).collect(),
            ..NewKeyForm::default()
        },
        keys: keys.into_iter().map(|listed| row(listed, localizer)).collect(),
    })
}

/// Lifetime in a form: value and text.
pub(in crate::web::pages) fn lifetime(localizer: &PageLocalizer, days: Option<i64>) -> (String, String) {
    match days {
        None => (String::new(), localizer.text("page-key-life-never")),
        Some(days) => (days.to_string(), localizer.count("page-key-life-days", days)),
    }
}

pub(in crate::web::pages) fn row(ListedKey { key, state, old_secret }: ListedKey, localizer: &PageLocalizer) -> KeyRow {
    let state_word = match state {
        KeyState::Active => "active",
        KeyState::Disabled => "disabled",
        KeyState::Expired => "expired",
        KeyState::Revoked => "revoked",
    };
    let used = key.last_use().map(|at| localizer.when(at));
    KeyRow {
        id: key.id,
        name: key.name,
        masked: key.masked,
        state: state_word,
        made: localizer.when(key.created_at),
        used,
        expires: key.expires_at.map(|at| localizer.when(at)),
        expired: state == KeyState::Expired,
        old_until: old_secret.map(|old| localizer.when(old.works_until)),
        rename: None,
    }
}

/// Message for the form field that caused the refusal; `None` if no field did.
fn fault(localizer: &PageLocalizer, refusal: &Refusal) -> Option<String> {
    match refusal {
        Refusal::KeyNameTaken(name) => Some(localizer.with("page-key-name-taken", name)),
        Refusal::TooManyKeys { limit, .. } => Some(localizer.count("page-keys-full", *limit)),
        Refusal::InsufficientPlan { plan, .. } => Some(localizer.with("page-keys-no-access", plan)),
        Refusal::Invalid(faults) if faults.iter().any(|fault| fault.field == "name") => {
            Some(localizer.text("page-key-name-bad"))
        }
        Refusal::Invalid(_) => Some(localizer.text("page-key-life-bad")),
        _ => None,
    }
}

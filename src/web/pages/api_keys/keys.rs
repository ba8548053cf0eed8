//! One's API keys: list, make, rename, revoke. Rotation has a file of its own.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::api_keys::keys;
use crate::domain::api_keys::keys::{IssuedKey, ListedKey, NewKey, RepeatPolicy};
use crate::domain::{self, Error, Refusal};
use crate::model::api_key::{KeyId, KeyState};
use crate::web::WebState;
use crate::web::api::Query;
use crate::web::extract::form::FormBody;
use crate::web::extract::path_id::PathId;
use crate::web::page_paths::HOME;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, SignedInPage};
use crate::web::pages::localizer::{PageLocalizer, Timestamp};
use crate::web::problem::{Problem, Result};

/// The lives a key can be given here, in days; none is for good.
const EXPIRY_DAYS: [Option<i64>; 4] = [None, Some(30), Some(90), Some(365)];

/// What the page is to show besides the keys.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct KeysQuery {
    /// What was just done.
    done: Option<String>,
    /// The key whose name is being changed.
    rename: Option<String>,
}

#[derive(Template)]
#[template(path = "keys.html")]
struct KeysPage {
    frame: Layout,
    made: Option<RevealedKey>,
    /// Why no key can be made, if none can.
    closed: Option<CreateDisabled>,
    /// `3 of 5 keys`.
    used: Option<String>,
    new: NewKeyForm,
    keys: Vec<KeyRow>,
}

/// A secret that was just made, shown this once.
pub(in crate::web::pages) struct RevealedKey {
    /// The text that says what it is.
    title: &'static str,
    name: String,
    key: String,
    /// The text about the secret before it, if there was one.
    old: Option<&'static str>,
}

impl RevealedKey {
    fn new(IssuedKey { listed, plain }: IssuedKey) -> Self {
        Self { title: "page-key-made", name: listed.key.name, key: plain.reveal().to_owned(), old: None }
    }

    /// The next secret of a key that had another.
    pub(in crate::web::pages) fn rotated(issued: IssuedKey) -> Self {
        let old = if issued.listed.old_secret.is_some() { "page-rotated-grace" } else { "page-rotated-at-once" };
        Self { title: "page-key-rotated", old: Some(old), ..Self::new(issued) }
    }
}

/// Why no key can be made.
struct CreateDisabled {
    why: String,
    upgrade: bool,
}

/// The form for a new key, with what was entered and what is wrong with it.
#[derive(Default)]
struct NewKeyForm {
    open: bool,
    name: String,
    days: String,
    lives: Vec<(String, String)>,
    once: String,
    fault: Option<String>,
}

/// A key in the list.
pub(in crate::web::pages) struct KeyRow {
    pub(in crate::web::pages) id: KeyId,
    pub(in crate::web::pages) name: String,
    pub(in crate::web::pages) masked: String,
    state: &'static str,
    made: Timestamp,
    pub(in crate::web::pages) used: Option<Timestamp>,
    expires: Option<Timestamp>,
    expired: bool,
    /// Until when the secret before the latest rotation works.
    old_until: Option<Timestamp>,
    rename: Option<RenameKeyForm>,
}

impl KeyRow {
    /// The text that says the state.
    fn state_text(&self) -> String {
        format!("page-key-state-{}", self.state)
    }
}

/// A name being changed.
struct RenameKeyForm {
    name: String,
    fault: Option<String>,
}

#[derive(Template)]
#[template(path = "key_revoke.html")]
struct RevokePage {
    frame: Layout,
    key: KeyRow,
}

/// The page.
pub(crate) async fn show(
    State(web): State<WebState>,
    page: SignedInPage,
    Query(asked): Query<KeysQuery>,
) -> Result<Response> {
    let mut view = keys_page(&web, &page).await?;
    view.frame = view.frame.noticing(asked.done.as_deref());
    let renamed = asked.rename.and_then(|id| id.parse().ok().map(KeyId));
    for row in view.keys.iter_mut().filter(|row| Some(row.id) == renamed) {
        row.rename = Some(RenameKeyForm { name: row.name.clone(), fault: None });
    }
    Ok(layout::page(StatusCode::OK, &view))
}

/// Makes a key and shows it. Sent again by a reload, it neither makes another nor spoils the one that was shown.
pub(crate) async fn make(State(web): State<WebState>, page: SignedInPage, form: FormBody) -> Result<Response> {
    match issue(&web, &page, &form).await {
        Ok(issued) => shown(&web, &page, RevealedKey::new(issued)).await,
        Err(Error::Refused(Refusal::AlreadyDone)) => Ok(layout::done(HOME, "already-created")),
        Err(Error::Refused(refusal)) => {
            let mut view = keys_page(&web, &page).await?;
            let fault = fault(page.words(), &refusal).ok_or_else(|| Problem::from(refusal.clone()))?;
            let (name, days) = (form.get("name").to_owned(), form.get("days").to_owned());
            view.new = NewKeyForm { open: true, name, days, fault: Some(fault), ..view.new };
            Ok(layout::page(Problem::from(refusal).status(), &view))
        }
        Err(failed) => Err(failed.into()),
    }
}

/// The page, with a secret that was just made.
pub(in crate::web::pages) async fn shown(web: &WebState, page: &SignedInPage, made: RevealedKey) -> Result<Response> {
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
        return Err(Refusal::Malformed("the form has no number of its own".to_owned()).into());
    }
    let (name, once) = (keys::name(form.get("name"))?, Some(format!("web:{once}")));
    web.domain.issue_key(&page.caller, NewKey { name, expires_in_days, once, on_repeat: RepeatPolicy::Refuse }).await
}

/// Gives a key another name.
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
        Ok(_) => Ok(layout::done(HOME, "renamed")),
        Err(Error::Refused(refusal)) => {
            let mut view = keys_page(&web, &page).await?;
            let fault = fault(page.words(), &refusal).ok_or_else(|| Problem::from(refusal.clone()))?;
            for row in view.keys.iter_mut().filter(|row| row.id == id) {
                row.rename = Some(RenameKeyForm { name: form.get("name").to_owned(), fault: Some(fault.clone()) });
            }
            Ok(layout::page(Problem::from(refusal).status(), &view))
        }
        Err(failed) => Err(failed.into()),
    }
}

/// Asks whether that key is really to be revoked.
pub(crate) async fn ask_revoke(State(web): State<WebState>, page: SignedInPage, id: PathId) -> Result<Response> {
    let key = row(web.domain.key(&page.caller, id.key()?).await?, page.words());
    Ok(layout::page(StatusCode::OK, &RevokePage { frame: page.frame("page-revoke", HOME), key }))
}

/// Revokes a key. One that is revoked already, by a second tap, is as good as revoked.
pub(crate) async fn revoke(State(web): State<WebState>, page: SignedInPage, id: PathId) -> Result<Response> {
    match web.domain.revoke_key(&page.caller, id.key()?).await {
        Ok(_) | Err(Error::Refused(Refusal::KeyNotFound)) => Ok(layout::done(HOME, "revoked")),
        Err(error) => Err(error.into()),
    }
}

async fn keys_page(web: &WebState, page: &SignedInPage) -> Result<KeysPage> {
    let (words, plan) = (page.words(), web.domain.plan_of_account(page.caller.account()));
    let keys = web.domain.keys(&page.caller).await?;
    let live = keys.iter().filter(|listed| listed.state != KeyState::Expired).count();
    let full = u32::try_from(live).is_ok_and(|live| live >= plan.keys);
    let closed = if !plan.api_access {
        Some(CreateDisabled { why: words.with("page-keys-no-access", &plan.title), upgrade: true })
    } else if full {
        Some(CreateDisabled { why: words.count("page-keys-full", plan.keys), upgrade: false })
    } else {
        None
    };
    let life = |days: Option<i64>| match days {
        None => (String::new(), words.text("page-key-life-never")),
        Some(days) => (days.to_string(), words.count("page-key-life-days", days)),
    };
    Ok(KeysPage {
        frame: page.frame("page-keys", HOME),
        made: None,
        closed,
        used: plan.api_access.then(|| words.part("page-keys-used", live, plan.keys)),
        new: NewKeyForm {
            once: web.domain.random_id(),
            lives: EXPIRY_DAYS.into_iter().map(life).collect(),
            ..NewKeyForm::default()
        },
        keys: keys.into_iter().map(|listed| row(listed, words)).collect(),
    })
}

pub(in crate::web::pages) fn row(ListedKey { key, state, old_secret }: ListedKey, words: &PageLocalizer) -> KeyRow {
    let state_word = match state {
        KeyState::Active => "active",
        KeyState::Disabled => "disabled",
        KeyState::Expired => "expired",
        KeyState::Revoked => "revoked",
    };
    let used = key.last_use().map(|at| words.when(at));
    KeyRow {
        id: key.id,
        name: key.name,
        masked: key.masked,
        state: state_word,
        made: words.when(key.created_at),
        used,
        expires: key.expires_at.map(|at| words.when(at)),
        expired: state == KeyState::Expired,
        old_until: old_secret.map(|old| words.when(old.works_until)),
        rename: None,
    }
}

/// What is wrong with what was entered, as a sentence at the field; nothing if it is no fault of the form.
fn fault(words: &PageLocalizer, refusal: &Refusal) -> Option<String> {
    match refusal {
        Refusal::KeyNameTaken(name) => Some(words.with("page-key-name-taken", name)),
        Refusal::TooManyKeys { limit } => Some(words.count("page-keys-full", *limit)),
        Refusal::InsufficientPlan { plan, .. } => Some(words.with("page-keys-no-access", plan)),
        Refusal::Invalid(faults) if faults.iter().any(|fault| fault.field == "name") => {
            Some(words.text("page-key-name-bad"))
        }
        Refusal::Invalid(_) => Some(words.text("page-key-life-bad")),
        _ => None,
    }
}

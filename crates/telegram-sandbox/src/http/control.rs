//! Control API `/_sandbox/…`: actions and observations over HTTP, for the chat page and for tests in any language.
//!
//! The README lists the calls. Errors are `{"error": "…"}` with 404, 409 or 422.

use std::time::Duration;

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    Sandbox,
    actions::TapError,
    faults::request::FaultRequest,
    http::chat_view,
    state::{people::Person, user_message::UserMessageBody},
};

/// Time a tap waits for the bot's answer.
const TAP_TIMEOUT: Duration = Duration::from_secs(15);
/// Time `events` waits for a change.
const EVENTS_TIMEOUT: Duration = Duration::from_secs(25);
/// Shortest interval between two reads of the state by `events`.
const EVENTS_MIN_INTERVAL: Duration = Duration::from_millis(40);

/// Routes of the control API.
pub(crate) fn routes() -> Router<Sandbox> {
    let chat = Router::new()
        .route("/", get(show_chat))
        .route("/events", get(wait_for_events))
        .route("/messages", post(send_message))
        .route("/edits", post(edit_message))
        .route("/taps", post(tap_button))
        .route("/block", post(block))
        .route("/unblock", post(unblock));
    Router::new()
        .route("/_sandbox", get(sandbox_info))
        .route("/_sandbox/people", get(list_people).post(add_person))
        .nest("/_sandbox/chats/{id}", chat)
        .route("/_sandbox/updates", post(push_update))
        .route("/_sandbox/faults", post(add_fault).delete(clear_faults))
        .route("/_sandbox/calls", get(list_calls))
        .route("/_sandbox/photos/{file_id}", get(show_photo))
        .route("/_sandbox/profile", get(show_profile))
        .route("/_sandbox/widget", post(sign_widget_login))
}

async fn sandbox_info(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(sandbox.read(|state| json!({"bot": state.api_bot(), "service_url": state.settings.service_url})))
}

async fn list_people(State(sandbox): State<Sandbox>) -> Json<Vec<Value>> {
    Json(sandbox.read(|state| state.people.all().map(|person| chat_view::person_entry(state, person)).collect()))
}

async fn add_person(State(sandbox): State<Sandbox>, Json(person): Json<Person>) -> Response {
    if person.id <= 0 || person.first_name.trim().is_empty() {
        return error_response(StatusCode::UNPROCESSABLE_ENTITY, "a person needs a positive id and a first name");
    }
    sandbox.change(|state| state.people.add_or_update(&person));
    (StatusCode::CREATED, Json(person)).into_response()
}

async fn show_chat(State(sandbox): State<Sandbox>, Path(id): Path<i64>) -> Json<Value> {
    Json(sandbox.read(|state| chat_view::chat_view(state, id)))
}

#[derive(Deserialize)]
struct EventsQuery {
    #[serde(default)]
    after: String,
}

async fn wait_for_events(
    State(sandbox): State<Sandbox>,
    Path(id): Path<i64>,
    Query(query): Query<EventsQuery>,
) -> Json<Value> {
    let mut changes = sandbox.subscribe_changes();
    let changed_page = async {
        loop {
            changes.mark_unchanged();
            let page = sandbox.read(|state| chat_view::page(state, id));
            if page.get("version").and_then(Value::as_str) != Some(&query.after) {
                return page;
            }
            sandbox.sleep(EVENTS_MIN_INTERVAL).await;
            let _sender_lives_in_sandbox = changes.changed().await;
        }
    };
    let page = tokio::select! {
        page = tokio::time::timeout(EVENTS_TIMEOUT, changed_page) => page.ok(),
        () = sandbox.closing_token().cancelled() => None,
    };
    Json(page.unwrap_or_else(|| sandbox.read(|state| chat_view::page(state, id))))
}

#[derive(Deserialize)]
struct SendTextBody {
    #[serde(default)]
    text: String,
    from: Option<i64>,
    reply_to: Option<i64>,
    #[serde(flatten)]
    extra: UserMessageBody,
}

async fn send_message(State(sandbox): State<Sandbox>, Path(id): Path<i64>, Json(body): Json<SendTextBody>) -> Response {
    if let Some(message) = body.extra.into_message() {
        return match sandbox.send(&person(&sandbox, id), message) {
            Ok(message_id) => (StatusCode::CREATED, Json(json!({"message_id": message_id}))).into_response(),
            Err(error) => error_response(StatusCode::UNPROCESSABLE_ENTITY, &error),
        };
    }
    if body.text.trim().is_empty() {
        return error_response(StatusCode::UNPROCESSABLE_ENTITY, "text must not be empty");
    }
    let message_id = match body.from.filter(|_| id < 0) {
        Some(from) => sandbox.say_in_group(id, &person(&sandbox, from), &body.text),
        None if id > 0 => match body.reply_to {
            Some(to) => sandbox.reply(&person(&sandbox, id), to, &body.text),
            None => sandbox.say(&person(&sandbox, id), &body.text),
        },
        None => return error_response(StatusCode::UNPROCESSABLE_ENTITY, "a message in a group needs \"from\""),
    };
    (StatusCode::CREATED, Json(json!({"message_id": message_id}))).into_response()
}

#[derive(Deserialize)]
struct EditTextBody {
    message_id: i64,
    text: String,
}

async fn edit_message(State(sandbox): State<Sandbox>, Path(id): Path<i64>, Json(body): Json<EditTextBody>) -> Response {
    if sandbox.edit(&person(&sandbox, id), body.message_id, &body.text) {
        StatusCode::NO_CONTENT.into_response()
    } else {
        error_response(StatusCode::NOT_FOUND, "this person has no such message")
    }
}

#[derive(Deserialize)]
struct TapBody {
    message_id: i64,
    #[serde(alias = "data")]
    label: String,
}

async fn tap_button(State(sandbox): State<Sandbox>, Path(id): Path<i64>, Json(body): Json<TapBody>) -> Response {
    let person = person(&sandbox, id);
    let query = match sandbox.tap(&person, body.message_id, &body.label) {
        Ok(query) => query,
        Err(TapError::NotCallback(label)) => return open_link(&sandbox, &person, body.message_id, &label),
        Err(error) => return error_response(StatusCode::NOT_FOUND, &error.to_string()),
    };
    let answered = tokio::time::timeout(TAP_TIMEOUT, sandbox.wait_for(|sandbox| sandbox.callback_answer(&query)));
    let answer = answered.await.ok().and_then(Result::ok);
    Json(json!({"callback_query_id": query, "answer": answer})).into_response()
}

fn open_link(sandbox: &Sandbox, person: &Person, message: i64, label: &str) -> Response {
    match sandbox.button_url(person, message, label) {
        Ok(url) => Json(json!({"url": url})).into_response(),
        Err(error) => error_response(StatusCode::CONFLICT, &error.to_string()),
    }
}

async fn block(State(sandbox): State<Sandbox>, Path(id): Path<i64>) -> StatusCode {
    sandbox.block(&person(&sandbox, id));
    StatusCode::NO_CONTENT
}

async fn unblock(State(sandbox): State<Sandbox>, Path(id): Path<i64>) -> StatusCode {
    sandbox.unblock(&person(&sandbox, id));
    StatusCode::NO_CONTENT
}

async fn push_update(State(sandbox): State<Sandbox>, Json(update): Json<Map<String, Value>>) -> Json<Value> {
    Json(json!({"update_id": sandbox.push_update(update.into())}))
}

async fn add_fault(State(sandbox): State<Sandbox>, Json(request): Json<FaultRequest>) -> StatusCode {
    sandbox.inject_fault(request.into());
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.clear_faults();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct CallsQuery {
    method: Option<String>,
}

async fn list_calls(State(sandbox): State<Sandbox>, Query(query): Query<CallsQuery>) -> Json<Value> {
    let matches = |method: &str| query.method.as_ref().is_none_or(|filter| filter.eq_ignore_ascii_case(method));
    Json(sandbox.calls().iter().filter(|call| matches(call.method)).map(|call| json!(**call)).collect())
}

#[derive(Deserialize)]
struct WidgetLoginBody {
    id: i64,
    auth_date: Option<i64>,
    /// The person also allows the bot to write (`data-request-access="write"`).
    #[serde(default)]
    write_access: bool,
}

async fn sign_widget_login(State(sandbox): State<Sandbox>, Json(body): Json<WidgetLoginBody>) -> Response {
    let (person, now) = sandbox.read(|state| (state.people.find(body.id).cloned(), state.now()));
    let Some(person) = person else { return error_response(StatusCode::NOT_FOUND, "no such person") };
    if body.write_access {
        sandbox.allow_chats([person.id]);
    }
    Json(sandbox.widget_login(&person, body.auth_date.unwrap_or(now))).into_response()
}

/// Bytes of a photo the bot uploaded.
async fn show_photo(State(sandbox): State<Sandbox>, Path(file_id): Path<String>) -> Response {
    let Some(bytes) = sandbox.photo(&file_id) else {
        return error_response(StatusCode::NOT_FOUND, "no such uploaded photo");
    };
    let kind = if bytes.starts_with(b"\x89PNG") { "image/png" } else { "image/jpeg" };
    ([(header::CONTENT_TYPE, kind), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")], bytes).into_response()
}

#[derive(Deserialize)]
struct ProfileQuery {
    /// Language of the reader.
    #[serde(default)]
    language: String,
    /// Private chat whose menu button is shown.
    chat: Option<i64>,
}

async fn show_profile(State(sandbox): State<Sandbox>, Query(query): Query<ProfileQuery>) -> Json<Value> {
    let profile = sandbox.bot_profile(&query.language);
    Json(json!({"profile": profile, "menu_button": sandbox.menu_button(query.chat.unwrap_or_default())}))
}

fn person(sandbox: &Sandbox, id: i64) -> Person {
    sandbox.read(|state| state.people.person(id))
}

fn error_response(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({"error": message}))).into_response()
}

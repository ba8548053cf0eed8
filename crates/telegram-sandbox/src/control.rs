//! `/_sandbox/…`: acting and looking over HTTP, for the chat page and for test drivers in any language.
//!
//! | call | body | answer |
//! |---|---|---|
//! | `GET /_sandbox` | | the bot, the service's address |
//! | `GET /_sandbox/people`, `POST` | a person | everyone; the person |
//! | `GET /_sandbox/chats/{id}` | | messages, commands, state |
//! | `GET /_sandbox/chats/{id}/events?after=V` | | chat and people, once their version is not `V` (at most 25 s) |
//! | `POST /_sandbox/chats/{id}/messages` | `{"text", "from"?, "reply_to"?}` | `{"message_id"}`; `from` in a group (negative id) |
//! | the same | `{"html"?, "photo"?, "document"?, "forwarded"?}` | the same; a `file_id`, a file name |
//! | `POST /_sandbox/chats/{id}/edits` | `{"message_id", "text"}` | 204 |
//! | `POST /_sandbox/chats/{id}/taps` | `{"message_id", "data"` or `"label"}` | `{"callback_query_id", "answer"}` or `{"url"}` |
//! | `POST /_sandbox/chats/{id}/block`, `/unblock` | | 204 |
//! | `POST /_sandbox/updates` | a raw update | `{"update_id"}` |
//! | `POST /_sandbox/faults`, `DELETE` | [`Order`] | 204 |
//! | `GET /_sandbox/calls?method=` | | calls, oldest first |
//! | `POST /_sandbox/widget` | `{"id", "auth_date"?, "write_access"?}` | the signed Login Widget object |

use std::time::Duration;

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Sandbox, acting::TapError, draft::More, fault_order::Order, people::Person, view};

/// How long a tap waits for the bot's answer.
const TAP_PATIENCE: Duration = Duration::from_secs(15);
/// How long `events` waits for one.
const EVENTS_PATIENCE: Duration = Duration::from_secs(25);
/// Least time between two looks of `events`, however much happens.
const EVENTS_REST: Duration = Duration::from_millis(40);

/// The control API's routes.
pub(super) fn routes() -> Router<Sandbox> {
    let chat = Router::new()
        .route("/", get(chat))
        .route("/events", get(events))
        .route("/messages", post(say))
        .route("/edits", post(edit))
        .route("/taps", post(tap))
        .route("/block", post(block))
        .route("/unblock", post(unblock));
    Router::new()
        .route("/_sandbox", get(about))
        .route("/_sandbox/people", get(people).post(meet))
        .nest("/_sandbox/chats/{id}", chat)
        .route("/_sandbox/updates", post(push))
        .route("/_sandbox/faults", post(order_fault).delete(clear_faults))
        .route("/_sandbox/calls", get(calls))
        .route("/_sandbox/widget", post(widget))
}

async fn about(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(sandbox.look(|world| json!({"bot": world.bot_user(), "service_url": world.settings.service_url})))
}

async fn people(State(sandbox): State<Sandbox>) -> Json<Vec<Value>> {
    Json(sandbox.look(|world| world.people.all().map(|person| view::listed(world, person)).collect()))
}

async fn meet(State(sandbox): State<Sandbox>, Json(person): Json<Person>) -> Response {
    if person.id <= 0 || person.first_name.trim().is_empty() {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "a person has a positive id and a first name");
    }
    sandbox.change(|world| world.people.meet(&person));
    (StatusCode::CREATED, Json(person)).into_response()
}

async fn chat(State(sandbox): State<Sandbox>, Path(id): Path<i64>) -> Json<Value> {
    Json(sandbox.look(|world| view::chat_view(world, id)))
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: String,
}

async fn events(State(sandbox): State<Sandbox>, Path(id): Path<i64>, Query(known): Query<After>) -> Json<Value> {
    let mut changes = sandbox.changes();
    let news = async {
        loop {
            changes.mark_unchanged();
            let page = sandbox.look(|world| view::page(world, id));
            if page.get("version").and_then(Value::as_str) != Some(&known.after) {
                return page;
            }
            sandbox.pause(EVENTS_REST).await;
            let _sender_lives_in_sandbox = changes.changed().await;
        }
    };
    let page = tokio::select! {
        page = tokio::time::timeout(EVENTS_PATIENCE, news) => page.ok(),
        () = sandbox.closing().cancelled() => None,
    };
    Json(page.unwrap_or_else(|| sandbox.look(|world| view::page(world, id))))
}

#[derive(Deserialize)]
struct Words {
    #[serde(default)]
    text: String,
    from: Option<i64>,
    reply_to: Option<i64>,
    #[serde(flatten)]
    more: More,
}

async fn say(State(sandbox): State<Sandbox>, Path(id): Path<i64>, Json(words): Json<Words>) -> Response {
    if let Some(draft) = words.more.draft() {
        return match sandbox.send(&person(&sandbox, id), draft) {
            Ok(message_id) => (StatusCode::CREATED, Json(json!({"message_id": message_id}))).into_response(),
            Err(complaint) => refuse(StatusCode::UNPROCESSABLE_ENTITY, &complaint),
        };
    }
    if words.text.trim().is_empty() {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "nothing to say");
    }
    let message_id = match words.from.filter(|_| id < 0) {
        Some(from) => sandbox.say_in_group(id, &person(&sandbox, from), &words.text),
        None if id > 0 => match words.reply_to {
            Some(to) => sandbox.reply(&person(&sandbox, id), to, &words.text),
            None => sandbox.say(&person(&sandbox, id), &words.text),
        },
        None => return refuse(StatusCode::UNPROCESSABLE_ENTITY, "in a group, say who is it \"from\""),
    };
    (StatusCode::CREATED, Json(json!({"message_id": message_id}))).into_response()
}

#[derive(Deserialize)]
struct Correction {
    message_id: i64,
    text: String,
}

async fn edit(State(sandbox): State<Sandbox>, Path(id): Path<i64>, Json(edit): Json<Correction>) -> Response {
    if sandbox.edit(&person(&sandbox, id), edit.message_id, &edit.text) {
        StatusCode::NO_CONTENT.into_response()
    } else {
        refuse(StatusCode::NOT_FOUND, "no such message of this person")
    }
}

#[derive(Deserialize)]
struct Tap {
    message_id: i64,
    #[serde(alias = "data")]
    label: String,
}

async fn tap(State(sandbox): State<Sandbox>, Path(id): Path<i64>, Json(tap): Json<Tap>) -> Response {
    let person = person(&sandbox, id);
    let query = match sandbox.tap(&person, tap.message_id, &tap.label) {
        Ok(query) => query,
        Err(TapError::NotCallback(label)) => return follow(&sandbox, &person, tap.message_id, &label),
        Err(error) => return refuse(StatusCode::NOT_FOUND, &error.to_string()),
    };
    let answered = tokio::time::timeout(TAP_PATIENCE, sandbox.until(|sandbox| sandbox.answer_to(&query)));
    let answer = answered.await.ok().and_then(Result::ok);
    Json(json!({"callback_query_id": query, "answer": answer})).into_response()
}

fn follow(sandbox: &Sandbox, person: &Person, message: i64, label: &str) -> Response {
    match sandbox.link(person, message, label) {
        Ok(url) => Json(json!({"url": url})).into_response(),
        Err(error) => refuse(StatusCode::CONFLICT, &error.to_string()),
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

async fn push(State(sandbox): State<Sandbox>, Json(update): Json<Map<String, Value>>) -> Json<Value> {
    Json(json!({"update_id": sandbox.push(update.into())}))
}

async fn order_fault(State(sandbox): State<Sandbox>, Json(order): Json<Order>) -> StatusCode {
    sandbox.fault(order.into());
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.clear_faults();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Of {
    method: Option<String>,
}

async fn calls(State(sandbox): State<Sandbox>, Query(of): Query<Of>) -> Json<Value> {
    let wanted = |method: &str| of.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method));
    Json(sandbox.calls().iter().filter(|call| wanted(call.method)).map(|call| json!(**call)).collect())
}

#[derive(Deserialize)]
struct LogIn {
    id: i64,
    auth_date: Option<i64>,
    /// The person also lets the bot write to them (`data-request-access="write"`).
    #[serde(default)]
    write_access: bool,
}

async fn widget(State(sandbox): State<Sandbox>, Json(ask): Json<LogIn>) -> Response {
    let (person, now) = sandbox.look(|world| (world.people.find(ask.id).cloned(), world.now()));
    let Some(person) = person else { return refuse(StatusCode::NOT_FOUND, "no such person") };
    if ask.write_access {
        sandbox.admit([person.id]);
    }
    Json(sandbox.widget_login(&person, ask.auth_date.unwrap_or(now))).into_response()
}

fn person(sandbox: &Sandbox, id: i64) -> Person {
    sandbox.look(|world| world.people.person(id))
}

fn refuse(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({"error": why}))).into_response()
}

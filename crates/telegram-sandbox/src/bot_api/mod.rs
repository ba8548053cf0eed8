//! The Bot API: `/bot<token>/<method>`, method names in any case, parameters in any of Telegram's four ways.
//! <https://core.telegram.org/bots/api#making-requests>

#[expect(clippy::unnecessary_wraps, reason = "every method has the shape of `Method`")]
mod about;
mod body;
mod callbacks;
mod commands;
mod delete;
mod edit;
mod files;
mod log;
mod params;
mod poll;
mod send;
#[expect(clippy::unnecessary_wraps, reason = "every method has the shape of `Method`")]
mod webhook;

use std::time::Duration;

use axum::{
    Extension, Router,
    body::Body,
    extract::{ConnectInfo, DefaultBodyLimit, Path, Request, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::any,
};
use serde_json::{Map, Value, json};

use super::{Sandbox, connection::Cut, faults::FaultKind, refusal::Refusal, world::World};
use params::Params;

pub(super) use callbacks::Callbacks;
pub(super) use commands::Commands;
pub(super) use log::Log;
pub use log::{Call, Outcome};

/// What a method answers: its `result`, or why not.
type Answer = Result<Value, Refusal>;

/// A method that answers at once, out of the world and its parameters.
type Method = fn(&mut World, &Params) -> Answer;

/// Every method but `getUpdates`, which waits.
const METHODS: [(&str, Method); 29] = [
    ("getMe", about::get_me),
    ("logOut", about::farewell),
    ("close", about::farewell),
    ("getChat", about::get_chat),
    ("getChatMember", about::get_chat_member),
    ("setWebhook", webhook::set),
    ("deleteWebhook", webhook::delete),
    ("getWebhookInfo", webhook::info),
    ("sendMessage", send::message),
    ("sendPhoto", files::send_photo),
    ("sendDocument", files::send_document),
    ("copyMessage", send::copy),
    ("sendChatAction", send::action),
    ("editMessageText", edit::text),
    ("editMessageCaption", edit::caption),
    ("editMessageReplyMarkup", edit::keyboard),
    ("deleteMessage", delete::one),
    ("deleteMessages", delete::many),
    ("answerCallbackQuery", callbacks::answer),
    ("setMyCommands", commands::set),
    ("getMyCommands", commands::get),
    ("deleteMyCommands", commands::delete),
    ("setMyName", about::accept),
    ("setMyDescription", about::accept),
    ("setMyShortDescription", about::accept),
    ("setChatMenuButton", about::accept),
    ("pinChatMessage", about::accept),
    ("unpinChatMessage", about::accept),
    ("setMessageReaction", about::accept),
];

const GET_UPDATES: &str = "getUpdates";

/// Uploads may be as large as Telegram allows bots.
const LARGEST_BODY: usize = 50 * 1024 * 1024;

/// The Bot API's routes.
pub(super) fn routes() -> Router<Sandbox> {
    Router::new().route("/{bot}/{method}", any(receive)).layer(DefaultBodyLimit::max(LARGEST_BODY))
}

async fn receive(
    State(sandbox): State<Sandbox>,
    Path((bot, method)): Path<(String, String)>,
    line: Option<Extension<ConnectInfo<Cut>>>,
    request: Request,
) -> Response {
    let Some(token) = bot.strip_prefix("bot") else { return reply(&Err(Refusal::new(404, "Not Found"))) };
    if !sandbox.look(|world| world.settings.token == token) {
        return reply(&Err(Refusal::new(401, "Unauthorized")));
    }
    let Some(method) = known(&method) else { return reply(&Err(Refusal::new(404, "Not Found"))) };
    let params = match Params::read(request).await {
        Ok(params) => params,
        Err(refusal) => return reply(&Err(refusal)),
    };
    match sandbox.call(method, params).await {
        Outcome::Done(result) => reply(&Ok(result)),
        Outcome::Refused { code, description, parameters } => {
            reply(&Err(Refusal { code, description: description.into(), parameters }))
        }
        Outcome::BadGateway => (StatusCode::BAD_GATEWAY, Html(BAD_GATEWAY)).into_response(),
        Outcome::Dropped { .. } => dropped(line.map(|Extension(ConnectInfo(cut))| cut)),
    }
}

const BAD_GATEWAY: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad \
    Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";

/// The method's own spelling.
fn known(name: &str) -> Option<&'static str> {
    let mut names = METHODS.iter().map(|(name, _)| *name).chain([GET_UPDATES]);
    names.find(|known| known.eq_ignore_ascii_case(name))
}

fn reply(answer: &Answer) -> Response {
    let (code, body) = match answer {
        Ok(result) => (200, json!({"ok": true, "result": result})),
        Err(refusal) => (refusal.code, refusal.body()),
    };
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_REQUEST);
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// No answer: the connection is cut before a byte of one, or, where it can't be reached, inside the body.
fn dropped(line: Option<Cut>) -> Response {
    if let Some(line) = line {
        line.cut();
    }
    let broken = futures::stream::once(async { Err::<String, _>(std::io::Error::other("cut")) });
    Body::from_stream(broken).into_response()
}

/// Makes a call that came as the answer of a webhook; unknown methods are ignored there.
pub(super) async fn call_from_webhook(sandbox: &Sandbox, method: &str, fields: Map<String, Value>) {
    if let Some(method) = known(method) {
        sandbox.call(method, Params::new(fields)).await;
    }
}

impl Sandbox {
    /// Makes one call: strikes it with a fault if one waits, does it, writes it down.
    async fn call(&self, method: &'static str, params: Params) -> Outcome {
        let _under_way = log::UnderWay::begin(self, method);
        let fault = self.change(|world| world.faults.strike(method, params.integer("chat_id")));
        let outcome = match fault {
            None => self.outcome(method, &params).await,
            Some(FaultKind::Slow(time)) => {
                self.pause(time).await;
                self.outcome(method, &params).await
            }
            Some(FaultKind::ServerError) => Outcome::BadGateway,
            Some(FaultKind::ResetBefore) => Outcome::Dropped { done: None },
            Some(FaultKind::ResetAfter) => {
                Outcome::Dropped { done: Some(Box::new(self.outcome(method, &params).await)) }
            }
            Some(kind) => {
                Outcome::from(Err(kind.refusal().unwrap_or_else(|| Refusal::new(500, "Internal Server Error"))))
            }
        };
        let call = Call { method, params: params.into_value(), outcome: outcome.clone() };
        self.change(|world| world.log.add(call));
        outcome
    }

    async fn outcome(&self, method: &'static str, params: &Params) -> Outcome {
        let find = |(name, run): &(&str, Method)| (*name == method).then_some(*run);
        match METHODS.iter().find_map(find) {
            Some(run) => self.change(|world| run(world, params)).into(),
            None => self.get_updates(params).await.into(),
        }
    }

    /// Sleeps, or until serving ends.
    pub(super) async fn pause(&self, time: Duration) {
        let _either = tokio::time::timeout(time, self.closing().cancelled()).await;
    }
}

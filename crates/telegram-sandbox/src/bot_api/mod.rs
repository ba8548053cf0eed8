//! Bot API: `/bot<token>/<method>`. Method names in any case; parameters by query, form, JSON or multipart.
//! <https://core.telegram.org/bots/api#making-requests>

#[expect(clippy::unnecessary_wraps, reason = "every method has the shape of `Method`")]
mod about;
mod body;
mod callbacks;
mod commands;
mod delete;
mod edit;
pub(crate) mod error;
mod files;
mod invoices;
mod log;
mod params;
mod poll;
mod profile;
mod send;
#[expect(clippy::unnecessary_wraps, reason = "every method has the shape of `Method`")]
mod stars;
#[expect(clippy::unnecessary_wraps, reason = "every method has the shape of `Method`")]
mod webhook;
pub(crate) mod webhook_delivery;

use std::time::Duration;

use axum::{
    Extension, Router,
    body::Body,
    extract::{self, ConnectInfo, DefaultBodyLimit, Path, Request},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::any,
};
use serde_json::{Map, Value, json};

use crate::{Sandbox, bot_api::error::ApiError, faults::FaultKind, http::connection::CutHandle, state::State};
use params::Params;

pub(super) use callbacks::Callbacks;
pub(super) use commands::BotCommands;
pub(super) use log::CallLog;
pub use log::{CallOutcome, LoggedCall};
pub use profile::BotProfile;
pub(super) use profile::BotProfiles;

/// Response of a method: its `result`, or an error.
type ApiResponse = Result<Value, ApiError>;

/// A method that responds immediately, from the state and its parameters.
type Method = fn(&mut State, &Params) -> ApiResponse;

/// Every method except `getUpdates`, which waits.
const METHODS: [(&str, Method); 40] = [
    ("getMe", about::get_me),
    ("logOut", about::log_out),
    ("close", about::log_out),
    ("getChat", about::get_chat),
    ("getChatMember", about::get_chat_member),
    ("setWebhook", webhook::set_webhook),
    ("deleteWebhook", webhook::delete_webhook),
    ("getWebhookInfo", webhook::webhook_info),
    ("sendMessage", send::send_message),
    ("sendPhoto", files::send_photo),
    ("sendDocument", files::send_document),
    ("sendInvoice", invoices::send_invoice),
    ("createInvoiceLink", invoices::create_link),
    ("answerPreCheckoutQuery", stars::answer_pre_checkout_query),
    ("refundStarPayment", stars::refund_star_payment),
    ("editUserStarSubscription", stars::edit_user_star_subscription),
    ("getStarTransactions", stars::get_star_transactions),
    ("getMyStarBalance", stars::get_my_star_balance),
    ("copyMessage", send::copy_message),
    ("sendChatAction", send::send_chat_action),
    ("editMessageText", edit::edit_text),
    ("editMessageCaption", edit::edit_caption),
    ("editMessageMedia", edit::edit_media),
    ("editMessageReplyMarkup", edit::edit_reply_markup),
    ("deleteMessage", delete::delete_message),
    ("deleteMessages", delete::delete_messages),
    ("answerCallbackQuery", callbacks::answer_callback_query),
    ("setMyCommands", commands::set_commands),
    ("getMyCommands", commands::get_commands),
    ("deleteMyCommands", commands::delete_commands),
    ("setMyName", about::accept_without_effect),
    ("setMyDescription", profile::set_description),
    ("getMyDescription", profile::get_description),
    ("setMyShortDescription", profile::set_short_description),
    ("getMyShortDescription", profile::get_short_description),
    ("setChatMenuButton", profile::set_menu_button),
    ("getChatMenuButton", profile::get_menu_button),
    ("pinChatMessage", about::accept_without_effect),
    ("unpinChatMessage", about::accept_without_effect),
    ("setMessageReaction", about::accept_without_effect),
];

const GET_UPDATES: &str = "getUpdates";

/// Upload limit of Telegram for bots: 50 MB.
const MAX_BODY_BYTES: usize = 50 * 1024 * 1024;

/// Routes of the Bot API.
pub(super) fn routes() -> Router<Sandbox> {
    Router::new().route("/{bot}/{method}", any(receive_call)).layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
}

async fn receive_call(
    extract::State(sandbox): extract::State<Sandbox>,
    Path((bot, method)): Path<(String, String)>,
    cut_handle: Option<Extension<ConnectInfo<CutHandle>>>,
    request: Request,
) -> Response {
    let Some(token) = bot.strip_prefix("bot") else { return reply(&Err(ApiError::new(404, "Not Found"))) };
    if !sandbox.read(|state| state.settings.token == token) {
        return reply(&Err(ApiError::new(401, "Unauthorized")));
    }
    let Some(method) = canonical_name(&method) else { return reply(&Err(ApiError::new(404, "Not Found"))) };
    remember_address(&sandbox, request.headers());
    let params = match Params::read(request).await {
        Ok(params) => params,
        Err(error) => return reply(&Err(error)),
    };
    match sandbox.call(method, params).await {
        CallOutcome::Done(result) => reply(&Ok(result)),
        CallOutcome::Refused { code, description, parameters } => {
            reply(&Err(ApiError { code, description: description.into(), parameters }))
        }
        CallOutcome::BadGateway => (StatusCode::BAD_GATEWAY, Html(BAD_GATEWAY)).into_response(),
        CallOutcome::Dropped { .. } => cut_connection(cut_handle.map(|Extension(ConnectInfo(cut))| cut)),
    }
}

/// Remembers the address the bot uses. Invoice links begin with it.
fn remember_address(sandbox: &Sandbox, headers: &HeaderMap) {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    if let Some(host) = host {
        sandbox.change_silently(|state| state.stars.base_url = Some(format!("http://{host}")));
    }
}

const BAD_GATEWAY: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad \
    Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";

/// Method name in Telegram's spelling.
fn canonical_name(name: &str) -> Option<&'static str> {
    let mut names = METHODS.iter().map(|(name, _)| *name).chain([GET_UPDATES]);
    names.find(|known| known.eq_ignore_ascii_case(name))
}

fn reply(answer: &ApiResponse) -> Response {
    let (code, body) = match answer {
        Ok(result) => (200, json!({"ok": true, "result": result})),
        Err(error) => (error.code, error.body()),
    };
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_REQUEST);
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// Sends no response: cuts the connection before its first byte or, without a handle, in the middle of the body.
fn cut_connection(cut_handle: Option<CutHandle>) -> Response {
    if let Some(cut_handle) = cut_handle {
        cut_handle.cut();
    }
    let broken = futures::stream::once(async { Err::<String, _>(std::io::Error::other("cut")) });
    Body::from_stream(broken).into_response()
}

/// Makes the call that a webhook response contains. Unknown methods are ignored.
pub(super) async fn call_from_webhook(sandbox: &Sandbox, method: &str, fields: Map<String, Value>) {
    if let Some(method) = canonical_name(method) {
        sandbox.call(method, Params::new(fields)).await;
    }
}

impl Sandbox {
    /// Makes one call: applies a matching fault, runs the method and records the result.
    async fn call(&self, method: &'static str, params: Params) -> CallOutcome {
        let _under_way = log::CallGuard::begin(self, method);
        let fault = self.change(|state| state.faults.take_matching(method, params.integer("chat_id")));
        let outcome = match fault {
            None => self.run_method(method, &params).await,
            Some(FaultKind::Slow(time)) => {
                self.sleep(time).await;
                self.run_method(method, &params).await
            }
            Some(FaultKind::ServerError) => CallOutcome::BadGateway,
            Some(FaultKind::ResetBefore) => CallOutcome::Dropped { done: None },
            Some(FaultKind::ResetAfter) => {
                CallOutcome::Dropped { done: Some(Box::new(self.run_method(method, &params).await)) }
            }
            Some(kind) => {
                CallOutcome::from(Err(kind.api_error().unwrap_or_else(|| ApiError::new(500, "Internal Server Error"))))
            }
        };
        let call = LoggedCall { method, params: params.into_value(), outcome: outcome.clone() };
        self.change(|state| state.log.add(call));
        outcome
    }

    async fn run_method(&self, method: &'static str, params: &Params) -> CallOutcome {
        let find = |(name, run): &(&str, Method)| (*name == method).then_some(*run);
        match METHODS.iter().find_map(find) {
            Some(run) => self.change(|state| run(state, params)).into(),
            None => self.get_updates(params).await.into(),
        }
    }

    /// Sleeps for `time`, or until the sandbox stops.
    pub(super) async fn sleep(&self, time: Duration) {
        let _either = tokio::time::timeout(time, self.closing_token().cancelled()).await;
    }
}

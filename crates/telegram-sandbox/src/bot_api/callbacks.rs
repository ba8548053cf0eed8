//! Callback queries and `answerCallbackQuery`. A query can be answered once.
//! <https://core.telegram.org/bots/api#answercallbackquery>

use std::collections::{HashMap, VecDeque};

use super::{ApiError, ApiResponse, State, params::Params};
use crate::observe::CallbackAnswer;

/// Number of queries stored, answered or not; the oldest is dropped.
const MAX_QUERIES: usize = 10_000;

const TOO_OLD: &str = "query is too old and response timeout expired or query ID is invalid";

/// Callback queries by id; `None` until answered.
#[derive(Default)]
pub(crate) struct Callbacks {
    last: u64,
    answers: HashMap<String, Option<CallbackAnswer>>,
    order: VecDeque<String>,
}

impl Callbacks {
    /// Creates a query and returns its id.
    pub(crate) fn open_query(&mut self) -> String {
        self.last += 1;
        let id = (4_000_000_000_000_000_000 + self.last).to_string();
        self.answers.insert(id.clone(), None);
        self.order.push_back(id.clone());
        if self.order.len() > MAX_QUERIES
            && let Some(oldest) = self.order.pop_front()
        {
            self.answers.remove(&oldest);
        }
        id
    }

    /// The bot's answer to a query, if it has answered.
    pub(crate) fn answer_to(&self, id: &str) -> Option<&CallbackAnswer> {
        self.answers.get(id)?.as_ref()
    }
}

/// `answerCallbackQuery`
pub(super) fn answer_callback_query(state: &mut State, params: &Params) -> ApiResponse {
    let id = params.text("callback_query_id").unwrap_or_default();
    let text = params.text("text").filter(|text| !text.is_empty());
    if text.as_ref().is_some_and(|text| text.chars().count() > 200) {
        return Err(ApiError::bad("MESSAGE_TOO_LONG"));
    }
    let answer = CallbackAnswer {
        text,
        show_alert: params.flag("show_alert"),
        url: params.text("url").filter(|url| !url.is_empty()),
    };
    match state.callbacks.answers.get_mut(&id) {
        Some(open @ None) => *open = Some(answer),
        _ => return Err(ApiError::bad(TOO_OLD)),
    }
    Ok(true.into())
}

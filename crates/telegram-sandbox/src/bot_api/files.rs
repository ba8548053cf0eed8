//! `sendPhoto` and `sendDocument`: an upload or a known `file_id`, and a caption. No other media is supported.

use super::{ApiError, ApiResponse, State, body, params::Params, send};
use crate::state::{
    media::{DOCUMENT_ID_PREFIX, Media, MediaKind},
    message::{Author, StoredMessage},
};

/// `sendPhoto`, <https://core.telegram.org/bots/api#sendphoto>
pub(super) fn send_photo(state: &mut State, params: &Params) -> ApiResponse {
    send_file(state, params, MediaKind::Photo)
}

/// `sendDocument`, <https://core.telegram.org/bots/api#senddocument>
pub(super) fn send_document(state: &mut State, params: &Params) -> ApiResponse {
    send_file(state, params, MediaKind::Document)
}

fn send_file(state: &mut State, params: &Params, kind: MediaKind) -> ApiResponse {
    let chat = send::reachable_chat(state, params)?;
    let media = parse_media(params, kind)?;
    let caption = body::parse_body(params, &body::CAPTION)?;
    let message = StoredMessage {
        media: Some(media),
        raw_text: caption.raw_text,
        ..StoredMessage::new(Author::Bot, state.now(), caption.text)
    };
    let id = send::post_message(state, chat, message, params)?;
    Ok(state.api_message(chat, id).unwrap_or_default())
}

fn parse_media(params: &Params, kind: MediaKind) -> Result<Media, ApiError> {
    let mut media = Media { kind, file_id: String::new(), name: None, size: 0 };
    let field = media.field();
    if let Some(upload) = params.upload(field) {
        media.file_id = format!("sandbox-{field}-{}-{}", upload.name, upload.size);
        media.name = Some(upload.name);
        media.size = upload.size;
        return Ok(media);
    }
    media.file_id = params.text(field).unwrap_or_default();
    if media.file_id.is_empty() {
        return Err(ApiError::bad(format!("there is no {field} in the request")));
    }
    if media.file_id.starts_with("attach://") || media.file_id.contains(char::is_whitespace) {
        return Err(ApiError::bad("wrong remote file identifier specified: Wrong character in the string"));
    }
    if kind == MediaKind::Photo && media.file_id.starts_with(DOCUMENT_ID_PREFIX) {
        return Err(ApiError::bad("can't use file of type Document as Photo"));
    }
    Ok(media)
}

//! `sendPhoto` and `sendDocument`: an upload or a known `file_id`, and a caption. No other media is supported.

use sha2::{Digest, Sha256};

use super::{
    ApiError, ApiResponse, State, body,
    params::{Params, Upload},
    send,
};
use crate::state::{
    media::{DOCUMENT_ID_PREFIX, Media, MediaKind, PictureSize},
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
    let media = parse_media(state, params, kind)?;
    let caption = body::parse_body(params, &body::CAPTION)?;
    let message = StoredMessage {
        media: Some(media),
        raw_text: caption.raw_text,
        ..StoredMessage::new(Author::Bot, state.now(), caption.text)
    };
    let id = send::post_message(state, chat, message, params)?;
    Ok(state.api_message(chat, id).unwrap_or_default())
}

fn parse_media(state: &mut State, params: &Params, kind: MediaKind) -> Result<Media, ApiError> {
    let field = kind.field();
    if let Some(upload) = params.upload(field) {
        return store_upload(state, kind, upload);
    }
    let file_id = params.text(field).unwrap_or_default();
    if file_id.is_empty() {
        return Err(ApiError::bad(format!("there is no {field} in the request")));
    }
    known_file(kind, file_id)
}

/// A file that is uploaded with the call. A photo must be a picture.
pub(super) fn store_upload(state: &mut State, kind: MediaKind, upload: Upload) -> Result<Media, ApiError> {
    let Upload { name, size, bytes } = upload;
    if kind == MediaKind::Document {
        let file_id = format!("{DOCUMENT_ID_PREFIX}{name}-{size}");
        return Ok(Media { kind, file_id, name: Some(name), size, picture: PictureSize::default() });
    }
    let picture = PictureSize::of(&bytes).ok_or_else(|| ApiError::bad("IMAGE_PROCESS_FAILED"))?;
    if !picture.is_allowed() {
        return Err(ApiError::bad("PHOTO_INVALID_DIMENSIONS"));
    }
    let digest: String = hex::encode(Sha256::digest(&bytes)).chars().take(32).collect();
    let file_id = format!("sandbox-photo-{digest}");
    state.photos.store(&file_id, bytes);
    Ok(Media { kind, file_id, name: Some(name), size, picture })
}

/// A file by its `file_id`.
pub(super) fn known_file(kind: MediaKind, file_id: String) -> Result<Media, ApiError> {
    if file_id.starts_with("attach://") || file_id.contains(char::is_whitespace) {
        return Err(ApiError::bad("wrong remote file identifier specified: Wrong character in the string"));
    }
    if kind == MediaKind::Photo && file_id.starts_with(DOCUMENT_ID_PREFIX) {
        return Err(ApiError::bad("can't use file of type Document as Photo"));
    }
    Ok(Media { kind, file_id, name: None, size: 0, picture: PictureSize::default() })
}

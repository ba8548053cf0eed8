//! `sendPhoto` and `sendDocument`, thinly: an upload or a known `file_id`, and a caption.

use super::{Answer, Refusal, World, body, params::Params, send};
use crate::{
    media::{DOCUMENT, Kind, Media},
    message::{Author, Posted},
};

/// `sendPhoto`, <https://core.telegram.org/bots/api#sendphoto>
pub(super) fn send_photo(world: &mut World, params: &Params) -> Answer {
    send_file(world, params, Kind::Photo)
}

/// `sendDocument`, <https://core.telegram.org/bots/api#senddocument>
pub(super) fn send_document(world: &mut World, params: &Params) -> Answer {
    send_file(world, params, Kind::Document)
}

fn send_file(world: &mut World, params: &Params, kind: Kind) -> Answer {
    let chat = send::reachable_chat(world, params)?;
    let media = media(params, kind)?;
    let caption = body::read(params, &body::CAPTION)?;
    let draft =
        Posted { media: Some(media), sent: caption.sent, ..Posted::new(Author::Bot, world.now(), caption.shown) };
    let id = send::post(world, chat, draft, params)?;
    Ok(world.message_value(chat, id).unwrap_or_default())
}

fn media(params: &Params, kind: Kind) -> Result<Media, Refusal> {
    let mut media = Media { kind, file_id: String::new(), name: None, size: 0 };
    let field = media.field();
    if let Some((name, size)) = params.upload(field) {
        media.file_id = format!("sandbox-{field}-{name}-{size}");
        media.name = Some(name);
        media.size = size;
        return Ok(media);
    }
    media.file_id = params.text(field).unwrap_or_default();
    if media.file_id.is_empty() {
        return Err(Refusal::bad(format!("there is no {field} in the request")));
    }
    if media.file_id.starts_with("attach://") || media.file_id.contains(char::is_whitespace) {
        return Err(Refusal::bad("wrong remote file identifier specified: Wrong character in the string"));
    }
    if kind == Kind::Photo && media.file_id.starts_with(DOCUMENT) {
        return Err(Refusal::bad("can't use file of type Document as Photo"));
    }
    Ok(media)
}

//! Parts of an update that this version cannot read. They are skipped, logged by their kind and counted.

use serde_json::Value;

use crate::bot::incoming::message_content::knows_entity;
use crate::bot::incoming::raw::fields;

/// Kinds of update that are read or deliberately ignored.
const UPDATES: [&str; 6] =
    ["message", "edited_message", "callback_query", "my_chat_member", "pre_checkout_query", "subscription"];
/// Longest name that is logged. Those of the Bot API are shorter.
const MAX_KIND_CHARS: usize = 48;

/// Fields of a message as of Bot API 9.5 (<https://core.telegram.org/bots/api#message>).
const MESSAGE_FIELDS: &str = "
    message_id message_thread_id direct_messages_topic from sender_chat sender_boost_count sender_business_bot
    sender_tag date business_connection_id chat forward_origin is_topic_message is_automatic_forward
    reply_to_message external_reply quote reply_to_story reply_to_checklist_task_id via_bot edit_date
    has_protected_content is_from_offline is_paid_post media_group_id author_signature paid_star_count text entities
    link_preview_options suggested_post_info effect_id animation audio document paid_media photo sticker story video
    video_note voice caption caption_entities show_caption_above_media has_media_spoiler checklist contact dice game
    poll venue location new_chat_members left_chat_member new_chat_title new_chat_photo delete_chat_photo
    group_chat_created supergroup_chat_created channel_chat_created message_auto_delete_timer_changed
    migrate_to_chat_id migrate_from_chat_id pinned_message invoice successful_payment refunded_payment users_shared
    chat_shared gift unique_gift gift_upgrade_sent connected_website write_access_allowed passport_data
    proximity_alert_triggered boost_added chat_background_set chat_owner_left chat_owner_changed
    checklist_tasks_done checklist_tasks_added direct_message_price_changed forum_topic_created forum_topic_edited
    forum_topic_closed forum_topic_reopened general_forum_topic_hidden general_forum_topic_unhidden giveaway_created
    giveaway giveaway_winners giveaway_completed paid_message_price_changed suggested_post_approved
    suggested_post_approval_failed suggested_post_declined suggested_post_paid suggested_post_refunded
    video_chat_scheduled video_chat_started video_chat_ended video_chat_participants_invited web_app_data
    reply_markup";

/// A part that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UnknownPart {
    /// Place: `update`, `field` or `entity`.
    pub(super) place: &'static str,
    /// Name of the kind, as the Bot API writes it. Never content.
    pub(super) kind: String,
}

/// Parts of the update that are skipped.
pub(super) fn unknown_parts(update: &Value) -> Vec<UnknownPart> {
    let names = update.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    let mut parts: Vec<_> = names
        .filter(|name| *name != "update_id" && !UPDATES.contains(name))
        .map(|name| UnknownPart::new("update", name))
        .collect();
    for message in ["message", "edited_message"].into_iter().filter_map(|kind| update.get(kind)) {
        let names = message.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
        let is_known = |name: &&str| MESSAGE_FIELDS.split_whitespace().any(|known| known == *name);
        parts.extend(names.filter(|name| !is_known(name)).map(|name| UnknownPart::new("field", name)));
        let unreadable =
            ["text", "caption"].into_iter().filter(|name| message.get(name).is_some_and(|it| !it.is_string()));
        parts.extend(unreadable.map(|name| UnknownPart::new("field", name)));
        let entities = ["/entities", "/caption_entities"].into_iter().flat_map(|list| fields::list(message, list));
        let unknown = entities.filter(|entity| !knows_entity(entity));
        parts.extend(
            unknown.map(|entity| UnknownPart::new("entity", fields::text(entity, "/type").unwrap_or_default())),
        );
    }
    parts
}

impl UnknownPart {
    fn new(place: &'static str, name: &str) -> Self {
        let is_name = !name.is_empty()
            && name.len() <= MAX_KIND_CHARS
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        Self { place, kind: if is_name { name.to_owned() } else { "unreadable".to_owned() } }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_kinds_are_named() {
        let update = json!({"update_id": 1, "message": {
            "message_id": 1, "text": "secret", "Odd Field": "secret", "hologram": {"secret": true}, "caption": 5,
            "entities": [{"type": "bold", "offset": 0, "length": 1}, {"type": "date_time", "offset": 0, "length": 1}, {"secret": 1}],
        }});
        let parts: Vec<_> =
            unknown_parts(&update).into_iter().map(|part| format!("{} {}", part.place, part.kind)).collect();
        let mut expected =
            ["field unreadable", "field hologram", "field caption", "entity date_time", "entity unreadable"]
                .map(str::to_owned);
        let mut parts = parts;
        parts.sort();
        expected.sort();
        assert_eq!(parts, expected);
        assert_eq!(unknown_parts(&json!({"update_id": 1, "poll_of_tomorrow": {}})).len(), 1);
    }
}

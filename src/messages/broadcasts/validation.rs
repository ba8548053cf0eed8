//! Texts of draft errors. The match has no `_` arm, so a new error does not compile without a text.

use crate::messages::broadcasts::editor::in_language;
use crate::messages::broadcasts::segment::too_deep;
use crate::messages::localizer::Localizer;
use crate::model::broadcasts::validation::{DraftError, MAX_CAPTION_CHARS};
use crate::model::broadcasts::{ButtonError, MAX_CONDITIONS};
use crate::model::text::texts::TextArg::{Count, Text};

/// Text of a draft error, in the admin's language.
pub(crate) fn sentence(localizer: &Localizer, error: &DraftError) -> String {
    match error {
        DraftError::Empty => localizer.text("bot-broadcast-invalid-empty"),
        DraftError::NoText(_) => localizer.text("bot-broadcast-invalid-no-text"),
        DraftError::TooLong(language, length, most) => {
            let count = |number: &usize| Count(i64::try_from(*number).unwrap_or(i64::MAX));
            let language_name = in_language(localizer, *language);
            let values = [("language", Text(language_name.as_str())), ("length", count(length)), ("most", count(most))];
            let is_caption = *most == MAX_CAPTION_CHARS;
            localizer.html(
                if is_caption { "bot-broadcast-invalid-caption" } else { "bot-broadcast-invalid-too-long" },
                &values,
            )
        }
        DraftError::Html(_, why) => localizer.html("bot-broadcast-invalid-html", &[("why", Text(why))]),
        DraftError::TooManyButtons(_) => localizer.text("bot-broadcast-invalid-buttons"),
        DraftError::Button(_, place, error) => {
            let line = Count(i64::try_from(*place).unwrap_or(i64::MAX));
            localizer.html(of_button(*error), &[("line", line)])
        }
        DraftError::File => localizer.text("bot-broadcast-invalid-file"),
        DraftError::NoPlan(plan) => localizer.html("bot-broadcast-invalid-plan", &[("plan", Text(plan))]),
        DraftError::NoPlans | DraftError::NoConditions => localizer.text("bot-broadcast-invalid-segment"),
        DraftError::Days => localizer.text("bot-broadcast-invalid-days"),
        DraftError::Tokens => localizer.text("bot-broadcast-invalid-tokens"),
        DraftError::People => localizer.text("bot-broadcast-invalid-people"),
        DraftError::NoPerson(id) => localizer.html("bot-broadcast-invalid-person", &[("id", Text(&id.to_string()))]),
        DraftError::TooManyConditions => {
            let most = i64::try_from(MAX_CONDITIONS).unwrap_or(i64::MAX);
            localizer.html("bot-broadcast-segment-too-many", &[("most", Count(most))])
        }
        DraftError::TooDeep => too_deep(localizer),
        DraftError::Condition(_, error) => sentence(localizer, error),
        DraftError::Over => localizer.text("bot-broadcast-invalid-over"),
        DraftError::TooFar => localizer.text("bot-broadcast-invalid-too-far"),
    }
}

const fn of_button(error: ButtonError) -> &'static str {
    match error {
        ButtonError::Shape => "bot-broadcast-invalid-button-shape",
        ButtonError::Text => "bot-broadcast-invalid-button-text",
        ButtonError::LongAddress => "bot-broadcast-invalid-button-long",
        ButtonError::Address => "bot-broadcast-invalid-button-address",
        ButtonError::Host => "bot-broadcast-invalid-button-host",
        ButtonError::Scheme => "bot-broadcast-invalid-button-scheme",
    }
}

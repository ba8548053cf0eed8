//! What is wrong with a draft, in an admin's language. No `_`: a new flaw must get a sentence.

use crate::messages::broadcasts::editor::in_language;
use crate::messages::localizer::Localizer;
use crate::model::broadcasts::ButtonError;
use crate::model::broadcasts::validation::{DraftError, MAX_CAPTION_CHARS};
use crate::model::text::texts::TextArg::{Count, Text};

/// What to say of it.
pub(crate) fn sentence(localizer: &Localizer, flaw: &DraftError) -> String {
    match flaw {
        DraftError::Empty => localizer.text("bot-bc-flaw-empty"),
        DraftError::NoText(_) => localizer.text("bot-bc-flaw-no-text"),
        DraftError::TooLong(language, length, most) => {
            let count = |number: &usize| Count(i64::try_from(*number).unwrap_or(i64::MAX));
            let named = in_language(localizer, *language);
            let values = [("language", Text(named.as_str())), ("length", count(length)), ("most", count(most))];
            let is_caption = *most == MAX_CAPTION_CHARS;
            localizer.html(if is_caption { "bot-bc-flaw-caption" } else { "bot-bc-flaw-too-long" }, &values)
        }
        DraftError::Html(_, why) => localizer.html("bot-bc-flaw-html", &[("why", Text(why))]),
        DraftError::TooManyButtons(_) => localizer.text("bot-bc-flaw-buttons"),
        DraftError::Button(_, place, flaw) => {
            let line = Count(i64::try_from(*place).unwrap_or(i64::MAX));
            localizer.html(of_button(*flaw), &[("line", line)])
        }
        DraftError::File => localizer.text("bot-bc-flaw-file"),
        DraftError::NoPlan(plan) => localizer.html("bot-bc-flaw-plan", &[("plan", Text(plan))]),
        DraftError::NoPlans => localizer.text("bot-bc-flaw-segment"),
        DraftError::Days => localizer.text("bot-bc-flaw-days"),
        DraftError::Tokens => localizer.text("bot-bc-flaw-tokens"),
        DraftError::People => localizer.text("bot-bc-flaw-people"),
        DraftError::NoPerson(id) => localizer.html("bot-bc-flaw-person", &[("id", Text(&id.to_string()))]),
        DraftError::Over => localizer.text("bot-bc-flaw-over"),
        DraftError::TooFar => localizer.text("bot-bc-flaw-too-far"),
    }
}

const fn of_button(flaw: ButtonError) -> &'static str {
    match flaw {
        ButtonError::Shape => "bot-bc-flaw-button-shape",
        ButtonError::Text => "bot-bc-flaw-button-text",
        ButtonError::LongAddress => "bot-bc-flaw-button-long",
        ButtonError::Address => "bot-bc-flaw-button-address",
        ButtonError::Host => "bot-bc-flaw-button-host",
        ButtonError::Scheme => "bot-bc-flaw-button-scheme",
    }
}

//! What is wrong with a draft, in an admin's language. No `_`: a new flaw must get a sentence.

use crate::messages::broadcasts::editor::in_language;
use crate::messages::localizer::Speaker;
use crate::model::broadcasts::ButtonFlaw;
use crate::model::broadcasts::validation::{Flaw, LONGEST_CAPTION};
use crate::model::text::texts::Value::{Count, Text};

/// What to say of it.
pub(crate) fn sentence(speaker: &Speaker, flaw: &Flaw) -> String {
    match flaw {
        Flaw::Empty => speaker.say("bot-bc-flaw-empty"),
        Flaw::NoText(_) => speaker.say("bot-bc-flaw-no-text"),
        Flaw::TooLong(language, length, most) => {
            let count = |number: &usize| Count(i64::try_from(*number).unwrap_or(i64::MAX));
            let named = in_language(speaker, *language);
            let values = [("language", Text(named.as_str())), ("length", count(length)), ("most", count(most))];
            let is_caption = *most == LONGEST_CAPTION;
            speaker.html(if is_caption { "bot-bc-flaw-caption" } else { "bot-bc-flaw-too-long" }, &values)
        }
        Flaw::Html(_, why) => speaker.html("bot-bc-flaw-html", &[("why", Text(why))]),
        Flaw::TooManyButtons(_) => speaker.say("bot-bc-flaw-buttons"),
        Flaw::Button(_, place, flaw) => {
            let line = Count(i64::try_from(*place).unwrap_or(i64::MAX));
            speaker.html(of_button(*flaw), &[("line", line)])
        }
        Flaw::File => speaker.say("bot-bc-flaw-file"),
        Flaw::NoPlan(plan) => speaker.html("bot-bc-flaw-plan", &[("plan", Text(plan))]),
        Flaw::NoPlans => speaker.say("bot-bc-flaw-segment"),
        Flaw::Days => speaker.say("bot-bc-flaw-days"),
        Flaw::Tokens => speaker.say("bot-bc-flaw-tokens"),
        Flaw::People => speaker.say("bot-bc-flaw-people"),
        Flaw::NoPerson(id) => speaker.html("bot-bc-flaw-person", &[("id", Text(&id.to_string()))]),
        Flaw::Over => speaker.say("bot-bc-flaw-over"),
        Flaw::TooFar => speaker.say("bot-bc-flaw-too-far"),
    }
}

const fn of_button(flaw: ButtonFlaw) -> &'static str {
    match flaw {
        ButtonFlaw::Shape => "bot-bc-flaw-button-shape",
        ButtonFlaw::Text => "bot-bc-flaw-button-text",
        ButtonFlaw::LongAddress => "bot-bc-flaw-button-long",
        ButtonFlaw::Address => "bot-bc-flaw-button-address",
        ButtonFlaw::Host => "bot-bc-flaw-button-host",
        ButtonFlaw::Scheme => "bot-bc-flaw-button-scheme",
    }
}

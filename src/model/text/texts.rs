//! Texts for people in every language, as Fluent messages (`locales/`). Fluent handles plurals.

use std::collections::HashMap;
use std::fmt;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::model::text::language::Language;

const SOURCES: [(Language, [&str; 9]); 2] = [
    (
        Language::English,
        [
            include_str!("../../../locales/en/bot.ftl"),
            include_str!("../../../locales/en/pages.ftl"),
            include_str!("../../../locales/en/account.ftl"),
            include_str!("../../../locales/en/apps.ftl"),
            include_str!("../../../locales/en/billing.ftl"),
            include_str!("../../../locales/en/broadcasts.ftl"),
            include_str!("../../../locales/en/mail.ftl"),
            include_str!("../../../locales/en/oauth.ftl"),
            include_str!("../../../locales/en/payments.ftl"),
        ],
    ),
    (
        Language::Russian,
        [
            include_str!("../../../locales/ru/bot.ftl"),
            include_str!("../../../locales/ru/pages.ftl"),
            include_str!("../../../locales/ru/account.ftl"),
            include_str!("../../../locales/ru/apps.ftl"),
            include_str!("../../../locales/ru/billing.ftl"),
            include_str!("../../../locales/ru/broadcasts.ftl"),
            include_str!("../../../locales/ru/mail.ftl"),
            include_str!("../../../locales/ru/oauth.ftl"),
            include_str!("../../../locales/ru/payments.ftl"),
        ],
    ),
];

/// Messages of all languages.
pub struct Texts {
    bundles: HashMap<Language, FluentBundle<FluentResource>>,
}

impl Texts {
    /// Reads the built-in messages. An error names the language and the error.
    pub fn load() -> Result<Self, String> {
        let mut bundles = HashMap::new();
        for (language, sources) in SOURCES {
            let code = language.code();
            let id: LanguageIdentifier = code.parse().map_err(|error| format!("{code}: {error}"))?;
            let mut bundle = FluentBundle::new_concurrent(vec![id]);
            // Isolation marks around arguments would end up in copied keys and links.
            bundle.set_use_isolating(false);
            bundle.add_builtins().map_err(|error| format!("locales/{code}: {error}"))?;
            match language {
                Language::English => bundle.set_formatter(Some(|value, _| grouped(value, ','))),
                Language::Russian => bundle.set_formatter(Some(|value, _| grouped(value, NO_BREAK_SPACE))),
            }
            for source in sources {
                let resource = FluentResource::try_new(source.to_owned());
                let resource = resource.map_err(|(_, errors)| format!("locales/{code}: {errors:?}"))?;
                bundle.add_resource(resource).map_err(|errors| format!("locales/{code}: {errors:?}"))?;
            }
            bundles.insert(language, bundle);
        }
        Ok(Self { bundles })
    }

    /// Formats the message `id`. A missing message shows its id; the tests format every message, so that no person sees
    /// one.
    #[must_use]
    pub fn text(&self, language: Language, id: &str, values: &[(&'static str, TextArg<'_>)]) -> String {
        let Some(bundle) = self.bundles.get(&language) else { return id.to_owned() };
        let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else { return id.to_owned() };
        let arguments: FluentArgs<'_> = values.iter().map(|(name, value)| (*name, value.as_fluent())).collect();
        let mut errors = Vec::new();
        bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned()
    }

    /// Returns the name of a kind of identity. Brand names are the same in every language.
    #[must_use]
    pub fn identity_kind(&self, language: Language, kind: &str) -> String {
        match kind {
            "telegram" => "Telegram".to_owned(),
            "google" => "Google".to_owned(),
            _ => self.text(language, "identity-email", &[]),
        }
    }

    /// True if the language has the message `id`.
    #[must_use]
    pub fn has(&self, language: Language, id: &str) -> bool {
        self.bundles.get(&language).is_some_and(|bundle| bundle.has_message(id))
    }
}

/// No-break space: keeps a grouped number on one line.
const NO_BREAK_SPACE: char = '\u{a0}';

/// Groups the digits of a number in threes, which Fluent does not do.
fn grouped(value: &FluentValue<'_>, mark: char) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    if !number.options.use_grouping {
        return None;
    }
    let text = number.as_string();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let whole = digits + usize::from(text.starts_with('-')) == text.len();
    whole.then(|| {
        let mut left = digits;
        let mut grouped = String::with_capacity(text.len() + digits / 3);
        for character in text.chars() {
            grouped.push(character);
            if character.is_ascii_digit() {
                left -= 1;
                if left > 0 && left.is_multiple_of(3) {
                    grouped.push(mark);
                }
            }
        }
        grouped
    })
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("texts")
    }
}

/// Argument of a message.
#[derive(Clone, Copy, Debug)]
pub enum TextArg<'a> {
    /// Text, inserted unchanged.
    Text(&'a str),
    /// Number. Selects the plural form and is grouped by language: 1,500 or 1 500.
    Count(i64),
}

impl<'a> TextArg<'a> {
    fn as_fluent(self) -> FluentValue<'a> {
        match self {
            Self::Text(text) => FluentValue::from(text),
            Self::Count(number) => FluentValue::from(number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_as_the_language_does() {
        let all =
            |mark| [0, 7, 999, 1500, -1500, 1_234_567].map(|n| grouped(&FluentValue::from(n), mark).expect("a number"));
        assert_eq!(all(','), ["0", "7", "999", "1,500", "-1,500", "1,234,567"]);
        assert_eq!(all(NO_BREAK_SPACE), ["0", "7", "999", "1\u{a0}500", "-1\u{a0}500", "1\u{a0}234\u{a0}567"]);
        assert_eq!(grouped(&FluentValue::from("1500"), ','), None, "words stay as they are");
    }
}

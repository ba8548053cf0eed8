//! Everything the program says to people, in every language, in Fluent (`locales/`) for its plurals.

use std::collections::HashMap;
use std::fmt;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::model::language::Language;

const SOURCES: [(Language, [&str; 2]); 2] = [
    (Language::English, [include_str!("../../locales/en/bot.ftl"), include_str!("../../locales/en/pages.ftl")]),
    (Language::Russian, [include_str!("../../locales/ru/bot.ftl"), include_str!("../../locales/ru/pages.ftl")]),
];

/// Every text in every language.
pub struct Texts {
    bundles: HashMap<Language, FluentBundle<FluentResource>>,
}

impl Texts {
    /// Reads the built-in texts; a fault in them is reported with its file and line.
    pub fn load() -> Result<Self, String> {
        let mut bundles = HashMap::new();
        for (language, sources) in SOURCES {
            let code = language.code();
            let id: LanguageIdentifier = code.parse().map_err(|fault| format!("{code}: {fault}"))?;
            let mut bundle = FluentBundle::new_concurrent(vec![id]);
            // Marks around inserted values would end up in copied keys and links.
            bundle.set_use_isolating(false);
            bundle.add_builtins().map_err(|fault| format!("locales/{code}: {fault}"))?;
            for source in sources {
                let resource = FluentResource::try_new(source.to_owned());
                let resource = resource.map_err(|(_, faults)| format!("locales/{code}: {faults:?}"))?;
                bundle.add_resource(resource).map_err(|faults| format!("locales/{code}: {faults:?}"))?;
            }
            bundles.insert(language, bundle);
        }
        Ok(Self { bundles })
    }

    /// The text `id` in that language, with its values filled in. A text that is missing shows its id: the tests render
    /// every one, so that no person ever sees it.
    #[must_use]
    pub fn say(&self, language: Language, id: &str, values: &[(&'static str, Value<'_>)]) -> String {
        let Some(bundle) = self.bundles.get(&language) else { return id.to_owned() };
        let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else { return id.to_owned() };
        let arguments: FluentArgs<'_> = values.iter().map(|(name, value)| (*name, value.as_fluent())).collect();
        let mut faults = Vec::new();
        bundle.format_pattern(pattern, Some(&arguments), &mut faults).into_owned()
    }

    /// Whether that language has the text `id`.
    #[must_use]
    pub fn has(&self, language: Language, id: &str) -> bool {
        self.bundles.get(&language).is_some_and(|bundle| bundle.has_message(id))
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("texts")
    }
}

/// What can stand in a text.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// Words.
    Text(&'a str),
    /// A number, which chooses the plural and is grouped as the language does: 1,500 or 1 500.
    Count(i64),
}

impl<'a> Value<'a> {
    fn as_fluent(self) -> FluentValue<'a> {
        match self {
            Self::Text(text) => FluentValue::from(text),
            Self::Count(number) => FluentValue::from(number),
        }
    }
}

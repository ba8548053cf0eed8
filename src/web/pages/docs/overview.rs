//! What is common to all calls, written as Markdown in `templates/docs/overview.md`.

use askama::Template;

use crate::domain::sessions::access_token::ACCESS_TOKEN_SECS;
use crate::web::pages::docs::prose::{Prose, ProseRenderer};

#[derive(Template)]
#[template(path = "docs/overview.md")]
struct OverviewText<'a> {
    access_minutes: i64,
    public_url: &'a str,
}

/// Section of the overview.
#[derive(Debug)]
pub(crate) struct OverviewSection {
    pub(crate) anchor: String,
    pub(crate) title: String,
    pub(crate) text: Prose,
}

/// Sections of the overview. A heading names its anchor: `## Limits | limits`.
pub(crate) fn sections(prose: &ProseRenderer, public_url: &str) -> Vec<OverviewSection> {
    let text = OverviewText { access_minutes: ACCESS_TOKEN_SECS / 60, public_url }.render().unwrap_or_default();
    let text = format!("\n{text}");
    text.split("\n## ").skip(1).filter_map(|section| read(section, prose)).collect()
}

fn read(section: &str, prose: &ProseRenderer) -> Option<OverviewSection> {
    let (heading, text) = section.split_once('\n')?;
    let (title, anchor) = heading.split_once(" | ")?;
    Some(OverviewSection { anchor: anchor.to_owned(), title: title.to_owned(), text: prose.text(text) })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_section_has_an_anchor_and_a_text() {
        let sections = sections(&ProseRenderer::new(BTreeSet::new()), "https://auth.example");
        let anchors: Vec<_> = sections.iter().map(|section| section.anchor.as_str()).collect();
        assert_eq!(anchors, ["start", "requests", "authentication", "tokens", "keys-format", "limits", "errors"]);
        assert!(sections.iter().all(|section| !section.text.is_empty()));
    }
}

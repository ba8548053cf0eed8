//! Markdown of the API reference: descriptions of the OpenAPI document and the overview.

use std::collections::BTreeSet;
use std::fmt;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd, html};

use crate::web::page_paths;

/// Markdown text together with its HTML. Prints the HTML.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prose {
    source: String,
    html: String,
}

impl Prose {
    /// The Markdown.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.source.is_empty()
    }
}

impl fmt::Display for Prose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.html)
    }
}

/// Needs no escaping: [`ProseRenderer`] escapes the text, and passes no HTML of the source on.
impl askama::filters::HtmlSafe for Prose {}

/// Renders Markdown. A code span that is the code of a problem links to its entry.
#[derive(Clone, Debug)]
pub(crate) struct ProseRenderer {
    codes: BTreeSet<&'static str>,
}

impl ProseRenderer {
    pub(crate) const fn new(codes: BTreeSet<&'static str>) -> Self {
        Self { codes }
    }

    /// Renders a description for a line of its own: a single paragraph has no element around it.
    pub(crate) fn line(&self, source: &str) -> Prose {
        let source = source.split_whitespace().collect::<Vec<_>>().join(" ");
        let html = self.html(&source);
        let inner = html.trim_end().strip_prefix("<p>").and_then(|html| html.strip_suffix("</p>"));
        let html = inner.filter(|inner| !inner.contains("<p>")).unwrap_or(&html).to_owned();
        Prose { source, html }
    }

    /// Renders a text of several paragraphs.
    pub(crate) fn text(&self, source: &str) -> Prose {
        let source = source.trim().to_owned();
        // Wide blocks scroll, and a keyboard scrolls only what it can reach.
        let html = self.html(&source).replace("<pre>", "<pre tabindex=\"0\">");
        Prose { source, html }
    }

    fn html(&self, source: &str) -> String {
        let mut html = String::new();
        html::push_html(&mut html, Parser::new_ext(source, Options::ENABLE_TABLES).flat_map(|event| self.event(event)));
        html
    }

    fn event<'t>(&self, event: Event<'t>) -> Vec<Event<'t>> {
        match event {
            Event::Html(text) | Event::InlineHtml(text) => vec![Event::Text(text)],
            Event::Code(code) if self.codes.contains(&*code) => {
                let link = Tag::Link {
                    link_type: LinkType::Inline,
                    dest_url: page_paths::docs_problem(&code).into(),
                    title: "".into(),
                    id: "".into(),
                };
                vec![Event::Start(link), Event::Code(code), Event::End(TagEnd::Link)]
            }
            event => vec![event],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renderer() -> ProseRenderer {
        ProseRenderer::new(BTreeSet::from(["key_not_found"]))
    }

    #[test]
    fn a_description_is_rendered_without_a_paragraph() {
        let prose = renderer().line("No such key\n(`key_not_found`), or `a < b`.");
        assert_eq!(prose.source(), "No such key (`key_not_found`), or `a < b`.");
        let html =
            "No such key (<a href=\"/docs#key_not_found\"><code>key_not_found</code></a>), or <code>a &lt; b</code>.";
        assert_eq!(prose.to_string(), html);
    }

    #[test]
    fn html_of_the_source_is_text() {
        assert_eq!(renderer().line("a <b onclick=x>bold</b>").to_string(), "a &lt;b onclick=x&gt;bold&lt;/b&gt;");
        assert_eq!(renderer().text("<script>x</script>").to_string(), "&lt;script&gt;x&lt;/script&gt;");
    }
}

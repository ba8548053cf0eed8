//! Telegram's HTML (<https://core.telegram.org/bots/api#html-style>): written from formatted messages, and validated
//! before it is stored, so that a broadcast never fails at every recipient.

use std::fmt::Write;
use std::ops::Range;

/// Style of a part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextStyle {
    /// `<b>`
    Bold,
    /// `<i>`
    Italic,
    /// `<u>`
    Underline,
    /// `<s>`
    Strikethrough,
    /// `<tg-spoiler>`: hidden until tapped.
    Spoiler,
    /// `<blockquote>`
    Quote,
    /// `<blockquote expandable>`: unfolds when tapped.
    FoldedQuote,
    /// `<code>`: code within a line.
    Code,
    /// `<pre>`: a code block, optionally in a programming language.
    Block(Option<String>),
    /// `<a>` with that URL.
    Link(String),
    /// Custom emoji with that id.
    Emoji(String),
}

/// Styled part of a text. Positions count UTF-16 units, as in the Bot API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StyledSpan {
    /// Style to apply.
    pub mark: TextStyle,
    /// First unit.
    pub offset: usize,
    /// Number of units.
    pub length: usize,
}

/// Writes a formatted text as HTML. The result is well formed for any spans: a span beyond the text ends with it, and
/// overlapping spans are split.
#[must_use]
pub fn write(text: &str, spans: &[StyledSpan]) -> String {
    let placed = placed(text, spans);
    let mut waiting = placed.iter().peekable();
    let mut open: Vec<&Placed<'_>> = Vec::new();
    let mut html = String::with_capacity(text.len() + spans.len() * 16);
    for (at, letter) in text.char_indices() {
        close(&mut html, &mut open, at);
        while let Some(span) = waiting.next_if(|span| span.place.start <= at) {
            begin(&mut html, span.mark);
            open.push(span);
        }
        escape(&mut html, letter);
    }
    close(&mut html, &mut open, text.len());
    html
}

/// Span with its range in bytes.
struct Placed<'a> {
    place: Range<usize>,
    mark: &'a TextStyle,
}

/// Returns the non-empty spans in order of their start, outer before inner.
fn placed<'a>(text: &str, spans: &'a [StyledSpan]) -> Vec<Placed<'a>> {
    let mut bounds = Vec::new();
    let mut unit = 0;
    for (at, letter) in text.char_indices() {
        bounds.push((unit, at));
        unit += letter.len_utf16();
    }
    // The first character at or after the unit: the middle of a surrogate pair is not a position.
    let byte = |unit: usize| {
        let next = bounds.partition_point(|(there, _)| *there < unit);
        bounds.get(next).map_or(text.len(), |(_, at)| *at)
    };
    let place = |span: &StyledSpan| byte(span.offset)..byte(span.offset.saturating_add(span.length));
    let mut placed: Vec<_> = spans.iter().map(|span| Placed { place: place(span), mark: &span.mark }).collect();
    placed.retain(|span| !span.place.is_empty());
    placed.sort_by_key(|span| (span.place.start, usize::MAX - span.place.end));
    placed
}

/// Closes the spans that end at `at`. Spans inside them that continue are closed and reopened.
fn close(html: &mut String, open: &mut Vec<&Placed<'_>>, at: usize) {
    let Some(first) = open.iter().position(|span| span.place.end <= at) else { return };
    let ended = open.split_off(first);
    for span in ended.iter().rev() {
        html.push_str(end(span.mark));
    }
    for span in ended.into_iter().filter(|span| span.place.end > at) {
        begin(html, span.mark);
        open.push(span);
    }
}

fn begin(html: &mut String, mark: &TextStyle) {
    // Writing to a `String` never fails.
    let _ = match mark {
        TextStyle::Bold => html.write_str("<b>"),
        TextStyle::Italic => html.write_str("<i>"),
        TextStyle::Underline => html.write_str("<u>"),
        TextStyle::Strikethrough => html.write_str("<s>"),
        TextStyle::Spoiler => html.write_str("<tg-spoiler>"),
        TextStyle::Quote => html.write_str("<blockquote>"),
        TextStyle::FoldedQuote => html.write_str("<blockquote expandable>"),
        TextStyle::Code => html.write_str("<code>"),
        TextStyle::Block(None) => html.write_str("<pre>"),
        TextStyle::Block(Some(language)) => write!(html, "<pre><code class=\"language-{}\">", escaped(language)),
        TextStyle::Link(url) => write!(html, "<a href=\"{}\">", escaped(url)),
        TextStyle::Emoji(id) => write!(html, "<tg-emoji emoji-id=\"{}\">", escaped(id)),
    };
}

const fn end(mark: &TextStyle) -> &'static str {
    match mark {
        TextStyle::Bold => "</b>",
        TextStyle::Italic => "</i>",
        TextStyle::Underline => "</u>",
        TextStyle::Strikethrough => "</s>",
        TextStyle::Spoiler => "</tg-spoiler>",
        TextStyle::Quote | TextStyle::FoldedQuote => "</blockquote>",
        TextStyle::Code => "</code>",
        TextStyle::Block(None) => "</pre>",
        TextStyle::Block(Some(_)) => "</code></pre>",
        TextStyle::Link(_) => "</a>",
        TextStyle::Emoji(_) => "</tg-emoji>",
    }
}

fn escape(html: &mut String, letter: char) {
    match letter {
        '&' => html.push_str("&amp;"),
        '<' => html.push_str("&lt;"),
        '>' => html.push_str("&gt;"),
        letter => html.push(letter),
    }
}

fn escaped(value: &str) -> String {
    let mut html = String::with_capacity(value.len());
    for letter in value.chars() {
        if letter == '"' { html.push_str("&quot;") } else { escape(&mut html, letter) }
    }
    html
}

/// Returns the text without markup, or the reason Telegram would refuse the markup.
pub fn plain(html: &str) -> Result<String, String> {
    let (mut text, mut open, mut rest) = (String::with_capacity(html.len()), Vec::new(), html);
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        if let Some(tag) = from.strip_prefix('<') {
            let end = end_of_tag(tag).ok_or("a < that begins no tag must be written &lt;")?;
            let (tag, after) = tag.split_at(end);
            turn(&mut open, tag)?;
            rest = after.get(1..).unwrap_or_default();
        } else {
            let (letter, length) = reference(from);
            text.push(letter);
            rest = from.get(length..).unwrap_or_default();
        }
    }
    text.push_str(rest);
    match open.pop() {
        Some(tag) => Err(format!("<{tag}> is never closed")),
        None => Ok(text),
    }
}

/// Returns the position of the `>` that ends a tag, skipping quoted values.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut quote = None;
    tag.char_indices().find_map(|(at, letter)| {
        match (quote, letter) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(letter),
            (Some(begun), _) if begun == letter => quote = None,
            _ => {}
        }
        None
    })
}

/// Opens or closes a tag.
fn turn(open: &mut Vec<String>, tag: &str) -> Result<(), String> {
    if let Some(name) = tag.strip_prefix('/') {
        let name = name.trim().to_ascii_lowercase();
        let begun = open.pop().ok_or_else(|| format!("</{name}> closes nothing"))?;
        return if name == begun { Ok(()) } else { Err(format!("<{begun}> must be closed before </{name}>")) };
    }
    let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let name = name.to_ascii_lowercase();
    let attribute = |wanted: &str| value_of(attributes, wanted);
    let error = match name.as_str() {
        "code" | "pre" if open.iter().any(|tag| matches!(tag.as_str(), "tg-spoiler" | "span")) => {
            Some("must not stand in a spoiler")
        }
        "b" | "strong" | "i" | "em" | "u" | "ins" | "s" | "strike" | "del" | "tg-spoiler" | "a" | "blockquote"
        | "code" | "pre" => None,
        "span" => (attribute("class").as_deref() != Some("tg-spoiler")).then_some("must have class=\"tg-spoiler\""),
        "tg-emoji" => {
            let numbered = attribute("emoji-id").is_some_and(|id| id.parse::<i64>().is_ok());
            (!numbered).then_some("must have an emoji-id=\"NUMBER\"")
        }
        _ => Some("is not one of b, i, u, s, a, code, pre, blockquote, tg-spoiler, tg-emoji"),
    };
    if let Some(error) = error {
        return Err(format!("<{name}> {error}"));
    }
    open.push(name);
    Ok(())
}

/// Returns the value of the attribute `name="value"`.
fn value_of(attributes: &str, name: &str) -> Option<String> {
    let from = attributes.find(&format!("{name}="))?.checked_add(name.len() + 1)?;
    let value = attributes.get(from..)?;
    let quote = value.chars().next().filter(|letter| matches!(letter, '"' | '\''))?;
    value.get(1..)?.split(quote).next().map(ToOwned::to_owned)
}

/// Returns the character of a reference such as `&lt;`, and the length of the reference. An unknown one is a literal
/// `&`.
fn reference(from: &str) -> (char, usize) {
    let body = from.get(1..).unwrap_or_default();
    let end = body.find(|c: char| !c.is_ascii_alphanumeric() && c != '#').unwrap_or(body.len());
    let (name, after) = body.split_at(end);
    let letter = match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        numeric => numeric.strip_prefix('#').and_then(|digits| {
            let hex = digits.strip_prefix(['x', 'X']).map(|digits| u32::from_str_radix(digits, 16).ok());
            hex.unwrap_or_else(|| digits.parse().ok()).and_then(char::from_u32).filter(|letter| *letter != '\0')
        }),
    };
    letter.map_or(('&', 1), |letter| (letter, 1 + name.len() + usize::from(after.starts_with(';'))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn span(mark: TextStyle, offset: usize, length: usize) -> StyledSpan {
        StyledSpan { mark, offset, length }
    }

    #[test]
    fn a_formatted_text_is_written_as_it_looks() {
        let link = TextStyle::Link("https://a.example/?b=1&lt=2\"".to_owned());
        let rust = TextStyle::Block(Some("rust".to_owned()));
        let spans = [span(TextStyle::Bold, 0, 6), span(TextStyle::Italic, 3, 3), span(link, 7, 1), span(rust, 9, 2)];
        assert_eq!(
            write("😀 a<b & c d e", &spans),
            "<b>😀 <i>a&lt;b</i></b> <a href=\"https://a.example/?b=1&amp;lt=2&quot;\">&amp;</a> \
             <pre><code class=\"language-rust\">c </code></pre>d e"
        );
        assert_eq!(write("1 < 2 & 3", &[]), "1 &lt; 2 &amp; 3");
    }

    #[test]
    fn broken_spans_are_cut() {
        let spans = [
            span(TextStyle::Bold, 0, 4),
            span(TextStyle::Italic, 2, 99),
            span(TextStyle::Code, 50, 1),
            span(TextStyle::Code, 1, 0),
        ];
        assert_eq!(write("abcdef", &spans), "<b>ab<i>cd</i></b><i>ef</i>");
        assert_eq!(write("😀😀", &[span(TextStyle::Bold, 1, 1)]), "😀😀", "half a letter is nothing");
        assert_eq!(write("", &[span(TextStyle::Bold, 0, 1)]), "");
    }

    #[test]
    fn what_telegram_would_refuse_is_explained() {
        let fault = |html: &str| plain(html).unwrap_err();
        assert_eq!(fault("<b>x"), "<b> is never closed");
        assert_eq!(fault("x</b>"), "</b> closes nothing");
        assert_eq!(fault("<b><i>x</b></i>"), "<i> must be closed before </b>");
        assert_eq!(fault("1 < 2"), "a < that begins no tag must be written &lt;");
        assert_eq!(fault("<span>x</span>"), "<span> must have class=\"tg-spoiler\"");
        assert_eq!(fault("<tg-spoiler><code>x</code></tg-spoiler>"), "<code> must not stand in a spoiler");
        let unknown = "is not one of b, i, u, s, a, code, pre, blockquote, tg-spoiler, tg-emoji";
        assert_eq!(fault("a<br>b"), format!("<br> {unknown}"));
        assert_eq!(fault("<p>x</p>"), format!("<p> {unknown}"));
    }

    #[test]
    fn what_telegram_takes_is_taken() {
        let html = "<B>a</B> &lt;&amp;&gt;&quot;&#33;&#x21;&nbsp;<a href='https://x.example/?a=\">\"'>link</a>\
                    <span class=\"tg-spoiler\">s</span><blockquote expandable>q</blockquote><tg-emoji emoji-id=\"5\">👍</tg-emoji>";
        assert_eq!(plain(html).unwrap(), "a <&>\"!!&nbsp;linksq👍");
    }

    fn marks() -> impl Strategy<Value = TextStyle> {
        prop_oneof![
            Just(TextStyle::Bold),
            Just(TextStyle::Italic),
            Just(TextStyle::Quote),
            Just(TextStyle::FoldedQuote),
            Just(TextStyle::Underline),
            Just(TextStyle::Strikethrough),
            "[ -~]{0,12}".prop_map(TextStyle::Link),
            proptest::option::of("[ -~]{0,6}").prop_map(TextStyle::Block),
        ]
    }

    proptest! {
        #[test]
        fn whatever_is_written_reads_as_the_same_text(
            text in "[a<>&\"'😀é\n]{0,20}",
            spans in proptest::collection::vec((marks(), 0_usize..24, 0_usize..24), 0..6),
        ) {
            let spans: Vec<_> = spans.into_iter().map(|(mark, offset, length)| span(mark, offset, length)).collect();
            prop_assert_eq!(plain(&write(&text, &spans)), Ok(text));
        }

        #[test]
        fn nothing_makes_the_reader_stumble(html in "\\PC{0,40}") {
            let _ = plain(&html);
        }
    }
}

//! Parser of Telegram's HTML. Returns text and entities, or Telegram's description of the error.
//!
//! Ports the rules of `parse_html` in `tdlib/td` (`MessageEntity.cpp`). Errors count bytes, entities UTF-16 units.
//! Stricter in one place: code inside a spoiler is refused, because Telegram silently drops the spoiler and shows the
//! secret. <https://core.telegram.org/bots/api#html-style>

use crate::text::{
    entities::{FormattedText, MessageEntity},
    urls,
};

/// Supported tags.
const TAGS: &str = " a b strong i em u ins s strike del tg-spoiler span tg-emoji tg-time pre code blockquote ";

/// Parses an HTML text.
pub(crate) fn parse(source: &str) -> Result<FormattedText, String> {
    let mut parser =
        HtmlParser { rest: source, at: 0, text: String::new(), units: 0, open: Vec::new(), entities: Vec::new() };
    while let Some(next) = parser.peek() {
        match next {
            '<' => parser.parse_tag()?,
            '&' => {
                let letter = parser.char_reference().unwrap_or('&');
                parser.push_char(letter);
            }
            letter => {
                parser.skip(letter);
                parser.push_char(letter);
            }
        }
    }
    match parser.open.pop() {
        Some(open) => Err(format!("Can't find end tag corresponding to start tag \"{}\"", open.tag)),
        None => Ok(parser.finish()),
    }
}

/// A start tag without its end tag.
struct OpenTag {
    tag: String,
    argument: String,
    /// `format` of a `tg-time`.
    format: String,
    /// Start of its text in UTF-16 units; `bytes` is the start in bytes.
    units: usize,
    bytes: usize,
}

struct HtmlParser<'a> {
    rest: &'a str,
    /// Byte offset of `rest` in the source.
    at: usize,
    text: String,
    /// Length of `text` in UTF-16 units.
    units: usize,
    open: Vec<OpenTag>,
    entities: Vec<MessageEntity>,
}

impl<'a> HtmlParser<'a> {
    /// Result of the parser. The language of inline code is dropped: only `pre` has one.
    fn finish(mut self) -> FormattedText {
        for entity in self.entities.iter_mut().filter(|entity| entity.kind == "code") {
            entity.extra.clear();
        }
        FormattedText { text: self.text, entities: self.entities }
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn skip(&mut self, letter: char) {
        self.rest = self.rest.get(letter.len_utf8()..).unwrap_or_default();
        self.at += letter.len_utf8();
    }

    fn consume(&mut self, letter: char) -> bool {
        let found = self.peek() == Some(letter);
        if found {
            self.skip(letter);
        }
        found
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|letter| !keep(letter)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        self.at += end;
        taken
    }

    fn push_char(&mut self, letter: char) {
        self.text.push(letter);
        self.units += letter.len_utf16();
    }

    /// Character reference such as `&lt;`. An unknown one is the letter `&`.
    fn char_reference(&mut self) -> Option<char> {
        self.skip('&');
        let body = self.rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '#').next().unwrap_or_default();
        let letter = decode_reference(body)?;
        self.take_while(|c| c.is_ascii_alphanumeric() || c == '#');
        self.consume(';');
        Some(letter)
    }

    fn parse_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        self.skip('<');
        if self.consume('/') { self.end_tag(begin) } else { self.start_tag(begin) }
    }

    fn start_tag(&mut self, begin: usize) -> Result<(), String> {
        let tag = self.take_while(|c| !is_space(c) && c != '>').to_ascii_lowercase();
        if self.peek().is_none() {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        if tag.is_empty() || !TAGS.split(' ').any(|known| known == tag) {
            return Err(format!("Unsupported start tag \"{tag}\" at byte offset {begin}"));
        }
        let (mut argument, mut format) = (String::new(), String::new());
        while !self.consume('>') {
            self.take_while(is_space);
            if self.peek() != Some('>') {
                let (name, value) = self.attribute(&tag, begin)?;
                if tag == "tg-time" && name == "format" {
                    format = value;
                } else {
                    argument = attribute_argument(&tag, &name, value).unwrap_or(argument);
                }
            }
        }
        if tag == "span" && argument != "spoiler" {
            return Err(format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"));
        }
        let hidden = self.open.iter().any(|open| matches!(open.tag.as_str(), "tg-spoiler" | "span"));
        if hidden && matches!(tag.as_str(), "code" | "pre") {
            return Err(format!("Tag \"{tag}\" can't be inside a spoiler at byte offset {begin}"));
        }
        self.open.push(OpenTag { tag, argument, format, units: self.units, bytes: self.text.len() });
        Ok(())
    }

    /// A `name="value"` attribute. Without a value, as in `expandable`, the value is empty.
    fn attribute(&mut self, tag: &str, begin: usize) -> Result<(String, String), String> {
        let name = self.take_while(|c| !is_space(c) && !matches!(c, '=' | '>' | '/' | '"' | '\''));
        if name.is_empty() {
            return Err(format!("Empty attribute name in the tag \"{tag}\" at byte offset {begin}"));
        }
        self.take_while(is_space);
        if !self.consume('=') {
            return match self.peek() {
                None => Err(format!("Unclosed start tag \"{tag}\" at byte offset {begin}")),
                Some(_) => Ok((name.to_owned(), String::new())),
            };
        }
        self.take_while(is_space);
        let value = match self.peek() {
            None => return Err(format!("Unclosed start tag \"{tag}\" at byte offset {begin}")),
            Some(quote @ ('"' | '\'')) => self.quoted(quote),
            Some(_) => self.name_token()?,
        };
        if self.peek().is_none() {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        Ok((name.to_owned(), value))
    }

    fn quoted(&mut self, quote: char) -> String {
        self.skip(quote);
        let mut value = String::new();
        while let Some(letter) = self.peek().filter(|letter| *letter != quote) {
            if letter == '&' {
                value.push(self.char_reference().unwrap_or('&'));
            } else {
                self.skip(letter);
                value.push(letter);
            }
        }
        self.consume(quote);
        value
    }

    fn name_token(&mut self) -> Result<String, String> {
        let begin = self.at;
        let token = self.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).to_ascii_lowercase();
        match self.peek() {
            Some(letter) if !is_space(letter) && letter != '>' => {
                Err(format!("Unexpected end of name token at byte offset {begin}"))
            }
            _ => Ok(token),
        }
    }

    fn end_tag(&mut self, begin: usize) -> Result<(), String> {
        let Some(open) = self.open.pop() else {
            return Err(format!("Unexpected end tag at byte offset {begin}"));
        };
        let tag = self.take_while(|c| !is_space(c) && c != '>').to_ascii_lowercase();
        self.take_while(is_space);
        if !self.consume('>') {
            return Err(format!("Unclosed end tag at byte offset {begin}"));
        }
        if !tag.is_empty() && tag != open.tag {
            let expected = open.tag;
            return Err(format!(
                "Unmatched end tag at byte offset {begin}, expected \"</{expected}>\", found \"</{tag}>\""
            ));
        }
        if self.units > open.units {
            self.close_tag(&open)?;
        }
        Ok(())
    }

    fn close_tag(&mut self, open: &OpenTag) -> Result<(), String> {
        let length = self.units - open.units;
        let entity = |kind| MessageEntity::new(kind, open.units, length);
        let entity = match open.tag.as_str() {
            "b" | "strong" => entity("bold"),
            "i" | "em" => entity("italic"),
            "u" | "ins" => entity("underline"),
            "s" | "strike" | "del" => entity("strikethrough"),
            "span" | "tg-spoiler" => entity("spoiler"),
            "blockquote" if open.argument.is_empty() => entity("blockquote"),
            "blockquote" => entity("expandable_blockquote"),
            "tg-emoji" => match open.argument.parse::<i64>() {
                Ok(id) if id != 0 => entity("custom_emoji").with_field("custom_emoji_id", &open.argument),
                _ => return Err("Invalid custom emoji identifier specified".into()),
            },
            "tg-time" => date_time_entity(entity("date_time"), open)?,
            "a" => match self.link_url(open) {
                Some(url) => entity("text_link").with_field("url", &url),
                None => return Ok(()),
            },
            "pre" => self.merge_with("code", open).unwrap_or_else(|| entity("pre")),
            "code" => self.merge_with("pre", open).unwrap_or_else(|| code_entity(entity("code"), &open.argument)),
            _ => return Ok(()),
        };
        self.entities.push(entity);
        Ok(())
    }

    /// Address of a link: its `href`, or its own text. An unsupported address makes no link.
    fn link_url(&self, open: &OpenTag) -> Option<String> {
        let own = self.text.get(open.bytes..).unwrap_or_default();
        let url = if open.argument.is_empty() { own } else { open.argument.as_str() };
        urls::normalize_link(url)
    }

    /// Merges `<pre><code class="language-x">` over the same text into one `pre` with a language.
    fn merge_with(&mut self, other: &str, open: &OpenTag) -> Option<MessageEntity> {
        let last = self.entities.last()?;
        let language = match other {
            "code" => last.extra.get("language")?.as_str()?.to_owned(),
            _ => Some(open.argument.clone()).filter(|language| !language.is_empty())?,
        };
        let same = last.kind == other && last.offset == open.units && last.end() == self.units;
        same.then(|| self.entities.pop())??;
        Some(MessageEntity::new("pre", open.units, self.units - open.units).with_field("language", &language))
    }
}

/// Entity of `<tg-time unix="…" format="…">` (Bot API 9.5). The format matches `r|w?[dD]?[tT]?`. The error
/// about the time is the sandbox's own. <https://core.telegram.org/bots/api#date-time-entity-formatting>
fn date_time_entity(mut entity: MessageEntity, open: &OpenTag) -> Result<MessageEntity, String> {
    let unix: i32 =
        open.argument.parse().map_err(|_| "Invalid Unix time specified in the tag \"tg-time\"".to_owned())?;
    if !is_date_time_format(&open.format) {
        return Err("Invalid date-time format specified".into());
    }
    entity.extra.insert("unix_time".into(), unix.into());
    Ok(entity.with_field("date_time_format", &open.format))
}

/// True for a format of a `date_time` entity.
pub(crate) fn is_date_time_format(format: &str) -> bool {
    let rest = format.strip_prefix('w').unwrap_or(format);
    let rest = rest.strip_prefix(['d', 'D']).unwrap_or(rest);
    let rest = rest.strip_prefix(['t', 'T']).unwrap_or(rest);
    format == "r" || rest.is_empty()
}

/// Inline code keeps its language, in case a `pre` around it needs it.
fn code_entity(entity: MessageEntity, language: &str) -> MessageEntity {
    if language.is_empty() { entity } else { entity.with_field("language", language) }
}

/// Meaning of an attribute for its tag.
fn attribute_argument(tag: &str, name: &str, value: String) -> Option<String> {
    match (tag, name) {
        ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "unix") => Some(value),
        ("code", "class") => value.strip_prefix("language-").map(str::to_owned),
        ("span", "class") => value.strip_prefix("tg-").map(str::to_owned),
        ("blockquote", "expandable") => Some("1".into()),
        _ => None,
    }
}

fn decode_reference(reference: &str) -> Option<char> {
    match reference {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        numeric => {
            let digits = numeric.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code).filter(|letter| *letter != '\0')
        }
    }
}

fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\r' | '\n' | '\0' | '\u{b}')
}

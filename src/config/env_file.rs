//! The file `.env`: a value is what is written there, or the start is refused.
//!
//! Programs that read such files disagree about `$`, backslashes, `#` and quotes, so a secret could change on its way.
//! Here nothing is replaced. What other programs would read differently is refused with the number of the line and the
//! name; no error contains what follows the `=`.

use std::collections::BTreeMap;

use crate::config::{ConfigErrors, SETTINGS};

/// Names and values of the file, or the errors of all its lines.
pub(super) fn parse(bytes: &[u8]) -> Result<BTreeMap<String, String>, ConfigErrors> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(ConfigErrors(vec![(".env".to_owned(), "expected UTF-8, got UTF-16".to_owned())]));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut names: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let mut errors = Vec::new();
    for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        match parse_line(line) {
            Ok(None) => {}
            Ok(Some((name, value))) => {
                let before = names.insert(name.to_owned(), (number, value.to_owned()));
                // An empty value counts as unset, so a template may list the name as well.
                if let Some((line, before)) = before.filter(|(_, before)| !before.is_empty()) {
                    if value.is_empty() {
                        names.insert(name.to_owned(), (line, before));
                    } else if before != value {
                        errors.push((
                            place(number, Some(name)),
                            format!("expected one value, got another in line {line}"),
                        ));
                    }
                }
            }
            Err(LineError { name, what }) => errors.push((place(number, name), what.to_owned())),
        }
    }
    if errors.is_empty() {
        Ok(names.into_iter().map(|(name, (_, value))| (name, value)).collect())
    } else {
        Err(ConfigErrors(errors))
    }
}

/// Error of a line: its name, if it has one, and what is wrong.
struct LineError<'a> {
    name: Option<&'a str>,
    what: &'static str,
}

/// Names a line. The text before a `=` is shown only if it is the name of a setting: it may be a piece of a secret that
/// was broken into two lines.
fn place(number: usize, name: Option<&str>) -> String {
    match name.filter(|name| SETTINGS.contains(name) || name.starts_with("NEURALBOX_")) {
        Some(name) => format!(".env line {number}, {name}"),
        None => format!(".env line {number}"),
    }
}

/// Reads a line; `None` if it is empty or a comment.
fn parse_line(line: &[u8]) -> Result<Option<(&str, &str)>, LineError<'_>> {
    // The name is read first, because an error of the value names it.
    let (name, value) = match line.iter().position(|byte| *byte == b'=') {
        Some(equals) => line.split_at(equals),
        None => (line, &[][..]),
    };
    let name = std::str::from_utf8(name).unwrap_or_default().trim();
    let is_comment = line.trim_ascii().is_empty() || line.trim_ascii_start().starts_with(b"#");
    if is_comment {
        return Ok(None);
    }
    let name = name.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).map_or(name, str::trim_start);
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.';
    if name.is_empty() || !name.bytes().all(is_name) || name.starts_with(|first: char| first.is_ascii_digit()) {
        return Err(LineError { name: None, what: "expected NAME=VALUE, got another form" });
    }
    let Some(value) = value.strip_prefix(b"=") else {
        return Err(LineError { name: Some(name), what: "expected NAME=VALUE, got no =" });
    };
    let value = std::str::from_utf8(value).map_err(|_| "expected UTF-8, got other bytes");
    let value = value.and_then(|value| parse_value(value.strip_suffix('\r').unwrap_or(value)));
    value.map(|value| Some((name, value))).map_err(|what| LineError { name: Some(name), what })
}

fn parse_value(text: &str) -> Result<&str, &'static str> {
    let trimmed = text.trim();
    let Some(quote) = trimmed.chars().next().filter(|first| matches!(first, '\'' | '"')) else {
        // With a space before it, other programs begin a comment here, or they do not.
        if text.contains(" #") || text.contains("\t#") {
            return Err("expected quotes around a value with # after a space, and comments on lines of their own");
        }
        return Ok(trimmed);
    };
    let inner = trimmed.strip_prefix(quote).unwrap_or(trimmed);
    let Some((value, rest)) = inner.split_once(quote) else {
        return Err("expected a closing quote on the same line, got none");
    };
    let is_comment = rest.starts_with([' ', '\t']) && rest.trim_start().starts_with('#');
    if rest.is_empty() || is_comment {
        Ok(value)
    } else {
        Err("expected nothing after the closing quote, got more; the other kind of quotes may enclose this kind")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_what_is_written() {
        for (line, value) in [
            ("N=plain", "plain"),
            ("N = spaced out ", "spaced out"),
            ("  N=indented", "indented"),
            ("export N=exported", "exported"),
            ("export\tN=exported", "exported"),
            ("N=", ""),
            ("N=\r", ""),
            ("N=windows\r", "windows"),
            ("N='windows'\r", "windows"),
            ("N=1, 2", "1, 2"),
            ("N=pa$word ${HOME} $(id) `id`", "pa$word ${HOME} $(id) `id`"),
            (r"N=back\slash\n", r"back\slash\n"),
            (r#"N="back\slash\n""#, r"back\slash\n"),
            (r#"N="pa$word""#, "pa$word"),
            ("N='pa$word'", "pa$word"),
            ("N=' kept '", " kept "),
            ("N=\" # kept \"", " # kept "),
            ("N='a # b' # a comment", "a # b"),
            ("N=a#b", "a#b"),
            ("N=#a", "#a"),
            ("N=a=b==", "a=b=="),
            (r#"N=it's 5" long"#, r#"it's 5" long"#),
            (r#"N='say "yes"'"#, r#"say "yes""#),
            (r#"N="it's""#, "it's"),
            ("N=''", ""),
            ("N=NeuralBox <a@example.com>", "NeuralBox <a@example.com>"),
            ("N=\u{439}", "\u{439}"),
        ] {
            let read = parse(line.as_bytes()).unwrap_or_else(|error| panic!("{line:?}: {error}"));
            assert_eq!(read, BTreeMap::from([("N".to_owned(), value.to_owned())]), "{line:?}");
        }
        let file = "\u{feff}N=1\r\n\r\n# N=2\r\n  # N=3\r\nM=2\r\nTELEGRAM_BOT_TOKEN=\nTELEGRAM_BOT_TOKEN=x\nM=\n";
        let read = parse(file.as_bytes()).unwrap();
        let values: Vec<_> = read.values().collect();
        assert_eq!(values, ["2", "1", "x"], "{read:?}");
    }

    #[test]
    fn what_others_would_read_differently_is_refused_without_the_value() {
        for (line, reason) in [
            ("NEURALBOX_SERVICE_TOKEN='secret", "a closing quote"),
            ("NEURALBOX_SERVICE_TOKEN=\"secret", "a closing quote"),
            ("NEURALBOX_SERVICE_TOKEN=\"secret\nsecret\"", "a closing quote"),
            ("NEURALBOX_SERVICE_TOKEN='secret'secret", "after the closing quote"),
            ("NEURALBOX_SERVICE_TOKEN='secret' secret", "after the closing quote"),
            ("NEURALBOX_SERVICE_TOKEN='secret'#secret", "after the closing quote"),
            (r#"NEURALBOX_SERVICE_TOKEN="a\"secret""#, "after the closing quote"),
            ("NEURALBOX_SERVICE_TOKEN='it'\\''secret'", "after the closing quote"),
            ("NEURALBOX_SERVICE_TOKEN=secret # secret", "comments on lines of their own"),
            ("NEURALBOX_SERVICE_TOKEN= # secret", "comments on lines of their own"),
            ("NEURALBOX_SERVICE_TOKEN=secret\t#secret", "comments on lines of their own"),
            ("NEURALBOX_SERVICE_TOKEN", "got no ="),
            ("NEURALBOX_SERVICE_TOKEN=secret1\nNEURALBOX_SERVICE_TOKEN=secret2", "in line 2"),
        ] {
            let refused = parse(format!("# first\n{line}\n").as_bytes()).expect_err(line).to_string();
            assert!(refused.contains(reason) && !refused.contains("secret"), "{line:?}: {refused}");
            let number = if line.contains("secret2") { 3 } else { 2 };
            assert!(refused.contains(&format!(".env line {number}, NEURALBOX_SERVICE_TOKEN: ")), "{line:?}: {refused}");
        }
        for line in
            ["secret", "export secret", "secret word=1", "=secret", "NEURALBOX SECRET=secret", "2secret=", "a-secret=1"]
        {
            let refused = parse(line.as_bytes()).expect_err(line).to_string();
            assert!(refused.contains(".env line 1: ") && !refused.contains("ecret"), "{line:?}: {refused}");
        }
        let latin = parse(b"MAIL_FROM=Andr\xe9 secret").expect_err("not UTF-8").to_string();
        assert!(latin.contains(".env line 1, MAIL_FROM: expected UTF-8") && !latin.contains("secret"), "{latin}");
        let wide = parse(b"\xff\xfeN\0=\0").expect_err("UTF-16").to_string();
        assert!(wide.contains("UTF-16"), "{wide}");
    }
}

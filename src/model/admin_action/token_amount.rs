//! Numbers of tokens as people type them: `5000`, `5 000`, `5,000`, `5.000`, `5_000`, `5k`, `1.5k`, `-20`.

/// Limit of one grant, in tokens.
pub const MAX_GRANT_TOKENS: i64 = 10_000_000_000;

/// Signs that mean a negative number: hyphen, minus and the dash that phones make of two hyphens.
const MINUS_SIGNS: [char; 3] = ['-', '\u{2212}', '\u{2013}'];
/// Separators of thousands: space, no-break spaces, thin space, comma, dot, underscore and apostrophe.
const SEPARATORS: [char; 9] = [' ', '\u{a0}', '\u{202f}', '\u{2009}', ',', '.', '_', '\'', '\u{2019}'];
/// Digits of a group after a separator.
const GROUP_DIGITS: usize = 3;

/// Number of tokens at the beginning of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenAmount<'a> {
    /// Number of tokens, never 0.
    pub tokens: i64,
    /// Text after the number, trimmed.
    pub rest: &'a str,
}

impl<'a> TokenAmount<'a> {
    /// Reads the number at the beginning of a text. Returns `None` if there is none, if it is 0 or too large, or if
    /// digits follow that might belong to it, as in `5 0000`.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let text = text.trim();
        let unsigned = text.strip_prefix(MINUS_SIGNS);
        let number = Number::read(unsigned.unwrap_or_else(|| text.strip_prefix('+').unwrap_or(text)))?;
        let tokens = number.value.filter(|tokens| (1..=MAX_GRANT_TOKENS).contains(tokens))?;
        let starts_a_word = number.rest.is_empty() || number.rest.starts_with(char::is_whitespace);
        let rest = number.rest.trim();
        let is_clear = starts_a_word && !may_belong(rest.split_whitespace().next().unwrap_or_default());
        is_clear.then_some(Self { tokens: if unsigned.is_some() { -tokens } else { tokens }, rest })
    }

    /// Reads a text that is a number and nothing else.
    #[must_use]
    pub fn parse_whole(text: &'a str) -> Option<i64> {
        Self::parse(text).filter(|amount| amount.rest.is_empty()).map(|amount| amount.tokens)
    }
}

/// True if a word after a number looks like a part of it, not like the beginning of a reason.
fn may_belong(word: &str) -> bool {
    let is_digits = !word.is_empty() && word.chars().all(|c| c.is_ascii_digit() || SEPARATORS.contains(&c));
    is_digits && (word.len() >= GROUP_DIGITS || word.starts_with('0'))
}

/// Number without a sign; the value is `None` if it is too large or no whole number.
struct Number<'a> {
    value: Option<i64>,
    rest: &'a str,
}

impl<'a> Number<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (first, mut rest) = digits(text);
        if first.is_empty() {
            return None;
        }
        if let Some(decimal) = Decimal::read(first, rest) {
            return Some(Self { value: decimal.value(), rest: decimal.rest });
        }
        let mut whole = first.to_owned();
        let mut separator = None;
        while first.len() <= GROUP_DIGITS {
            let Some(mark) = rest.chars().next().filter(|mark| SEPARATORS.contains(mark)) else { break };
            let (group, after) = digits(rest.get(mark.len_utf8()..).unwrap_or_default());
            if group.len() != GROUP_DIGITS || separator.is_some_and(|known| known != mark) {
                break;
            }
            separator = Some(mark);
            whole.push_str(group);
            rest = after;
        }
        let value = whole.parse::<i64>().ok();
        Some(match multiplier(rest) {
            Some(suffix) => Self { value: value.and_then(|value| value.checked_mul(suffix.factor)), rest: suffix.rest },
            None => Self { value, rest },
        })
    }
}

/// Decimal number with a suffix: `1.5k`.
struct Decimal<'a> {
    whole: &'a str,
    fraction: &'a str,
    factor: i64,
    rest: &'a str,
}

impl<'a> Decimal<'a> {
    fn read(whole: &'a str, rest: &'a str) -> Option<Self> {
        let (fraction, after) = digits(rest.strip_prefix(['.', ','])?);
        let suffix = multiplier(after).filter(|_| !fraction.is_empty())?;
        Some(Self { whole, fraction, factor: suffix.factor, rest: suffix.rest })
    }

    /// `None` if it is too large or no whole number of tokens.
    fn value(&self) -> Option<i64> {
        let scale = 10_i64.checked_pow(u32::try_from(self.fraction.len()).ok()?)?;
        let parts = self.whole.parse::<i64>().ok()?.checked_mul(scale)?;
        let parts = parts.checked_add(self.fraction.parse::<i64>().ok()?)?.checked_mul(self.factor)?;
        (parts % scale == 0).then_some(parts / scale)
    }
}

/// Suffix that multiplies a number.
struct Multiplier<'a> {
    factor: i64,
    rest: &'a str,
}

/// Reads `k` or `m`, Latin or Cyrillic, if no word begins with it.
fn multiplier(text: &str) -> Option<Multiplier<'_>> {
    let (thousands, millions) = (['k', 'K', 'к', 'К'], ['m', 'M', 'м', 'М']);
    let rest = text.strip_prefix(thousands).or_else(|| text.strip_prefix(millions))?;
    let factor = if text.starts_with(thousands) { 1_000 } else { 1_000_000 };
    (!rest.starts_with(char::is_alphanumeric)).then_some(Multiplier { factor, rest })
}

/// Splits a text after its leading digits.
fn digits(text: &str) -> (&str, &str) {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at_checked(end).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<(i64, &str)> {
        TokenAmount::parse(text).map(|amount| (amount.tokens, amount.rest))
    }

    #[test]
    fn as_people_type_them() {
        for five_thousand in [
            "5000",
            "5 000",
            "5,000",
            "5.000",
            "5_000",
            "5'000",
            "5\u{a0}000",
            "5\u{202f}000",
            "5k",
            "5K",
            "5к",
            "5.0k",
            "+5000",
            " 5 000 ",
        ] {
            assert_eq!(read(five_thousand), Some((5000, "")), "{five_thousand}");
        }
        assert_eq!(read("1.5k"), Some((1500, "")));
        assert_eq!(read("1,25к за доклад"), Some((1250, "за доклад")));
        assert_eq!(read("2m"), Some((2_000_000, "")));
        assert_eq!(read("1 234 567 a talk"), Some((1_234_567, "a talk")));
        assert_eq!(read("5 000 for 2 talks"), Some((5000, "for 2 talks")));
        assert_eq!(read("5000 2 talks"), Some((5000, "2 talks")));
        assert_eq!(read("-5 000 a mistake"), Some((-5000, "a mistake")));
        assert_eq!(read("\u{2212}1.5k"), Some((-1500, "")));
        assert_eq!(read("21"), Some((21, "")));
        assert_eq!(read("10000000000"), Some((MAX_GRANT_TOKENS, "")));
    }

    #[test]
    fn what_may_mean_two_numbers_means_none() {
        for unclear in [
            "",
            "many",
            "0",
            "-0",
            "5 0000",
            "5 00",
            "50 00",
            "5000 000",
            "1 000,000",
            "5,00",
            "1.5",
            "1.2345k",
            "5kg",
            "5000x",
            "--5",
            "- 5",
            "99999999999",
            "9223372036854775808",
            "10m 000",
            "1e3",
            "5 000 0",
        ] {
            assert_eq!(read(unclear), None, "{unclear}");
        }
        assert_eq!(TokenAmount::parse_whole("5 000"), Some(5000));
        assert_eq!(TokenAmount::parse_whole("5000 talk"), None);
    }

    proptest! {
        #[test]
        fn a_number_is_read_however_it_is_grouped(tokens in 1..=MAX_GRANT_TOKENS, mark in "[ ,._'\u{a0}\u{202f}]") {
            let plain = tokens.to_string();
            let mut grouped = String::new();
            for (index, digit) in plain.chars().enumerate() {
                if index > 0 && (plain.len() - index) % 3 == 0 {
                    grouped.push_str(&mark);
                }
                grouped.push(digit);
            }
            prop_assert_eq!(read(&grouped), Some((tokens, "")));
            let negative = format!("-{grouped} why");
            prop_assert_eq!(read(&negative), Some((-tokens, "why")));
        }

        #[test]
        fn anything_else_does_not_fail(text in "[-+0-9kKmк ,._a]{0,16}|\\PC{0,16}") {
            if let Some(amount) = TokenAmount::parse(&text) {
                prop_assert!(amount.tokens != 0 && amount.tokens.abs() <= MAX_GRANT_TOKENS);
            }
        }
    }
}

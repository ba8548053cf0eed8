//! Header fields as bytes. A field may hold any byte above 0x7f (obs-text, RFC 9110, section 5.5), and one such byte must
//! not hide the rest of the field. Control characters never arrive: the parser refuses them with 400.
//!
//! | field | an odd value means |
//! |---|---|
//! | `Cookie`, `X-Forwarded-For`, `Accept`, `Accept-Language`, `If-None-Match` | its other members count |
//! | `Authorization` | 401 |
//! | `Origin`, `Sec-Fetch-Site` | another website: 403 where the website matters |
//! | `Host` | equal to no origin |
//! | `Content-Type` | 415, unless the odd byte is in a parameter |
//! | `Idempotency-Key` | 422 |
//! | `Github-Public-Key-…` | 401, as without the field |
//! | `X-Telegram-Bot-Api-Secret-Token` | compared as bytes: wrong |
//! | `User-Agent` | odd bytes are replaced |
//! | `X-Request-Id` | a new id |
//! | `Expect` | its presence counts, not its value |

use std::borrow::Cow;

use axum::http::HeaderMap;
use axum::http::header::AsHeaderName;

/// Field that a request may have once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SingleField<'a> {
    /// The request does not have the field.
    Absent,
    /// Visible ASCII text.
    Text(&'a str),
    /// The field has other bytes, or is repeated.
    Unreadable,
}

impl<'a> SingleField<'a> {
    /// Text of a readable field.
    pub(crate) const fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Absent | Self::Unreadable => None,
        }
    }
}

/// Field that a request may have once.
pub(crate) fn single(headers: &HeaderMap, name: impl AsHeaderName) -> SingleField<'_> {
    let mut fields = headers.get_all(name).iter();
    match (fields.next(), fields.next()) {
        (None, _) => SingleField::Absent,
        (Some(field), None) => field.to_str().map_or(SingleField::Unreadable, SingleField::Text),
        (Some(_), Some(_)) => SingleField::Unreadable,
    }
}

/// Members of a list, from all fields of that name. Empty members are ignored (RFC 9110, section 5.6.1.2).
pub(crate) fn members(headers: &HeaderMap, name: impl AsHeaderName) -> impl DoubleEndedIterator<Item = &[u8]> {
    let members = headers.get_all(name).into_iter().flat_map(|field| field.as_bytes().split(|byte| *byte == b','));
    members.map(<[u8]>::trim_ascii).filter(|member| !member.is_empty())
}

/// Text of the first field of that name, with odd bytes replaced; empty if there is none.
pub(crate) fn lossy(headers: &HeaderMap, name: impl AsHeaderName) -> Cow<'_, str> {
    headers.get(name).map_or(Cow::Borrowed(""), |field| String::from_utf8_lossy(field.as_bytes()))
}

/// First part of a member or field, before its parameters, if it is visible ASCII text.
pub(crate) fn essence(member: &[u8]) -> Option<&str> {
    let essence = member.split(|byte| *byte == b';').next()?.trim_ascii();
    std::str::from_utf8(essence).ok().filter(|essence| essence.bytes().all(|byte| byte.is_ascii_graphic()))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(values: &[&[u8]]) -> HeaderMap {
        let values = values.iter().map(|value| HeaderValue::from_bytes(value).expect("no control character"));
        values.map(|value| ("x-list".parse().expect("a name"), value)).fold(
            HeaderMap::new(),
            |mut all, (name, value)| {
                all.append::<axum::http::HeaderName>(name, value);
                all
            },
        )
    }

    #[test]
    fn empty_members_are_ignored_and_odd_ones_hide_no_others() {
        let list = headers(&[b" a , ,\xe9, b;q=1,", "ü,c".as_bytes()]);
        let all: Vec<&[u8]> = members(&list, "x-list").collect();
        assert_eq!(all, [b"a".as_slice(), b"\xe9", b"b;q=1", "ü".as_bytes(), b"c"]);
        assert_eq!(all.into_iter().filter_map(essence).collect::<Vec<_>>(), ["a", "b", "c"]);
    }

    #[test]
    fn a_single_field_is_read_whole_or_not_at_all() {
        assert_eq!(single(&headers(&[]), "x-list"), SingleField::Absent);
        assert_eq!(single(&headers(&[b"a b"]), "x-list"), SingleField::Text("a b"));
        for odd in [&[b"a\xe9".as_slice()][..], &["aü".as_bytes()], &[b"a", b"a"]] {
            assert_eq!(single(&headers(odd), "x-list"), SingleField::Unreadable);
        }
        assert_eq!(lossy(&headers(&[b"a\xe9b"]), "x-list"), "a\u{fffd}b");
    }
}

//! Words of a typed segment.

use std::str::FromStr;

use crate::model::broadcasts::segment_syntax::SegmentTextError;

/// Word of a typed segment. Words that join are given as they were typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SegmentWord<'a> {
    /// Opening parenthesis.
    Open,
    /// Closing parenthesis.
    Close,
    /// Joins two conditions.
    And(&'a str),
    /// Negates a condition.
    Not(&'a str),
    /// Joins a condition that it negates.
    Except(&'a str),
    /// Part of a condition.
    Other(&'a str),
}

impl<'a> SegmentWord<'a> {
    fn new(word: &'a str) -> Self {
        match word.to_lowercase().as_str() {
            "(" => Self::Open,
            ")" => Self::Close,
            "and" | "и" => Self::And(word),
            "not" | "не" => Self::Not(word),
            "except" | "кроме" => Self::Except(word),
            _ => Self::Other(word),
        }
    }

    /// Text of the word.
    pub(super) const fn as_str(self) -> &'a str {
        match self {
            Self::Open => "(",
            Self::Close => ")",
            Self::And(word) | Self::Not(word) | Self::Except(word) | Self::Other(word) => word,
        }
    }
}

/// Reader of the words of a text, from the first to the last.
pub(super) struct SegmentWords<'a> {
    rest: &'a str,
}

impl<'a> SegmentWords<'a> {
    /// Begins at the first word.
    pub(super) const fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// Returns the next word and leaves it unread.
    pub(super) fn peek(&self) -> Option<SegmentWord<'a>> {
        self.split().map(|(word, _)| SegmentWord::new(word))
    }

    /// Reads the next word.
    pub(super) fn take(&mut self) -> Option<SegmentWord<'a>> {
        let (word, rest) = self.split()?;
        self.rest = rest;
        Some(SegmentWord::new(word))
    }

    /// Next word, and the text after it. A parenthesis is a word of its own.
    fn split(&self) -> Option<(&'a str, &'a str)> {
        let text = self.rest.trim_start();
        if text.is_empty() {
            return None;
        }
        let end = match text.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')')) {
            None => text.len(),
            Some(0) => 1,
            Some(end) => end,
        };
        text.split_at_checked(end)
    }

    /// Reads the values of a list: `first`, and all words up to one that joins, a parenthesis or the next condition.
    pub(super) fn values(&mut self, kind: &str, first: &str) -> Result<Vec<String>, SegmentTextError> {
        let mut values: Vec<String> = Vec::new();
        let mut add = |text: &str| {
            values.extend(text.split(',').filter(|value| !value.is_empty()).map(ToOwned::to_owned));
        };
        add(first);
        while let Some(SegmentWord::Other(word)) = self.peek()
            && !word.contains(':')
            && !word.eq_ignore_ascii_case("everyone")
        {
            add(word);
            self.take();
        }
        if values.is_empty() { Err(SegmentTextError::NoValue(kind.to_owned())) } else { Ok(values) }
    }

    /// Reads the one value of a condition: `first`, or else the next word.
    pub(super) fn value<'w>(&mut self, kind: &str, first: &'w str) -> Result<&'w str, SegmentTextError>
    where
        'a: 'w,
    {
        if !first.is_empty() {
            return Ok(first);
        }
        match self.peek() {
            Some(SegmentWord::Other(word)) => {
                self.take();
                Ok(word)
            }
            _ => Err(SegmentTextError::NoValue(kind.to_owned())),
        }
    }

    /// Reads the whole number of a condition.
    pub(super) fn number<T: FromStr>(&mut self, kind: &str, first: &str) -> Result<T, SegmentTextError> {
        let word = self.value(kind, first)?;
        word.parse().map_err(|_| SegmentTextError::NoNumber { condition: kind.to_owned(), word: word.to_owned() })
    }
}

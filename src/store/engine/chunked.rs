//! Statements with a list of values. Both databases want one placeholder per value, so lists are sent in chunks of few
//! sizes, each with its own prepared statement.

use crate::store::engine::db::BindValue;

/// Numbers of items per chunk, largest first.
const CHUNK_SIZES: [usize; 3] = [64, 8, 1];

/// A statement, expanded for each chunk size.
#[derive(Debug)]
pub(in crate::store) struct Chunked([String; 3]);

impl Chunked {
    /// Builds statements of the form `head item, item, … tail`. `item` receives the number of its first placeholder;
    /// each item has `values` placeholders.
    pub(in crate::store) fn new(head: &str, tail: &str, values: usize, item: impl Fn(usize) -> String) -> Self {
        Self(CHUNK_SIZES.map(|size| {
            let items: Vec<_> = (0..size).map(|index| item(index * values + 1)).collect();
            format!("{head}{}{tail}", items.join(", "))
        }))
    }

    /// Splits `items` into chunks, each with its statement.
    pub(in crate::store) fn of<'a, T>(&'static self, items: &'a [T]) -> Vec<(&'static str, &'a [T])> {
        let (mut portions, mut rest) = (Vec::new(), items);
        for (size, sql) in CHUNK_SIZES.into_iter().zip(&self.0) {
            let whole = rest.chunks_exact(size);
            let left = whole.remainder();
            portions.extend(whole.map(|portion| (sql.as_str(), portion)));
            rest = left;
        }
        portions
    }
}

/// Values of a chunk whose items are one value each.
pub(in crate::store) fn values<T: BindValue>(portion: &[T]) -> Vec<&dyn BindValue> {
    portion.iter().map(|value| value as &dyn BindValue).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    static PAIRS: LazyLock<Chunked> =
        LazyLock::new(|| Chunked::new("values ", ";", 2, |first| format!("(${first}, ${})", first + 1)));

    #[test]
    fn a_list_is_sent_whole_and_in_order() {
        for length in [0, 1, 7, 8, 9, 63, 64, 65, 137, 1000] {
            let items: Vec<usize> = (0..length).collect();
            let sent: Vec<usize> = PAIRS.of(&items).into_iter().flat_map(|(_, portion)| portion.to_vec()).collect();
            assert_eq!(sent, items);
        }
        assert_eq!(PAIRS.of(&[7]).first().expect("one").0, "values ($1, $2);");
        assert!(PAIRS.of(&[0; 8]).first().expect("one").0.ends_with(", ($15, $16);"));
    }
}

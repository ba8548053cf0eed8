//! What changes a token balance, and how much a charge may take.

use sqlx::FromRow;

use crate::model::api_key::KeyId;
use crate::model::time::Moment;

/// How the once-only key of a charge begins; the gateway's own id of the request follows.
const CHARGE_KEY_PREFIX: &str = "charge:";

/// A gateway's id of what it charges for: 1 to 128 visible ASCII characters. The same one is charged once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChargeId(String);

impl ChargeId {
    /// The longest one, in characters.
    pub const MAX_CHARGE_ID_CHARS: usize = 128;

    /// Takes an id, or says what it must be.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let fine =
            (1..=Self::MAX_CHARGE_ID_CHARS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fine { Ok(Self(text.to_owned())) } else { Err("must have 1 to 128 visible ASCII characters") }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What lets it be charged once.
    #[must_use]
    pub fn idempotency_key(&self) -> String {
        format!("{CHARGE_KEY_PREFIX}{}", self.0)
    }
}

/// How many tokens a charge takes: 1 to a thousand million.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChargeAmount(i64);

impl ChargeAmount {
    /// The highest price of one charge.
    pub const MAX_TOKENS: i64 = 1_000_000_000;

    /// Takes a price, or says what it must be.
    pub fn parse(tokens: i64) -> Result<Self, &'static str> {
        if (1..=Self::MAX_TOKENS).contains(&tokens) { Ok(Self(tokens)) } else { Err("must be from 1 to 1000000000") }
    }

    /// The number of tokens.
    #[must_use]
    pub const fn tokens(self) -> i64 {
        self.0
    }
}

/// A line of the ledger: one change of one balance.
#[derive(Clone, Debug, FromRow)]
pub struct LedgerEntry {
    /// Its number; later entries have higher ones.
    pub id: i64,
    /// How many tokens came; negative if they went.
    pub tokens: i64,
    /// The balance after it.
    pub balance: i64,
    /// Why: `welcome`, `allowance`, `charge`, `grant`, or an admin's words.
    pub reason: String,
    /// What let it happen once.
    #[sqlx(rename = "idempotency_key")]
    pub idempotency_key: String,
    /// The key whose request was charged.
    pub key_id: Option<KeyId>,
    /// When it was.
    pub created_at: Moment,
}

impl LedgerEntry {
    /// The gateway's id of what was charged; none if it was no charge.
    #[must_use]
    pub fn charge_id(&self) -> Option<&str> {
        self.idempotency_key.strip_prefix(CHARGE_KEY_PREFIX)
    }
}

/// Takes prices off a balance one after the other, as far as it reaches: a price that is too high is left out, and lower ones
/// behind it still count. For each price the balance after it, `Err` if it was left out.
#[must_use]
pub fn take(mut balance: i64, prices: &[i64]) -> Vec<Result<i64, i64>> {
    let mut take_one = |price: i64| {
        if price > balance {
            return Err(balance);
        }
        balance -= price;
        Ok(balance)
    };
    prices.iter().map(|price| take_one(*price)).collect()
}

/// A balance on its way down, beside what the plan gives a month.
#[derive(Clone, Copy, Debug)]
pub struct BalanceThresholds {
    /// What the plan gives a month.
    pub monthly: i64,
    /// The balance before.
    pub before: i64,
    /// The balance after.
    pub left: i64,
}

impl BalanceThresholds {
    /// What people are told of, in percent of the month's tokens, the lowest first.
    const THRESHOLD_PERCENTS: [i64; 3] = [0, 5, 20];

    /// The lowest step that the balance came down to.
    #[must_use]
    pub fn crossed(self) -> Option<i64> {
        let at = |percent: i64| i128::from(self.monthly) * i128::from(percent) / 100;
        let is_crossed =
            |percent: &i64| i128::from(self.before) > at(*percent) && i128::from(self.left) <= at(*percent);
        Self::THRESHOLD_PERCENTS.into_iter().find(is_crossed).filter(|_| self.monthly > 0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids_and_prices() {
        for good in ["r", "req_0-9/~!", &"x".repeat(128)] {
            assert_eq!(ChargeId::parse(good).expect("fine").as_str(), good);
        }
        for bad in ["", " ", "a b", "a\n", "ж", "\u{7f}", &"x".repeat(129)] {
            assert!(ChargeId::parse(bad).is_err(), "{bad:?}");
        }
        assert_eq!(
            (ChargeAmount::parse(1).map(ChargeAmount::tokens), ChargeAmount::parse(ChargeAmount::MAX_TOKENS).is_ok()),
            (Ok(1), true)
        );
        assert!(
            [0, -1, ChargeAmount::MAX_TOKENS + 1, i64::MIN].into_iter().all(|bad| ChargeAmount::parse(bad).is_err())
        );
    }

    #[test]
    fn each_step_is_crossed_on_the_way_down() {
        let crossed = |before, left| BalanceThresholds { monthly: 1500, before, left }.crossed();
        assert_eq!((crossed(1500, 301), crossed(301, 300), crossed(300, 299)), (None, Some(20), None));
        assert_eq!((crossed(299, 76), crossed(76, 75), crossed(75, 1)), (None, Some(5), None));
        assert_eq!(
            (crossed(1, 0), crossed(1500, 0), crossed(1500, 60), crossed(0, 0)),
            (Some(0), Some(0), Some(5), None)
        );
        assert_eq!((crossed(100, 1500), BalanceThresholds { monthly: 0, before: 1, left: 0 }.crossed()), (None, None));
        let huge = BalanceThresholds { monthly: i64::MAX, before: i64::MAX, left: 1 };
        assert_eq!(huge.crossed(), Some(5));
    }

    proptest! {
        #[test]
        fn what_is_taken_was_there(balance in 0_i64..500, prices in proptest::collection::vec(1_i64..100, 0..30)) {
            let taken = take(balance, &prices);
            let mut left = balance;
            for (price, outcome) in prices.iter().zip(&taken) {
                match outcome {
                    Ok(after) => { left -= price; prop_assert!(*after == left && left >= 0); }
                    Err(there) => prop_assert!(*there == left && left < *price),
                }
            }
            prop_assert_eq!(taken.len(), prices.len());
        }
    }
}

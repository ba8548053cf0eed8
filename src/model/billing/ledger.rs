//! Token ledger: entries, charges and the thresholds of a low balance.

use sqlx::FromRow;

use crate::model::api_key::KeyId;
use crate::model::time::Moment;

/// Prefix of the idempotency key of a charge; the gateway's id of the request follows.
const CHARGE_KEY_PREFIX: &str = "charge:";

/// Gateway's id of a charged request: 1 to 128 visible ASCII characters. One id is charged at most once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChargeId(String);

impl ChargeId {
    /// Limit of an id.
    pub const MAX_CHARGE_ID_CHARS: usize = 128;

    /// Validates an id. The error completes the sentence "`request_id` …".
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let fine =
            (1..=Self::MAX_CHARGE_ID_CHARS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fine { Ok(Self(text.to_owned())) } else { Err("must have 1 to 128 visible ASCII characters") }
    }

    /// Returns the id as a string slice.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the idempotency key of the charge.
    #[must_use]
    pub fn idempotency_key(&self) -> String {
        format!("{CHARGE_KEY_PREFIX}{}", self.0)
    }
}

/// Amount of a charge: 1 to 1,000,000,000 tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChargeAmount(i64);

impl ChargeAmount {
    /// Limit of one charge. Catches a gateway that sends the wrong unit.
    pub const MAX_TOKENS: i64 = 1_000_000_000;

    /// Validates an amount. The error completes the sentence "tokens …".
    pub fn parse(tokens: i64) -> Result<Self, &'static str> {
        if (1..=Self::MAX_TOKENS).contains(&tokens) { Ok(Self(tokens)) } else { Err("must be from 1 to 1000000000") }
    }

    /// Returns the number of tokens.
    #[must_use]
    pub const fn tokens(self) -> i64 {
        self.0
    }
}

/// Ledger entry: one change of one balance.
#[derive(Clone, Debug, FromRow)]
pub struct LedgerEntry {
    /// Monotonic; used as the page cursor.
    pub id: i64,
    /// Tokens credited; negative if debited.
    pub tokens: i64,
    /// Balance after this entry.
    pub balance: i64,
    /// Reason: `welcome`, `allowance`, `charge`, `grant`, or the text of an admin.
    pub reason: String,
    /// Key that makes the entry unique.
    pub idempotency_key: String,
    /// API key whose request was charged.
    pub key_id: Option<KeyId>,
    /// Time of the entry.
    pub created_at: Moment,
}

impl LedgerEntry {
    /// Returns the gateway's id of the charged request, or `None` if the entry is not a charge.
    #[must_use]
    pub fn charge_id(&self) -> Option<&str> {
        self.idempotency_key.strip_prefix(CHARGE_KEY_PREFIX)
    }
}

/// Subtracts amounts from a balance in order, skipping each one that exceeds it; smaller ones after it still count.
/// Returns the balance after each amount, as `Err` if it was skipped.
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

/// Fall of a balance, compared with the monthly tokens of the plan.
#[derive(Clone, Copy, Debug)]
pub struct BalanceThresholds {
    /// Monthly tokens of the plan.
    pub monthly: i64,
    /// Balance before the charge.
    pub before: i64,
    /// Balance after the charge.
    pub left: i64,
}

impl BalanceThresholds {
    /// Thresholds that cause a notice, in percent of the monthly tokens, lowest first.
    const THRESHOLD_PERCENTS: [i64; 3] = [0, 5, 20];

    /// Returns the lowest threshold that the balance crossed.
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
        fn charges_never_exceed_the_balance(balance in 0_i64..500, prices in proptest::collection::vec(1_i64..100, 0..30)) {
            let taken = take(balance, &prices);
            let mut left = balance;
            for (price, outcome) in prices.iter().zip(&taken) {
                match outcome {
                    Ok(after) => { left -= price; prop_assert!(*after == left && left >= 0); }
                    Err(unchanged) => prop_assert!(*unchanged == left && left < *price),
                }
            }
            prop_assert_eq!(taken.len(), prices.len());
        }
    }
}

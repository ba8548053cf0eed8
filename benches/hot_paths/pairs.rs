//! Paired measurement: a machine drifts, so a target is compared only with the floor measured next to it.
//!
//! Floor and target alternate, F T F T F …; each T is compared with the mean of its two neighbours, and the result is the
//! median of these ratios.

use crate::Fault;
use crate::hot_paths::load::{Load, Slice};

/// Slices of a row: one more of the floor than of the target.
#[derive(Debug)]
pub(crate) struct Turns {
    /// Slices of the floor.
    pub(crate) floor: Vec<Slice>,
    /// Slices of the target.
    pub(crate) target: Vec<Slice>,
}

/// Median and quartiles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread {
    /// Lower quartile.
    pub(crate) low: f64,
    /// Median.
    pub(crate) median: f64,
    /// Upper quartile.
    pub(crate) high: f64,
}

impl Turns {
    /// Runs `floor`, then `target(0)`, `floor`, `target(1)`, … `times` times.
    pub(crate) fn take(
        times: usize,
        family: &[u32],
        floor: &Load,
        mut target: impl FnMut(usize) -> Result<Load, Fault>,
    ) -> Result<Self, Fault> {
        let mut turns = Self { floor: vec![floor.run(family)?], target: Vec::new() };
        for turn in 0..times {
            turns.target.push(target(turn)?.run(family)?);
            turns.floor.push(floor.run(family)?);
        }
        Ok(turns)
    }

    /// Ratio of `value` in each target slice to that of the neighbouring floor.
    pub(crate) fn ratio(&self, value: impl Fn(&Slice) -> f64) -> Spread {
        let beside = self.floor.windows(2).map(|pair| pair.iter().map(&value).sum::<f64>() / 2.0);
        Spread::of(self.target.iter().map(&value).zip(beside).map(|(target, floor)| target / floor).collect())
    }

    /// Median of the cores kept busy by other programs.
    pub(crate) fn others(&self) -> f64 {
        Spread::of(self.floor.iter().chain(&self.target).map(|slice| slice.others).collect()).median
    }
}

/// The median of `value`.
pub(crate) fn median(slices: &[Slice], value: impl Fn(&Slice) -> f64) -> f64 {
    Spread::of(slices.iter().map(value).collect()).median
}

impl Spread {
    /// Computes the quartiles of values.
    pub(crate) fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self { low: at_quarter(&values, 1), median: at_quarter(&values, 2), high: at_quarter(&values, 3) }
    }
}

/// Quartile of sorted values, interpolated between two.
fn at_quarter(sorted: &[f64], quarters: usize) -> f64 {
    let steps = sorted.len().saturating_sub(1) * quarters;
    let at = |at: usize| sorted.get(at.min(sorted.len().saturating_sub(1))).copied().unwrap_or(f64::NAN);
    let rest = crate::hot_paths::load::count(steps % 4) / 4.0;
    at(steps / 4).mul_add(1.0 - rest, at(steps / 4 + 1) * rest)
}

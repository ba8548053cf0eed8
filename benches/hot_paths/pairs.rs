//! The method: a machine drifts, so a target is only ever compared with the floor beside it.
//!
//! Floor and target take turns, F T F T F …; each T is held against the mean of its two neighbours, and what counts is the
//! median of these ratios.

use crate::Fault;
use crate::hot_paths::load::{Load, Slice};

/// A row's slices: one more of the floor than of the target.
#[derive(Debug)]
pub(crate) struct Turns {
    /// Of the floor.
    pub(crate) floor: Vec<Slice>,
    /// Of the target.
    pub(crate) target: Vec<Slice>,
}

/// The middle of many values, and the middle of each half.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread {
    /// A quarter is below.
    pub(crate) low: f64,
    /// Half is below.
    pub(crate) median: f64,
    /// A quarter is above.
    pub(crate) high: f64,
}

impl Turns {
    /// Takes turns: `floor`, then `target(0)`, `floor`, `target(1)`, … `times` times.
    pub(crate) fn take(
        (times, family): (usize, &[u32]),
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

    /// Of each target slice, `value` over that of the floor beside it.
    pub(crate) fn ratio(&self, value: impl Fn(&Slice) -> f64) -> Spread {
        let beside = self.floor.windows(2).map(|pair| pair.iter().map(&value).sum::<f64>() / 2.0);
        Spread::of(self.target.iter().map(&value).zip(beside).map(|(target, floor)| target / floor).collect())
    }

    /// Cores that others kept busy, at the median.
    pub(crate) fn others(&self) -> f64 {
        Spread::of(self.floor.iter().chain(&self.target).map(|slice| slice.others).collect()).median
    }
}

/// The median of `value`.
pub(crate) fn median(slices: &[Slice], value: impl Fn(&Slice) -> f64) -> f64 {
    Spread::of(slices.iter().map(value).collect()).median
}

impl Spread {
    /// Of these values.
    pub(crate) fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self { low: at_quarter(&values, 1), median: at_quarter(&values, 2), high: at_quarter(&values, 3) }
    }
}

/// The value below which so many quarters of the sorted values are, between two where it falls between.
fn at_quarter(sorted: &[f64], quarters: usize) -> f64 {
    let steps = sorted.len().saturating_sub(1) * quarters;
    let at = |at: usize| sorted.get(at.min(sorted.len().saturating_sub(1))).copied().unwrap_or(f64::NAN);
    let rest = crate::hot_paths::load::count(steps % 4) / 4.0;
    at(steps / 4).mul_add(1.0 - rest, at(steps / 4 + 1) * rest)
}

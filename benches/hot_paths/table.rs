//! Output of the rows.

use std::time::Duration;

use crate::hot_paths::load::Slice;
use crate::hot_paths::pairs::{Turns, median};
use crate::hot_paths::place::Postgres;

/// Cores that other programs may keep busy before ratios suffer.
const QUIET: f64 = 0.3;

/// Goal of a ratio.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goal {
    /// No goal; only reported.
    None,
    /// Share of the floor's rate.
    Rate(f64),
    /// Share of the floor's rate, and a limit of the 99th percentile as a multiple of the floor's.
    RateAndP99(f64, f64),
}

/// Rows measured so far.
#[derive(Debug, Default)]
pub(crate) struct Table {
    goals: u32,
    held: u32,
    /// Cores kept busy by other programs in the most disturbed row.
    others: f64,
}

impl Table {
    /// Prints the method.
    pub(crate) fn head(postgres: Option<&Postgres>) {
        println!(
            "Hot paths beside a bare axum server, which takes turns with them. In brackets: the floor of the same turns."
        );
        println!(
            "Service and floor on core 0; wrk on core 1 (one thread, 64 connections). Ratios above all: this and that second differ."
        );
        match postgres {
            None => println!("Postgres is not installed, and TEST_POSTGRES_URL is not set: its rows are left out."),
            Some(server) if server.process().is_some() => println!("Postgres is our own, durable, on core 1."),
            Some(_) => println!("Postgres is the one of TEST_POSTGRES_URL: it is not pinned, so it may share core 0."),
        }
        println!(
            "\n{:<30} {:>5} {:^12} {:>2}  {:>5}  {:>15}  {:>15} {:>6}  {:>12}  {:>6}  goal",
            "row", "rate", "quartiles", "n", "cpu", "p50 ms", "p99 ms", "ratio", "cpu us", "others"
        );
    }

    /// Prints a row measured in turns with the floor.
    pub(crate) fn turns(&mut self, name: &str, turns: &Turns, goal: Goal) {
        self.others = self.others.max(turns.others());
        let (rate, cpu, p99) = (turns.ratio(|s| s.rate), turns.ratio(|s| 1.0 / s.cpu), turns.ratio(|s| s.p99));
        let goal = match goal {
            Goal::None => String::new(),
            Goal::Rate(least) => {
                let held = self.judge(rate.median >= least);
                format!("rate >= {least:.2}: {held}")
            }
            Goal::RateAndP99(least, most) => {
                let held = [self.judge(rate.median >= least), self.judge(p99.median <= most)];
                let [rate, p99] = held;
                format!("rate >= {least:.2}: {rate}; p99 <= {most:.1}x: {p99}")
            }
        };
        println!(
            "{name:<30} {:>5.3} [{:.3}..{:.3}] {:>2}  {:>5.3}  {}  {} {:>5.2}x  {}  {:>6.2}  {goal}",
            rate.median,
            rate.low,
            rate.high,
            turns.target.len(),
            cpu.median,
            beside(turns, 6, |s| s.p50),
            beside(turns, 6, |s| s.p99),
            p99.median,
            beside(turns, 5, |s| s.cpu),
            turns.others(),
        );
    }

    /// Prints a row with figures of its own.
    pub(crate) fn figure(&mut self, name: &str, figure: &str, goal: Option<(&str, bool)>) {
        let goal = goal.map_or_else(String::new, |(goal, held)| format!("{goal}: {}", self.judge(held)));
        println!("{name:<30} {figure}  {goal}");
    }

    /// Prints a row of waiting times in milliseconds, of which 99 of 100 should be at most `goal`.
    pub(crate) fn waits(&mut self, name: &str, mut waits: Vec<f64>, goal: f64) {
        waits.sort_by(f64::total_cmp);
        let at = |part: usize| waits.get((waits.len() * part / 100).min(waits.len() - 1)).copied().unwrap_or_default();
        let figure = format!("p50 {:.1} ms, p99 {:.1} ms, {:.1} ms at most", at(50), at(99), at(100));
        self.figure(name, &figure, Some((&format!("p99 at most {goal} ms"), at(99) <= goal)));
    }

    /// Prints the reason that a row could not be measured.
    pub(crate) fn skipped(name: &str, why: &str) {
        println!("{name:<30} left out: {why}");
    }

    /// Prints the summary.
    pub(crate) fn foot(&self, took: Duration) {
        println!("\n{} of {} goals hold. It took {} s.", self.held, self.goals, took.as_secs());
        if self.others > QUIET {
            println!("Other programs kept up to {:.1} cores busy: run it again on a quiet machine.", self.others);
        }
    }

    fn judge(&mut self, held: bool) -> &'static str {
        self.goals += 1;
        self.held += u32::from(held);
        if held { "holds" } else { "MISSED" }
    }
}

/// Value of the target, and that of the floor in brackets.
fn beside(turns: &Turns, width: usize, value: impl Fn(&Slice) -> f64) -> String {
    let (target, floor) = (median(&turns.target, &value), median(&turns.floor, &value));
    format!("{target:>width$.2} ({floor:>width$.2})")
}

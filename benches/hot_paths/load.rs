//! A slice of load: wrk on the other core, for a second or a few.

use std::path::PathBuf;

use crate::Fault;
use crate::hot_paths::machine::{Core, busy_seconds, cpu_seconds, own_seconds, pinned};

/// Script of wrk.
pub(crate) const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/hot_paths/load.lua");

/// Process under load, and its URL.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Process whose CPU time is counted.
    pub(crate) process: u32,
    /// URL of the requests.
    pub(crate) url: String,
}

/// Kind of the lines in the load's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// No file; the request is a `GET`.
    Plain,
    /// An API key.
    Key,
    /// The body of a sign-in.
    Login,
    /// A refresh token.
    Cookie,
}

/// A load that can be run.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    /// Target of the load.
    pub(crate) target: Target,
    /// Kind of the requests.
    pub(crate) shape: Shape,
    /// File of lines, and their number.
    pub(crate) lines: Option<(PathBuf, usize)>,
    /// Concurrent connections.
    pub(crate) connections: u32,
    /// Seconds.
    pub(crate) seconds: u64,
}

/// Result of a slice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slice {
    /// Responses.
    pub(crate) answers: f64,
    /// Responses with a status above 399.
    pub(crate) refused: f64,
    /// Responses a second.
    pub(crate) rate: f64,
    /// Median response time, in milliseconds.
    pub(crate) p50: f64,
    /// 99th percentile, in milliseconds.
    pub(crate) p99: f64,
    /// CPU time of the target per response, in microseconds.
    pub(crate) cpu: f64,
    /// Cores kept busy by other programs.
    pub(crate) others: f64,
}

impl Load {
    /// Runs the load. `family` are the other processes of the bench, such as Postgres, whose CPU time is not foreign.
    pub(crate) fn run(&self, family: &[u32]) -> Result<Slice, Fault> {
        let mut wrk = pinned(Core::Rest, "wrk");
        wrk.args(["-t1", &format!("-c{}", self.connections), &format!("-d{}s", self.seconds), "-s", SCRIPT]);
        wrk.arg(&self.target.url).args(["--", self.shape.name()]);
        wrk.args(self.lines.iter().map(|(file, _)| file));
        let process = self.target.process;
        let family: Vec<u32> = family.iter().copied().chain([process]).collect();
        let (began, cpu) = (std::time::Instant::now(), cpu_seconds(process)?);
        let busy = busy_seconds()? - own_seconds(&family)?;
        let ended = wrk.output()?;
        let others = busy_seconds()? - own_seconds(&family)? - busy;
        let cpu = cpu_seconds(process)? - cpu;
        let said = String::from_utf8_lossy(&ended.stdout);
        let numbers = said.lines().find_map(|line| line.strip_prefix("SLICE "));
        let numbers = numbers.ok_or_else(|| format!("wrk: {said}{}", String::from_utf8_lossy(&ended.stderr)))?;
        let numbers: Vec<f64> = numbers.split(' ').map(str::parse).collect::<Result<_, _>>()?;
        let &[answers, micros, refused, broken, p50, p99] = numbers.as_slice() else {
            return Err("load.lua and load.rs do not agree".into());
        };
        self.check(answers, broken)?;
        Ok(Slice {
            answers,
            refused,
            rate: answers / micros * 1e6,
            p50: p50 / 1e3,
            p99: p99 / 1e3,
            cpu: cpu / answers * 1e6,
            others: others.max(0.0) / began.elapsed().as_secs_f64(),
        })
    }

    fn check(&self, answers: f64, broken: f64) -> Result<(), Fault> {
        let url = &self.target.url;
        if answers < 1.0 || broken > 0.0 {
            return Err(format!("{url}: {answers} answers, and {broken} connections broke").into());
        }
        match self.lines {
            // A line sent twice is refused or answered from memory, which would distort the figures.
            Some((_, lines)) if self.shape.is_once() && answers + f64::from(self.connections) > count(lines) => {
                Err(format!("{url}: {lines} lines were too few for {answers} answers").into())
            }
            _ => Ok(()),
        }
    }
}

impl Shape {
    const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Key => "key",
            Self::Login => "login",
            Self::Cookie => "cookie",
        }
    }

    /// Returns true if a line may be sent only once.
    const fn is_once(self) -> bool {
        matches!(self, Self::Login | Self::Cookie)
    }
}

/// Converts a count to a divisor.
#[expect(clippy::cast_precision_loss, reason = "counts here are far below 2⁵³")]
pub(crate) const fn count(of: usize) -> f64 {
    of as f64
}

//! A slice of load: wrk on the other core, for a second or a few.

use std::path::PathBuf;

use crate::Fault;
use crate::hot_paths::machine::{Core, busy_seconds, cpu_seconds, own_seconds, pinned};

/// What wrk runs.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/hot_paths/load.lua");

/// A process, and where it serves.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Whose CPU time is counted.
    pub(crate) process: u32,
    /// What is asked, with its path.
    pub(crate) url: String,
}

/// What a line of the load's file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// There is no file: `GET`.
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
    /// On whom.
    pub(crate) target: Target,
    /// What is sent.
    pub(crate) shape: Shape,
    /// The file of lines, and how many it has.
    pub(crate) lines: Option<(PathBuf, usize)>,
    /// At a time.
    pub(crate) connections: u32,
    /// For so long.
    pub(crate) seconds: u64,
}

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slice {
    /// Answers.
    pub(crate) answers: f64,
    /// Of these, with a status above 399.
    pub(crate) refused: f64,
    /// Answers a second.
    pub(crate) rate: f64,
    /// Half of the answers came within so many milliseconds.
    pub(crate) p50: f64,
    /// 99 of 100 did.
    pub(crate) p99: f64,
    /// CPU time of the process that answered, in microseconds an answer.
    pub(crate) cpu: f64,
    /// Cores that anybody else kept busy meanwhile.
    pub(crate) others: f64,
}

impl Load {
    /// Runs it. `family` are the other processes of the bench, such as Postgres: what they use is not foreign.
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
            // What is sent twice is refused, or led back: not what was to be measured.
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

    /// Whether a line may be sent once only.
    const fn is_once(self) -> bool {
        matches!(self, Self::Login | Self::Cookie)
    }
}

/// A count as a number to divide by.
#[expect(clippy::cast_precision_loss, reason = "counts here are far below 2⁵³")]
pub(crate) const fn count(of: usize) -> f64 {
    of as f64
}

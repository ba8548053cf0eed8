//! The machine: its two cores, and the CPU time spent on them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Fault;

/// Core of the measured process.
const MEASURED: &str = "0";
/// The core of the load, of Postgres and of everything else.
const REST: &str = "1";
/// Clock ticks a second in `/proc`: 100 on every Linux.
const TICKS: f64 = 100.0;

/// Core of a process.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Core {
    /// The measured core.
    Measured,
    /// The other core.
    Rest,
}

/// Command on that core, not started yet. The kernel ends it together with this process, even after a crash.
pub(crate) fn pinned(core: Core, program: impl AsRef<std::ffi::OsStr>) -> Command {
    let core = match core {
        Core::Measured => MEASURED,
        Core::Rest => REST,
    };
    let mut command = Command::new("taskset");
    command.args(["-c", core, "setpriv", "--pdeathsig", "TERM"]).arg(program);
    command
}

/// Pins this process, and thereby its children, to the other core.
pub(crate) fn stay_off_core_0() -> Result<(), Fault> {
    require("taskset", "util-linux")?;
    if std::thread::available_parallelism()?.get() < 2 {
        return Err("two cores are needed: one for what is measured, one for the load".into());
    }
    let id = std::process::id().to_string();
    let set = Command::new("taskset").args(["-a", "-c", "-p", REST, &id]).stdout(Stdio::null()).status()?;
    if set.success() { Ok(()) } else { Err("taskset could not pin this process to core 1".into()) }
}

/// Path of a program, if it is installed.
#[expect(clippy::disallowed_methods, reason = "programs are found as a shell finds them")]
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var("PATH").unwrap_or_default();
    let folders = path.split(':').chain(["/usr/sbin", "/sbin"]);
    folders.map(|folder| Path::new(folder).join(program)).find(|file| file.is_file())
}

/// Fails if a program is missing.
pub(crate) fn require(program: &str, package: &str) -> Result<PathBuf, Fault> {
    find(program).ok_or_else(|| format!("{program} is missing: apt-get install {package}").into())
}

/// Free port of the loopback interface.
pub(crate) fn free_port() -> Result<u16, Fault> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// CPU seconds of a process so far.
pub(crate) fn cpu_seconds(process: u32) -> Result<f64, Fault> {
    let [user, system] = fields(&format!("/proc/{process}/stat"), [13, 14])?;
    Ok((user + system) / TICKS)
}

/// CPU seconds of all processes and of the host so far.
pub(crate) fn busy_seconds() -> Result<f64, Fault> {
    let text = fs::read_to_string("/proc/stat")?;
    let line = text.lines().next().ok_or("/proc/stat is empty")?;
    let ticks: Vec<f64> = line.split_whitespace().skip(1).map(str::parse).collect::<Result<_, _>>()?;
    // user nice system (idle iowait) irq softirq steal; user includes guests.
    let busy = ticks.iter().enumerate().filter(|(at, _)| !matches!(at, 3 | 4 | 8..));
    Ok(busy.map(|(_, ticks)| ticks).sum::<f64>() / TICKS)
}

/// CPU seconds of this process, of its ended children, and of the families of `processes` that still run.
pub(crate) fn own_seconds(processes: &[u32]) -> Result<f64, Fault> {
    let own: [f64; 4] = fields("/proc/self/stat", [13, 14, 15, 16])?;
    let mut seconds = own.iter().sum::<f64>() / TICKS;
    for entry in fs::read_dir("/proc")? {
        let Some(id) = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let parent = fields(&format!("/proc/{id}/stat"), [3]).map_or(0.0, |[parent]| parent);
        let ours = processes.iter().any(|process| *process == id || (f64::from(*process) - parent).abs() < 0.5);
        if ours {
            seconds += cpu_seconds(id).unwrap_or(0.0);
        }
    }
    Ok(seconds)
}

/// A line of `/proc/PID/status` in MiB, such as `VmRSS`.
pub(crate) fn mebibytes(process: u32, name: &str) -> Result<f64, Fault> {
    let text = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()).ok_or("no such line in /proc/PID/status")?;
    Ok(kibibytes.parse::<f64>()? / 1024.0)
}

/// Fields of a `stat` file, counted from 0; the second, a name in brackets, may hold spaces.
fn fields<const N: usize>(file: &str, wanted: [usize; N]) -> Result<[f64; N], Fault> {
    let text = fs::read_to_string(file)?;
    let rest = text.rsplit_once(')').map(|(_, rest)| rest).ok_or("a strange line in /proc")?;
    let rest: Vec<&str> = rest.split_whitespace().collect();
    let mut values = [0.0; N];
    for (value, at) in values.iter_mut().zip(wanted) {
        *value = rest.get(at - 2).ok_or("a short line in /proc")?.parse()?;
    }
    Ok(values)
}
